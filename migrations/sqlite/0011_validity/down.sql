ALTER TABLE certificate_lines DROP COLUMN employer;
DROP TABLE competence_extensions;
DROP TABLE competence_expiries;
DROP INDEX competences_repeats;
ALTER TABLE competences DROP COLUMN adds_to;
ALTER TABLE competences DROP COLUMN repeats;
