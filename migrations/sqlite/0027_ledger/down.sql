INSERT OR IGNORE INTO erasure_hashes (entry, hash)
WITH RECURSIVE each (entry, hash, rest) AS (
    SELECT id, '', records || ' ' FROM erasure_ledger WHERE records <> ''
    UNION ALL
    SELECT entry, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM each WHERE rest <> ''
)
SELECT entry, hash FROM each WHERE hash <> '';
ALTER TABLE erasure_ledger DROP COLUMN records;
