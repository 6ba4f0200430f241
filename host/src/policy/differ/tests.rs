//! What people read of two answers, and that it is nothing where they are one.

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::document::changes;
use super::manifest::parts;
use super::{Difference, Names, Said, differences};
use crate::policy::canonical;
use crate::policy::error::Code;
use crate::policy::question::{
    Admission, Answer, Assessment, Earnings, Escalation, Ranking, Settlement,
};
use crate::policy::{Function, Manifest, view};
use crate::testing::json as json_value;

fn manifest(more: Value) -> Manifest {
    let mut document = json!({
        "name": "compensation-test", "version": "0.1.0", "kind": "compensation",
        "summary": "For this test.", "configuration": { "schema": true, "default": {} },
        "accounts": [
            { "name": "commission", "unit": "money", "holder": "partner", "resets": "never",
              "kind": "earning" },
            { "name": "care", "unit": "points", "holder": "partner", "resets": "month",
              "kind": "points" },
        ],
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
    serde_json::from_value(document).unwrap()
}

fn context() -> Value {
    json!({ "now": { "micros": 0, "offset-seconds": 0, "in-working-time": true } })
}

/// A question with as many partners as the answers below speak of.
fn question(function: Function) -> Vec<u8> {
    let lead = json!({ "reference": "l", "cycle": 1 });
    let partner = |key: u64| json!({ "key": key.to_string() });
    let keys: Vec<String> = (11..=18).map(|key: u64| key.to_string()).collect();
    let now = context()["now"].clone();
    let input = match function {
        Function::Assess => json!({ "lead": lead }),
        Function::Rank => json!({ "lead": lead, "wave": 1, "candidates": { "keys": keys } }),
        Function::Escalate => {
            json!({ "lead": lead, "event": { "code": "due" }, "since": now })
        }
        Function::Admit => json!({ "lead": lead, "partner": partner(11) }),
        Function::Award => json!({
            "event": { "reference": "e", "code": "won", "occurred": now, "recorded": now },
            "payees": [
                { "role": "claimer", "partner": partner(11) },
                { "role": "above", "partner": partner(12) },
            ],
        }),
        Function::Settle => json!({
            "period": { "name": "2026-03", "cadence": "month", "begins": 20_513, "ends": 20_544 },
            "partners": { "keys": keys },
        }),
    };
    view::question_cbor(function, json!({ "context": context(), "input": input })).unwrap()
}

/// An answer in its JSON view, as receipts keep it.
fn cbor(function: Function, answer: Value) -> Vec<u8> {
    fn write<A: serde::Serialize + serde::de::DeserializeOwned>(answer: Value) -> Vec<u8> {
        let answer: Answer<A> = canonical::from_json(answer).unwrap();
        canonical::to_cbor(&answer).unwrap()
    }
    match function {
        Function::Assess => write::<Assessment>(answer),
        Function::Rank => write::<Ranking>(answer),
        Function::Escalate => write::<Escalation>(answer),
        Function::Admit => write::<Admission>(answer),
        Function::Award => write::<Earnings>(answer),
        Function::Settle => write::<Settlement>(answer),
    }
}

fn compared(function: Function, before: Said<'_>, after: Said<'_>) -> Vec<Difference> {
    let manifest = manifest(json!({}));
    let names = Names {
        partner: &|key| format!("P{key}"),
        manifest: &manifest,
        currency: "EUR",
    };
    differences(names, function, &question(function), before, after).unwrap()
}

fn rank(outcome: &str, groups: Value) -> Value {
    json!({ "given": { "outcome": { "code": outcome }, "groups": groups } })
}

fn posting(account: &str, row: u32, amount: &str, reason: u32) -> Value {
    json!({ "account": account, "holder": { "partner": row }, "amount": amount, "reason": reason })
}

/// Pairs of answers, by what they show.
fn cases() -> Vec<(&'static str, Function, Value, Value)> {
    let waits = |span: &str| json!({ "key": "claim", "after": span });
    let reasons = json!([{ "code": "won" }, { "code": "level" }]);
    vec![
        (
            "only the score is another",
            Function::Assess,
            json!({ "given": { "outcome": { "code": "qualified" }, "temperature": "warm", "score": "400" } }),
            json!({ "given": { "outcome": { "code": "qualified" }, "temperature": "warm", "score": "500" } }),
        ),
        (
            "warmer, and worth something",
            Function::Assess,
            json!({ "given": { "outcome": { "code": "qualified" }, "temperature": "warm" } }),
            json!({ "given": { "outcome": { "code": "qualified" }, "temperature": "hot",
                               "expected-value": "2500000" } }),
        ),
        (
            "asked back in place of sent out",
            Function::Assess,
            json!({ "given": { "outcome": { "code": "qualified" } } }),
            json!({ "given": { "outcome": { "code": "needs-info",
                "attributes": { "questions": { "texts": ["building-year"] } } } } }),
        ),
        (
            "the same partners in another order, and other later waves",
            Function::Rank,
            rank("offer", json!([[0, 1], [2]])),
            rank("offer", json!([[1, 0], [3, 4]])),
        ),
        (
            "a wider first wave",
            Function::Rank,
            rank("offer", json!([[0]])),
            rank("offer", json!([[0, 1, 2]])),
        ),
        (
            "others, and more than are written out",
            Function::Rank,
            rank("offer", json!([[0]])),
            rank("offer", json!([[1, 2, 3, 4, 5, 6, 7]])),
        ),
        (
            "nobody at all",
            Function::Rank,
            rank("offer", json!([[0, 1]])),
            rank("nobody", json!([])),
        ),
        (
            "assigned to the first in place of offered to both",
            Function::Rank,
            rank("offer", json!([[0, 1]])),
            rank("assign", json!([[0, 1]])),
        ),
        (
            "earlier, with a reminder, and one rung higher",
            Function::Escalate,
            json!({ "given": { "deadlines": [waits("4 hours"), { "key": "contact", "after": "1 day" }] } }),
            json!({ "given": {
                "actions": [{ "code": "remind" },
                            { "code": "assign", "attributes": { "to": { "integer": "12" } } }],
                "deadlines": [waits("2 hours"), { "key": "contact", "after": "1 day" }], "step": 1 } }),
        ),
        (
            "refused in place of admitted",
            Function::Admit,
            json!({ "given": { "verdict": "admitted" } }),
            json!({ "given": { "verdict": { "refused": [
                { "code": "wait", "attributes": { "for": { "span": "1 day" } } }, { "code": "capacity" }] } } }),
        ),
        (
            "refused for something else",
            Function::Admit,
            json!({ "given": { "verdict": { "refused": [{ "code": "capacity" }] } } }),
            json!({ "given": { "verdict": { "refused": [{ "code": "never" }] } } }),
        ),
        (
            "one posting in place of two that add up to it",
            Function::Award,
            json!({ "given": { "reasons": reasons,
                "postings": [posting("commission", 0, "100", 0), posting("commission", 0, "50", 0)] } }),
            json!({ "given": { "reasons": reasons, "postings": [posting("commission", 0, "150", 0)] } }),
        ),
        (
            "more for the one, something for the other, and later again",
            Function::Award,
            json!({ "given": { "reasons": reasons,
                "postings": [posting("commission", 0, "100000", 0), posting("care", 0, "5", 1)] } }),
            json!({ "given": { "reasons": reasons,
                "postings": [posting("commission", 0, "120000", 0), posting("care", 0, "5", 1),
                             posting("commission", 1, "30000", 1)],
                "wake-ups": [{ "key": "clawback", "after": "1 month" }] } }),
        ),
        (
            "a malus",
            Function::Settle,
            json!({ "given": {} }),
            json!({ "given": { "reasons": reasons, "postings": [posting("care", 2, "-3", 1)],
                "notices": [{ "holder": { "partner": 2 }, "notice": { "code": "malus" } }] } }),
        ),
        (
            "it no longer applies",
            Function::Rank,
            rank("offer", json!([[0]])),
            json!({ "not-applicable": "too-cold" }),
        ),
    ]
}

#[test]
fn what_would_be_done_differently_is_said_in_words() {
    let mut text = String::new();
    for (name, function, before, after) in cases() {
        let (before, after) = (cbor(function, before), cbor(function, after));
        let found = compared(function, Said::Answer(&before), Said::Answer(&after));
        writeln!(text, "{function}: {name}").unwrap();
        for difference in &found {
            let flips = match difference.what.is_flip() {
                true => "flips: ",
                false => "",
            };
            writeln!(text, "  {flips}{difference}").unwrap();
        }
        if found.is_empty() {
            writeln!(text, "  does the same").unwrap();
        }
        let back = compared(function, Said::Answer(&after), Said::Answer(&before));
        let turned: Vec<Difference> = found
            .iter()
            .map(|difference| Difference {
                what: difference.what,
                before: difference.after.clone(),
                after: difference.before.clone(),
            })
            .collect();
        assert_eq!(back, turned, "{name}, the other way round");
        let same = compared(function, Said::Answer(&after), Said::Answer(&after));
        assert!(same.is_empty(), "{name}: {same:?}");
    }
    let answer = cbor(Function::Rank, rank("offer", json!([[0]])));
    let failed = Code::GuestTrap.as_str();
    for (name, before, after) in [
        ("fails", Said::Answer(&answer), Said::of(failed, &[])),
        (
            "fails no more",
            Said::of(failed, &[]),
            Said::of("ok", &answer),
        ),
        (
            "cannot be asked",
            Said::Answer(&answer),
            Said::Unasked("config.invalid: /waves: is unknown"),
        ),
        (
            "fails as before",
            Said::of(failed, &[]),
            Said::of(failed, &[]),
        ),
    ] {
        writeln!(text, "{}: {name}", Function::Rank).unwrap();
        for difference in compared(Function::Rank, before, after) {
            writeln!(text, "  {difference}").unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_configuration_is_compared_field_by_field() {
    let before = json!({
        "waves": { "first": 3, "later": 2 }, "weights": [1, 2, 3], "a/b~c": null, "same": 1,
        "by": [{ "level": "gold" }, { "level": "silver" }],
    });
    let after = json!({
        "waves": { "first": 5 }, "weights": [1, 7, 2, 3], "a/b~c": false, "same": 1.0,
        "by": [{ "level": "silver" }], "new": { "x": [] },
    });
    let told: Vec<String> = changes(&before, &after)
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(told.join("\n"));
    let kept = serde_json::to_value(changes(&json!({ "a": null }), &json!({}))).unwrap();
    assert_eq!(
        kept,
        json!([{ "pointer": "/a", "before": null }]),
        "null is a value"
    );
    let whole = changes(&json!(1), &json!("x"));
    assert_eq!(whole[0].to_string(), "the whole: changed from 1 to \"x\"");
}

/// Does what a change says.
fn apply(document: &mut Value, pointer: &str, value: Option<&Value>) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        *document = value.cloned().unwrap_or_default();
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(members)), Some(value)) => {
            members.insert(name, value.clone());
        }
        (Some(Value::Object(members)), None) => {
            members.remove(&name);
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_document_is_the_same_as_itself_and_as_nothing_else(a in json_value(), b in json_value()) {
        prop_assert!(changes(&a, &a).is_empty());
        let there = changes(&a, &b);
        prop_assert_eq!(there.len(), changes(&b, &a).len());
        // Places in lists move; members do not.
        let in_list = |value: &Value| value.to_string().contains('[');
        if !in_list(&a) && !in_list(&b) {
            let mut made = a.clone();
            for change in &there {
                apply(&mut made, &change.pointer, change.after.as_ref());
            }
            prop_assert!(changes(&made, &b).is_empty());
        }
    }
}

#[test]
fn what_a_plugin_says_of_itself_is_compared_by_name() {
    let golden = |name: &str, expect: Value| {
        json!({ "name": name, "function": "award", "input": { "context": {}, "input": {} },
                "expect": expect })
    };
    let before = manifest(json!({
        "figures": ["won"], "counter": "turns",
        "reasons": [{ "code": "won", "en": "Won", "de": "Gewonnen" },
                    { "code": "level", "en": "Level", "de": "Stufe" }],
        "golden": [golden("a-win", json!({})), golden("a-loss", json!({})), golden("kept", json!({}))],
    }));
    let mut after = before.clone();
    after.figures.push("lost".into());
    after.counter = None;
    after.accounts.remove(0);
    after.reasons[0].en = "A win".into();
    after.golden.remove(1);
    after.golden[0].expect = json!({ "postings": [] });
    after
        .golden
        .push(serde_json::from_value(golden("a-cancellation", json!({}))).unwrap());
    let told: Vec<String> = parts(&before, &after)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "accounts commission: gone",
            "reasons won: changed",
            "figures lost: new",
            "counter turns: gone",
            "golden a-cancellation: new",
            "golden a-loss: gone",
            "golden a-win: changed",
        ]
    );
    assert!(parts(&before, &before).is_empty());
}
