-- Records that never should have been: who recorded one proposes that it goes, and a second person there confirms it. Record
-- and persons are named without references, because this stays to be read after they are gone; why is sealed, and goes with
-- the answer.
CREATE TABLE annulments (
    id UUID NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    record UUID NOT NULL,
    record_version BIGINT NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT,
    belongs_to UUID,
    state TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    proposed_by UUID NOT NULL,
    answered_at TIMESTAMPTZ,
    answered_by UUID,
    recorded_anew UUID,
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
    account UUID NOT NULL REFERENCES accounts,
    reported_at TIMESTAMPTZ NOT NULL,
    reported_by UUID NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_because TEXT,
    PRIMARY KEY (account)
);
CREATE INDEX minor_reports_reported ON minor_reports (reported_at);

-- Where whoever has no account any more is answered, sealed, and in which language; it goes when the case closes.
ALTER TABLE privacy_cases ADD COLUMN reply_to TEXT;
ALTER TABLE privacy_cases ADD COLUMN reply_lang TEXT;
