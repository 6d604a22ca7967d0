-- The persons an open hold lies on: everyone its person was known as when it was set. It goes on lying on them when they turn
-- out to be several. Named without references, as in the hold.
CREATE TABLE held_persons (
    person BLOB NOT NULL,
    hold BLOB NOT NULL REFERENCES legal_holds,
    PRIMARY KEY (person, hold)
) WITHOUT ROWID;
CREATE INDEX held_persons_hold ON held_persons (hold);
INSERT INTO held_persons (person, hold)
    SELECT person, id FROM legal_holds WHERE lifted_at IS NULL
    UNION
    SELECT same.id, legal_holds.id FROM legal_holds
        JOIN persons AS known ON known.id = legal_holds.person
        JOIN persons AS same ON same.same_as = known.same_as
        WHERE legal_holds.lifted_at IS NULL AND legal_holds.record IS NULL;
DROP INDEX legal_holds_open;

DELETE FROM sqlite_stat1 WHERE idx = 'legal_holds_open';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('held_persons', 'held_persons', '5000 1 1'),
    ('held_persons', 'held_persons_hold', '5000 1');
