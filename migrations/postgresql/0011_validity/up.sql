-- What a competence is a repetition of, whose certificates it then renews (GSK); and what it is added to, whose last day it
-- then shares (ADR 8.2.2.8.2).
ALTER TABLE competences ADD COLUMN repeats UUID REFERENCES competences;
ALTER TABLE competences ADD COLUMN adds_to UUID REFERENCES competences;
UPDATE competences SET repeats = (SELECT id FROM competences AS whole WHERE whole.code = 'GSK' AND whole.owner IS NULL)
    WHERE code = 'GSK-REP' AND owner IS NULL;
CREATE INDEX competences_repeats ON competences (repeats);

-- From a day on a competence lasts otherwise: a completion goes by the rule that was in force on its day.
CREATE TABLE competence_expiries (
    competence UUID NOT NULL REFERENCES competences,
    from_day DATE NOT NULL,
    expiry TEXT NOT NULL,
    PRIMARY KEY (competence, from_day)
);

-- An authority moved the last day of whatever ends in a period.
CREATE TABLE competence_extensions (
    competence UUID NOT NULL REFERENCES competences,
    position SMALLINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    until_day DATE NOT NULL,
    citation TEXT NOT NULL,
    PRIMARY KEY (competence, position)
);

-- The employer with whose employment what the line proves ends.
ALTER TABLE certificate_lines ADD COLUMN employer UUID REFERENCES organisations;
