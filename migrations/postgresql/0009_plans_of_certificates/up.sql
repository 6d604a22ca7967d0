-- Mail is claimed apart. What is not mail is found beside it, however much mail waits for a server that is away.
CREATE INDEX outbox_due_but_mail ON outbox (due_at) WHERE kind <> 'mail';

-- SQLite is told here what its tables look like; PostgreSQL finds out by itself (autovacuum).
