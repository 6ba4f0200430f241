//! What terms are taken, and what is said of the others.

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::Calendar;
use crate::testing::{cases, edited, json};

fn minimal() -> serde_json::Value {
    serde_json::json!({
        "currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
        "levels": ["silver", "gold"],
    })
}

fn problems_of(change: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
    let mut terms = minimal();
    change(&mut terms);
    Terms::parse(&terms.to_string())
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|problem| format!("{}: {}", problem.pointer, problem.message))
        .collect()
}

#[test]
fn a_short_document_is_completed() {
    let terms = Terms::parse(&minimal().to_string()).unwrap();
    assert_eq!(terms.unworked_after_days, 30);
    let again = Terms::parse(&terms.canonical_json()).unwrap();
    assert_eq!(again, terms);
    assert!(!terms.canonical_json().contains("pipeline"));
}

#[test]
fn what_money_is_reckoned_by_has_to_stay() {
    let before = Terms::parse(&minimal().to_string()).unwrap();
    let mut after = before.clone();
    after.unworked_after_days = 60;
    assert_eq!(after.unsettling(&before), []);
    after.currency = "CHF".to_owned();
    after.periods.cadence = Cadence::Quarter;
    let pointers: Vec<String> = after
        .unsettling(&before)
        .into_iter()
        .map(|problem| problem.pointer)
        .collect();
    assert_eq!(pointers, ["/currency", "/periods/cadence"]);
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let cases: [(&str, serde_json::Value, &str); 12] = [
        (
            "attributes",
            serde_json::json!([{ "name": "lead/source", "of": "event", "type": "text" }]),
            "/attributes/0/name: has a `/`, as only names of the host have; leave it out",
        ),
        (
            "currency",
            "EURO".into(),
            "/currency: `EURO` is no currency",
        ),
        (
            "time-zone",
            "Berlin".into(),
            "/time-zone: `Berlin` is no time zone",
        ),
        (
            "levels",
            serde_json::json!(["a", "a"]),
            "/levels/1: `a` stands there twice",
        ),
        (
            "calendar",
            serde_json::json!({"working-hours": {"monday": [["08:00", "12:00"], ["11:00", "17:00"]]}}),
            "/calendar/working-hours/monday: has working hours that overlap: 08:00 to 12:00 and 11:00 to 17:00",
        ),
        (
            "value-bands",
            serde_json::json!([{"name": "all", "levels": ["bronze"]}]),
            "/value-bands/0/levels: `bronze` is no level; there are silver, gold",
        ),
        (
            "events",
            serde_json::json!([{"code": "won"}]),
            "/events/0/code: `won` is an event of the host already",
        ),
        (
            "calendar",
            serde_json::json!({"working-hours": {}}),
            "/feedback-every: `10 business days`: the contract has no working time",
        ),
        (
            "feedback-every",
            "4294967295 months".into(),
            "/feedback-every: `4294967295 months`: the span leads more than a hundred years",
        ),
        (
            "feedback-every",
            "11 days + 130 months".into(),
            "/feedback-every: `11 days + 130 months` is longer than ten years",
        ),
        (
            "products",
            serde_json::json!([{"code": "a\u{0}b", "value": -1}]),
            "/products/0/code: holds the control character U+0000",
        ),
        (
            "value-bands",
            serde_json::json!([{"name": "all", "below": i64::MAX, "levels": []}, {"name": "rest", "levels": []}]),
            "/value-bands/0/below: has to lie between 0 and 1000000000000000",
        ),
    ];
    for (field, value, expected) in cases {
        let found = problems_of(|terms| terms[field] = value);
        assert!(
            found.iter().any(|problem| problem.starts_with(expected)),
            "{expected}: {found:?}"
        );
    }
}

/// What the schema says of a document.
fn is_valid(document: &serde_json::Value) -> bool {
    let schema = serde_json::from_str(include_str!("../../../../wit/terms.schema.json")).unwrap();
    jsonschema::validator_for(&schema)
        .unwrap()
        .is_valid(document)
}

#[test]
fn schema_and_type_agree() {
    let complete = Terms::parse(&minimal().to_string()).unwrap();
    let example = include_str!("../../../../wit/example-terms.json");
    for text in [
        complete.canonical_json(),
        example.to_owned(),
        minimal().to_string(),
    ] {
        let document = serde_json::from_str(&text).unwrap();
        assert!(is_valid(&document), "{text}");
        assert!(Terms::parse(&text).is_ok(), "{text}");
    }
    for (field, value) in [
        ("colour", serde_json::json!("red")),
        ("country", serde_json::json!(49)),
        ("levels", serde_json::json!("silver")),
        ("feedback-every", serde_json::json!("soon")),
        ("products", serde_json::json!([{ "name": {} }])),
        (
            "attributes",
            serde_json::json!([{ "name": "a", "of": "lead", "type": "colour" }]),
        ),
        ("periods", serde_json::json!({ "cadence": "week" })),
        ("pipeline-visible", serde_json::json!("won")),
        ("levels", serde_json::json!(["x".repeat(201)])),
        ("unworked-after-days", serde_json::json!(3_661)),
        ("periods", serde_json::json!({ "late-days-max": 36_601 })),
        (
            "products",
            serde_json::json!([{ "code": "a", "value": 1_000_000_000_000_001_i64 }]),
        ),
        (
            "service-levels",
            serde_json::json!({ "hot": { "claim": "1 hour" } }),
        ),
    ] {
        let mut document = minimal();
        document[field] = value;
        assert!(!is_valid(&document), "{field}: the schema takes it");
        assert!(
            Terms::parse(&document.to_string()).is_err(),
            "{field}: the type takes it"
        );
    }
}

#[test]
fn every_property_is_in_the_schema() {
    let mut document = minimal();
    // By default it is not written.
    document["pipeline-visible"] = false.into();
    document["retention-days"] = 730.into();
    document["swaps"] = serde_json::json!({ "four-eyes": true });
    let terms = Terms::parse(&document.to_string()).unwrap();
    let complete: serde_json::Value = serde_json::from_str(&terms.canonical_json()).unwrap();
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../wit/terms.schema.json")).unwrap();
    let names = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let mut described = names(&schema["properties"]);
    described.sort();
    assert_eq!(names(&complete), described);
}

const EXAMPLE: &str = include_str!("../../../../wit/example-terms.json");

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_document_panics(text in edited(EXAMPLE), odd in json()) {
        for text in [text, odd.to_string()] {
            let Ok(terms) = Terms::kept(&text) else { continue };
            let problems = terms.problems();
            // What is taken can be reckoned with, and is the same when it is read again.
            if problems.is_empty() {
                prop_assert!(Calendar::of(&terms).is_ok());
                prop_assert_eq!(&Terms::parse(&terms.canonical_json()).unwrap(), &terms);
            }
        }
    }
}
