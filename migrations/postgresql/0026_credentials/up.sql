-- The keys issuers sign with, of each algorithm one in use; those it replaced stay, so that what they signed goes on verifying.
-- The private half is sealed.
CREATE TABLE issuer_keys (
    name TEXT NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ,
    PRIMARY KEY (name)
);
CREATE INDEX issuer_keys_organisation ON issuer_keys (organisation, created_at);
CREATE UNIQUE INDEX issuer_keys_in_use ON issuer_keys (organisation, algorithm) WHERE retired_at IS NULL;

-- Where issuers publish what has become of credentials, each at a place nobody else has or gets.
CREATE TABLE status_lists (
    id UUID NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    taken BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX status_lists_organisation ON status_lists (organisation, id);

-- The places where something is set. They say nothing of anybody, and stay when the credential is gone: what was handed out
-- is still in somebody's hands.
CREATE TABLE status_marks (
    list UUID NOT NULL REFERENCES status_lists,
    place INTEGER NOT NULL,
    revoked BOOLEAN NOT NULL,
    suspended BOOLEAN NOT NULL,
    PRIMARY KEY (list, place)
);

-- The portable form of what certificates prove, one for each completion. It has a place in a list before it is signed.
CREATE TABLE credentials (
    certificate UUID NOT NULL REFERENCES certificates,
    version BIGINT NOT NULL,
    completion UUID NOT NULL REFERENCES records,
    id UUID NOT NULL,
    subject UUID NOT NULL,
    salt TEXT NOT NULL,
    list UUID NOT NULL REFERENCES status_lists,
    place INTEGER NOT NULL,
    signed TEXT,
    PRIMARY KEY (certificate, version, completion)
);
CREATE INDEX credentials_id ON credentials (id);
CREATE INDEX credentials_completion ON credentials (completion);
CREATE UNIQUE INDEX credentials_place ON credentials (list, place);
