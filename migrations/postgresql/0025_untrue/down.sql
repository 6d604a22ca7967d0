ALTER TABLE privacy_cases DROP COLUMN reply_lang;
ALTER TABLE privacy_cases DROP COLUMN reply_to;
DROP TABLE minor_reports;
DROP TABLE annulments;
