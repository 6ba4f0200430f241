-- Names and versions of plugins that the operator shares no more: they go on meaning
-- those bytes.
CREATE TABLE withdrawn_plugin (
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (name, version)
);
