DROP TABLE to_certify;
DROP TABLE certificate_batches;
ALTER TABLE certificate_versions DROP COLUMN letter;
ALTER TABLE certificate_versions DROP COLUMN batch;
ALTER TABLE courses DROP COLUMN certifies_from;
