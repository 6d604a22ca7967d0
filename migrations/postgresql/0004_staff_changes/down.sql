DELETE FROM import_employments;
ALTER TABLE import_employments ADD COLUMN batch UUID REFERENCES import_batches;
ALTER TABLE import_employments ADD COLUMN line BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_employments ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_employments ADD COLUMN before TEXT;
CREATE INDEX import_employments_batch ON import_employments (batch, employment);
DROP TABLE import_changes;
