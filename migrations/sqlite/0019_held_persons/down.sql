CREATE INDEX legal_holds_open ON legal_holds (person, organisation) WHERE lifted_at IS NULL;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('legal_holds', 'legal_holds_open', '5000 1 1');
DROP TABLE held_persons;
