CREATE INDEX legal_holds_open ON legal_holds (person, organisation) WHERE lifted_at IS NULL;
DROP TABLE held_persons;
