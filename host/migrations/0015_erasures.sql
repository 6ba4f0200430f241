-- Leads whose persons were erased. `wiped`: 1 once nothing of them is left in the
-- database's own files either, as far as this server can see to it.
CREATE TABLE erasure (
  manufacturer TEXT NOT NULL,
  lead TEXT NOT NULL,
  erased_at BIGINT NOT NULL,
  wiped SMALLINT NOT NULL CHECK (wiped IN (0, 1)),
  PRIMARY KEY (manufacturer, lead)
);
CREATE INDEX erasure_to_wipe ON erasure (manufacturer) WHERE wiped = 0;

-- Leads whose persons are forgotten after a while.
CREATE INDEX lead_ended ON lead (manufacturer, contract, ended_at)
  WHERE state IN ('won', 'lost', 'rejected');

-- What tells that a lead is likely the same as another, by the lead.
CREATE INDEX duplicate_key_of_lead ON duplicate_key (manufacturer, lead);
