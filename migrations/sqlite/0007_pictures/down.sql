DROP TABLE photos;
DROP INDEX certificate_versions_logo;
DROP INDEX certificate_versions_photo;
ALTER TABLE certificate_versions DROP COLUMN logo;
ALTER TABLE certificate_versions DROP COLUMN photo;
ALTER TABLE issuing DROP COLUMN colour;
ALTER TABLE issuing DROP COLUMN logo;
