-- Answers that policies of routing could not give by their own fault, each the
-- decision of that name: so many within a while take a generation out of force.
CREATE TABLE policy_failure (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  decision TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, generation, decision)
);
