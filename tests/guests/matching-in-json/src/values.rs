//! The scalars of a question, read without a copy in between.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use stellwerk_plugin_sdk::Word;

/// A word: its text is looked up where it stands.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub Word);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Name;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(Word::of(text)))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A whole number of 64 bits, which JSON holds as decimal text or as a number.
#[derive(Default)]
pub struct Whole<T>(pub T);

impl<'de, T> Deserialize<'de> for Whole<T>
where
    T: TryFrom<i64> + TryFrom<u64> + FromStr,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits<T>(PhantomData<T>);
        impl<T: TryFrom<i64> + TryFrom<u64> + FromStr> Visitor<'_> for Digits<T> {
            type Value = Whole<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of 64 bits")
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Whole<T>, E> {
                T::try_from(value).map(Whole).map_err(|_| beyond())
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Whole<T>, E> {
                T::try_from(value).map(Whole).map_err(|_| beyond())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Whole<T>, E> {
                text.parse().map(Whole).map_err(|_| beyond())
            }
        }
        deserializer.deserialize_any(Digits(PhantomData))
    }
}

fn beyond<E: Error>() -> E {
    E::custom("no whole number of 64 bits")
}

/// [`Whole`] where the field has the number itself.
pub fn whole<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: TryFrom<i64> + TryFrom<u64> + FromStr,
    D: Deserializer<'de>,
{
    Whole::deserialize(deserializer).map(|whole| whole.0)
}
