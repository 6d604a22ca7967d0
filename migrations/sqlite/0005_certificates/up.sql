-- What the law demands a competence's certificate to say. Where a register issues, forskrift om administrative ordninger
-- § 8-2 says what.
ALTER TABLE competences ADD COLUMN profile TEXT NOT NULL DEFAULT 'plain';
UPDATE competences SET profile = 'certified_training' WHERE issued_by = 'register' AND class = 'certified' AND owner IS NULL;

-- How an organisation issues: what its numbers begin with, who signs.
CREATE TABLE issuing (
    organisation BLOB NOT NULL REFERENCES organisations,
    prefix TEXT NOT NULL,
    signatory TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation)
) WITHOUT ROWID;

-- The last number an issuer has given in a year: without gaps, so the row is locked while a number is taken.
CREATE TABLE certificate_numbers (
    issuer BLOB NOT NULL REFERENCES organisations,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (issuer, year)
) WITHOUT ROWID;

-- A file that is kept, encrypted with a key of its own: without the key what lies in the folder, and in its backups, is
-- nothing.
CREATE TABLE documents (
    id BLOB NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    sealed_key TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;

-- A document about completions of one person by one issuer. `about` is a hash of which completions in which versions: for
-- the same ones there is one certificate.
CREATE TABLE certificates (
    id BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES persons,
    issuer BLOB NOT NULL REFERENCES organisations,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    renews BLOB REFERENCES certificates,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (issuer, number),
    UNIQUE (issuer, about)
);
CREATE INDEX certificates_person ON certificates (person, id);
CREATE INDEX certificates_issuer ON certificates (issuer, id);
CREATE INDEX certificates_renews ON certificates (renews);

-- What a version says, frozen. A version without an instant of issue is on its way: whoever finds it finishes it.
CREATE TABLE certificate_versions (
    certificate BLOB NOT NULL REFERENCES certificates,
    version BIGINT NOT NULL,
    code TEXT NOT NULL,
    facts TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    valid_until TEXT,
    document BLOB REFERENCES documents,
    issued_at TEXT,
    made_at TEXT NOT NULL,
    done_by TEXT NOT NULL,
    doer BLOB,
    reason TEXT,
    PRIMARY KEY (certificate, version)
) WITHOUT ROWID;
CREATE INDEX certificate_versions_unfinished ON certificate_versions (made_at) WHERE issued_at IS NULL;

-- Which completions a certificate is about, in which versions.
CREATE TABLE certificate_lines (
    certificate BLOB NOT NULL REFERENCES certificates,
    version BIGINT NOT NULL,
    position SMALLINT NOT NULL,
    completion BLOB NOT NULL REFERENCES completions,
    completion_version BIGINT NOT NULL,
    competence BLOB REFERENCES competences,
    completed TEXT,
    valid_until TEXT,
    PRIMARY KEY (certificate, version, position)
) WITHOUT ROWID;
CREATE INDEX certificate_lines_completion ON certificate_lines (completion);

-- What was done to a certificate after its issue.
CREATE TABLE certificate_acts (
    id BLOB NOT NULL,
    certificate BLOB NOT NULL REFERENCES certificates,
    act TEXT NOT NULL,
    on_day TEXT NOT NULL,
    reason TEXT,
    heard_on TEXT,
    done_by TEXT NOT NULL,
    doer BLOB,
    organisation BLOB REFERENCES organisations,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX certificate_acts_certificate ON certificate_acts (certificate, id);

-- A keyed hash of every code ever given. It outlives the certificate, so that an old print is never said to be invented.
CREATE TABLE verification_codes (
    hash TEXT NOT NULL,
    issuer BLOB NOT NULL REFERENCES organisations,
    certificate BLOB REFERENCES certificates,
    version BIGINT NOT NULL,
    PRIMARY KEY (hash)
) WITHOUT ROWID;
CREATE INDEX verification_codes_certificate ON verification_codes (certificate);

-- How often a certificate was looked up on a day; never by whom.
CREATE TABLE verification_counts (
    certificate BLOB NOT NULL REFERENCES certificates,
    day TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (certificate, day)
) WITHOUT ROWID;
