-- Records that never should have been: who recorded one proposes that it goes, and a second person there confirms it. Record
-- and persons are named without references, because this stays to be read after they are gone; why is sealed, and goes with
-- the answer.
CREATE TABLE annulments (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    record BLOB NOT NULL,
    record_version BIGINT NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT,
    belongs_to BLOB,
    state TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    proposed_by BLOB NOT NULL,
    answered_at TEXT,
    answered_by BLOB,
    recorded_anew BLOB,
    PRIMARY KEY (id)
);
CREATE INDEX annulments_organisation ON annulments (organisation, id);
-- Of a record one is open at most.
CREATE UNIQUE INDEX annulments_open ON annulments (record) WHERE answered_at IS NULL;
CREATE INDEX annulments_proposed ON annulments (proposed_at) WHERE answered_at IS NULL;
CREATE INDEX annulments_answered ON annulments (answered_at) WHERE answered_at IS NOT NULL;

-- An account the operator was told is a child's: it is closed until a second operator has confirmed it, and opens again as it
-- was before if nobody does.
CREATE TABLE minor_reports (
    account BLOB NOT NULL REFERENCES accounts,
    reported_at TEXT NOT NULL,
    reported_by BLOB NOT NULL,
    closed_at TEXT,
    closed_because TEXT,
    PRIMARY KEY (account)
) WITHOUT ROWID;
CREATE INDEX minor_reports_reported ON minor_reports (reported_at);

-- Where whoever has no account any more is answered, sealed, and in which language; it goes when the case closes.
ALTER TABLE privacy_cases ADD COLUMN reply_to TEXT;
ALTER TABLE privacy_cases ADD COLUMN reply_lang TEXT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('annulments', 'sqlite_autoindex_annulments_1', '20000 1'),
    ('annulments', 'annulments_organisation', '20000 1000 1'),
    ('annulments', 'annulments_open', '200 1'),
    ('annulments', 'annulments_proposed', '200 1'),
    ('annulments', 'annulments_answered', '20000 1'),
    ('minor_reports', 'minor_reports', '20 1'),
    ('minor_reports', 'minor_reports_reported', '20 1');
