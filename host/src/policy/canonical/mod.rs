//! Documents that can be compared by their bytes: deterministic CBOR (RFC 8949,
//! 4.2) for receipts, canonical JSON (RFC 8785) for configurations and terms.

mod cbor;
mod json;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use json::canonical_json;

/// What could not be written or read, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CanonicalError(String);

impl serde::ser::Error for CanonicalError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Deterministic CBOR: map keys sorted by their bytes, every integer and float
/// in its shortest form, all lengths definite.
///
/// ```
/// use stellwerk::policy::canonical;
/// assert_eq!(canonical::to_cbor(&("a", 1.0)).unwrap(), [0x82, 0x61, b'a', 0xf9, 0x3c, 0x00]);
/// ```
pub fn to_cbor<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    cbor::write(value)
}

pub fn from_cbor<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).map_err(|error| match error {
        ciborium::de::Error::Io(_) => CanonicalError("the bytes end too early".into()),
        ciborium::de::Error::Syntax(position) => {
            CanonicalError(format!("no CBOR at byte {position}"))
        }
        ciborium::de::Error::Semantic(_, message) => CanonicalError(message),
        ciborium::de::Error::RecursionLimitExceeded => CanonicalError("nested too deeply".into()),
    })?;
    match rest {
        [] => Ok(value),
        _ => Err(CanonicalError("there are bytes after the value".into())),
    }
}

/// The view for people.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, CanonicalError> {
    serde_json::to_value(value).map_err(|error| CanonicalError(error.to_string()))
}

pub fn from_json<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, CanonicalError> {
    serde_json::from_value(value).map_err(|error| CanonicalError(error.to_string()))
}
