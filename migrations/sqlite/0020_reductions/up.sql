-- What a custody was reduced to; null where it ended. A restored backup must not give back what was taken from it.
ALTER TABLE erasure_ledger ADD COLUMN reduced_to SMALLINT;
