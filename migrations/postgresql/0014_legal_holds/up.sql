-- What must not be erased or reduced while a case is open: one record, or, without one, every record its controller holds
-- about the person, now and later. Record and persons are named without references: a hold stays to be read after they are gone.
CREATE TABLE legal_holds (
    id UUID NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    person UUID NOT NULL,
    record UUID,
    reason TEXT NOT NULL,
    reference TEXT,
    owner UUID NOT NULL,
    review_on DATE NOT NULL,
    set_at TIMESTAMPTZ NOT NULL,
    set_by UUID,
    lifted_at TIMESTAMPTZ,
    lifted_by UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX legal_holds_organisation ON legal_holds (organisation, id);
-- Whether something is held is asked before anything about a person goes.
CREATE INDEX legal_holds_open ON legal_holds (person, organisation) WHERE lifted_at IS NULL;
