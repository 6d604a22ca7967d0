-- What an organisation chooses inside the schedule's limits: each choice a version, the last one in force. By rule of the
-- schedule who answers requests and how long its own wish lasts, as JSON.
CREATE TABLE packs (
    organisation BLOB NOT NULL REFERENCES organisations,
    version BIGINT NOT NULL,
    cooling_off_days BIGINT NOT NULL,
    choices TEXT NOT NULL,
    chosen_at TEXT NOT NULL,
    chosen_by BLOB,
    PRIMARY KEY (organisation, version)
) WITHOUT ROWID;

-- What did not go at once when a person confirmed an erasure. Until `goes_on` it can be taken back; without that day it stays
-- for the reason its receipt gives. `gone_on` is the day it went after all, until a further receipt has said so. Each goes with
-- the receipt it stands on; records are named without a reference, because they go before.
CREATE TABLE awaited_endings (
    record BLOB NOT NULL,
    controller BLOB NOT NULL,
    ground TEXT NOT NULL,
    holder BLOB NOT NULL,
    erasure BLOB NOT NULL REFERENCES erasures,
    goes_on TEXT,
    gone_on TEXT,
    PRIMARY KEY (record, controller, ground)
) WITHOUT ROWID;
CREATE INDEX awaited_endings_erasure ON awaited_endings (erasure);
CREATE INDEX awaited_endings_due ON awaited_endings (goes_on, erasure) WHERE goes_on IS NOT NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('packs', 'packs', '2000 2 1'),
    ('awaited_endings', 'awaited_endings', '500000 2 1 1'),
    ('awaited_endings', 'awaited_endings_erasure', '500000 10'),
    ('awaited_endings', 'awaited_endings_due', '5000 50 5');
