DROP TABLE awaited_endings;
DROP TABLE packs;
