-- Every decision has a place in its manufacturer's chain, given by the commit under
-- the lock of its feed, without gaps. None: a server of the version before has
-- written it; the worker gives it one.
ALTER TABLE decision ADD COLUMN number BIGINT;
CREATE UNIQUE INDEX decision_numbered ON decision (manufacturer, number)
  WHERE number IS NOT NULL;
CREATE INDEX decision_unnumbered ON decision (manufacturer, id) WHERE number IS NULL;
-- The number of the last decision.
ALTER TABLE feed ADD COLUMN decisions BIGINT NOT NULL DEFAULT 0;

-- The decisions of a manufacturer from one number to another, closed under one
-- signature: appended only. `leaves` has the digest of each receipt, `root` is that of
-- the tree over them. What is signed stands in host/seals.md.
CREATE TABLE seal (
  manufacturer TEXT NOT NULL,
  number BIGINT NOT NULL,
  form BIGINT NOT NULL,
  first_decision BIGINT NOT NULL,
  last_decision BIGINT NOT NULL,
  root BYTEA NOT NULL,
  previous BYTEA NOT NULL,
  sealed_at BIGINT NOT NULL,
  public_key BYTEA NOT NULL,
  signature BYTEA NOT NULL,
  leaves BYTEA NOT NULL,
  PRIMARY KEY (manufacturer, number)
);
-- Which of them closes a decision.
CREATE INDEX seal_of_decision ON seal (manufacturer, last_decision);

-- How far each manufacturer's decisions are sealed, and which host is at it.
CREATE TABLE sealing (
  manufacturer TEXT NOT NULL PRIMARY KEY,
  seals BIGINT NOT NULL,
  decisions BIGINT NOT NULL,
  lease TEXT,
  leased_until BIGINT NOT NULL DEFAULT 0
);

-- The keys that sign seals. `seed`: the private one, where the database keeps it for
-- all hosts, which is 1 key (`kept`); none: hosts have it from a file.
CREATE TABLE signing_key (
  public_key BYTEA NOT NULL PRIMARY KEY,
  kept BIGINT UNIQUE CHECK (kept = 1),
  seed BYTEA,
  first_used_at BIGINT NOT NULL
);

-- What became of a deal, and the differences that were booked for a line: for those
-- who check states and accounts.
CREATE INDEX event_of_deal ON event (manufacturer, deal, position) WHERE deal IS NOT NULL;
CREATE INDEX posting_adjusting ON posting (manufacturer, adjusts) WHERE adjusts IS NOT NULL;
