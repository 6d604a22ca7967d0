-- The record: persons, organisations, catalogue, completions with custodies, and what the house itself needs.
-- Ids are UUIDv7 minted by the program; instants are UTC; days are Europe/Oslo dates.

-- A natural person is a bare id; same_as is the id under which claimed persons are known together, at first the own.
CREATE TABLE persons (
    id BLOB NOT NULL,
    same_as BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX persons_same_as ON persons (same_as);

-- A legal entity. The operator's number is empty until it is configured.
CREATE TABLE organisations (
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    legal_entity BLOB REFERENCES organisations,
    employer_view TEXT NOT NULL,
    privacy_contact TEXT,
    dissolved_on TEXT,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (number)
);

-- What an organisation can act as, from one day to another.
CREATE TABLE capacities (
    organisation BLOB NOT NULL REFERENCES organisations,
    capacity TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    PRIMARY KEY (organisation, capacity)
) WITHOUT ROWID;

-- A provider's certification and the competences it covers.
CREATE TABLE certifications (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    number TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX certifications_organisation ON certifications (organisation);

CREATE TABLE certification_competences (
    certification BLOB NOT NULL REFERENCES certifications,
    competence BLOB NOT NULL,
    PRIMARY KEY (certification, competence)
) WITHOUT ROWID;

-- What one holder knows about a person. No holder: the person's own card.
CREATE TABLE cards (
    id BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES persons,
    holder BLOB REFERENCES organisations,
    external_reference TEXT,
    name TEXT,
    birth_date TEXT,
    mobile TEXT,
    position TEXT,
    source TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (holder, person),
    UNIQUE (holder, external_reference)
);
CREATE UNIQUE INDEX cards_own ON cards (person) WHERE holder IS NULL;
CREATE INDEX cards_person ON cards (person);
CREATE INDEX cards_holder ON cards (holder, id);

CREATE TABLE card_emails (
    card BLOB NOT NULL REFERENCES cards,
    email_key TEXT NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (card, email_key)
) WITHOUT ROWID;
CREATE INDEX card_emails_key ON card_emails (email_key);

-- A link a person made; it rewrites nothing and can be undone.
CREATE TABLE claims (
    id BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES persons,
    card BLOB NOT NULL REFERENCES cards,
    claimed BLOB NOT NULL REFERENCES persons,
    claimed_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    undone_at TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX claims_person ON claims (person);
CREATE INDEX claims_card ON claims (card);

-- A person's means of signing in.
CREATE TABLE accounts (
    id BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES persons,
    password_hash TEXT NOT NULL,
    locale TEXT NOT NULL,
    created_at TEXT NOT NULL,
    closed_at TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person)
);

CREATE TABLE account_emails (
    email_key TEXT NOT NULL,
    email TEXT NOT NULL,
    account BLOB NOT NULL REFERENCES accounts,
    verified_at TEXT NOT NULL,
    PRIMARY KEY (email_key)
);
CREATE INDEX account_emails_account ON account_emails (account);

-- A sign-up that waits for its e-mail to be verified; gone after 48 hours.
CREATE TABLE sign_ups (
    id BLOB NOT NULL,
    token_hash TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    locale TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);

CREATE TABLE password_resets (
    token_hash TEXT NOT NULL,
    account BLOB NOT NULL REFERENCES accounts,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX password_resets_expiry ON password_resets (expires_at);

CREATE TABLE sign_ins (
    id BLOB NOT NULL,
    account BLOB NOT NULL REFERENCES accounts,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX sign_ins_account ON sign_ins (account);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL,
    sign_in BLOB NOT NULL REFERENCES sign_ins,
    issued_at TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (token_hash)
);
CREATE INDEX refresh_tokens_sign_in ON refresh_tokens (sign_in);

-- Failed attempts per keyed hash of what was tried: they slow, they do not block.
CREATE TABLE attempts (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

CREATE TABLE api_clients (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX api_clients_organisation ON api_clients (organisation, id);

-- Token keys; the private half is wrapped by the master key.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at TEXT NOT NULL,
    retired_at TEXT,
    PRIMARY KEY (kid)
);

CREATE TABLE teams (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (organisation, name)
);

-- A person works in Attest for an organisation.
CREATE TABLE memberships (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    person BLOB NOT NULL REFERENCES persons,
    role TEXT NOT NULL,
    team BLOB REFERENCES teams,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX memberships_person ON memberships (person);
CREATE INDEX memberships_organisation ON memberships (organisation, id);

-- A person works for an employer.
CREATE TABLE employments (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    person BLOB NOT NULL REFERENCES persons,
    team BLOB REFERENCES teams,
    from_day TEXT NOT NULL,
    to_day TEXT,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX employments_person ON employments (person, organisation);
CREATE INDEX employments_organisation ON employments (organisation, id);
CREATE INDEX employments_team ON employments (team);

-- By mail, seven days, single use: to a role, or to claim a card.
CREATE TABLE invitations (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    email TEXT NOT NULL,
    role TEXT,
    team BLOB REFERENCES teams,
    card BLOB REFERENCES cards,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_at TEXT,
    withdrawn_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);
CREATE INDEX invitations_organisation ON invitations (organisation, id);
CREATE INDEX invitations_card ON invitations (card);

-- A certifying body's set of competences.
CREATE TABLE schemes (
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    body BLOB REFERENCES organisations,
    name_nb TEXT NOT NULL,
    name_en TEXT NOT NULL,
    fields TEXT NOT NULL,
    source TEXT,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);
CREATE INDEX schemes_body ON schemes (body);

-- What one can be qualified in. No owner: national, kept by the operator.
CREATE TABLE competences (
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    owner BLOB REFERENCES organisations,
    name_nb TEXT NOT NULL,
    name_en TEXT NOT NULL,
    subject TEXT NOT NULL,
    class TEXT NOT NULL,
    obliged_party TEXT,
    issued_by TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    scheme BLOB REFERENCES schemes,
    expiry TEXT NOT NULL,
    min_hours DOUBLE,
    note_nb TEXT,
    note_en TEXT,
    sources TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (owner, code)
);
CREATE UNIQUE INDEX competences_national ON competences (code) WHERE owner IS NULL;
CREATE INDEX competences_scheme ON competences (scheme);

CREATE TABLE competence_provisions (
    competence BLOB NOT NULL REFERENCES competences,
    position SMALLINT NOT NULL,
    citation TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (competence, position)
) WITHOUT ROWID;

CREATE TABLE courses (
    id BLOB NOT NULL,
    provider BLOB NOT NULL REFERENCES organisations,
    code TEXT NOT NULL,
    competence BLOB REFERENCES competences,
    title_nb TEXT NOT NULL,
    title_en TEXT,
    description TEXT,
    learning_outcomes TEXT,
    workload_hours DOUBLE,
    level TEXT,
    assessment TEXT,
    participation TEXT,
    quality_assurance TEXT,
    esco TEXT,
    sensitive BOOLEAN NOT NULL,
    closed_on TEXT,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (provider, code)
);
CREATE INDEX courses_competence ON courses (competence);

-- A demand: these people need this competence, from a day on. No team: everyone who is employed.
CREATE TABLE requirements (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    competence BLOB NOT NULL REFERENCES competences,
    team BLOB REFERENCES teams,
    from_day TEXT NOT NULL,
    to_day TEXT,
    created_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX requirements_organisation ON requirements (organisation, id);
CREATE INDEX requirements_competence ON requirements (competence, organisation);

-- The base of everything the schedule governs.
CREATE TABLE records (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    person BLOB NOT NULL REFERENCES persons,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX records_person ON records (person, id);

-- One run of an import; of the file only its hash is kept.
CREATE TABLE import_batches (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    source TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    done_by TEXT NOT NULL,
    doer BLOB,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    read BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX import_batches_organisation ON import_batches (organisation, id);

-- A completion's unchanging part; its content lies in versions.
CREATE TABLE completions (
    record BLOB NOT NULL REFERENCES records,
    recorder BLOB NOT NULL REFERENCES organisations,
    competence BLOB REFERENCES competences,
    course BLOB REFERENCES courses,
    event BLOB,
    version BIGINT NOT NULL,
    PRIMARY KEY (record)
) WITHOUT ROWID;
CREATE INDEX completions_recorder ON completions (recorder, competence, record);
CREATE INDEX completions_competence ON completions (competence, record);

CREATE TABLE completion_versions (
    completion BLOB NOT NULL REFERENCES completions,
    version BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    on_day TEXT,
    hours DOUBLE,
    result TEXT,
    run TEXT,
    ordered_by_person BOOLEAN NOT NULL,
    ordered_by BLOB REFERENCES organisations,
    recorded_at TEXT NOT NULL,
    done_by TEXT NOT NULL,
    doer BLOB,
    reason TEXT,
    batch BLOB REFERENCES import_batches,
    PRIMARY KEY (completion, version)
) WITHOUT ROWID;
CREATE INDEX completion_versions_ordered_by ON completion_versions (ordered_by, completion);
CREATE INDEX completion_versions_batch ON completion_versions (batch);

-- A record lives as long as someone has custody of it.
CREATE TABLE custodies (
    record BLOB NOT NULL REFERENCES records,
    controller BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    capacity TEXT NOT NULL,
    content SMALLINT NOT NULL,
    category TEXT NOT NULL,
    schedule_version TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (record, controller, ground)
) WITHOUT ROWID;
CREATE INDEX custodies_controller ON custodies (controller, capacity, record);

-- The person accepted the record into the portfolio of the account.
CREATE TABLE portfolio (
    record BLOB NOT NULL REFERENCES records,
    accepted_at TEXT NOT NULL,
    PRIMARY KEY (record)
);

-- Who was shown what: one row per person, organisation, ground and day, and the set of records.
CREATE TABLE disclosures (
    person BLOB NOT NULL REFERENCES persons,
    organisation BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    day TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (person, organisation, ground, day)
) WITHOUT ROWID;

CREATE TABLE disclosure_records (
    person BLOB NOT NULL REFERENCES persons,
    organisation BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    day TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (person, organisation, ground, day, record)
) WITHOUT ROWID;

-- What each row of a source last said, so that reading it again changes nothing.
CREATE TABLE import_rows (
    organisation BLOB NOT NULL REFERENCES organisations,
    source TEXT NOT NULL,
    row_key TEXT NOT NULL,
    completion BLOB NOT NULL REFERENCES completions,
    content_hash TEXT NOT NULL,
    batch BLOB NOT NULL REFERENCES import_batches,
    line BIGINT NOT NULL,
    PRIMARY KEY (organisation, source, row_key)
) WITHOUT ROWID;
CREATE INDEX import_rows_completion ON import_rows (completion);
CREATE INDEX import_rows_batch ON import_rows (batch);

-- The event feed. The number is given to committed rows by one leader, in order.
CREATE TABLE events (
    id BLOB NOT NULL,
    number BIGINT,
    kind TEXT NOT NULL,
    audience BLOB NOT NULL REFERENCES organisations,
    record BLOB REFERENCES records,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX events_number ON events (number);
CREATE INDEX events_audience ON events (audience, number);
CREATE INDEX events_unnumbered ON events (id) WHERE number IS NULL;
CREATE INDEX events_record ON events (record);

-- Work that must happen after the commit; done rows are deleted. The payload is sealed if it holds personal data.
CREATE TABLE outbox (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX outbox_due ON outbox (due_at);

-- Ids and codes, a salt, an erasable payload, and the commitment H(salt || payload) that outlives it.
CREATE TABLE audit (
    id BLOB NOT NULL,
    at TEXT NOT NULL,
    done_by TEXT NOT NULL,
    doer BLOB,
    action TEXT NOT NULL,
    organisation BLOB,
    subject BLOB,
    salt TEXT,
    payload TEXT,
    commitment TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_organisation ON audit (organisation, id);
CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE idempotency_keys (
    actor TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    made BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (actor, operation, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- What is fixed for the life of a database, as the public URL once a certificate names it.
CREATE TABLE fixed (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

-- The operator is an organisation from the first day, because custodies need a controller.
INSERT INTO organisations (id, number, name, employer_view, created_at, version) VALUES
    (x'00000000000070008000000000000001', '', 'Operator', 'record', '2026-11-22T00:00:00.000000Z', 1);
INSERT INTO capacities (organisation, capacity, from_day) VALUES
    (x'00000000000070008000000000000001', 'operator', '2026-11-22');
