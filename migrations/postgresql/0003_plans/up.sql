-- What is cleared away by its age is found by it.
CREATE INDEX refresh_tokens_age ON refresh_tokens (issued_at);
CREATE INDEX invitations_age ON invitations (expires_at);

-- SQLite is told here what its tables look like; PostgreSQL finds out by itself (autovacuum).
