DELETE FROM sqlite_stat1 WHERE tbl IN ('privacy_cases', 'privacy_case_custodies', 'restricted_custodies', 'releases');
DROP TABLE releases;
DROP TABLE restricted_custodies;
DROP TABLE privacy_case_custodies;
DROP TABLE privacy_cases;
