DELETE FROM sqlite_stat1 WHERE tbl IN ('erasure_ledger', 'erasure_hashes', 'ended_custodies')
    OR idx IN ('verification_codes_kept_until', 'certificate_versions_document', 'photos_document', 'claims_claimed');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('claims', 'claims_card', '400000 1');
-- A claim whose card is gone is not known to the steps before.
DROP INDEX claims_claimed;
ALTER TABLE claims ADD COLUMN card BLOB REFERENCES cards;
UPDATE claims SET card = (SELECT id FROM cards WHERE cards.holder = claims.holder AND cards.person = claims.claimed);
DELETE FROM claims WHERE card IS NULL;
ALTER TABLE claims DROP COLUMN holder;
CREATE INDEX claims_card ON claims (card);
DROP INDEX issuing_logo;
DROP INDEX photos_document;
DROP INDEX certificate_versions_document;
DROP INDEX verification_codes_kept_until;
ALTER TABLE verification_codes DROP COLUMN kept_until;
ALTER TABLE verification_codes DROP COLUMN revoked_until;
ALTER TABLE verification_codes DROP COLUMN revoked_on;
ALTER TABLE certificates DROP COLUMN narrowed_on;
ALTER TABLE certificates DROP COLUMN unconfirmed_on;
DROP TABLE ended_custodies;
DROP TABLE erasure_hashes;
DROP TABLE erasure_ledger;
