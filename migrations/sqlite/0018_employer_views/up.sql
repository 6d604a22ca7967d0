-- What a provider showed employers before its present choice, and until which day: what an employer got of a completion stays
-- what was shown when it was recorded.
CREATE TABLE former_employer_views (
    organisation BLOB NOT NULL REFERENCES organisations,
    until_day TEXT NOT NULL,
    employer_view TEXT NOT NULL,
    PRIMARY KEY (organisation, until_day)
) WITHOUT ROWID;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('former_employer_views', 'former_employer_views', '2000 2 1');
