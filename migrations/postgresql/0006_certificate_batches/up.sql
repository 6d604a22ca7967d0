-- From which completions on certificates of a course are issued by themselves.
ALTER TABLE courses ADD COLUMN certifies_from DATE;

-- Which batch issued a version, and whether its holder is written to.
ALTER TABLE certificate_versions ADD COLUMN batch UUID;
ALTER TABLE certificate_versions ADD COLUMN letter BOOLEAN NOT NULL DEFAULT TRUE;

-- Certificates that somebody asked for together: for what fits, one after the other. `position` is the last completion
-- that was looked at.
CREATE TABLE certificate_batches (
    id UUID NOT NULL,
    issuer UUID NOT NULL REFERENCES organisations,
    state TEXT NOT NULL,
    language TEXT NOT NULL,
    letters BOOLEAN NOT NULL,
    capacity TEXT NOT NULL,
    course UUID REFERENCES courses,
    competence UUID REFERENCES competences,
    from_day DATE,
    to_day DATE,
    position UUID NOT NULL,
    found BIGINT NOT NULL,
    certified_before BIGINT NOT NULL,
    issued BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    done_by TEXT NOT NULL,
    doer UUID,
    began_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (id)
);
CREATE INDEX certificate_batches_issuer ON certificate_batches (issuer, id);
CREATE INDEX certificate_batches_open ON certificate_batches (id) WHERE finished_at IS NULL;

-- Completions that are to be certified, by a batch or because their course says so; with what keeps them from it, once
-- that has been found.
CREATE TABLE to_certify (
    completion UUID NOT NULL REFERENCES completions,
    issuer UUID NOT NULL REFERENCES organisations,
    batch UUID REFERENCES certificate_batches,
    language TEXT NOT NULL,
    letter BOOLEAN NOT NULL,
    obstacles TEXT,
    asked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (completion)
);
CREATE INDEX to_certify_waiting ON to_certify (batch, completion) WHERE obstacles IS NULL;
CREATE INDEX to_certify_refused ON to_certify (issuer, completion) WHERE obstacles IS NOT NULL;
