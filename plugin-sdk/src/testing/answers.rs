//! Answers in the JSON view that receipts have.

use serde_json::{Map, Value, json};

use crate::compensation::{Earnings, Settlement};
use crate::escalation::{Admission, EscalationAnswer};
use crate::matching::Ranking;
use crate::qualification::Assessment;
use crate::{PolicyError, Word};

/// An answer or the error instead.
pub(super) fn view<A>(answer: Result<A, PolicyError>, view: fn(A) -> Value) -> Value {
    match answer {
        Ok(answer) => view(answer),
        Err(error) => error_view(&error),
    }
}

pub(super) fn assessment(answer: Assessment) -> Value {
    json!({
        "temperature": answer.temperature,
        "score": answer.score.to_string(),
        "expected-value": answer.expected_value.map(|money| money.0.to_string()),
        "outcome": answer.outcome.into_case(),
        "reasons": answer.reasons,
    })
}

pub(super) fn ranking(answer: Ranking) -> Value {
    json!({
        "outcome": answer.outcome,
        "groups": answer.groups,
        "excluded": answer.excluded,
        "scores": texts(&answer.scores),
        "terms": terms(&answer.terms),
        "counters": texts(&answer.counters),
        "reasons": answer.reasons,
    })
}

pub(super) fn escalation(answer: EscalationAnswer) -> Value {
    let actions: Vec<_> = answer
        .actions
        .into_iter()
        .map(|action| action.into_case())
        .collect();
    json!({
        "actions": actions,
        "deadlines": answer.deadlines,
        "step": answer.step,
        "reasons": answer.reasons,
    })
}

pub(super) fn admission(answer: Admission) -> Value {
    let verdict = if answer.is_admitted() {
        json!("admitted")
    } else {
        let refusals: Vec<_> = answer
            .refusals
            .into_iter()
            .map(|refusal| refusal.into_case())
            .collect();
        json!({ "refused": refusals })
    };
    json!({ "verdict": verdict, "reasons": answer.reasons })
}

pub(super) fn earnings(answer: Earnings) -> Value {
    json!({
        "postings": answer.postings,
        "wake-ups": answer.wake_ups,
        "reasons": answer.reasons,
    })
}

pub(super) fn settlement(answer: Settlement) -> Value {
    let notices: Vec<Value> = answer
        .notices
        .into_iter()
        .map(|(holder, notice)| json!({ "holder": holder, "notice": notice.into_case() }))
        .collect();
    json!({
        "postings": answer.postings,
        "terms": terms(&answer.terms),
        "notices": notices,
        "wake-ups": answer.wake_ups,
        "reasons": answer.reasons,
    })
}

fn texts(numbers: &[i64]) -> Vec<String> {
    numbers.iter().map(i64::to_string).collect()
}

fn terms(terms: &[(Word, Vec<i64>)]) -> Value {
    let terms: Map<String, Value> = terms
        .iter()
        .map(|(name, contributions)| (name.text(), json!(texts(contributions))))
        .collect();
    Value::Object(terms)
}

/// Says an error as the host's view does.
fn error_view(error: &PolicyError) -> Value {
    let code = match error {
        PolicyError::InvalidInput(_) => "invalid-input",
        PolicyError::NotApplicable(_) => "not-applicable",
        PolicyError::Internal(_) => "internal",
    };
    json!({ "error": code })
}
