-- What a competence is a repetition of, whose certificates it then renews (GSK); and what it is added to, whose last day it
-- then shares (ADR 8.2.2.8.2).
ALTER TABLE competences ADD COLUMN repeats BLOB REFERENCES competences;
ALTER TABLE competences ADD COLUMN adds_to BLOB REFERENCES competences;
UPDATE competences SET repeats = (SELECT id FROM competences AS whole WHERE whole.code = 'GSK' AND whole.owner IS NULL)
    WHERE code = 'GSK-REP' AND owner IS NULL;
CREATE INDEX competences_repeats ON competences (repeats);

-- From a day on a competence lasts otherwise: a completion goes by the rule that was in force on its day.
CREATE TABLE competence_expiries (
    competence BLOB NOT NULL REFERENCES competences,
    from_day TEXT NOT NULL,
    expiry TEXT NOT NULL,
    PRIMARY KEY (competence, from_day)
) WITHOUT ROWID;

-- An authority moved the last day of whatever ends in a period.
CREATE TABLE competence_extensions (
    competence BLOB NOT NULL REFERENCES competences,
    position SMALLINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    citation TEXT NOT NULL,
    PRIMARY KEY (competence, position)
) WITHOUT ROWID;

-- The employer with whose employment what the line proves ends.
ALTER TABLE certificate_lines ADD COLUMN employer BLOB REFERENCES organisations;
