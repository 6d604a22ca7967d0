INSERT INTO erasure_hashes (entry, hash)
SELECT id, unnest(string_to_array(records, ' ')) FROM erasure_ledger WHERE records <> ''
ON CONFLICT DO NOTHING;
ALTER TABLE erasure_ledger DROP COLUMN records;
