//! 64-bit integers: decimal strings in JSON, whose numbers are not exact beyond
//! 2^53; plain integers in CBOR. Reading takes either.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// One of the two 64-bit integers.
pub trait Wide: Copy + Serialize + fmt::Display + std::str::FromStr {
    const RANGE: &'static str;
    fn from_signed(value: i64) -> Option<Self>;
    fn from_unsigned(value: u64) -> Option<Self>;
}

impl Wide for i64 {
    const RANGE: &'static str = "a whole number from -2^63 to 2^63 - 1, as decimal text";
    fn from_signed(value: i64) -> Option<Self> {
        Some(value)
    }
    fn from_unsigned(value: u64) -> Option<Self> {
        value.try_into().ok()
    }
}

impl Wide for u64 {
    const RANGE: &'static str = "a whole number from 0 to 2^64 - 1, as decimal text";
    fn from_signed(value: i64) -> Option<Self> {
        value.try_into().ok()
    }
    fn from_unsigned(value: u64) -> Option<Self> {
        Some(value)
    }
}

/// Carries the two writings into containers.
#[derive(Clone, Copy)]
pub struct AsWide<T>(pub T);

impl<T: Wide> Serialize for AsWide<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}

impl<'de, T: Wide> Deserialize<'de> for AsWide<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self)
    }
}

pub fn serialize<T: Wide, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(value)
    } else {
        value.serialize(serializer)
    }
}

pub fn deserialize<'de, T: Wide, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Integer<T>(PhantomData<T>);
    impl<T: Wide> Visitor<'_> for Integer<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::RANGE)
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
            T::from_signed(value)
                .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(value), &self))
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
            T::from_unsigned(value)
                .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(value), &self))
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse()
                .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_any(Integer(PhantomData))
}

/// Lists of 64-bit integers.
pub mod list {
    use super::{AsWide, Deserialize, Deserializer, Serializer, Wide};

    pub fn serialize<T: Wide, S: Serializer>(
        values: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| AsWide(*value)))
    }

    pub fn deserialize<'de, T: Wide, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let values = Vec::<AsWide<T>>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|value| value.0).collect())
    }
}

/// 64-bit integers that may be missing.
pub mod option {
    use super::{AsWide, Deserialize, Deserializer, Serialize, Serializer, Wide};

    pub fn serialize<T: Wide, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(AsWide).serialize(serializer)
    }

    pub fn deserialize<'de, T: Wide, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Ok(Option::<AsWide<T>>::deserialize(deserializer)?.map(|value| value.0))
    }
}
