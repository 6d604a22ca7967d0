-- What people ask of a controller, and a human there decides: what the controller wants to answer itself, what the person
-- objects to, what the person wants another look at. What is said about persons is sealed. Records are named without references,
-- because a case stays to be read after they are gone; `closed` stands beside `state` so that the open ones come first.
CREATE TABLE privacy_cases (
    id UUID NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    person UUID NOT NULL REFERENCES persons,
    kind TEXT NOT NULL,
    reason TEXT,
    opened_at TIMESTAMPTZ NOT NULL,
    due_on DATE NOT NULL,
    due_last_on DATE NOT NULL,
    extended_at TIMESTAMPTZ,
    extension TEXT,
    state TEXT NOT NULL,
    closed BOOLEAN NOT NULL,
    outcome TEXT,
    answer TEXT,
    closed_at TIMESTAMPTZ,
    decided_by UUID,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX privacy_cases_organisation ON privacy_cases (organisation, closed, due_on, id);
CREATE INDEX privacy_cases_person ON privacy_cases (person, id);

-- What a case is about: its controller's hold on a record, on a ground. The person is the one the record is about, as the
-- controller knows them.
CREATE TABLE privacy_case_custodies (
    privacy_case UUID NOT NULL REFERENCES privacy_cases,
    record UUID NOT NULL,
    ground TEXT NOT NULL,
    person UUID NOT NULL,
    PRIMARY KEY (privacy_case, record, ground)
);
CREATE INDEX privacy_case_custodies_record ON privacy_case_custodies (record);

-- What its controller neither lists nor uses while an objection to it is open (GDPR art. 18(1)(d)).
CREATE TABLE restricted_custodies (
    record UUID NOT NULL REFERENCES records,
    controller UUID NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (record, controller, ground)
);

-- What a controller let go of before its time: ids and codes.
CREATE TABLE releases (
    id UUID NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations,
    released_by UUID,
    released_at TIMESTAMPTZ NOT NULL,
    became TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX releases_organisation ON releases (organisation, id);
