DELETE FROM sqlite_stat1 WHERE tbl IN ('annulments', 'minor_reports');
ALTER TABLE privacy_cases DROP COLUMN reply_lang;
ALTER TABLE privacy_cases DROP COLUMN reply_to;
DROP TABLE minor_reports;
DROP TABLE annulments;
