-- Trials of plans over what has happened, as somebody has asked for them, and what the
-- host that runs one says of it.
CREATE TABLE plan_trial (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  name TEXT NOT NULL,
  comment TEXT NOT NULL,
  -- What is tried: JSON.
  request TEXT NOT NULL,
  -- run, stop.
  wanted TEXT NOT NULL,
  -- How often it was asked to run, and which of these times it came to an end.
  asked BIGINT NOT NULL,
  ended BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  created_by TEXT,
  -- Of the host that runs it. What it has said last, and what came of it: done, failed.
  lease TEXT,
  leased_until BIGINT NOT NULL DEFAULT 0,
  host TEXT,
  step TEXT,
  started_at BIGINT,
  outcome TEXT,
  ended_at BIGINT,
  error_code TEXT,
  error TEXT,
  -- What was found: JSON.
  found TEXT,
  PRIMARY KEY (manufacturer, id)
);
CREATE INDEX plan_trial_of_contract ON plan_trial (manufacturer, contract, id);
CREATE INDEX plan_trial_to_run ON plan_trial (created_at) WHERE wanted = 'run' AND ended < asked;

-- The files that a trial has come to.
CREATE TABLE plan_trial_file (
  manufacturer TEXT NOT NULL,
  trial TEXT NOT NULL,
  name TEXT NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (manufacturer, trial, name)
);
