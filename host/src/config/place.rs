//! Where the data is: a folder or a database, never both.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Origin, Problem};

/// What stands where a secret is.
const HIDDEN: &str = "***";
/// Parameters of the URL that may be shown.
const SHOWN: [&str; 8] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "sslmode",
    "sslrootcert",
    "application_name",
];

/// `postgres://user:password@host/database`. Shown, logged and written without
/// its password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// # Errors
    /// What is no such URL; the text is not repeated, for it may be a secret.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self(text.to_owned())),
            _ => Err("takes a URL such as postgres://user@host/database"),
        }
    }

    /// As it is needed to connect.
    pub fn with_password(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", ""));
        write!(f, "{scheme}://")?;
        // The last one, as a password may hold another.
        let place = match rest.rsplit_once('@') {
            Some((who, place)) => {
                let (user, hidden) = match who.split_once(':') {
                    _ if who.contains('?') => (HIDDEN, ""),
                    Some((user, _)) => (user, ":***"),
                    None => (who, ""),
                };
                write!(f, "{user}{hidden}@")?;
                place
            }
            None => rest,
        };
        let (place, parameters) = match place.split_once('?') {
            Some((place, parameters)) => (place, Some(parameters)),
            None => (place, None),
        };
        f.write_str(place)?;
        let Some(parameters) = parameters else {
            return Ok(());
        };
        for (position, parameter) in parameters.split('&').enumerate() {
            f.write_str(if position == 0 { "?" } else { "&" })?;
            match parameter.split_once('=') {
                Some((name, _)) if !SHOWN.contains(&name) => write!(f, "{name}={HIDDEN}")?,
                _ => f.write_str(parameter)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for PostgresUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PostgresUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Through a value, so that a wrong type is not repeated either.
        let value = Value::deserialize(deserializer)?;
        Self::parse(value.as_str().unwrap_or_default()).map_err(serde::de::Error::custom)
    }
}

/// A folder that is named later than a database takes its place; both in one
/// source are a mistake.
pub fn settle(document: &mut Value, origins: &BTreeMap<String, Origin>) -> Option<Problem> {
    let (data, postgres) = (origins.get("data")?, origins.get("postgres")?);
    if data.is_beside(postgres) {
        return Some(Problem {
            origin: data.max(postgres).clone(),
            message: "the data is in a folder (`data`) or in PostgreSQL (`postgres`): name one"
                .to_owned(),
        });
    }
    if data > postgres
        && let Some(postgres) = document.get_mut("postgres")
    {
        *postgres = Value::Null;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let cases = [
            ("postgres://host/db", "postgres://host/db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            (
                "postgresql://me:geheim@host:5432/db",
                "postgresql://me:***@host:5432/db",
            ),
            (
                "postgres://me:ge@h/e:im@host/db",
                "postgres://me:***@host/db",
            ),
            (
                "postgres://me@host/db?sslmode=require&password=geheim&pass%77ord=geheim",
                "postgres://me@host/db?sslmode=require&password=***&pass%77ord=***",
            ),
            ("postgres://me:geheim?@host/db", "postgres://***@host/db"),
            (
                "postgres://host/db?password=geheim&application_name=a@b",
                "postgres://***@b",
            ),
        ];
        for (url, expected) in cases {
            let url = PostgresUrl::parse(url).unwrap();
            assert_eq!(url.to_string(), expected);
            assert_eq!(format!("{url:?}"), expected);
            assert_eq!(
                serde_json::to_string(&url).unwrap(),
                format!("\"{expected}\"")
            );
        }
    }

    #[test]
    fn what_is_no_url_is_not_repeated() {
        for text in ["\"geheim\"", "7", "\"mysql://geheim@host\""] {
            let error = serde_json::from_str::<PostgresUrl>(text).unwrap_err();
            assert!(!error.to_string().contains("geheim"), "{error}");
            assert!(
                error.to_string().contains("postgres://user@host"),
                "{error}"
            );
        }
    }
}
