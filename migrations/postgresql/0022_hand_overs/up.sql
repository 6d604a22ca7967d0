-- The person handed the record over to an employer that requires it.
CREATE TABLE hand_overs (
    record UUID NOT NULL REFERENCES records,
    organisation UUID NOT NULL REFERENCES organisations,
    handed_over_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (record, organisation)
);
