-- What candidates have answered, and what was in force beside a canary. An answer is
-- filed under the candidate that is tried, whoever gave it. `role`: shadow, a
-- candidate that was asked beside; canary, a candidate's answer that was acted on;
-- incumbent, what is in force, asked beside that canary. `agrees`: 1 where the same
-- would be done, 0 where not, none where there is nothing to compare with.
-- Appended; but what a component of money would have paid is answered anew, under
-- the event's identifier, whenever its period is computed anew.
CREATE TABLE candidate_answer (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('shadow', 'canary', 'incumbent')),
  incumbent BIGINT,
  decision TEXT,
  lead TEXT,
  partner TEXT,
  function TEXT NOT NULL,
  outcome TEXT NOT NULL,
  agrees BIGINT CHECK (agrees IN (0, 1)),
  difference TEXT NOT NULL,
  fuel BIGINT NOT NULL,
  micros BIGINT NOT NULL,
  other_fuel BIGINT,
  other_micros BIGINT,
  product TEXT,
  country TEXT,
  region TEXT,
  value_difference BIGINT,
  input BYTEA NOT NULL,
  output BYTEA NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, generation, id)
);

-- Questions that a candidate was not asked, because there was no room for them.
CREATE TABLE candidate_left_out (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  id TEXT NOT NULL,
  questions BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, generation, id)
);

-- What a component of money would have paid in a period, by partner and unit,
-- against what was booked: JSON. Computed anew now and then.
CREATE TABLE candidate_ledger (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  period TEXT NOT NULL,
  position BIGINT NOT NULL,
  document TEXT NOT NULL,
  computed_at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, generation, period)
);
