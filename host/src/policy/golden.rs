//! Golden examples: what they are asked under, and how an answer is compared.

use serde_json::{Value, json};

use super::error::{Code, PolicyError, Problem};
use crate::domain::terms::Terms;

/// The terms of an example that gives none; the SDK's native tests use them too.
const EXAMPLE_TERMS: &str = include_str!("../../../wit/example-terms.json");

/// The terms of an example, complete and canonical. Where it gives some, these
/// are all there are, over the least that terms need.
pub fn terms(given: Option<&Value>) -> Result<String, PolicyError> {
    let text = match given {
        None => EXAMPLE_TERMS.to_owned(),
        Some(given) => {
            let mut terms = json!({
                "currency": "EUR",
                "time-zone": "Europe/Berlin",
                "country": "DE",
                "levels": ["registered", "silver", "gold", "platinum"],
            });
            if let (Value::Object(given), Value::Object(terms)) = (given, &mut terms) {
                terms.extend(given.clone());
            }
            terms.to_string()
        }
    };
    Terms::parse(&text)
        .map(|terms| terms.canonical_json())
        .map_err(|problems| {
            let problems = problems
                .into_iter()
                .map(|problem| Problem {
                    pointer: format!("terms:{}", problem.pointer),
                    message: problem.message,
                })
                .collect();
            PolicyError::at(Code::PluginBadManifest, problems)
        })
}

/// Where an answer is not what is expected. It is, when every key and every
/// element of what is expected equals the answer's; an answer's further keys do
/// not matter, further elements of a list do.
pub fn difference(expected: &Value, answered: &Value) -> Option<Problem> {
    differ(expected, answered, &mut String::new())
}

fn differ(expected: &Value, answered: &Value, pointer: &mut String) -> Option<Problem> {
    let mut below = |step: &str, expected: &Value, answered: &Value| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        let problem = differ(expected, answered, pointer);
        pointer.truncate(length);
        problem
    };
    match (expected, answered) {
        (Value::Object(expected), Value::Object(answered)) => {
            expected.iter().find_map(|(name, member)| {
                below(name, member, answered.get(name).unwrap_or(&Value::Null))
            })
        }
        (Value::Array(expected), Value::Array(answered)) if expected.len() == answered.len() => {
            expected.iter().zip(answered).enumerate().find_map(
                |(position, (expected, answered))| below(&position.to_string(), expected, answered),
            )
        }
        // 64-bit integers are text in answers; examples may write numbers.
        (Value::Number(number), Value::String(text)) if number.to_string() == *text => None,
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        (expected, answered) if expected == answered => None,
        _ => Some(Problem {
            pointer: pointer.clone(),
            message: format!("expected {expected}, answered {answered}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_have_more_keys_but_not_more_elements() {
        let answered = json!({"a": {"b": ["1", "2"], "c": true}, "d": null});
        for (expected, at) in [
            (json!({"a": {"c": true}}), None),
            (json!({"a": {"b": [1, "2"]}}), None),
            (json!({"e": null}), None),
            (json!({"a": {"b": ["1"]}}), Some("/a/b")),
            (json!({"a": {"b": ["1", "3"]}}), Some("/a/b/1")),
            (json!({"e": 1}), Some("/e")),
        ] {
            let problem = difference(&expected, &answered);
            assert_eq!(problem.map(|problem| problem.pointer).as_deref(), at);
        }
    }
}
