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
    told_up_to BLOB,
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

-- From whom its controller took it over.
ALTER TABLE custodies ADD COLUMN came_from BLOB REFERENCES organisations;
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
    ('legal_holds', 'legal_holds_continues', '100 1 1'),
    ('transfers', 'sqlite_autoindex_transfers_1', '200 1'),
    ('transfers', 'transfers_giver', '200 2 1'),
    ('transfers', 'transfers_receiver', '200 4 1'),
    ('transfers', 'transfers_taken', '200 40 1 1'),
    ('transfer_categories', 'transfer_categories', '600 3 1');
