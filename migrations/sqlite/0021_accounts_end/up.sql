-- Why an account was closed: its person may come back, whom the operator closed it for may not.
ALTER TABLE accounts ADD COLUMN closed_because TEXT;
UPDATE accounts SET closed_because = 'operator' WHERE closed_at IS NOT NULL;
-- The last day somebody used it. Before this it was not written down, so nobody has been away for longer than from here.
ALTER TABLE accounts ADD COLUMN last_used_on TEXT NOT NULL DEFAULT '2026-11-22';
-- When its person was told that it goes.
ALTER TABLE accounts ADD COLUMN told_on TEXT;
-- What goes by its age is walked from the oldest.
CREATE INDEX accounts_closed ON accounts (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX accounts_used ON accounts (last_used_on, id);
CREATE INDEX password_resets_account ON password_resets (account);
-- Cases and releases too are forgotten from the oldest.
CREATE INDEX privacy_cases_closed ON privacy_cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX releases_released ON releases (released_at);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('accounts', 'accounts_closed', '50000 2 1'),
    ('accounts', 'accounts_used', '1000000 1000 1'),
    ('privacy_cases', 'privacy_cases_closed', '15000 1'),
    ('releases', 'releases_released', '20000 1');
