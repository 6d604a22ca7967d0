DROP INDEX import_batches_finished;
DROP TABLE import_employments;
DROP TABLE import_results;
DROP TABLE import_pieces;
DROP TABLE imports;
CREATE TABLE events (
    id uuid NOT NULL,
    number bigint,
    kind text NOT NULL,
    audience uuid NOT NULL REFERENCES organisations,
    record uuid REFERENCES records,
    at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO events (id, number, kind, audience, record, at)
    SELECT feed.id, feed.number, feed.kind, feed.audience, feed.record, feed.at
    FROM feed JOIN records ON records.id = feed.record;
DROP TABLE feed;
CREATE UNIQUE INDEX events_number ON events (number);
CREATE INDEX events_audience ON events (audience, number);
CREATE INDEX events_unnumbered ON events (id) WHERE number IS NULL;
CREATE INDEX events_record ON events (record);
