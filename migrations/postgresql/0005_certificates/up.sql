-- What the law demands a competence's certificate to say. Where a register issues, forskrift om administrative ordninger
-- § 8-2 says what.
ALTER TABLE competences ADD COLUMN profile TEXT NOT NULL DEFAULT 'plain';
UPDATE competences SET profile = 'certified_training' WHERE issued_by = 'register' AND class = 'certified' AND owner IS NULL;

-- How an organisation issues: what its numbers begin with, who signs.
CREATE TABLE issuing (
    organisation UUID NOT NULL REFERENCES organisations,
    prefix TEXT NOT NULL,
    signatory TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (organisation)
);

-- The last number an issuer has given in a year: without gaps, so the row is locked while a number is taken.
CREATE TABLE certificate_numbers (
    issuer UUID NOT NULL REFERENCES organisations,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (issuer, year)
);

-- A file that is kept, encrypted with a key of its own: without the key what lies in the folder, and in its backups, is
-- nothing.
CREATE TABLE documents (
    id UUID NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    sealed_key TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id)
);

-- A document about completions of one person by one issuer. `about` is a hash of which completions in which versions: for
-- the same ones there is one certificate.
CREATE TABLE certificates (
    id UUID NOT NULL,
    person UUID NOT NULL REFERENCES persons,
    issuer UUID NOT NULL REFERENCES organisations,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    renews UUID REFERENCES certificates,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (issuer, number),
    UNIQUE (issuer, about)
);
CREATE INDEX certificates_person ON certificates (person, id);
CREATE INDEX certificates_issuer ON certificates (issuer, id);
CREATE INDEX certificates_renews ON certificates (renews);

-- What a version says, frozen. A version without an instant of issue is on its way: whoever finds it finishes it.
CREATE TABLE certificate_versions (
    certificate UUID NOT NULL REFERENCES certificates,
    version BIGINT NOT NULL,
    code TEXT NOT NULL,
    facts TEXT NOT NULL,
    issued_on DATE NOT NULL,
    valid_until DATE,
    document UUID REFERENCES documents,
    issued_at TIMESTAMPTZ,
    made_at TIMESTAMPTZ NOT NULL,
    done_by TEXT NOT NULL,
    doer UUID,
    reason TEXT,
    PRIMARY KEY (certificate, version)
);
CREATE INDEX certificate_versions_unfinished ON certificate_versions (made_at) WHERE issued_at IS NULL;

-- Which completions a certificate is about, in which versions.
CREATE TABLE certificate_lines (
    certificate UUID NOT NULL REFERENCES certificates,
    version BIGINT NOT NULL,
    position SMALLINT NOT NULL,
    completion UUID NOT NULL REFERENCES completions,
    completion_version BIGINT NOT NULL,
    competence UUID REFERENCES competences,
    completed DATE,
    valid_until DATE,
    PRIMARY KEY (certificate, version, position)
);
CREATE INDEX certificate_lines_completion ON certificate_lines (completion);

-- What was done to a certificate after its issue.
CREATE TABLE certificate_acts (
    id UUID NOT NULL,
    certificate UUID NOT NULL REFERENCES certificates,
    act TEXT NOT NULL,
    on_day DATE NOT NULL,
    reason TEXT,
    heard_on DATE,
    done_by TEXT NOT NULL,
    doer UUID,
    organisation UUID REFERENCES organisations,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX certificate_acts_certificate ON certificate_acts (certificate, id);

-- A keyed hash of every code ever given. It outlives the certificate, so that an old print is never said to be invented.
CREATE TABLE verification_codes (
    hash TEXT NOT NULL,
    issuer UUID NOT NULL REFERENCES organisations,
    certificate UUID REFERENCES certificates,
    version BIGINT NOT NULL,
    PRIMARY KEY (hash)
);
CREATE INDEX verification_codes_certificate ON verification_codes (certificate);

-- How often a certificate was looked up on a day; never by whom.
CREATE TABLE verification_counts (
    certificate UUID NOT NULL REFERENCES certificates,
    day DATE NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (certificate, day)
);
