//! What became of earlier leads is told to the policies that ask for it, and to
//! no others.

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Database, Server, contract, on_both_databases};

/// The contract whose policies name what is told, or do not.
fn terms_and_bindings(ask: bool) -> String {
    let whole = contract(1, 1).replace(
        r#"  { name = "consent", of = "lead", type = "flag" },"#,
        r#"  { name = "consent", of = "lead", type = "flag" },
  { name = "roof", of = "lead", type = "text" },"#,
    );
    if !ask {
        return whole;
    }
    // A rule for a word that is no source and no activity never holds; but the
    // policy reads the word.
    let words = ["figure/won@36500d", "figure/received", "figure/claimed"];
    let words = words.iter().chain(&["figure/endings", "roof", "country"]);
    let rules: Vec<String> = words
        .map(|word| format!(r#"{{ when = "{word}", temperature = "cold" }}"#))
        .collect();
    whole
        .replace(
            r#"plugin = "qualification-mandatory-fields""#,
            &format!(
                "plugin = \"qualification-mandatory-fields\"\nconfiguration = {{ warmth = [{}] }}",
                rules.join(", ")
            ),
        )
        .replace(
            "open-without-feedback-max = 1000000 }",
            r#"open-without-feedback-max = 1000000 }, rungs = ["figure/stage-medians"]"#,
        )
}

/// Twelve leads of January, each claimed at nine, contacted so many hours later,
/// and won or lost on the last day but one.
fn history() -> String {
    let mut rows = "id;source;roof;claimed;contacted;outcome;ended\n".to_owned();
    for number in 1..=12 {
        let source = if number <= 10 {
            "configurator"
        } else {
            "white-paper"
        };
        let roof = if number % 2 == 0 { "flat" } else { "steep" };
        let outcome = if number % 3 == 0 { "lost" } else { "won" };
        rows.push_str(&format!(
            "H-{number};{source};{roof};2026-01-{number:02}T09:00;2026-01-{number:02}T{:02}:00;\
             {outcome};2026-01-30T12:00\n",
            9 + number.min(11)
        ));
    }
    rows
}

const MAPPING: &str = r#"
[file]
separator = ";"

[values]
date = "%Y-%m-%dT%H:%M"

[fields]
external-id = "id"
product = { constant = "heat-pump" }
source = "source"
country = { constant = "DE" }
postcode = { constant = "10115" }
partner = { constant = "partner-1" }
claimed-at = "claimed"
contacted-at = "contacted"
outcome = "outcome"
outcome-at = "ended"
attributes.roof = "roof"
attributes.consent = { constant = true }
"#;

/// What the policies were told about a lead that came in after the history, by
/// function.
fn told(database: Database, ask: bool) -> [Value; 2] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let terms = terms_and_bindings(ask);
    database.run(STELLWERK, &["apply", &write("contract.toml", &terms)]);
    let (file, mapping) = (write("h.csv", &history()), write("h.toml", MAPPING));
    let to = ["--contract", "pumps", "--mapping", &mapping];
    let said = database.run(STELLWERK, &[&["import", "leads", &file], &to[..]].concat());
    assert!(said.starts_with("12 rows: 12 imported"), "{said}");
    let server = Server::start(STELLWERK, database, &terms);

    let mut lead = stellwerk_tests::lead("new");
    lead["attributes"]["roof"] = json!("flat");
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    let path = format!("/api/v1/leads/{}/decisions", received.text("/id"));
    let decisions = server.manufacturer().get(&path);
    ["assess", "escalate"].map(|function| {
        let decision = decisions.body["decisions"]
            .as_array()
            .and_then(|all| all.iter().find(|of| of["function"] == function));
        let id = decision
            .and_then(|of| of["id"].as_str())
            .unwrap_or_default();
        let whole = server
            .manufacturer()
            .get(&format!("/api/v1/decisions/{id}"));
        assert_eq!(whole.status, 200, "{whole:?}");
        whole.body["question"]["input"].clone()
    })
}

#[test]
fn to_those_who_ask() {
    on_both_databases(|database| {
        let [assess, escalate] = told(database, true);
        // Of the source alone: ten leads came in before, three of them lost. What
        // partners claim is no figure of a source.
        assert_eq!(
            assess["figures"],
            json!({
                "figure/received": { "integer": "10" },
                "figure/won@36500d": { "integer": "7" },
            }),
            "{assess:#}"
        );
        assert_eq!(
            assess["endings"],
            json!([
                { "field": "roof", "value": "flat", "won": "4", "lost": "1" },
                { "field": "roof", "value": "steep", "won": "3", "lost": "2" },
                { "field": "country", "value": "DE", "won": "7", "lost": "3" },
                { "field": "consent", "value": "true", "won": "7", "lost": "3" },
            ]),
        );
        // Of the product: the first contact came after one hour, two hours, and so
        // on, the last two after eleven.
        assert_eq!(escalate["medians"][0]["stage"], "claimed", "{escalate:#}");
        assert_eq!(
            escalate["medians"][0]["median"]["elapsed-seconds"],
            json!("21600")
        );
        let stages: Vec<&str> = escalate["medians"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|median| median["stage"].as_str())
            .collect();
        assert_eq!(stages, ["claimed", "contacted"]);
    });
}

#[test]
fn and_to_no_others() {
    on_both_databases(|database| {
        let [assess, escalate] = told(database, false);
        assert_eq!(assess["figures"], json!({}));
        assert_eq!(assess["endings"], json!([]));
        assert_eq!(escalate["medians"], json!([]));
    });
}
