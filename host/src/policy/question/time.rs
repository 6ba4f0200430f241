//! Instants and ages: receipts hold many, so that there they are lists.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::wide;

/// A point in time, with the contract's clock and calendar applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instant {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
    /// What the contract's wall clock is ahead of UTC at that instant.
    pub offset_seconds: i32,
    pub in_working_time: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct NamedInstant {
    #[serde(with = "wide")]
    micros: i64,
    #[serde(default)]
    offset_seconds: i32,
    #[serde(default)]
    in_working_time: bool,
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            micros,
            offset_seconds,
            in_working_time,
        } = *self;
        if serializer.is_human_readable() {
            NamedInstant {
                micros,
                offset_seconds,
                in_working_time,
            }
            .serialize(serializer)
        } else {
            (micros, offset_seconds, in_working_time).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (micros, offset_seconds, in_working_time) = if deserializer.is_human_readable() {
            let named = NamedInstant::deserialize(deserializer)?;
            (named.micros, named.offset_seconds, named.in_working_time)
        } else {
            Deserialize::deserialize(deserializer)?
        };
        Ok(Self {
            micros,
            offset_seconds,
            in_working_time,
        })
    }
}

/// How long ago something was; negative when it is still to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    pub elapsed_seconds: i64,
    pub working_seconds: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct NamedAge {
    #[serde(with = "wide")]
    elapsed_seconds: i64,
    #[serde(with = "wide", default)]
    working_seconds: i64,
}

impl Serialize for Age {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            elapsed_seconds,
            working_seconds,
        } = *self;
        if serializer.is_human_readable() {
            NamedAge {
                elapsed_seconds,
                working_seconds,
            }
            .serialize(serializer)
        } else {
            (elapsed_seconds, working_seconds).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (elapsed_seconds, working_seconds) = if deserializer.is_human_readable() {
            let named = NamedAge::deserialize(deserializer)?;
            (named.elapsed_seconds, named.working_seconds)
        } else {
            Deserialize::deserialize(deserializer)?
        };
        Ok(Self {
            elapsed_seconds,
            working_seconds,
        })
    }
}
