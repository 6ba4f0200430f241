//! Two JSON documents, field by field.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A field that is not the same in both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// A JSON pointer: of the first document where the field is only there.
    pub pointer: String,
    /// None: it was added.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// None: it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "present")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// A field that is there and null is not one that is missing.
mod present {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    pub fn serialize<S: Serializer>(
        value: &Option<Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

/// What has to be done to the first document to make it the second, in the order
/// of their fields.
///
/// ```
/// use serde_json::json;
/// use stellwerk::policy::differ::document::changes;
/// let changed = changes(&json!({"waves": {"first": 3}}), &json!({"waves": {"first": 5}}));
/// assert_eq!(changed[0].to_string(), "/waves/first: changed from 3 to 5");
/// ```
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    walk(&mut String::new(), before, after, &mut found);
    found
}

fn walk(pointer: &mut String, before: &Value, after: &Value, found: &mut Vec<Change>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                below(pointer, name, Some(value), new.get(name), found);
            }
            for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                below(pointer, name, None, Some(value), found);
            }
        }
        (Value::Array(old), Value::Array(new)) => lists(pointer, old, new, found),
        (old, new) if is_same(old, new) => {}
        (old, new) => found.push(Change {
            pointer: pointer.clone(),
            before: Some(old.clone()),
            after: Some(new.clone()),
        }),
    }
}

/// An element that was put in between moves those after it, and changes none of
/// them.
fn lists(pointer: &mut String, old: &[Value], new: &[Value], found: &mut Vec<Change>) {
    let same = |(old, new): &(&Value, &Value)| is_same(old, new);
    let begins = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[begins..], &new[begins..]);
    let ends = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(same)
        .count();
    let old_rest = &old_rest[..old_rest.len() - ends];
    let new_rest = &new_rest[..new_rest.len() - ends];
    for place in 0..old_rest.len().max(new_rest.len()) {
        let step = (begins + place).to_string();
        below(
            pointer,
            &step,
            old_rest.get(place),
            new_rest.get(place),
            found,
        );
    }
}

fn below(
    pointer: &mut String,
    step: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Change>,
) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    match (before, after) {
        (Some(before), Some(after)) => walk(pointer, before, after, found),
        (before, after) => found.push(Change {
            pointer: pointer.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
    pointer.truncate(length);
}

/// Whether a policy would be told the same: 1 and 1.0 are one number.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(name, value)| b.get(name).is_some_and(|other| is_same(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = match self.pointer.as_str() {
            "" => "the whole",
            pointer => pointer,
        };
        match (&self.before, &self.after) {
            (None, Some(after)) => write!(f, "{pointer}: added {after}"),
            (Some(before), None) => write!(f, "{pointer}: removed {before}"),
            (Some(before), Some(after)) => {
                write!(f, "{pointer}: changed from {before} to {after}")
            }
            (None, None) => write!(f, "{pointer}: the same"),
        }
    }
}
