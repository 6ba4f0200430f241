-- What long values of one kind have in common: each is kept as what it differs by from a
-- model, an earlier one, compressed (host/src/store/packed.rs). Appended only.
CREATE TABLE model (
  manufacturer TEXT NOT NULL,
  id BYTEA NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (manufacturer, id)
);

-- Of a decision who made it, question, answer and log; the columns for these are empty
-- then. None: the version before has written it.
ALTER TABLE decision ADD COLUMN model BYTEA;
ALTER TABLE decision ADD COLUMN packed BYTEA;

-- Of an event its attributes, where they are long; likewise.
ALTER TABLE event ADD COLUMN model BYTEA;
ALTER TABLE event ADD COLUMN packed BYTEA;
