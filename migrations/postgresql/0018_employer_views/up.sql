-- What a provider showed employers before its present choice, and until which day: what an employer got of a completion stays
-- what was shown when it was recorded.
CREATE TABLE former_employer_views (
    organisation UUID NOT NULL REFERENCES organisations,
    until_day DATE NOT NULL,
    employer_view TEXT NOT NULL,
    PRIMARY KEY (organisation, until_day)
);
