DROP INDEX certificates_kept_about;
DROP INDEX certificates_keeper;
ALTER TABLE certificates DROP COLUMN keeper;
CREATE INDEX certificates_issuer ON certificates (issuer, id);
DROP INDEX legal_holds_continues;
ALTER TABLE legal_holds DROP COLUMN continues;
ALTER TABLE custodies DROP COLUMN came_from;
DROP TABLE transfer_categories;
DROP TABLE transfers;
