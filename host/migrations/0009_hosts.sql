-- The servers of this database, each as it says of itself. Who has not been seen for
-- a while does not count, and is forgotten later. No tenant's.
CREATE TABLE host (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- What each of them runs in the slots of a contract, and how far it has come with
-- other generations: an error where it could not go on.
CREATE TABLE host_generation (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  host TEXT NOT NULL,
  slot TEXT NOT NULL,
  generation BIGINT NOT NULL,
  runs SMALLINT NOT NULL,
  stage TEXT NOT NULL,
  error_code TEXT,
  error TEXT,
  PRIMARY KEY (manufacturer, contract, host, slot, generation)
);
CREATE INDEX host_generation_of_host ON host_generation (host);
