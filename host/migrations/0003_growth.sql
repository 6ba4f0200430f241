-- What keeps a host fast at any number of leads.

-- Pages of leads by one criterion.
CREATE INDEX lead_listed ON lead (manufacturer, contract, id);
CREATE INDEX lead_in_state ON lead (manufacturer, state, id);
CREATE INDEX lead_waiting ON lead (manufacturer, id) WHERE manual_since IS NOT NULL;
CREATE INDEX lead_sent_by ON lead (manufacturer, sent_by, id) WHERE sent_by IS NOT NULL;

-- Figures as counted up to a position, so that a host that starts need not count
-- from the first event on. Nothing but a saving: without it they are counted anew.
CREATE TABLE counted (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  form BIGINT NOT NULL,
  position BIGINT NOT NULL,
  document BYTEA NOT NULL,
  PRIMARY KEY (manufacturer, contract)
);
