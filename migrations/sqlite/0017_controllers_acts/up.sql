-- What people ask of a controller, and a human there decides: what the controller wants to answer itself, what the person
-- objects to, what the person wants another look at. What is said about persons is sealed. Records are named without references,
-- because a case stays to be read after they are gone; `closed` stands beside `state` so that the open ones come first.
CREATE TABLE privacy_cases (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    person BLOB NOT NULL REFERENCES persons,
    kind TEXT NOT NULL,
    reason TEXT,
    opened_at TEXT NOT NULL,
    due_on TEXT NOT NULL,
    due_last_on TEXT NOT NULL,
    extended_at TEXT,
    extension TEXT,
    state TEXT NOT NULL,
    closed BOOLEAN NOT NULL,
    outcome TEXT,
    answer TEXT,
    closed_at TEXT,
    decided_by BLOB,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX privacy_cases_organisation ON privacy_cases (organisation, closed, due_on, id);
CREATE INDEX privacy_cases_person ON privacy_cases (person, id);

-- What a case is about: its controller's hold on a record, on a ground. The person is the one the record is about, as the
-- controller knows them.
CREATE TABLE privacy_case_custodies (
    privacy_case BLOB NOT NULL REFERENCES privacy_cases,
    record BLOB NOT NULL,
    ground TEXT NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (privacy_case, record, ground)
);
CREATE INDEX privacy_case_custodies_record ON privacy_case_custodies (record);

-- What its controller neither lists nor uses while an objection to it is open (GDPR art. 18(1)(d)).
CREATE TABLE restricted_custodies (
    record BLOB NOT NULL REFERENCES records,
    controller BLOB NOT NULL REFERENCES organisations,
    ground TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (record, controller, ground)
);

-- What a controller let go of before its time: ids and codes.
CREATE TABLE releases (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    released_by BLOB,
    released_at TEXT NOT NULL,
    became TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX releases_organisation ON releases (organisation, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('privacy_cases', 'sqlite_autoindex_privacy_cases_1', '20000 1'),
    ('privacy_cases', 'privacy_cases_organisation', '20000 1000 500 5 1'),
    ('privacy_cases', 'privacy_cases_person', '20000 2 1'),
    ('privacy_case_custodies', 'sqlite_autoindex_privacy_case_custodies_1', '60000 3 2 1'),
    ('privacy_case_custodies', 'privacy_case_custodies_record', '60000 2'),
    ('restricted_custodies', 'sqlite_autoindex_restricted_custodies_1', '5000 2 1 1'),
    ('releases', 'sqlite_autoindex_releases_1', '20000 1'),
    ('releases', 'releases_organisation', '20000 1000 1');
