DROP INDEX password_resets_account;
DROP INDEX releases_released;
DROP INDEX privacy_cases_closed;
DROP INDEX accounts_used;
DROP INDEX accounts_closed;
ALTER TABLE accounts DROP COLUMN told_on;
ALTER TABLE accounts DROP COLUMN last_used_on;
ALTER TABLE accounts DROP COLUMN closed_because;
