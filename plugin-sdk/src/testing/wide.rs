//! 64-bit integers in JSON: decimal text, because JSON's numbers are not exact
//! beyond 2^53. Reading takes numbers too.

use std::fmt::Display;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Wide {
    Signed(i64),
    Unsigned(u64),
    Text(String),
}

fn parse<T: FromStr + TryFrom<i64> + TryFrom<u64>, E: Error>(wide: Wide) -> Result<T, E> {
    let value = match wide {
        Wide::Signed(value) => T::try_from(value).ok(),
        Wide::Unsigned(value) => T::try_from(value).ok(),
        Wide::Text(text) => text.parse().ok(),
    };
    value.ok_or_else(|| E::custom("no whole number of 64 bits"))
}

pub(crate) fn serialize<T: Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr + TryFrom<i64> + TryFrom<u64>,
    D: Deserializer<'de>,
{
    parse(Wide::deserialize(deserializer)?)
}

/// Where one may be missing.
pub(crate) mod option {
    use serde::Serialize;

    use super::{Deserialize, Deserializer, Display, FromStr, Serializer, Wide, parse};

    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(T::to_string).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr + TryFrom<i64> + TryFrom<u64>,
        D: Deserializer<'de>,
    {
        Option::<Wide>::deserialize(deserializer)?
            .map(parse)
            .transpose()
    }
}
