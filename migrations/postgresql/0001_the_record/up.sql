-- The record: persons, organisations, catalogue, completions with custodies, and what the house itself needs.
-- Ids are UUIDv7 minted by the program; instants are UTC; days are Europe/Oslo dates.

-- A natural person is a bare id; same_as is the id under which claimed persons are known together, at first the own.
CREATE TABLE persons (
    id uuid NOT NULL,
    same_as uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX persons_same_as ON persons (same_as);

-- A legal entity. The operator's number is empty until it is configured.
CREATE TABLE organisations (
    id uuid NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    legal_entity uuid REFERENCES organisations,
    employer_view text NOT NULL,
    privacy_contact text,
    dissolved_on date,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (number)
);

-- What an organisation can act as, from one day to another.
CREATE TABLE capacities (
    organisation uuid NOT NULL REFERENCES organisations,
    capacity text NOT NULL,
    from_day date NOT NULL,
    to_day date,
    PRIMARY KEY (organisation, capacity)
);

-- A provider's certification and the competences it covers.
CREATE TABLE certifications (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    number text NOT NULL,
    from_day date NOT NULL,
    to_day date,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX certifications_organisation ON certifications (organisation);

CREATE TABLE certification_competences (
    certification uuid NOT NULL REFERENCES certifications,
    competence uuid NOT NULL,
    PRIMARY KEY (certification, competence)
);

-- What one holder knows about a person. No holder: the person's own card.
CREATE TABLE cards (
    id uuid NOT NULL,
    person uuid NOT NULL REFERENCES persons,
    holder uuid REFERENCES organisations,
    external_reference text,
    name text,
    birth_date date,
    mobile text,
    position text,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (holder, person),
    UNIQUE (holder, external_reference)
);
CREATE UNIQUE INDEX cards_own ON cards (person) WHERE holder IS NULL;
CREATE INDEX cards_person ON cards (person);
CREATE INDEX cards_holder ON cards (holder, id);

CREATE TABLE card_emails (
    card uuid NOT NULL REFERENCES cards,
    email_key text NOT NULL,
    email text NOT NULL,
    PRIMARY KEY (card, email_key)
);
CREATE INDEX card_emails_key ON card_emails (email_key);

-- A link a person made; it rewrites nothing and can be undone.
CREATE TABLE claims (
    id uuid NOT NULL,
    person uuid NOT NULL REFERENCES persons,
    card uuid NOT NULL REFERENCES cards,
    claimed uuid NOT NULL REFERENCES persons,
    claimed_by text NOT NULL,
    made_at timestamptz NOT NULL,
    undone_at timestamptz,
    PRIMARY KEY (id)
);
CREATE INDEX claims_person ON claims (person);
CREATE INDEX claims_card ON claims (card);

-- A person's means of signing in.
CREATE TABLE accounts (
    id uuid NOT NULL,
    person uuid NOT NULL REFERENCES persons,
    password_hash text NOT NULL,
    locale text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person)
);

CREATE TABLE account_emails (
    email_key text NOT NULL,
    email text NOT NULL,
    account uuid NOT NULL REFERENCES accounts,
    verified_at timestamptz NOT NULL,
    PRIMARY KEY (email_key)
);
CREATE INDEX account_emails_account ON account_emails (account);

-- A sign-up that waits for its e-mail to be verified; gone after 48 hours.
CREATE TABLE sign_ups (
    id uuid NOT NULL,
    token_hash text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    birth_date date NOT NULL,
    password_hash text NOT NULL,
    locale text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);

CREATE TABLE password_resets (
    token_hash text NOT NULL,
    account uuid NOT NULL REFERENCES accounts,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);

CREATE TABLE sign_ins (
    id uuid NOT NULL,
    account uuid NOT NULL REFERENCES accounts,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    PRIMARY KEY (id)
);
CREATE INDEX sign_ins_account ON sign_ins (account);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE refresh_tokens (
    token_hash text NOT NULL,
    sign_in uuid NOT NULL REFERENCES sign_ins,
    issued_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (token_hash)
);
CREATE INDEX refresh_tokens_sign_in ON refresh_tokens (sign_in);

-- Failed attempts per keyed hash of what was tried: they slow, they do not block.
CREATE TABLE attempts (
    kind text NOT NULL,
    key text NOT NULL,
    failures bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE api_clients (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    name text NOT NULL,
    scopes text NOT NULL,
    secret_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX api_clients_organisation ON api_clients (organisation, id);

-- Token keys; the private half is wrapped by the master key.
CREATE TABLE signing_keys (
    kid text NOT NULL,
    public_key text NOT NULL,
    sealed text NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (kid)
);

CREATE TABLE teams (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (organisation, name)
);

-- A person works in Attest for an organisation.
CREATE TABLE memberships (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    person uuid NOT NULL REFERENCES persons,
    role text NOT NULL,
    team uuid REFERENCES teams,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (id)
);
CREATE INDEX memberships_person ON memberships (person);
CREATE INDEX memberships_organisation ON memberships (organisation, id);

-- A person works for an employer.
CREATE TABLE employments (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    person uuid NOT NULL REFERENCES persons,
    team uuid REFERENCES teams,
    from_day date NOT NULL,
    to_day date,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX employments_person ON employments (person, organisation);
CREATE INDEX employments_organisation ON employments (organisation, id);
CREATE INDEX employments_team ON employments (team);

-- By mail, seven days, single use: to a role, or to claim a card.
CREATE TABLE invitations (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    email text NOT NULL,
    role text,
    team uuid REFERENCES teams,
    card uuid REFERENCES cards,
    token_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    withdrawn_at timestamptz,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);
CREATE INDEX invitations_organisation ON invitations (organisation, id);
CREATE INDEX invitations_card ON invitations (card);

-- A certifying body's set of competences.
CREATE TABLE schemes (
    id uuid NOT NULL,
    code text NOT NULL,
    body uuid REFERENCES organisations,
    name_nb text NOT NULL,
    name_en text NOT NULL,
    fields text NOT NULL,
    source text,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);
CREATE INDEX schemes_body ON schemes (body);

-- What one can be qualified in. No owner: national, kept by the operator.
CREATE TABLE competences (
    id uuid NOT NULL,
    code text NOT NULL,
    owner uuid REFERENCES organisations,
    name_nb text NOT NULL,
    name_en text NOT NULL,
    subject text NOT NULL,
    class text NOT NULL,
    obliged_party text,
    issued_by text NOT NULL,
    sensitive boolean NOT NULL,
    scheme uuid REFERENCES schemes,
    expiry text NOT NULL,
    min_hours double precision,
    note_nb text,
    note_en text,
    sources text NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (owner, code)
);
CREATE UNIQUE INDEX competences_national ON competences (code) WHERE owner IS NULL;
CREATE INDEX competences_scheme ON competences (scheme);

CREATE TABLE competence_provisions (
    competence uuid NOT NULL REFERENCES competences,
    position smallint NOT NULL,
    citation text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    PRIMARY KEY (competence, position)
);

CREATE TABLE courses (
    id uuid NOT NULL,
    provider uuid NOT NULL REFERENCES organisations,
    code text NOT NULL,
    competence uuid REFERENCES competences,
    title_nb text NOT NULL,
    title_en text,
    description text,
    learning_outcomes text,
    workload_hours double precision,
    level text,
    assessment text,
    participation text,
    quality_assurance text,
    esco text,
    sensitive boolean NOT NULL,
    closed_on date,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (provider, code)
);
CREATE INDEX courses_competence ON courses (competence);

-- A demand: these people need this competence, from a day on. No team: everyone who is employed.
CREATE TABLE requirements (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    competence uuid NOT NULL REFERENCES competences,
    team uuid REFERENCES teams,
    from_day date NOT NULL,
    to_day date,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX requirements_organisation ON requirements (organisation, id);
CREATE INDEX requirements_competence ON requirements (competence, organisation);

-- The base of everything the schedule governs.
CREATE TABLE records (
    id uuid NOT NULL,
    kind text NOT NULL,
    person uuid NOT NULL REFERENCES persons,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX records_person ON records (person, id);

-- One run of an import; of the file only its hash is kept.
CREATE TABLE import_batches (
    id uuid NOT NULL,
    organisation uuid NOT NULL REFERENCES organisations,
    source text NOT NULL,
    file_hash text NOT NULL,
    done_by text NOT NULL,
    doer uuid,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    read bigint NOT NULL,
    recorded bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX import_batches_organisation ON import_batches (organisation, id);

-- A completion's unchanging part; its content lies in versions.
CREATE TABLE completions (
    record uuid NOT NULL REFERENCES records,
    recorder uuid NOT NULL REFERENCES organisations,
    competence uuid REFERENCES competences,
    course uuid REFERENCES courses,
    event uuid,
    version bigint NOT NULL,
    PRIMARY KEY (record)
);
CREATE INDEX completions_recorder ON completions (recorder, competence, record);
CREATE INDEX completions_competence ON completions (competence, record);

CREATE TABLE completion_versions (
    completion uuid NOT NULL REFERENCES completions,
    version bigint NOT NULL,
    outcome text NOT NULL,
    on_day date,
    hours double precision,
    result text,
    run text,
    ordered_by_person boolean NOT NULL,
    ordered_by uuid REFERENCES organisations,
    recorded_at timestamptz NOT NULL,
    done_by text NOT NULL,
    doer uuid,
    reason text,
    batch uuid REFERENCES import_batches,
    PRIMARY KEY (completion, version)
);
CREATE INDEX completion_versions_ordered_by ON completion_versions (ordered_by, completion);
CREATE INDEX completion_versions_batch ON completion_versions (batch);

-- A record lives as long as someone has custody of it.
CREATE TABLE custodies (
    record uuid NOT NULL REFERENCES records,
    controller uuid NOT NULL REFERENCES organisations,
    ground text NOT NULL,
    capacity text NOT NULL,
    content smallint NOT NULL,
    category text NOT NULL,
    schedule_version text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (record, controller, ground)
);
CREATE INDEX custodies_controller ON custodies (controller, capacity, record);

-- The person accepted the record into the portfolio of the account.
CREATE TABLE portfolio (
    record uuid NOT NULL REFERENCES records,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (record)
);

-- Who was shown what: one row per person, organisation, ground and day, and the set of records.
CREATE TABLE disclosures (
    person uuid NOT NULL REFERENCES persons,
    organisation uuid NOT NULL REFERENCES organisations,
    ground text NOT NULL,
    day date NOT NULL,
    count bigint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (person, organisation, ground, day)
);

CREATE TABLE disclosure_records (
    person uuid NOT NULL REFERENCES persons,
    organisation uuid NOT NULL REFERENCES organisations,
    ground text NOT NULL,
    day date NOT NULL,
    record uuid NOT NULL,
    PRIMARY KEY (person, organisation, ground, day, record)
);

-- What each row of a source last said, so that reading it again changes nothing.
CREATE TABLE import_rows (
    organisation uuid NOT NULL REFERENCES organisations,
    source text NOT NULL,
    row_key text NOT NULL,
    completion uuid NOT NULL REFERENCES completions,
    content_hash text NOT NULL,
    batch uuid NOT NULL REFERENCES import_batches,
    line bigint NOT NULL,
    PRIMARY KEY (organisation, source, row_key)
);
CREATE INDEX import_rows_completion ON import_rows (completion);
CREATE INDEX import_rows_batch ON import_rows (batch);

-- The event feed. The number is given to committed rows by one leader, in order.
CREATE TABLE events (
    id uuid NOT NULL,
    number bigint,
    kind text NOT NULL,
    audience uuid NOT NULL REFERENCES organisations,
    record uuid REFERENCES records,
    at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX events_number ON events (number);
CREATE INDEX events_audience ON events (audience, number);
CREATE INDEX events_unnumbered ON events (id) WHERE number IS NULL;
CREATE INDEX events_record ON events (record);

-- Work that must happen after the commit; done rows are deleted. The payload is sealed if it holds personal data.
CREATE TABLE outbox (
    id uuid NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    due_at timestamptz NOT NULL,
    attempts bigint NOT NULL,
    last_error text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX outbox_due ON outbox (due_at);

-- Ids and codes, a salt, an erasable payload, and the commitment H(salt || payload) that outlives it.
CREATE TABLE audit (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    done_by text NOT NULL,
    doer uuid,
    action text NOT NULL,
    organisation uuid,
    subject uuid,
    salt text,
    payload text,
    commitment text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_organisation ON audit (organisation, id);
CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE idempotency_keys (
    actor text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    made uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- What is fixed for the life of a database, as the public URL once a certificate names it.
CREATE TABLE fixed (
    name text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (name)
);

-- The operator is an organisation from the first day, because custodies need a controller.
INSERT INTO organisations (id, number, name, employer_view, created_at, version) VALUES
    ('00000000-0000-7000-8000-000000000001', '', 'Operator', 'record', '2026-11-22T00:00:00Z', 1);
INSERT INTO capacities (organisation, capacity, from_day) VALUES
    ('00000000-0000-7000-8000-000000000001', 'operator', '2026-11-22');
