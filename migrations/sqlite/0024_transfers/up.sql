-- One organisation takes over what another keeps, when it was bought, merged, closed or went bankrupt: the records of some
-- categories that were recorded up to a day. Whoever proposed and answered are named without references.
CREATE TABLE transfers (
    id BLOB NOT NULL,
    giver BLOB NOT NULL REFERENCES organisations,
    receiver BLOB NOT NULL REFERENCES organisations,
    reason TEXT NOT NULL,
    up_to TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    proposed_by BLOB,
    answered_at TEXT,
    answered_by BLOB,
    done_at TEXT,
    moved BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX transfers_giver ON transfers (giver, id);
CREATE INDEX transfers_receiver ON transfers (receiver, id);
CREATE INDEX transfers_taken ON transfers (state, answered_at, id);

CREATE TABLE transfer_categories (
    transfer BLOB NOT NULL REFERENCES transfers,
    category TEXT NOT NULL,
    PRIMARY KEY (transfer, category)
) WITHOUT ROWID;

-- Who has been written to about a transfer that is not done, by the id under which all ids of a human are known together.
CREATE TABLE transfer_told (
    transfer BLOB NOT NULL REFERENCES transfers,
    person BLOB NOT NULL,
    PRIMARY KEY (transfer, person)
) WITHOUT ROWID;

-- Employments that ended with their employer, and on which day they would have ended otherwise: for when that is taken back.
CREATE TABLE ended_employments (
    employment BLOB NOT NULL,
    employer BLOB NOT NULL REFERENCES organisations,
    to_day TEXT,
    PRIMARY KEY (employment)
) WITHOUT ROWID;
CREATE INDEX ended_employments_employer ON ended_employments (employer);

-- Whom the facts name, if its controller has taken it over, from them or from others in between.
ALTER TABLE custodies ADD COLUMN came_from BLOB REFERENCES organisations;
CREATE INDEX custodies_came_from ON custodies (came_from, record) WHERE came_from IS NOT NULL;
-- The hold of whoever kept the records before, which goes on with their successor.
ALTER TABLE legal_holds ADD COLUMN continues BLOB;
CREATE INDEX legal_holds_continues ON legal_holds (continues, organisation) WHERE continues IS NOT NULL;

-- Who stands for a certificate and answers for it: its issuer, or whoever took over from it. The number stays the issuer's.
ALTER TABLE certificates ADD COLUMN keeper BLOB NOT NULL DEFAULT x'';
UPDATE certificates SET keeper = issuer;
DROP INDEX certificates_issuer;
CREATE INDEX certificates_keeper ON certificates (keeper, id);
CREATE INDEX certificates_kept_about ON certificates (keeper, about);

DELETE FROM sqlite_stat1 WHERE idx = 'certificates_issuer';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('certificates', 'certificates_keeper', '5000000 250000 1'),
    ('certificates', 'certificates_kept_about', '5000000 250000 1'),
    ('custodies', 'custodies_came_from', '200000 20000 1'),
    ('transfer_told', 'transfer_told', '10000 1000 1'),
    ('ended_employments', 'ended_employments', '5000 1'),
    ('ended_employments', 'ended_employments_employer', '5000 100'),
    ('legal_holds', 'legal_holds_continues', '100 1 1'),
    ('transfers', 'sqlite_autoindex_transfers_1', '200 1'),
    ('transfers', 'transfers_giver', '200 2 1'),
    ('transfers', 'transfers_receiver', '200 4 1'),
    ('transfers', 'transfers_taken', '200 40 1 1'),
    ('transfer_categories', 'transfer_categories', '600 3 1');
