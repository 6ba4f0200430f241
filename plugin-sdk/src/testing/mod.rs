//! Native tests of policies: configured as the host would, asked in JSON, and
//! their golden examples run.

mod answers;
mod attributes;
mod tables;
pub mod wide;

use serde_json::Value;

use crate::compensation::Compensation;
use crate::escalation::Escalation;
use crate::matching::Matching;
use crate::qualification::Qualification;
use crate::{Context, Policy, PolicyError, Problem, Terms};

/// Terms that are enough for most tests: euros, four levels, the usual promised
/// times.
pub const TERMS: &str = include_str!("../../../wit/example-terms.json");

/// The policy with a configuration, as JSON, and the terms above unless others
/// are given.
///
/// # Errors
/// The problems that `configure` finds, and texts that are no JSON of that type.
pub fn configured<P: Policy>(config: &Value, terms: Option<&Value>) -> Result<P, Vec<Problem>> {
    let config: P::Config = serde_json::from_value(config.clone())
        .map_err(|error| vec![Problem::at("", error.to_string())])?;
    let terms: Terms = match terms {
        Some(terms) => serde_json::from_value(terms.clone()),
        None => serde_json::from_str(TERMS),
    }
    .map_err(|error| vec![Problem::at("terms:", error.to_string())])?;
    P::configure(config, &terms)
}

/// The policy with its default configuration.
///
/// # Panics
/// Where that is refused.
pub fn default<P: Policy>() -> P {
    match P::configure(P::Config::default(), &terms()) {
        Ok(policy) => policy,
        Err(problems) => panic!("the default configuration is refused: {problems:?}"),
    }
}

/// The terms above.
///
/// # Panics
/// Never, as long as the document is one.
pub fn terms() -> Terms {
    serde_json::from_str(TERMS).expect("the test terms are terms")
}

/// Runs the golden examples of a qualification policy.
///
/// # Panics
/// Where an example does not come out as it says, with both.
pub fn golden_qualification<P: Qualification>() {
    golden::<P>("qualification", |policy, function, question| {
        assert_eq!(function, "assess");
        let (context, input) = asked(question);
        answers::view(policy.assess(&context, &input), answers::assessment)
    });
}

/// Runs the golden examples of a matching policy.
///
/// # Panics
/// Where an example does not come out as it says, with both.
pub fn golden_matching<P: Matching>() {
    golden::<P>("matching", |policy, function, question| {
        assert_eq!(function, "rank");
        let (context, input) = asked(question);
        answers::view(policy.rank(&context, &input), answers::ranking)
    });
}

/// Runs the golden examples of an escalation policy.
///
/// # Panics
/// Where an example does not come out as it says, with both.
pub fn golden_escalation<P: Escalation>() {
    golden::<P>("escalation", |policy, function, question| {
        if function == "admit" {
            let (context, input) = asked(question);
            answers::view(policy.admit(&context, &input), answers::admission)
        } else {
            assert_eq!(function, "escalate");
            let (context, input) = asked(question);
            answers::view(policy.escalate(&context, &input), answers::escalation)
        }
    });
}

/// Runs the golden examples of a compensation policy.
///
/// # Panics
/// Where an example does not come out as it says, with both.
pub fn golden_compensation<P: Compensation>() {
    golden::<P>("compensation", |policy, function, question| {
        if function == "settle" {
            let (context, input) = asked(question);
            answers::view(policy.settle(&context, &input), answers::settlement)
        } else {
            assert_eq!(function, "award");
            let (context, input) = asked(question);
            answers::view(policy.award(&context, &input), answers::earnings)
        }
    });
}

fn golden<P: Policy>(kind: &str, ask: impl Fn(&P, &str, &Value) -> Value) {
    let document = crate::policy::document::<P>(kind);
    let examples = document["golden"].as_array().cloned().unwrap_or_default();
    assert!(!examples.is_empty(), "there are no golden examples");
    for example in examples {
        let name = example["name"].as_str().unwrap_or_default().to_owned();
        let config = match &example["configuration"] {
            Value::Null => document["configuration"]["default"].clone(),
            given => given.clone(),
        };
        let terms = Some(&example["terms"]).filter(|terms| !terms.is_null());
        let policy: P = configured(&config, terms)
            .unwrap_or_else(|problems| panic!("{name}: not configured: {problems:?}"));
        let function = example["function"].as_str().unwrap_or_default();
        let answer = ask(&policy, function, &example["input"]);
        if let Some(difference) = difference(&example["expect"], &answer, "") {
            panic!("{name}: {difference}\nanswered: {answer:#}");
        }
    }
}

fn asked<I: serde::de::DeserializeOwned>(question: &Value) -> (Context, I) {
    let part = |name: &str| question[name].clone();
    let context = serde_json::from_value(part("context"))
        .unwrap_or_else(|error| panic!("/input/context: {error}"));
    let input = serde_json::from_value(part("input"))
        .unwrap_or_else(|error| panic!("/input/input: {error}"));
    (context, input)
}

/// Where the answer lacks what is expected: objects may have more, lists may not.
fn difference(expected: &Value, answered: &Value, place: &str) -> Option<String> {
    match (expected, answered) {
        (Value::Object(expected), Value::Object(answered)) => {
            expected.iter().find_map(|(name, value)| {
                let found = answered.get(name).unwrap_or(&Value::Null);
                difference(value, found, &format!("{place}/{name}"))
            })
        }
        (Value::Array(expected), Value::Array(answered)) if expected.len() == answered.len() => {
            expected.iter().zip(answered).enumerate().find_map(
                |(position, (expected, answered))| {
                    difference(expected, answered, &format!("{place}/{position}"))
                },
            )
        }
        (expected, answered) if expected == answered => None,
        (expected, answered) => Some(format!("{place} is {answered}, expected {expected}")),
    }
}

/// Says an error as the host's view does.
fn error_view(error: &PolicyError) -> Value {
    let code = match error {
        PolicyError::InvalidInput(_) => "invalid-input",
        PolicyError::NotApplicable(_) => "not-applicable",
        PolicyError::Internal(_) => "internal",
    };
    serde_json::json!({ "error": code })
}
