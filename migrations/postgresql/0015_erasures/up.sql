-- What a person confirmed to have erased, and the receipt that says what became of it. The receipt names what is gone, so it
-- is sealed.
CREATE TABLE erasures (
    id UUID NOT NULL,
    person UUID NOT NULL REFERENCES persons,
    erased_at TIMESTAMPTZ NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX erasures_person ON erasures (person, id);
