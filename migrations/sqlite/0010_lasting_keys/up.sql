-- Keys of hashes whose origin is not kept, so that they cannot be made anew: when the master key is exchanged, such a key
-- stays as it was and is sealed with the new one.
CREATE TABLE lasting_keys (
    purpose TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (purpose)
) WITHOUT ROWID;
