//! A plan is tried whose policies trap on some 3 per cent of what they are asked: the trial
//! ends, names what had no answer, and reckons the rest.

use std::collections::BTreeMap;

use serde_json::json;
use stellwerk::policy::{Function, Kind};

use crate::guest;
use crate::plans_are_tried_before_they_are_signed::{Trial, plan};
use crate::real_files_become_history::rows;

const LEADS: i64 = 100;
/// What has no answer: what is worth a multiple of this.
const TRAPS_AT: i64 = 33;

/// A lead's number and what it was worth, of which the plan pays 3 per cent.
fn leads() -> impl Iterator<Item = (String, i64)> {
    (1..=LEADS).map(|number| (format!("L-{number:03}"), 1_000_000 + number))
}

fn trapping() -> Vec<String> {
    let trapping = leads().filter(|(_, value)| value % TRAPS_AT == 0);
    trapping.map(|(number, _)| number).collect()
}

/// Pays 3 per cent of a deal, unless its value is such a multiple.
fn commission() -> Vec<u8> {
    let mut manifest = guest::manifest("compensation-fragile", Kind::Compensation);
    manifest["events"] = json!(["won"]);
    manifest["attributes"] = json!([{ "name": "value", "of": "event", "type": "money" }]);
    let fields = format!(
        r#"(func $award (type $asked)
            (local $value i64)
            ;; The value is the one attribute that it reads; only a deal has it.
            (if (i32.eqz (i32.load offset=76 (local.get 0)))
                (then (return (global.get $harmless))))
            (local.set $value (i64.load offset=16 (i32.load offset=72 (local.get 0))))
            (if (i64.eqz (i64.rem_s (local.get $value) (i64.const {TRAPS_AT})))
                (then unreachable))
            ;; One posting on the account `commission` of the first payee.
            (i32.store (i32.const 1024) (i32.const 8))
            (i64.store offset=16 (i32.const 1024)
                (i64.div_s (i64.mul (local.get $value) (i64.const 3)) (i64.const 100)))
            ;; Its reason, `share`.
            (i32.store (i32.const 1088) (i32.const 9))
            ;; The answer: postings, no wake-ups, reasons.
            (i32.store offset=12 (i32.const 1152) (i32.const 1024))
            (i32.store offset=16 (i32.const 1152) (i32.const 1))
            (i32.store offset=28 (i32.const 1152) (i32.const 1088))
            (i32.store offset=32 (i32.const 1152) (i32.const 1))
            (i32.const 1152))"#
    );
    guest::component(Function::Award, &manifest.to_string(), &fields)
}

/// Everything goes out, unless the lead's value is such a multiple.
fn qualification() -> Vec<u8> {
    let manifest = guest::manifest("qualification-fragile", Kind::Qualification);
    let fields = format!(
        r#"(func $assess (type $asked)
            (if (i64.eqz (i64.rem_s (i64.load offset=120 (local.get 0)) (i64.const {TRAPS_AT})))
                (then unreachable))
            (global.get $harmless))"#
    );
    guest::component(Function::Assess, &manifest.to_string(), &fields)
}

fn trial() -> Trial {
    let trial = Trial::assuming();
    // So that projects of service are worth such multiples, and no others.
    trial.alter("simulation.toml", "value = 37500", "value = 33000");
    trial.write("commission.wasm", commission());
    trial.write("qualification.wasm", qualification());
    trial.write(
        "plans/fragile.toml",
        "name = \"Fragile\"\n\
         [bindings.qualification]\nplugin = \"qualification.wasm\"\n\
         [bindings.\"compensation/commission\"]\nplugin = \"commission.wasm\"\n",
    );
    trial.alter("leads.toml", "[fields]", "[fields]\nvalue = \"value\"");
    let rows = leads().map(|(number, value)| {
        let value = format!("{},{:02}", value / 100, value % 100);
        format!("{number};2026-01-05;north;2026-01-05;2026-01-06;won;2026-02-10;{value}\n")
    });
    let head = "number;received;partner;claimed;contacted;outcome;ended;value\n".to_owned();
    trial.write("leads.csv", head + &rows.collect::<String>());
    trial
}

/// A plan's rows of a table of results.
fn of_plan(trial: &Trial, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows = rows(&trial.path(&format!("results/{table}.csv")));
    rows.retain(|row| row["plan"] == "fragile");
    rows
}

#[test]
fn what_had_no_answer_is_named_and_the_rest_reckoned() {
    let trial = trial();
    let result = trial.result();
    let trapping = trapping();
    assert_eq!(trapping.len(), 3);

    // History: what it pays for the others, and which it does not pay.
    let paid = leads().filter(|(_, value)| value % TRAPS_AT != 0);
    let paid: i64 = paid.map(|(_, value)| value * 3 / 100).sum();
    let fragile = plan(&result, "fragile");
    assert_eq!(fragile["total"], paid);
    assert_eq!(fragile["unanswered"], 2 * trapping.len());
    assert_eq!(plan(&result, "in-force")["unanswered"], 0);
    let failures = of_plan(&trial, "failures");
    let named: Vec<(&str, &str, &str, &str)> = failures
        .iter()
        .map(|row| {
            let [component, code] = ["component", "code"].map(|name| row[name].as_str());
            (
                component,
                code,
                row["count"].as_str(),
                row["leads"].as_str(),
            )
        })
        .collect();
    let leads = trapping.join(" ");
    assert_eq!(
        named,
        [
            ("commission", "guest.trap", "3", leads.as_str()),
            ("qualification", "guest.trap", "3", leads.as_str()),
        ]
    );

    // Routing: the same leads have no answer, all others go out.
    let decided = of_plan(&trial, "leads");
    let without: Vec<&str> = decided
        .iter()
        .filter(|row| row["answer"] == "none" && row["assessed"] == "guest.trap")
        .map(|row| row["lead"].as_str())
        .collect();
    assert_eq!(without, trapping);
    let judged = &of_plan(&trial, "qualification")[0];
    assert_eq!(
        (judged["qualified"].as_str(), judged["undecided"].as_str()),
        ("97", "3")
    );

    // What people would do: what it is asked about such values has no answer, and pays
    // nothing.
    let unanswered = of_plan(&trial, "unanswered");
    assert!(!unanswered.is_empty());
    for row in &unanswered {
        let [component, code, event] =
            ["component", "code", "event"].map(|name| row[name].as_str());
        assert_eq!(
            (component, code, event),
            ("commission", "guest.trap", "won")
        );
        let value: i64 = row["value"].parse().unwrap();
        assert_eq!(value % TRAPS_AT, 0, "{row:?}");
    }
    assert!(!of_plan(&trial, "behaviour").is_empty());

    // And that in words.
    let report = trial.read("report.html");
    for said in [
        "“Fragile” left 6 questions of history without an answer",
        "of these periods a question had no answer (commission: guest.trap)",
    ] {
        assert!(report.contains(said), "{said} is missing");
    }
}
