-- What is due is walked by its day, and within a day by what it is about: so a walk goes on where it was, also through the
-- first of January, on which most of a year comes to its end.
DROP INDEX custodies_due;
CREATE INDEX custodies_due ON custodies (erase_on, record, controller, ground) WHERE erase_on IS NOT NULL;

-- The day a record that was shown went: from then on the log of it runs out.
ALTER TABLE disclosure_records ADD COLUMN gone_on TEXT;
UPDATE disclosure_records SET gone_on = date('now')
    WHERE NOT EXISTS (SELECT 1 FROM records WHERE records.id = disclosure_records.record);
CREATE INDEX disclosure_records_gone ON disclosure_records (day) WHERE gone_on IS NOT NULL;

-- What runs out by itself is found by its age.
CREATE INDEX erasure_ledger_age ON erasure_ledger (erased_on);
CREATE INDEX erasures_age ON erasures (erased_at);
CREATE INDEX legal_holds_lifted ON legal_holds (lifted_at) WHERE lifted_at IS NOT NULL;
CREATE INDEX memberships_ended ON memberships (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX employments_ended ON employments (to_day, id) WHERE to_day IS NOT NULL;

DELETE FROM sqlite_stat1 WHERE idx = 'custodies_due';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('custodies', 'custodies_due', '8000000 2000 2 1 1'),
    ('disclosure_records', 'disclosure_records_gone', '400000 400'),
    ('erasure_ledger', 'erasure_ledger_age', '1000000 1000'),
    ('legal_holds', 'legal_holds_lifted', '15000 1'),
    ('memberships', 'memberships_ended', '5000 1'),
    ('employments', 'employments_ended', '1000000 300 1');
