-- The event feed again, in a table that outlives what its steps are about: a body must hear that a record is gone. The
-- number is given to committed rows by one leader, in order.
CREATE TABLE feed (
    id BLOB NOT NULL,
    number BIGINT,
    kind TEXT NOT NULL,
    audience BLOB NOT NULL REFERENCES organisations,
    scheme BLOB REFERENCES schemes,
    record BLOB NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO feed (id, number, kind, audience, scheme, record, at)
    SELECT events.id, events.number, events.kind, events.audience, competences.scheme, events.record, events.at
    FROM events
    JOIN completions ON completions.record = events.record
    LEFT JOIN competences ON competences.id = completions.competence;
DROP TABLE events;
CREATE UNIQUE INDEX feed_number ON feed (number);
CREATE INDEX feed_audience ON feed (audience, scheme, number);
CREATE INDEX feed_record ON feed (record, audience);
CREATE INDEX feed_unnumbered ON feed (id) WHERE number IS NULL;

-- The work on a batch: what was sent, how it is to be read, how far it is. The batch itself stays as provenance.
CREATE TABLE imports (
    batch BLOB NOT NULL REFERENCES import_batches,
    organisation BLOB NOT NULL REFERENCES organisations,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    lang TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    mapping TEXT,
    pieces BIGINT NOT NULL,
    size BIGINT NOT NULL,
    position BIGINT NOT NULL,
    refused_at_most BIGINT,
    changed_at_most BIGINT,
    stopped_because TEXT,
    undone BIGINT NOT NULL,
    restored BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    undone_up_to BLOB,
    runner BLOB,
    lease_until TEXT,
    PRIMARY KEY (batch)
);
CREATE INDEX imports_organisation ON imports (organisation, subject, batch);
CREATE INDEX imports_state ON imports (state, lease_until);

-- What was sent, sealed, in the order it came; deleted when the import is done.
CREATE TABLE import_pieces (
    batch BLOB NOT NULL REFERENCES imports,
    number BIGINT NOT NULL,
    piece BLOB NOT NULL,
    PRIMARY KEY (batch, number)
);

-- What became of the rows, as many together as were written together. No values: lines, ids, columns, remedies.
CREATE TABLE import_results (
    batch BLOB NOT NULL REFERENCES imports,
    step TEXT NOT NULL,
    number BIGINT NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (batch, step, number)
);

-- What each row of a source of staff last said, and what the employment was before the batch changed it.
CREATE TABLE import_employments (
    organisation BLOB NOT NULL REFERENCES organisations,
    source TEXT NOT NULL,
    row_key TEXT NOT NULL,
    employment BLOB NOT NULL REFERENCES employments,
    content_hash TEXT NOT NULL,
    batch BLOB NOT NULL REFERENCES import_batches,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    before TEXT,
    PRIMARY KEY (organisation, source, row_key)
) WITHOUT ROWID;
CREATE INDEX import_employments_employment ON import_employments (employment);
CREATE INDEX import_employments_batch ON import_employments (batch, employment);

-- What can no longer be undone is found by its age.
CREATE INDEX import_batches_finished ON import_batches (finished_at);
