//! Instants.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, Hash, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Micros(pub i64);

/// Why something is no instant at which anything can have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInstant {
    #[error("is no instant such as 2026-03-02T10:00:00Z or 2026-03-02T11:00:00+01:00")]
    Malformed,
    #[error("lies before 1970")]
    Early,
}

impl Micros {
    /// Before everything that a contract knows of.
    pub const BEGINNING: Self = Self(0);
    /// After everything.
    pub const NEVER: Self = Self(i64::MAX);

    /// Reads RFC 3339.
    ///
    /// ```
    /// use stellwerk::domain::time::{BadInstant, Micros};
    /// assert_eq!(Micros::parse("1970-01-01T01:00:00+01:00"), Ok(Micros(0)));
    /// assert_eq!(Micros::parse("2026-03-02"), Err(BadInstant::Malformed));
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadInstant> {
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| BadInstant::Malformed)?;
        Self(timestamp.as_microsecond()).known()
    }

    /// The instant, if it is none before the beginning.
    pub fn known(self) -> Result<Self, BadInstant> {
        if self < Self::BEGINNING {
            Err(BadInstant::Early)
        } else {
            Ok(self)
        }
    }
}

impl fmt::Display for Micros {
    /// As RFC 3339.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_have_been_is_no_instant() {
        for text in [
            "",
            "now",
            "2026-02-31T10:00:00Z",
            "2026-03-02T25:00:00Z",
            // It could be anywhere.
            "2026-03-29T02:30:00",
            "2026-03-02",
            "10000-01-01T00:00:00Z",
        ] {
            assert_eq!(Micros::parse(text), Err(BadInstant::Malformed), "{text}");
        }
        for text in ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
            assert_eq!(Micros::parse(text), Err(BadInstant::Early), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(micros in 0i64..253_402_207_200_000_000) {
            prop_assert_eq!(Micros::parse(&Micros(micros).to_string()), Ok(Micros(micros)));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = Micros::parse(&text);
        }
    }
}
