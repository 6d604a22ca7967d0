DELETE FROM sqlite_stat1 WHERE tbl = 'legal_holds';
DROP TABLE legal_holds;
