-- The event feed again, in a table that outlives what its steps are about: a body must hear that a record is gone. The
-- number is given to committed rows by one leader, in order.
CREATE TABLE feed (
    id uuid NOT NULL,
    number bigint,
    kind text NOT NULL,
    audience uuid NOT NULL REFERENCES organisations,
    scheme uuid REFERENCES schemes,
    record uuid NOT NULL,
    at timestamptz NOT NULL,
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
    batch uuid NOT NULL REFERENCES import_batches,
    organisation uuid NOT NULL REFERENCES organisations,
    subject text NOT NULL,
    state text NOT NULL,
    lang text NOT NULL,
    dry_run boolean NOT NULL,
    mapping text,
    pieces bigint NOT NULL,
    size bigint NOT NULL,
    position bigint NOT NULL,
    refused_at_most bigint,
    changed_at_most bigint,
    stopped_because text,
    undone bigint NOT NULL,
    restored bigint NOT NULL,
    kept bigint NOT NULL,
    undone_up_to uuid,
    runner uuid,
    lease_until timestamptz,
    PRIMARY KEY (batch)
);
CREATE INDEX imports_organisation ON imports (organisation, subject, batch);
CREATE INDEX imports_state ON imports (state, lease_until);

-- What was sent, sealed, in the order it came; deleted when the import is done.
CREATE TABLE import_pieces (
    batch uuid NOT NULL REFERENCES imports,
    number bigint NOT NULL,
    piece bytea NOT NULL,
    PRIMARY KEY (batch, number)
);

-- What became of the rows, as many together as were written together. No values: lines, ids, columns, remedies.
CREATE TABLE import_results (
    batch uuid NOT NULL REFERENCES imports,
    step text NOT NULL,
    number bigint NOT NULL,
    lines text NOT NULL,
    PRIMARY KEY (batch, step, number)
);

-- What each row of a source of staff last said, and what the employment was before the batch changed it.
CREATE TABLE import_employments (
    organisation uuid NOT NULL REFERENCES organisations,
    source text NOT NULL,
    row_key text NOT NULL,
    employment uuid NOT NULL REFERENCES employments,
    content_hash text NOT NULL,
    batch uuid NOT NULL REFERENCES import_batches,
    line bigint NOT NULL,
    version bigint NOT NULL,
    before text,
    PRIMARY KEY (organisation, source, row_key)
);
CREATE INDEX import_employments_employment ON import_employments (employment);
CREATE INDEX import_employments_batch ON import_employments (batch, employment);

-- What can no longer be undone is found by its age.
CREATE INDEX import_batches_finished ON import_batches (finished_at);
