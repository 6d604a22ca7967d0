-- One act is one entry for each controller and rule, with the keyed hashes of all the records' ids it was about, separated by
-- spaces: a restored backup reads them all, so no index leads to one of them. Entries from before this have the hashes of their
-- records among the others, and none here.
ALTER TABLE erasure_ledger ADD COLUMN records TEXT NOT NULL DEFAULT '';
