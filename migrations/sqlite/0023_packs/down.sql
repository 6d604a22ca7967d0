DROP TABLE awaited_endings;
DROP TABLE packs;
DELETE FROM sqlite_stat1 WHERE tbl IN ('packs', 'awaited_endings');
