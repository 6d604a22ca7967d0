DROP INDEX certificate_lines_scheme;
ALTER TABLE certificate_lines DROP COLUMN scheme;
DROP TABLE provider_registers;
