DROP TABLE narrowed_custodies;
DROP INDEX custodies_undecided;
DROP INDEX custodies_due;
ALTER TABLE custodies DROP COLUMN missing;
ALTER TABLE custodies DROP COLUMN review_on;
ALTER TABLE custodies DROP COLUMN erase_on;
ALTER TABLE custodies DROP COLUMN most;
ALTER TABLE custodies DROP COLUMN may_keep;
ALTER TABLE custodies DROP COLUMN must_keep;
