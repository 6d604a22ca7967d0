DROP TABLE releases;
DROP TABLE restricted_custodies;
DROP TABLE privacy_case_custodies;
DROP TABLE privacy_cases;
