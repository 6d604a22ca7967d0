-- What was erased, and never a name: whose custody of what ended when, under which rule. It outlives what it is about, so it
-- refers to nothing but the controller.
CREATE TABLE erasure_ledger (
    id uuid NOT NULL,
    controller uuid NOT NULL REFERENCES organisations,
    category text NOT NULL,
    schedule_version text NOT NULL,
    erased_on date NOT NULL,
    untrue boolean NOT NULL,
    PRIMARY KEY (id)
);

-- By what an entry is found again: keyed hashes of the record's id, of the controller's own reference, and of each e-mail
-- address with birth date, subject and day. Their key lies outside the database.
CREATE TABLE erasure_hashes (
    entry uuid NOT NULL REFERENCES erasure_ledger,
    hash text NOT NULL,
    PRIMARY KEY (entry, hash)
);
CREATE INDEX erasure_hashes_hash ON erasure_hashes (hash);

-- Custodies of records that others still hold: who let go does not get the record back because a fact arrives late.
CREATE TABLE ended_custodies (
    record uuid NOT NULL REFERENCES records,
    controller uuid NOT NULL REFERENCES organisations,
    ground text NOT NULL,
    capacity text NOT NULL,
    ended_on date NOT NULL,
    PRIMARY KEY (record, controller, ground)
);

-- Since when its issuer holds nothing any more of what a certificate is about, so that only others keep it; and since when
-- something it is about is gone altogether.
ALTER TABLE certificates ADD COLUMN unconfirmed_on date;
ALTER TABLE certificates ADD COLUMN narrowed_on date;

-- What is left of an erased certificate's code: that it had been revoked, until when that is said, and until when anything is.
ALTER TABLE verification_codes ADD COLUMN revoked_on date;
ALTER TABLE verification_codes ADD COLUMN revoked_until date;
ALTER TABLE verification_codes ADD COLUMN kept_until date;
CREATE INDEX verification_codes_kept_until ON verification_codes (kept_until) WHERE kept_until IS NOT NULL;

-- A document goes when nothing names it any more.
CREATE INDEX certificate_versions_document ON certificate_versions (document) WHERE document IS NOT NULL;
CREATE INDEX photos_document ON photos (document);
CREATE INDEX issuing_logo ON issuing (logo) WHERE logo IS NOT NULL;

-- A card goes before the claim that was made by it; the claim remembers whose card it was.
ALTER TABLE claims ADD COLUMN holder uuid REFERENCES organisations;
UPDATE claims SET holder = (SELECT holder FROM cards WHERE cards.id = claims.card);
DROP INDEX claims_card;
ALTER TABLE claims DROP COLUMN card;
CREATE INDEX claims_claimed ON claims (claimed);
