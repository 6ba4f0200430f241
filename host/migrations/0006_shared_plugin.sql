-- Plugins of the operator's, which every manufacturer may bind. What is bound is
-- kept as the manufacturer's own as well, so that nothing in force rests on these.
CREATE TABLE shared_plugin (
  digest TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  manifest TEXT NOT NULL,
  component BYTEA NOT NULL,
  uploaded_at BIGINT NOT NULL,
  UNIQUE (name, version)
);
