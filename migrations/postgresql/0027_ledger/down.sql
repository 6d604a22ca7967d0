ALTER TABLE erasure_ledger DROP COLUMN records;
