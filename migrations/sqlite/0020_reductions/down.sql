ALTER TABLE erasure_ledger DROP COLUMN reduced_to;
