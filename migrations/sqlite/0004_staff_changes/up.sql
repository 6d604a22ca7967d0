-- What each batch did to an employment. Two batches may change the same one: the earlier can still say, when it is undone,
-- that the later has changed it since.
CREATE TABLE import_changes (
    batch BLOB NOT NULL REFERENCES import_batches,
    employment BLOB NOT NULL REFERENCES employments,
    line BIGINT NOT NULL,
    from_version BIGINT NOT NULL,
    version BIGINT NOT NULL,
    before TEXT,
    PRIMARY KEY (batch, employment)
) WITHOUT ROWID;
CREATE INDEX import_changes_employment ON import_changes (employment);
INSERT INTO import_changes (batch, employment, line, from_version, version, before)
    SELECT batch, employment, min(line), CASE WHEN min(before) IS NULL THEN 0 ELSE max(version) - 1 END, max(version), min(before)
    FROM import_employments GROUP BY batch, employment;
DROP INDEX import_employments_batch;
ALTER TABLE import_employments DROP COLUMN batch;
ALTER TABLE import_employments DROP COLUMN line;
ALTER TABLE import_employments DROP COLUMN version;
ALTER TABLE import_employments DROP COLUMN before;
