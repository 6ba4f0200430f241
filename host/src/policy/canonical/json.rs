//! Canonical JSON.

use serde_json::Value;

use super::super::error::Problem;

/// The largest whole number that canonical JSON, whose numbers are doubles,
/// keeps exactly together with its neighbours.
const EXACT_INTEGER_MAX: u64 = 1 << 53;

/// RFC 8785. Whole numbers beyond 2^53 would be rounded: they are problems.
pub fn canonical_json(value: &Value) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    find_inexact(value, &mut String::new(), &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_json_canonicalizer::to_string(value).map_err(|error| {
        vec![Problem {
            pointer: String::new(),
            message: error.to_string(),
        }]
    })
}

fn find_inexact(value: &Value, pointer: &mut String, problems: &mut Vec<Problem>) {
    let mut below = |step: &str, value: &Value| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        find_inexact(value, pointer, problems);
        pointer.truncate(length);
    };
    match value {
        Value::Array(elements) => {
            for (position, element) in elements.iter().enumerate() {
                below(&position.to_string(), element);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                below(name, member);
            }
        }
        Value::Number(number) => {
            let exact = match (number.as_i64(), number.as_u64()) {
                (Some(signed), _) => signed.unsigned_abs() <= EXACT_INTEGER_MAX,
                (None, Some(_)) => false,
                (None, None) => true,
            };
            if !exact {
                problems.push(Problem {
                    pointer: pointer.clone(),
                    message: format!(
                        "{number} is beyond 2^53 and would lose digits: write it as text"
                    ),
                });
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_sorted_and_numbers_have_one_form() {
        let text = canonical_json(&json!({"b": 1.0, "a": [1e3, "ä"]})).unwrap();
        assert_eq!(text, r#"{"a":[1000,"ä"],"b":1}"#);
    }

    #[test]
    fn a_number_that_would_lose_digits_is_named() {
        let problems =
            canonical_json(&json!({"a": {"b/c": [9_007_199_254_740_993_i64]}})).unwrap_err();
        assert_eq!(problems[0].pointer, "/a/b~1c/0");
        assert!(canonical_json(&json!(9_007_199_254_740_992_i64)).is_ok());
    }
}
