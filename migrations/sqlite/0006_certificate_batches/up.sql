-- From which completions on certificates of a course are issued by themselves.
ALTER TABLE courses ADD COLUMN certifies_from TEXT;

-- Which batch issued a version, and whether its holder is written to.
ALTER TABLE certificate_versions ADD COLUMN batch BLOB;
ALTER TABLE certificate_versions ADD COLUMN letter BOOLEAN NOT NULL DEFAULT TRUE;

-- Certificates that somebody asked for together: for what fits, one after the other. `position` is the last completion
-- that was looked at.
CREATE TABLE certificate_batches (
    id BLOB NOT NULL,
    issuer BLOB NOT NULL REFERENCES organisations,
    state TEXT NOT NULL,
    language TEXT NOT NULL,
    letters BOOLEAN NOT NULL,
    capacity TEXT NOT NULL,
    course BLOB REFERENCES courses,
    competence BLOB REFERENCES competences,
    from_day TEXT,
    to_day TEXT,
    position BLOB NOT NULL,
    found BIGINT NOT NULL,
    certified_before BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    done_by TEXT NOT NULL,
    doer BLOB,
    began_at TEXT NOT NULL,
    finished_at TEXT,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX certificate_batches_issuer ON certificate_batches (issuer, id);
CREATE INDEX certificate_batches_open ON certificate_batches (id) WHERE finished_at IS NULL;

-- Completions that are to be certified, by a batch or because their course says so; with what keeps them from it, once
-- that has been found.
CREATE TABLE to_certify (
    completion BLOB NOT NULL REFERENCES completions,
    issuer BLOB NOT NULL REFERENCES organisations,
    batch BLOB REFERENCES certificate_batches,
    language TEXT NOT NULL,
    letter BOOLEAN NOT NULL,
    obstacles TEXT,
    asked_at TEXT NOT NULL,
    PRIMARY KEY (completion)
) WITHOUT ROWID;
CREATE INDEX to_certify_waiting ON to_certify (batch, completion) WHERE obstacles IS NULL;
CREATE INDEX to_certify_refused ON to_certify (issuer, completion) WHERE obstacles IS NOT NULL;
