-- Lines of statements that partners dispute, and how each was answered; appended only.
-- `complaint` here and `reason` below are what people have written, perhaps about
-- persons: whoever erases a person looks there, by the lead where the line has one.
CREATE TABLE dispute (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  partner TEXT NOT NULL,
  posting TEXT NOT NULL,
  -- Counts those of a posting: there is a next one only when the last one is answered.
  number BIGINT NOT NULL,
  lead TEXT,
  deal TEXT,
  complaint TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by TEXT,
  PRIMARY KEY (manufacturer, id),
  UNIQUE (manufacturer, posting, number)
);
CREATE INDEX dispute_of_contract ON dispute (manufacturer, contract, id);
CREATE INDEX dispute_of_lead ON dispute (manufacturer, lead) WHERE lead IS NOT NULL;

CREATE TABLE dispute_answer (
  manufacturer TEXT NOT NULL,
  dispute TEXT NOT NULL,
  reason TEXT,
  -- The postings that put it right.
  corrections TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  answered_by TEXT,
  PRIMARY KEY (manufacturer, dispute)
);
