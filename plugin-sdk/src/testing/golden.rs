//! Golden examples, run as the host runs them.

use serde_json::Value;

use super::answers;
use crate::compensation::Compensation;
use crate::escalation::Escalation;
use crate::matching::Matching;
use crate::qualification::Qualification;
use crate::{Context, Policy, Problem};

/// Runs the golden examples of a qualification policy.
///
/// # Panics
/// Where an example does not come out as it says, with both.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// struct Everything;
/// impl Policy for Everything {
///     type Config = ();
///     fn manifest() -> Manifest {
///         // In a project: `.golden(include_str!("../golden/example.json"))`
///         Manifest::new("qualification-everything", "0.1.0", "An example.").golden(
///             r#"{
///                 "name": "takes-it", "function": "assess",
///                 "input": {
///                     "context": { "now": { "micros": "1772445600000000" } },
///                     "input": { "lead": { "product": "heat-pump" } }
///                 },
///                 "expect": { "outcome": { "code": "qualified" } }
///             }"#,
///         )
///     }
/// #   fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #       Ok(Self)
/// #   }
/// }
/// # impl Qualification for Everything {
/// #     fn assess(&self, _: &Context, _: &AssessInput) -> Result<Assessment, PolicyError> {
/// #         Ok(Assessment::of(Outcome::qualified()))
/// #     }
/// # }
///
/// testing::golden_qualification::<Everything>();
/// ```
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// struct Everybody;
/// impl Policy for Everybody {
///     type Config = ();
///     fn manifest() -> Manifest {
///         // In a project: `.golden(include_str!("../golden/example.json"))`
///         Manifest::new("matching-everybody", "0.1.0", "An example.").golden(
///             r#"{
///                 "name": "asks-both", "function": "rank",
///                 "input": {
///                     "context": { "now": { "micros": "1772445600000000" } },
///                     "input": { "wave": 1, "candidates": { "keys": ["7", "9"] } }
///                 },
///                 "expect": { "outcome": { "code": "offer" }, "groups": [[0, 1]] }
///             }"#,
///         )
///     }
/// #   fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #       Ok(Self)
/// #   }
/// }
/// # impl Matching for Everybody {
/// #     fn rank(&self, _: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
/// #         let mut ranking = Ranking::of(&input.candidates);
/// #         ranking.offer(0..input.candidates.len());
/// #         Ok(ranking)
/// #     }
/// # }
///
/// testing::golden_matching::<Everybody>();
/// ```
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// struct Patient;
/// impl Policy for Patient {
///     type Config = ();
///     fn manifest() -> Manifest {
///         // In a project: `.golden(include_str!("../golden/example.json"))`
///         Manifest::new("escalation-patient", "0.1.0", "An example.").golden(
///             r#"{
///                 "name": "lets-everybody-in", "function": "admit",
///                 "input": {
///                     "context": { "now": { "micros": "1772445600000000" } },
///                     "input": { "partner": { "key": "7" }, "offer": { "state": "open" } }
///                 },
///                 "expect": { "verdict": "admitted" }
///             }"#,
///         )
///     }
/// #   fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #       Ok(Self)
/// #   }
/// }
/// # impl Escalation for Patient {
/// #     fn escalate(
/// #         &self,
/// #         _: &Context,
/// #         _: &EscalateInput,
/// #     ) -> Result<EscalationAnswer, PolicyError> {
/// #         Ok(EscalationAnswer::default())
/// #     }
/// #     fn admit(&self, _: &Context, _: &AdmitInput) -> Result<Admission, PolicyError> {
/// #         Ok(Admission::admitted())
/// #     }
/// # }
///
/// testing::golden_escalation::<Patient>();
/// ```
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// struct Care;
/// impl Policy for Care {
///     type Config = ();
///     fn manifest() -> Manifest {
///         // In a project: `.golden(include_str!("../golden/example.json"))`
///         Manifest::new("compensation-care", "0.1.0", "An example.").golden(
///             r#"{
///                 "name": "care-contact", "function": "award",
///                 "input": {
///                     "context": { "now": { "micros": "1772445600000000" } },
///                     "input": { "event": { "code": "care-contact" } }
///                 },
///                 "expect": { "reasons": [{ "code": "care", "args": [], "weight": "0" }] }
///             }"#,
///         )
///     }
/// #   fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #       Ok(Self)
/// #   }
/// }
/// # impl Compensation for Care {
/// #     fn award(&self, _: &Context, _: &AwardInput) -> Result<Earnings, PolicyError> {
/// #         let mut earnings = Earnings::none();
/// #         earnings.post(Word::of("care"), Holder::Partner(0), 500, Reason::of("care"));
/// #         Ok(earnings)
/// #     }
/// #     fn settle(&self, _: &Context, _: &SettleInput) -> Result<Settlement, PolicyError> {
/// #         Ok(Settlement::none())
/// #     }
/// # }
///
/// testing::golden_compensation::<Care>();
/// ```
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

/// The policy with a configuration, and the terms of the tests unless others are
/// given.
fn configured<P: Policy>(config: &Value, terms: Option<&Value>) -> Result<P, Vec<Problem>> {
    let config: P::Config = serde_json::from_value(config.clone())
        .map_err(|error| vec![Problem::at("", error.to_string())])?;
    let terms = match terms {
        Some(terms) => serde_json::from_value(terms.clone())
            .map_err(|error| vec![Problem::at("terms:", error.to_string())])?,
        None => super::terms(),
    };
    P::configure(config, &terms)
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
