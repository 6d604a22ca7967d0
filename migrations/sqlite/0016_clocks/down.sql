DROP INDEX employments_ended;
DROP INDEX memberships_ended;
DROP INDEX legal_holds_lifted;
DROP INDEX erasures_age;
DROP INDEX erasure_ledger_age;
DROP INDEX disclosure_records_gone;
ALTER TABLE disclosure_records DROP COLUMN gone_on;
DROP INDEX custodies_due;
CREATE INDEX custodies_due ON custodies (erase_on) WHERE erase_on IS NOT NULL;
DELETE FROM sqlite_stat1 WHERE idx IN ('custodies_due', 'disclosure_records_gone', 'erasure_ledger_age',
    'legal_holds_lifted', 'memberships_ended', 'employments_ended');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('custodies', 'custodies_due', '8000000 2000');
