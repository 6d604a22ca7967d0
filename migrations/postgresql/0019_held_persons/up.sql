-- The persons an open hold lies on: everyone its person was known as when it was set. It goes on lying on them when they turn
-- out to be several. Named without references, as in the hold.
CREATE TABLE held_persons (
    person UUID NOT NULL,
    hold UUID NOT NULL REFERENCES legal_holds,
    PRIMARY KEY (person, hold)
);
CREATE INDEX held_persons_hold ON held_persons (hold);
INSERT INTO held_persons (person, hold)
    SELECT person, id FROM legal_holds WHERE lifted_at IS NULL
    UNION
    SELECT same.id, legal_holds.id FROM legal_holds
        JOIN persons AS known ON known.id = legal_holds.person
        JOIN persons AS same ON same.same_as = known.same_as
        WHERE legal_holds.lifted_at IS NULL AND legal_holds.record IS NULL;
DROP INDEX legal_holds_open;

