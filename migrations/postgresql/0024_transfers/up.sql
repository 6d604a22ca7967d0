-- One organisation takes over what another keeps, when it was bought, merged, closed or went bankrupt: the records of some
-- categories that were recorded up to a day. Whoever proposed and answered are named without references.
CREATE TABLE transfers (
    id UUID NOT NULL,
    giver UUID NOT NULL REFERENCES organisations,
    receiver UUID NOT NULL REFERENCES organisations,
    reason TEXT NOT NULL,
    up_to DATE NOT NULL,
    state TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    proposed_by UUID,
    answered_at TIMESTAMPTZ,
    answered_by UUID,
    done_at TIMESTAMPTZ,
    moved BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX transfers_giver ON transfers (giver, id);
CREATE INDEX transfers_receiver ON transfers (receiver, id);
CREATE INDEX transfers_taken ON transfers (state, answered_at, id);

CREATE TABLE transfer_categories (
    transfer UUID NOT NULL REFERENCES transfers,
    category TEXT NOT NULL,
    PRIMARY KEY (transfer, category)
);

-- Who has been written to about a transfer that is not done, by the id under which all ids of a human are known together.
CREATE TABLE transfer_told (
    transfer UUID NOT NULL REFERENCES transfers,
    person UUID NOT NULL,
    PRIMARY KEY (transfer, person)
);

-- Employments that ended with their employer, and on which day they would have ended otherwise: for when that is taken back.
CREATE TABLE ended_employments (
    employment UUID NOT NULL,
    employer UUID NOT NULL REFERENCES organisations,
    to_day DATE,
    PRIMARY KEY (employment)
);
CREATE INDEX ended_employments_employer ON ended_employments (employer);

-- Whom the facts name, if its controller has taken it over, from them or from others in between.
ALTER TABLE custodies ADD COLUMN came_from UUID REFERENCES organisations;
CREATE INDEX custodies_came_from ON custodies (came_from, record) WHERE came_from IS NOT NULL;
-- The hold of whoever kept the records before, which goes on with their successor.
ALTER TABLE legal_holds ADD COLUMN continues UUID;
CREATE INDEX legal_holds_continues ON legal_holds (continues, organisation) WHERE continues IS NOT NULL;

-- Who stands for a certificate and answers for it: its issuer, or whoever took over from it. The number stays the issuer's.
ALTER TABLE certificates ADD COLUMN keeper UUID REFERENCES organisations;
UPDATE certificates SET keeper = issuer;
ALTER TABLE certificates ALTER COLUMN keeper SET NOT NULL;
DROP INDEX certificates_issuer;
CREATE INDEX certificates_keeper ON certificates (keeper, id);
CREATE INDEX certificates_kept_about ON certificates (keeper, about);
