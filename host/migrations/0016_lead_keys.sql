-- The key of a lead: what policies were told in its own words is kept under it in
-- receipts. It goes when the person is erased, and nothing else ever does with it.
CREATE TABLE lead_key (
  manufacturer TEXT NOT NULL,
  lead TEXT NOT NULL,
  secret BYTEA NOT NULL,
  PRIMARY KEY (manufacturer, lead)
);
