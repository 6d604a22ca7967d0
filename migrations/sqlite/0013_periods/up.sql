-- Until when a custody is kept: what the law orders, what its holder wants, what it may be at most. Each is a day, or the
-- event it waits for; null where there is none.
ALTER TABLE custodies ADD COLUMN must_keep TEXT;
ALTER TABLE custodies ADD COLUMN may_keep TEXT;
ALTER TABLE custodies ADD COLUMN most TEXT;
-- The day on which it goes without anybody asking, and the day on which a human looks at it.
ALTER TABLE custodies ADD COLUMN erase_on TEXT;
ALTER TABLE custodies ADD COLUMN review_on TEXT;
-- What must be found out before its end can be said: its holder is to say.
ALTER TABLE custodies ADD COLUMN missing TEXT;
CREATE INDEX custodies_due ON custodies (erase_on) WHERE erase_on IS NOT NULL;
CREATE INDEX custodies_undecided ON custodies (controller, record) WHERE missing IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('custodies', 'custodies_due', '8000000 2000'),
    ('custodies', 'custodies_undecided', '1000000 5000 1');

-- What a custody was narrowed to, whatever facts arrive later.
CREATE TABLE narrowed_custodies (
    record BLOB NOT NULL REFERENCES records,
    controller BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    content SMALLINT NOT NULL,
    narrowed_on TEXT NOT NULL,
    PRIMARY KEY (record, controller, ground)
) WITHOUT ROWID;
