//! A manufacturer looks at what a candidate would do before it decides anything.

use std::process::Command;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{Answer, Server, contract, lead, on_both_databases, versions_in_c};

const PUMPS: &str = "/api/v1/contracts/pumps";

fn sent(server: &Server, mark: &str) -> String {
    let received = server.manufacturer().post("/api/v1/leads", &lead(mark));
    assert_eq!(received.status, 201, "{received:?}");
    received.text("/id").to_owned()
}

fn candidate(server: &Server, slot: &str, plugin: &str, configuration: Value) -> i64 {
    let made = server.manufacturer().post(
        &format!("{PUMPS}/generations"),
        &json!({
            "slot": slot, "plugin": plugin, "configuration": configuration, "comment": "tried",
        }),
    );
    assert_eq!(made.status, 201, "{made:?}");
    made.body["generation"].as_i64().expect("its number")
}

fn diff(server: &Server, query: &str) -> Answer {
    let compared = server.manufacturer().get(&format!("{PUMPS}/diff?{query}"));
    assert_eq!(compared.status, 200, "{compared:?}");
    compared
}

/// The examples on which both are not at one, with their words.
fn examples(compared: &Answer) -> Vec<(&str, &str)> {
    let differing = compared.body["examples"]["differing"].as_array();
    let differing = differing.into_iter().flatten();
    differing
        .filter_map(|one| Some((one["of"].as_str()?, one["words"].as_str()?)))
        .collect()
}

fn words(compared: &Answer) -> Vec<&str> {
    let flips = compared.body["decisions"]["flips"].as_array();
    let flips = flips.into_iter().flatten();
    flips
        .flat_map(|flip| flip["words"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn it_is_asked_what_was_asked_and_nothing_follows() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &contract(3, 1));
        let maker = server.manufacturer();
        let leads: Vec<String> = (0..3).map(|n| sent(&server, &format!("l{n}"))).collect();
        let wider = json!({ "waves": { "first": 3 } });
        assert_eq!(
            candidate(&server, "matching", "matching-weighted", wider),
            2
        );
        let decisions = |lead: &str| {
            let path = format!("/api/v1/leads/{lead}/decisions?limit=200");
            maker.get(&path).body["decisions"].clone()
        };
        let before = decisions(&leads[0]);

        let compared = diff(&server, "slot=matching&to=2");
        assert_eq!(
            compared.body["configuration"],
            json!([{ "pointer": "/waves/first", "before": 1, "after": 3 }])
        );
        assert_eq!(compared.body["from"]["generation"], 1);
        assert_eq!(compared.body["from"]["standing"], "active");
        assert_eq!(compared.body["to"]["standing"], "ready");
        for same in ["limits", "schema", "manifest"] {
            assert_eq!(compared.body[same], json!([]), "{same}");
        }
        let asked = &compared.body["decisions"];
        assert_eq!(
            (&asked["asked"], &asked["left-out"]),
            (&json!(3), &json!(0))
        );
        assert_eq!(asked["flipped"], json!({ "asked": 3 }));
        // Of three alike one was asked, and the other two would be, too.
        for (flip, lead) in asked["flips"]
            .as_array()
            .unwrap()
            .iter()
            .zip(leads.iter().rev())
        {
            assert_eq!(flip["lead"], lead.as_str(), "the latest first");
            let differences = &flip["differences"];
            assert_eq!(differences[0]["before"], "", "{flip}");
            let also = differences[0]["after"].as_str().unwrap();
            assert_eq!(also.matches("Partner ").count(), 2, "{flip}");
        }
        // Examples that say nothing of the configuration are asked under both of these.
        let golden = &compared.body["examples"];
        assert_eq!(golden["left-out"], 0, "{golden}");
        let told = examples(&compared);
        assert!(told.len() as u64 <= golden["asked"].as_u64().unwrap());
        assert!(
            told.iter()
                .any(|(of, words)| *of == "both" && words.starts_with("asks partner ")),
            "{golden}"
        );
        assert_eq!(decisions(&leads[0]), before, "nothing is recorded");

        let back = diff(&server, "slot=matching&from=2&to=1&last=2");
        assert_eq!(back.body["decisions"]["asked"], 2);
        assert_eq!(
            words(&back).len(),
            2,
            "what others decided is asked of both"
        );
        for words in words(&back) {
            assert!(words.starts_with("does not ask Partner "), "{words}");
        }
        let same = diff(&server, "slot=matching&from=2&to=2");
        assert_eq!(same.body["decisions"]["flips"], json!([]));
        assert_eq!(examples(&same), []);
        let unasked = diff(&server, "slot=matching&to=2&last=0");
        assert_eq!(unasked.body["decisions"]["asked"], 0);

        for (query, status) in [
            ("slot=matching&to=9", 404),
            ("slot=matching&from=9&to=1", 404),
            ("slot=compensation/none&to=1", 404),
            ("slot=matching", 422),
            ("slot=matching&to=x", 422),
        ] {
            let refused = maker.get(&format!("{PUMPS}/diff?{query}"));
            assert_eq!(refused.status, status, "{query}: {refused:?}");
        }

        let run = |more: &[&str]| {
            let output = Command::new(STELLWERK)
                .args(["policy", "diff", "pumps", "matching"])
                .args(more)
                .args(["--server", server.base()])
                .env("STELLWERK_TOKEN", maker.token())
                .output()
                .expect("the binary runs");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).expect("text")
        };
        let json = run(&["1", "2", "--output", "json"]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json, compared.body, "the command says what the server says");
        let text = run(&["2"]);
        for expected in [
            "- matching generation 1, matching-weighted@0.1.0, active",
            "+ matching generation 2, matching-weighted@0.1.0, ready: tried",
            "  /waves/first: changed from 1 to 3",
            "limits: the same",
            "\ngolden examples: ",
            " (of both): asks partner ",
            "decisions: 3 of the last 3 would flip",
        ] {
            assert!(text.contains(expected), "{expected}:\n{text}");
        }
    });
}

#[test]
fn another_plugin_is_compared_by_what_it_says_of_itself_and_by_what_it_answers() {
    on_both_databases(|database| {
        let terms = contract(3, 1).replace("[terms]\n", "[terms]\npipeline-visible = false\n");
        let server = Server::start(STELLWERK, database, &terms);
        let headers = [("content-type", "application/wasm")];
        let component = versions_in_c(1).pop().expect("a component");
        let maker = server.manufacturer();
        let uploaded = maker.ask("POST", "/api/v1/plugins", &headers, component);
        let digest = uploaded.text("/digest");
        let in_c = candidate(&server, "matching", digest, Value::Null);
        sent(&server, "one");
        let compared = diff(&server, &format!("slot=matching&to={in_c}"));
        assert_eq!(compared.body["decisions"]["asked"], 1, "{compared:?}");
        let parts = compared.body["manifest"].as_array().expect("parts");
        let is_gone = |part: &&Value| part["list"] == "reasons" && part["after"].is_null();
        assert!(parts.iter().any(|part| is_gone(&part)), "{compared:?}");
        assert_ne!(compared.body["schema"], json!([]));
        let told = examples(&compared);
        let of = |whose: &str| told.iter().filter(|(of, _)| *of == whose).count();
        assert!(
            of("from") > 0 && of("to") > 0 && of("both") == 0,
            "{told:?}"
        );

        // An example with a configuration of its own, which the other does not take.
        let slot = "compensation/commission";
        let flat = candidate(&server, slot, "compensation-flat-split", Value::Null);
        let care = candidate(&server, slot, "compensation-care-first", Value::Null);
        let compared = diff(&server, &format!("slot={slot}&from={flat}&to={care}"));
        let unasked = |words: &str| {
            let begin = "answer: cannot be asked: compensation-care-first@0.1.0: config.invalid: ";
            words.starts_with(begin) && words.ends_with(", was given")
        };
        let told = examples(&compared);
        assert!(
            told.iter()
                .any(|(of, words)| *of == "from" && unasked(words)),
            "{told:?}"
        );

        // What escalation was told of a partner's open business is not shown.
        let patient = json!({ "gate": { "open-without-feedback-max": 5 } });
        let slower = candidate(&server, "escalation", "escalation-ladder", patient);
        let hidden = diff(&server, &format!("slot=escalation&to={slower}"));
        let decisions = &hidden.body["decisions"];
        assert_eq!(decisions["asked"], 0, "{hidden:?}");
        assert_ne!(decisions["left-out"], 0, "{hidden:?}");
    });
}
