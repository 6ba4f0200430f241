-- Of a canary of what pays: the partners that somebody has chosen, as JSON. None where
-- leads are drawn. A server of the version before pays them as it pays the others.
ALTER TABLE binding_step ADD COLUMN partners TEXT;
