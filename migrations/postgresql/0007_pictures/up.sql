-- What an organisation's documents look like: its logo, and the colour of what stands out.
ALTER TABLE issuing ADD COLUMN logo UUID REFERENCES documents;
ALTER TABLE issuing ADD COLUMN colour TEXT;

-- The pictures a version is drawn with, until it is gone itself.
ALTER TABLE certificate_versions ADD COLUMN photo UUID REFERENCES documents;
ALTER TABLE certificate_versions ADD COLUMN logo UUID REFERENCES documents;
CREATE INDEX certificate_versions_photo ON certificate_versions (photo) WHERE photo IS NOT NULL;
CREATE INDEX certificate_versions_logo ON certificate_versions (logo) WHERE logo IS NOT NULL;

-- The photo of a holder, sent by whoever is about to issue. What is not used in time goes.
CREATE TABLE photos (
    issuer UUID NOT NULL REFERENCES organisations,
    person UUID NOT NULL REFERENCES persons,
    document UUID NOT NULL REFERENCES documents,
    sent_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, person)
);
CREATE INDEX photos_person ON photos (person);
CREATE INDEX photos_age ON photos (sent_at);
