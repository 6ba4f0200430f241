//! JSON of others: read, or refused with the place and the reason.

use std::fmt;
use std::marker::PhantomData;

use axum::http::StatusCode;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Path, Segment, Track};

use super::problem::{FieldProblem, Problem};
use crate::domain::text::BadText;
use crate::host::problem::segment;

/// How JSON writes the character that no text of ours may hold.
const NUL_ESCAPED: &[u8] = b"\\u0000";

/// A document, which has to be an object.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut track = Track::new();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = object(serde_path_to_error::Deserializer::new(
        &mut json, &mut track,
    ))
    .and_then(|value| json.end().map(|()| value));
    read.map_err(|error| {
        if error.is_data() {
            return Problem::field(&pointer(&track.path()), error.to_string());
        }
        Problem::new(
            StatusCode::BAD_REQUEST,
            "body.no_json",
            "The body cannot be read as JSON",
        )
        .detail(format!("{error}; send one JSON document"))
    })
}

/// A part of a document that was read already; `place` is where it lies.
pub fn read_part<T: DeserializeOwned>(part: Value, place: &str) -> Result<T, Problem> {
    let mut track = Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(part, &mut track)).map_err(
        |error: serde_json::Error| {
            let pointer = format!("{place}{}", pointer(&track.path()));
            Problem::field(&pointer, error.to_string())
        },
    )
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for step in path.iter() {
        let name = match step {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => segment(key),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

/// Refuses a document with U+0000 in a text: databases take it for a text's end.
pub fn without_nul(bytes: &[u8]) -> Result<(), Problem> {
    let may_hold = bytes
        .windows(NUL_ESCAPED.len())
        .any(|window| window == NUL_ESCAPED);
    if !may_hold {
        return Ok(());
    }
    let Ok(document) = serde_json::from_slice(bytes) else {
        return Ok(());
    };
    let mut problems = Vec::new();
    find_nul(&document, "", &mut problems);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(problems))
    }
}

fn find_nul(value: &Value, place: &str, problems: &mut Vec<FieldProblem>) {
    let mut add = |pointer: String| {
        let bad = BadText::Control('\0').to_string();
        problems.push(FieldProblem::new(pointer, bad));
    };
    match value {
        Value::String(text) if text.contains('\0') => add(place.to_owned()),
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                find_nul(item, &format!("{place}/{position}"), problems);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.contains('\0') {
                    let bad = format!("has a name that {}", BadText::Control('\0'));
                    problems.push(FieldProblem::new(place, bad));
                    continue;
                }
                find_nul(field, &format!("{place}/{}", segment(name)), problems);
            }
        }
        _ => {}
    }
}

/// Something that is an object: a list of its fields in their order is none.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(value)| value)
}

/// The same, or nothing.
pub fn maybe_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let object: Option<Object<T>> = Option::deserialize(deserializer)?;
    Ok(object.map(|Object(value)| value))
}

/// A list of such.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let objects: Vec<Object<T>> = Vec::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Lead {
        contract: String,
        #[serde(default, deserialize_with = "objects")]
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Line {
        #[serde(rename = "a/b")]
        value: i64,
    }

    /// Code and places of a refusal.
    fn refused(json: &str) -> (String, Vec<String>) {
        let problem = read::<Lead>(json.as_bytes()).unwrap_err();
        let places = problem.errors.into_iter().map(|error| error.pointer);
        (problem.code, places.collect())
    }

    #[test]
    fn each_mistake_has_its_place() {
        for (json, place) in [
            (r#"{"contract": 7}"#, "/contract"),
            (r#"{"contract": "a", "colour": 1}"#, "/colour"),
            (
                r#"{"contract": "a", "lines": [{"a/b": 1}, {"a/b": "x"}]}"#,
                "/lines/1/a~1b",
            ),
            (r#"{"contract": "a", "lines": [[1]]}"#, "/lines/0"),
            (r#"{"lines": []}"#, ""),
            (r#"["a", []]"#, ""),
        ] {
            assert_eq!(
                refused(json),
                ("invalid".to_owned(), vec![place.to_owned()])
            );
        }
        for json in [
            "",
            "{",
            "{\"contract\": \"a\"} {}",
            "hello",
            "{\"contract\": \"\\ud800\"}",
        ] {
            assert_eq!(refused(json).0, "body.no_json", "{json}");
        }
        assert!(read::<Lead>(br#"{"contract": "a", "lines": [{"a/b": 1}]}"#).is_ok());
    }

    #[test]
    fn no_text_holds_what_ends_texts() {
        let problem = without_nul(
            br#"{"a": "x\u0000", "b": [{"c/d": "\u0000"}], "e\u0000": 1, "f": "\\u0000"}"#,
        )
        .unwrap_err();
        let places: Vec<&str> = problem
            .errors
            .iter()
            .map(|error| error.pointer.as_str())
            .collect();
        assert_eq!(places, ["/a", "/b/0/c~1d", ""]);
        assert!(without_nul(br#"{"a": "\\u0000"}"#).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (read::<Lead>(&bytes), without_nul(&bytes));
        }

        #[test]
        fn no_text_with_nul_passes(text: String) {
            let document = serde_json::json!({ "text": format!("{text}\0") }).to_string();
            prop_assert!(without_nul(document.as_bytes()).is_err());
        }
    }
}
