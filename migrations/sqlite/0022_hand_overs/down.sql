DELETE FROM sqlite_stat1 WHERE tbl = 'hand_overs';
DROP TABLE hand_overs;
