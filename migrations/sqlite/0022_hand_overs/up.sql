-- The person handed the record over to an employer that requires it.
CREATE TABLE hand_overs (
    record BLOB NOT NULL REFERENCES records,
    organisation BLOB NOT NULL REFERENCES organisations,
    handed_over_at TEXT NOT NULL,
    PRIMARY KEY (record, organisation)
) WITHOUT ROWID;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('hand_overs', 'hand_overs', '100000 1 1');
