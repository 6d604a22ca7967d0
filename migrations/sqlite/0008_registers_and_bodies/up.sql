-- Which register certifies what a provider may not certify itself, by the day of the completion; without one from the day
-- on, none.
CREATE TABLE provider_registers (
    provider BLOB NOT NULL REFERENCES organisations,
    from_day TEXT NOT NULL,
    register BLOB REFERENCES organisations,
    PRIMARY KEY (provider, from_day)
) WITHOUT ROWID;

-- The scheme of a line's competence when it was issued, so that its body finds what belongs to it.
ALTER TABLE certificate_lines ADD COLUMN scheme BLOB REFERENCES schemes;
UPDATE certificate_lines SET scheme = (SELECT scheme FROM competences WHERE competences.id = certificate_lines.competence);
CREATE INDEX certificate_lines_scheme ON certificate_lines (scheme, certificate) WHERE scheme IS NOT NULL;
