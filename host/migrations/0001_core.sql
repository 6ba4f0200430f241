-- One folder for SQLite and PostgreSQL: only types that both know alike.
-- Times are microseconds since 1970-01-01, money is minor units, a flag is 0 or
-- 1, structures are JSON. Every key of a tenant's row begins with its
-- manufacturer.

CREATE TABLE manufacturer (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- The lock and the counter of a manufacturer's commits: position order is
-- commit order.
CREATE TABLE feed (
  manufacturer TEXT NOT NULL PRIMARY KEY REFERENCES manufacturer (id),
  position BIGINT NOT NULL
);

CREATE TABLE user_account (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE membership (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  user_account TEXT NOT NULL REFERENCES user_account (id),
  role TEXT NOT NULL,
  partner TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (manufacturer, user_account, role, partner)
);

CREATE TABLE token (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  manufacturer TEXT REFERENCES manufacturer (id),
  partner TEXT,
  user_account TEXT REFERENCES user_account (id),
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX token_of_manufacturer ON token (manufacturer, created_at);

CREATE TABLE contract (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  id TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  test SMALLINT NOT NULL CHECK (test IN (0, 1)),
  terms_version BIGINT NOT NULL,
  partners_version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, id),
  UNIQUE (manufacturer, code)
);

CREATE TABLE terms (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, version)
);

CREATE TABLE partner (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  id TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  partner_key BIGINT NOT NULL,
  parent TEXT,
  country TEXT,
  postcode TEXT,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  version BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, id),
  UNIQUE (manufacturer, code),
  UNIQUE (manufacturer, partner_key)
);
CREATE INDEX partner_below ON partner (manufacturer, parent) WHERE parent IS NOT NULL;

CREATE TABLE participant (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  partner TEXT NOT NULL,
  level TEXT NOT NULL,
  capacity BIGINT CHECK (capacity >= 0),
  attributes TEXT NOT NULL,
  certificates TEXT NOT NULL,
  leave_from BIGINT,
  leave_until BIGINT,
  blocked_until BIGINT,
  counter BIGINT NOT NULL,
  complaints_open BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  active SMALLINT NOT NULL CHECK (active IN (0, 1)),
  version BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, partner)
);

CREATE TABLE place (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  country TEXT NOT NULL,
  postcode TEXT NOT NULL,
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (manufacturer, country, postcode)
);

CREATE TABLE lead (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  external_id TEXT,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  cycle BIGINT NOT NULL CHECK (cycle >= 1),
  received_at BIGINT NOT NULL,
  product TEXT,
  source TEXT,
  country TEXT,
  postcode TEXT,
  value BIGINT,
  attributes TEXT NOT NULL,
  provenance TEXT,
  customer TEXT,
  answers TEXT NOT NULL,
  assessed TEXT,
  routed_to TEXT,
  merged_into TEXT,
  wave BIGINT NOT NULL,
  step BIGINT NOT NULL,
  manual_stage TEXT,
  manual_code TEXT,
  manual_detail TEXT,
  manual_since BIGINT,
  holder TEXT,
  sent_by TEXT,
  qualified_at BIGINT,
  claimed_at BIGINT,
  first_worked_at BIGINT,
  last_feedback_at BIGINT,
  feedback_due_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (manufacturer, id)
);
CREATE UNIQUE INDEX lead_external_id ON lead (manufacturer, contract, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX lead_of_contract ON lead (manufacturer, contract, state, id);
CREATE INDEX lead_manual ON lead (manufacturer, manual_since) WHERE manual_since IS NOT NULL;

CREATE TABLE lead_contact (
  manufacturer TEXT NOT NULL,
  lead TEXT NOT NULL,
  name TEXT,
  email TEXT,
  phone TEXT,
  company TEXT,
  street TEXT,
  city TEXT,
  note TEXT,
  attributes TEXT NOT NULL,
  PRIMARY KEY (manufacturer, lead)
);

CREATE TABLE lead_activity (
  manufacturer TEXT NOT NULL,
  lead TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  code TEXT NOT NULL,
  attributes TEXT NOT NULL,
  PRIMARY KEY (manufacturer, lead, occurred_at, code)
);

CREATE TABLE duplicate_key (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  digest TEXT NOT NULL,
  lead TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (manufacturer, contract, digest, lead)
);

CREATE TABLE offer (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  lead TEXT NOT NULL,
  cycle BIGINT NOT NULL,
  wave BIGINT NOT NULL,
  partner TEXT NOT NULL,
  state TEXT NOT NULL,
  offered_at BIGINT NOT NULL,
  until BIGINT,
  ended_at BIGINT,
  score BIGINT NOT NULL,
  decline_reason TEXT,
  decline_note TEXT,
  decision TEXT,
  PRIMARY KEY (manufacturer, id)
);
CREATE INDEX offer_of_lead ON offer (manufacturer, lead, cycle);
CREATE INDEX offer_of_partner ON offer (manufacturer, partner, state, id);

CREATE TABLE claim (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  lead TEXT NOT NULL,
  cycle BIGINT NOT NULL,
  partner TEXT NOT NULL,
  offer TEXT,
  user_account TEXT,
  claimed_at BIGINT NOT NULL,
  first_worked_at BIGINT,
  last_feedback_at BIGINT,
  feedback_due_at BIGINT,
  ended_at BIGINT,
  ending TEXT,
  decision TEXT,
  PRIMARY KEY (manufacturer, id)
);
-- One live claim per lead.
CREATE UNIQUE INDEX claim_live ON claim (manufacturer, lead) WHERE ended_at IS NULL;
CREATE INDEX claim_open ON claim (manufacturer, contract, partner) WHERE ended_at IS NULL;
CREATE INDEX claim_of_lead ON claim (manufacturer, lead);

CREATE TABLE deal (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  external_id TEXT,
  lead TEXT,
  partner TEXT NOT NULL,
  customer TEXT,
  state TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  ended_at BIGINT,
  value BIGINT,
  lines TEXT NOT NULL,
  attributes TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, id)
);
CREATE UNIQUE INDEX deal_external_id ON deal (manufacturer, contract, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX deal_of_customer ON deal (manufacturer, contract, customer) WHERE customer IS NOT NULL;
CREATE INDEX deal_of_lead ON deal (manufacturer, lead) WHERE lead IS NOT NULL;

CREATE TABLE event (
  manufacturer TEXT NOT NULL,
  position BIGINT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  lead TEXT,
  cycle BIGINT NOT NULL,
  deal TEXT,
  partner TEXT,
  code TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  attributes TEXT NOT NULL,
  lines TEXT NOT NULL,
  decision TEXT,
  actor TEXT,
  PRIMARY KEY (manufacturer, position)
);
CREATE INDEX event_of_lead ON event (manufacturer, lead, position) WHERE lead IS NOT NULL;
CREATE INDEX event_of_contract ON event (manufacturer, contract, position);
CREATE INDEX event_occurred ON event (manufacturer, contract, occurred_at, id);

CREATE TABLE deadline (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- Lead, deal or contract, whichever the deadline is about.
  subject TEXT NOT NULL,
  component TEXT NOT NULL,
  lead TEXT,
  deal TEXT,
  deadline_key TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  attributes TEXT NOT NULL,
  lease TEXT,
  leased_until BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, id),
  UNIQUE (manufacturer, kind, subject, component, deadline_key)
);
CREATE INDEX deadline_due ON deadline (due_at);
CREATE INDEX deadline_of_lead ON deadline (manufacturer, lead) WHERE lead IS NOT NULL;

CREATE TABLE decision (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  lead TEXT,
  deal TEXT,
  event TEXT,
  slot TEXT NOT NULL,
  function TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  terms_version BIGINT NOT NULL,
  interface TEXT NOT NULL,
  plugin TEXT NOT NULL,
  plugin_digest TEXT NOT NULL,
  configuration_digest TEXT NOT NULL,
  artifact_digest TEXT NOT NULL,
  engine TEXT NOT NULL,
  baked SMALLINT NOT NULL CHECK (baked IN (0, 1)),
  fuel BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  input BYTEA NOT NULL,
  output BYTEA NOT NULL,
  log TEXT NOT NULL,
  follows TEXT,
  PRIMARY KEY (manufacturer, id)
);
CREATE INDEX decision_of_lead ON decision (manufacturer, lead, id) WHERE lead IS NOT NULL;
CREATE INDEX decision_settled ON decision (manufacturer, contract, asked_at)
  WHERE function = 'settle';
CREATE INDEX decision_of_event ON decision (manufacturer, event) WHERE event IS NOT NULL;

-- Components, by their digest: the file is the identity.
CREATE TABLE plugin (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  digest TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  manifest TEXT NOT NULL,
  component BYTEA NOT NULL,
  uploaded_at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, digest),
  UNIQUE (manufacturer, name, version)
);

CREATE TABLE binding (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  plugin_digest TEXT NOT NULL,
  configuration TEXT NOT NULL,
  configuration_digest TEXT NOT NULL,
  active_from BIGINT NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, generation)
);

CREATE TABLE measure (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  partner TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (manufacturer, contract, partner, kind, name, valid_from)
);

CREATE TABLE period (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  name TEXT NOT NULL,
  cadence TEXT NOT NULL,
  begins BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
  closed_at BIGINT,
  closed_by TEXT,
  PRIMARY KEY (manufacturer, contract, name)
);

-- How far a contract's events have been paid, and which host is at it.
CREATE TABLE lane (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL,
  lease TEXT,
  leased_until BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (manufacturer, contract)
);

-- Postings, appended only. Each is one transaction of two entries: `amount` to
-- the holder's account, and its opposite to the counter-side of the same
-- component, account and contract; so both sides are sums over these rows.
CREATE TABLE posting (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  contract TEXT NOT NULL,
  component TEXT NOT NULL,
  account TEXT NOT NULL,
  unit TEXT NOT NULL,
  holder_kind TEXT NOT NULL,
  holder TEXT NOT NULL,
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  reason_args TEXT NOT NULL,
  event TEXT,
  event_position BIGINT NOT NULL,
  lead TEXT,
  deal TEXT,
  -- The period of the event, and the one in which it is booked: later where
  -- the first was closed already.
  period TEXT NOT NULL,
  booked_period TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  booked_at BIGINT NOT NULL,
  -- The policy's word: which posting is taken back or changed.
  corrects TEXT,
  -- The host's: which posting a recomputation has found to differ.
  adjusts TEXT,
  decision TEXT,
  PRIMARY KEY (manufacturer, id)
);
CREATE INDEX posting_of_holder ON posting (manufacturer, contract, component, account, holder);
CREATE INDEX posting_of_period ON posting (manufacturer, contract, period);
CREATE INDEX posting_booked_in ON posting (manufacturer, contract, booked_period);
CREATE INDEX posting_occurred ON posting (manufacturer, contract, occurred_at);
CREATE INDEX posting_of_deal ON posting (manufacturer, deal) WHERE deal IS NOT NULL;
CREATE INDEX posting_of_lead ON posting (manufacturer, lead) WHERE lead IS NOT NULL;

-- Who has changed what of how the manufacturer works; appended only.
CREATE TABLE audit (
  manufacturer TEXT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT,
  change TEXT NOT NULL,
  PRIMARY KEY (manufacturer, id)
);

-- Answers to requests with an Idempotency-Key.
CREATE TABLE kept_answer (
  manufacturer TEXT NOT NULL,
  actor TEXT NOT NULL,
  answer_key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  status BIGINT NOT NULL,
  body BYTEA NOT NULL,
  answered_at BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, actor, answer_key)
);
CREATE INDEX kept_answer_age ON kept_answer (answered_at);

-- How far a file has been imported.
CREATE TABLE import_progress (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  mapping_digest TEXT NOT NULL,
  rows_done BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, contract, file_digest, mapping_digest)
);
