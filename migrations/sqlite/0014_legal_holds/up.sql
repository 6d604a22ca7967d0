-- What must not be erased or reduced while a case is open: one record, or, without one, every record its controller holds
-- about the person, now and later. Record and persons are named without references: a hold stays to be read after they are gone.
CREATE TABLE legal_holds (
    id BLOB NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisations,
    person BLOB NOT NULL,
    record BLOB,
    reason TEXT NOT NULL,
    reference TEXT,
    owner BLOB NOT NULL,
    review_on TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by BLOB,
    lifted_at TEXT,
    lifted_by BLOB,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX legal_holds_organisation ON legal_holds (organisation, id);
-- Whether something is held is asked before anything about a person goes.
CREATE INDEX legal_holds_open ON legal_holds (person, organisation) WHERE lifted_at IS NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('legal_holds', 'sqlite_autoindex_legal_holds_1', '20000 1'),
    ('legal_holds', 'legal_holds_organisation', '20000 1000 1'),
    ('legal_holds', 'legal_holds_open', '5000 1 1');
