-- Until when a custody is kept: what the law orders, what its holder wants, what it may be at most. Each is a day, or the
-- event it waits for; null where there is none.
ALTER TABLE custodies ADD COLUMN must_keep TEXT;
ALTER TABLE custodies ADD COLUMN may_keep TEXT;
ALTER TABLE custodies ADD COLUMN most TEXT;
-- The day on which it goes without anybody asking, and the day on which a human looks at it.
ALTER TABLE custodies ADD COLUMN erase_on DATE;
ALTER TABLE custodies ADD COLUMN review_on DATE;
-- What must be found out before its end can be said: its holder is to say.
ALTER TABLE custodies ADD COLUMN missing TEXT;
CREATE INDEX custodies_due ON custodies (erase_on) WHERE erase_on IS NOT NULL;
CREATE INDEX custodies_undecided ON custodies (controller, record) WHERE missing IS NOT NULL;

-- What a custody was narrowed to, whatever facts arrive later.
CREATE TABLE narrowed_custodies (
    record UUID NOT NULL REFERENCES records,
    controller UUID NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    content SMALLINT NOT NULL,
    narrowed_on DATE NOT NULL,
    PRIMARY KEY (record, controller, ground)
);
