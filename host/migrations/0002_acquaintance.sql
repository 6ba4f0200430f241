-- Persons are shared by manufacturers; what each calls one, and since when it
-- knows the person, is its own.
CREATE TABLE acquaintance (
  manufacturer TEXT NOT NULL REFERENCES manufacturer (id),
  user_account TEXT NOT NULL REFERENCES user_account (id),
  name TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (manufacturer, user_account)
);

INSERT INTO acquaintance (manufacturer, user_account, name, since)
SELECT DISTINCT m.manufacturer, u.id, u.name, u.created_at
FROM membership m JOIN user_account u ON u.id = m.user_account;
