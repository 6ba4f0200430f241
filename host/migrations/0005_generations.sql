-- What has become of the generations of a slot, step by step; appended only. A
-- generation without a step was put in force when it was made. A server of the
-- version before takes every generation as in force: candidates are for when all
-- servers of a database are upgraded.
CREATE TABLE binding_step (
  manufacturer TEXT NOT NULL,
  contract TEXT NOT NULL,
  slot TEXT NOT NULL,
  step BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  action TEXT NOT NULL,
  before_generation BIGINT,
  share BIGINT NOT NULL,
  effective_from BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  actor TEXT,
  comment TEXT NOT NULL,
  PRIMARY KEY (manufacturer, contract, slot, step)
);

-- Lowered limits of a generation's calls, JSON; none: the host's.
ALTER TABLE binding ADD COLUMN limits TEXT;

-- With which generations a lead's cycle began; none: with what is in force.
ALTER TABLE lead ADD COLUMN qualification_generation BIGINT;
ALTER TABLE lead ADD COLUMN matching_generation BIGINT;
ALTER TABLE lead ADD COLUMN escalation_generation BIGINT;
