-- What was erased, and never a name: whose custody of what ended when, under which rule. It outlives what it is about, so it
-- refers to nothing but the controller.
CREATE TABLE erasure_ledger (
    id BLOB NOT NULL,
    controller BLOB NOT NULL REFERENCES organisations,
    category TEXT NOT NULL,
    schedule_version TEXT NOT NULL,
    erased_on TEXT NOT NULL,
    untrue BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

-- By what an entry is found again: keyed hashes of the record's id, of the controller's own reference, and of each e-mail
-- address with birth date, subject and day. Their key lies outside the database.
CREATE TABLE erasure_hashes (
    entry BLOB NOT NULL REFERENCES erasure_ledger,
    hash TEXT NOT NULL,
    PRIMARY KEY (entry, hash)
) WITHOUT ROWID;
CREATE INDEX erasure_hashes_hash ON erasure_hashes (hash);

-- Custodies of records that others still hold: who let go does not get the record back because a fact arrives late.
CREATE TABLE ended_custodies (
    record BLOB NOT NULL REFERENCES records,
    controller BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    capacity TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    PRIMARY KEY (record, controller, ground)
) WITHOUT ROWID;

-- Since when its issuer holds nothing any more of what a certificate is about, so that only others keep it; and since when
-- something it is about is gone altogether.
ALTER TABLE certificates ADD COLUMN unconfirmed_on TEXT;
ALTER TABLE certificates ADD COLUMN narrowed_on TEXT;

-- What is left of an erased certificate's code: that it had been revoked, until when that is said, and until when anything is.
ALTER TABLE verification_codes ADD COLUMN revoked_on TEXT;
ALTER TABLE verification_codes ADD COLUMN revoked_until TEXT;
ALTER TABLE verification_codes ADD COLUMN kept_until TEXT;
CREATE INDEX verification_codes_kept_until ON verification_codes (kept_until) WHERE kept_until IS NOT NULL;

-- A document goes when nothing names it any more.
CREATE INDEX certificate_versions_document ON certificate_versions (document) WHERE document IS NOT NULL;
CREATE INDEX photos_document ON photos (document);
CREATE INDEX issuing_logo ON issuing (logo) WHERE logo IS NOT NULL;

-- A card goes before the claim that was made by it; the claim remembers whose card it was.
ALTER TABLE claims ADD COLUMN holder BLOB REFERENCES organisations;
UPDATE claims SET holder = (SELECT holder FROM cards WHERE cards.id = claims.card);
DROP INDEX claims_card;
ALTER TABLE claims DROP COLUMN card;
CREATE INDEX claims_claimed ON claims (claimed);

-- What SQLite is to believe about them.
DELETE FROM sqlite_stat1 WHERE idx = 'claims_card';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('erasure_ledger', 'sqlite_autoindex_erasure_ledger_1', '1000000 1'),
    ('erasure_hashes', 'erasure_hashes', '3000000 3 1'),
    ('erasure_hashes', 'erasure_hashes_hash', '3000000 2'),
    ('ended_custodies', 'ended_custodies', '500000 2 1 1'),
    ('verification_codes', 'verification_codes_kept_until', '500000 500'),
    ('certificate_versions', 'certificate_versions_document', '5500000 1'),
    ('photos', 'photos_document', '10000 1'),
    ('claims', 'claims_claimed', '400000 1');
