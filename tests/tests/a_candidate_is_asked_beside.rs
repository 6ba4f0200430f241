//! A manufacturer sees what another rule would have done before it decides anything:
//! it is asked beside the one in force, and nobody follows it or waits for it.

use std::process::Command;

use crate::{STELLWERK, guest};
use serde_json::{Value, json};
use stellwerk::policy::Function;
use stellwerk_tests::{
    Database, Server, contract, lead, on_both_databases, partner_code, series, until,
};

const PUMPS: &str = "/api/v1/contracts/pumps";
const ADMIN: [(&str, &str); 1] = [("STELLWERK_ADMIN_LISTEN", "127.0.0.1:0")];

fn start(database: Database, more: &str) -> Server {
    Server::start(STELLWERK, database, &(contract(2, 1) + more))
}

/// Makes generation 2 of a slot, and has it tried.
fn try_beside(server: &Server, slot: &str, plugin: &str, configuration: Value) {
    let maker = server.manufacturer();
    let candidate = json!({
        "slot": slot, "plugin": plugin, "configuration": configuration, "comment": "another rule",
    });
    let made = maker.post(&format!("{PUMPS}/generations"), &candidate);
    assert_eq!(made.status, 201, "{made:?}");
    step(server, slot, "shadow");
}

fn step(server: &Server, slot: &str, action: &str) {
    let step = json!({
        "slot": slot, "generation": 2, "action": action, "share-percent": 100,
        "comment": "to be looked at",
    });
    let taken = server.manufacturer().post(&format!("{PUMPS}/steps"), &step);
    assert_eq!(taken.status, 201, "{taken:?}");
}

fn trial(server: &Server, slot: &str) -> Value {
    let path = format!("{PUMPS}/trials?slot={slot}&generation=2");
    let found = server.manufacturer().get(&path);
    assert_eq!(found.status, 200, "{found:?}");
    found.body
}

/// Sends a lead of a source in; answers it.
fn sent(server: &Server, mark: &str, source: &str) -> String {
    let mut lead = lead(mark);
    lead["source"] = source.into();
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.status, 201, "{received:?}");
    assert_eq!(received.text("/state"), "offered", "{received:?}");
    received.text("/id").to_owned()
}

/// What the feed says of a lead, and by which generations it was decided.
fn told(server: &Server, lead: &str) -> (Vec<String>, Vec<i64>) {
    let database = server.database();
    let events = database.rows(
        ["code"],
        &format!("event WHERE lead = '{lead}' ORDER BY position"),
    );
    let decisions = database.rows(
        ["generation"],
        &format!("decision WHERE lead = '{lead}' ORDER BY id"),
    );
    let generation = |text: Option<String>| text.and_then(|text| text.parse().ok());
    (
        events.into_iter().map(|[code]| code.unwrap()).collect(),
        decisions
            .into_iter()
            .filter_map(|[number]| generation(number))
            .collect(),
    )
}

fn flipped(trial: &Value) -> Vec<String> {
    let flips = trial["flips"].as_array().into_iter().flatten();
    flips
        .map(|flip| flip["lead"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_candidate_that_disagrees_is_shown_with_its_leads_and_followed_by_nobody() {
    on_both_databases(|database| {
        let server = start(database, "");
        let before = sent(&server, "before", "white-paper");
        let usual = told(&server, &before);
        let warmth = json!({ "warmth": [
            { "when": "configurator", "temperature": "hot" },
            { "when": "white-paper", "temperature": "hot" },
        ] });
        let plugin = "qualification-mandatory-fields";
        try_beside(&server, "qualification", plugin, warmth);
        let mut colder = Vec::new();
        for number in 0..6 {
            let source = ["configurator", "white-paper"][number % 2];
            let lead = sent(&server, &number.to_string(), source);
            assert_eq!(told(&server, &lead), usual, "as without a candidate");
            if number % 2 == 1 {
                colder.push(lead);
            }
        }
        until("all were put beside", || {
            trial(&server, "qualification")["summary"]["cases"] == 6
        });
        let seen = trial(&server, "qualification");
        let summary = &seen["summary"];
        assert_eq!(
            (&summary["agreeing"], &summary["flips"], &seen["left-out"]),
            (&json!(3), &json!(3), &json!(0)),
            "{seen:#}"
        );
        assert_eq!(summary["agreement-percent"], 50.0);
        for side in ["candidate", "in-force"] {
            for of in ["fuel", "micros"] {
                assert!(summary[side][of]["p50"].as_i64() > Some(0), "{seen:#}");
            }
        }
        colder.reverse();
        assert_eq!(flipped(&seen), colder, "the latest first");
        assert_eq!(seen["flips"][0]["difference"], "temperature: hot, was cold");
        let part = |by: &str| {
            (
                seen[by][0]["of"].clone(),
                seen[by][0]["summary"]["cases"].clone(),
            )
        };
        assert_eq!(part("by-product"), (json!("heat-pump"), json!(6)));
        assert_eq!(part("by-region"), (json!("DE 10"), json!(6)));

        // As a canary it decides, and what is in force is asked beside it.
        step(&server, "qualification", "canary");
        let decided = sent(&server, "canary", "white-paper");
        assert_eq!(told(&server, &decided).1[0], 2);
        until("what is in force was asked beside the canary", || {
            trial(&server, "qualification")["summary"]["cases"] == 7
        });
        let seen = trial(&server, "qualification");
        assert_eq!(seen["summary"]["decided"], 1);
        assert_eq!(flipped(&seen)[0], decided);
        let shown = Command::new(STELLWERK)
            .args(["policy", "show", "pumps", "qualification", "--trial"])
            .args(["--server", server.base()])
            .env("STELLWERK_TOKEN", server.manufacturer().token())
            .output()
            .expect("the binary runs");
        let shown = String::from_utf8_lossy(&shown.stdout);
        assert!(shown.contains("agreement      42.85 %"), "{shown}");
        assert!(shown.contains(&decided), "{shown}");
    });
}

#[test]
fn who_is_refused_but_would_be_admitted_is_a_flip() {
    on_both_databases(|database| {
        let file = contract(2, 2).replace("= 1000000", "= 1");
        let server = Server::start(STELLWERK, database, &file);
        let gate = json!({ "gate": { "open-without-feedback-max": 1000000 } });
        try_beside(&server, "escalation", "escalation-ladder", gate);
        let partner = server.partner(&partner_code(1));
        let statuses: Vec<u16> = (0..2)
            .map(|number| {
                let lead = sent(&server, &number.to_string(), "configurator");
                let offers = partner.get("/api/v1/offers").body["offers"].clone();
                let offers = offers.as_array().cloned().unwrap_or_default();
                let offer = offers.iter().find(|offer| offer["lead"] == lead.as_str());
                let offer = offer.and_then(|offer| offer["id"].as_str()).unwrap();
                let path = format!("/api/v1/offers/{offer}/claim");
                partner.post(&path, &json!({})).status
            })
            .collect();
        assert_eq!(statuses[0], 200);
        assert!(matches!(statuses[1], 409 | 422), "{statuses:?}");
        let flip = || {
            let seen = trial(&server, "escalation");
            let flips = seen["flips"].as_array().cloned().unwrap_or_default();
            flips.into_iter().find(|flip| flip["function"] == "admit")
        };
        until("the refused claim was put beside", || flip().is_some());
        let flip = flip().unwrap();
        assert_eq!(flip["partner"], partner_code(1));
        let difference = flip["difference"].as_str().unwrap();
        assert!(
            difference.starts_with("verdict: admitted, was refused: feedback"),
            "{difference}"
        );
    });
}

#[test]
fn a_shadow_that_loops_for_ever_harms_nobody_and_is_counted() {
    on_both_databases(|database| {
        let server = Server::start_with(STELLWERK, database, &contract(2, 1), &ADMIN);
        let manifest = guest::manifest("loops", Function::Rank.kind()).to_string();
        let fields = "(func $rank (type $asked) (loop $again br $again) unreachable)";
        let component = guest::component(Function::Rank, &manifest, fields);
        let content = [("Content-Type", "application/wasm")];
        let maker = server.manufacturer();
        let uploaded = maker.ask("POST", "/api/v1/plugins", &content, component);
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        let usual = told(&server, &sent(&server, "before", "configurator"));
        try_beside(&server, "matching", "loops@0.1.0", json!({}));
        for number in 0..10 {
            let lead = sent(&server, &number.to_string(), "configurator");
            assert_eq!(told(&server, &lead), usual);
        }
        let counted = || {
            let seen = trial(&server, "matching");
            let errors = &seen["summary"]["candidate"]["errors"]["guest.out_of_fuel"];
            errors.as_i64().unwrap_or_default() + seen["left-out"].as_i64().unwrap_or_default()
        };
        until("every question is counted", || counted() == 10);
        let seen = trial(&server, "matching");
        assert_eq!(seen["summary"]["flips"], 0, "a failure is no flip");
        assert!(
            seen["summary"]["candidate"]["errors"]["guest.out_of_fuel"].as_i64() > Some(0),
            "{seen:#}"
        );
        assert_eq!(
            server
                .database()
                .count("lead WHERE manual_since IS NOT NULL"),
            0
        );
        // It has taken no slot: those were for what decides.
        let shown = server.operators().get("/metrics");
        let shown = series(shown.body.as_str().expect("text"));
        let calls = shown.get("stellwerk_call_wait_seconds_count").copied();
        let decided = server.database().count("decision");
        assert_eq!(calls, Some(decided as f64));
    });
}

const PAYING: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
"#;

#[test]
fn what_a_component_would_have_paid_is_shown_and_not_booked() {
    on_both_databases(|database| {
        let server = start(database, PAYING);
        let maker = server.manufacturer();
        let mut lead = lead("sale");
        lead["value"] = json!(2_000_000);
        let received = maker.post("/api/v1/leads", &lead);
        let lead = received.text("/id").to_owned();
        let offered = |number: usize| {
            let offers = server.partner(&partner_code(number)).get("/api/v1/offers");
            offers.body["offers"][0]["id"].as_str().map(str::to_owned)
        };
        let (number, offer) = [1, 2]
            .into_iter()
            .find_map(|number| Some((number, offered(number)?)))
            .expect("an offer");
        let partner = server.partner(&partner_code(number));
        let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
        assert_eq!(claimed.status, 200, "{claimed:?}");
        let won = json!({ "result": "won", "value": 2_000_000 });
        let won = partner.post(&format!("/api/v1/leads/{lead}/outcome"), &won);
        assert_eq!(won.status, 200, "{won:?}");
        let database = server.database();
        until("the win is paid", || database.count("posting") > 0);
        let booked = database.count("posting");
        let slot = "compensation/commission";
        try_beside(
            &server,
            slot,
            "compensation-flat-split",
            json!({ "rate": 25_000 }),
        );
        let ledger = || trial(&server, slot)["ledgers"][0].clone();
        // 2.5 per cent of 20,000.00 in place of 3.
        until("the money was compared", || {
            ledger()["value-difference"] == -10_000
        });
        assert_eq!(
            ledger()["partners"],
            json!([{
                "partner": partner_code(number), "unit": "money",
                "in-force": 60_000, "candidate": 50_000,
            }])
        );
        let seen = trial(&server, slot);
        assert_eq!(flipped(&seen), [lead.as_str()]);
        assert_eq!(seen["summary"]["value-difference"], -10_000);
        assert_eq!(seen["by-product"][0]["of"], "heat-pump", "{seen:#}");
        assert_eq!(
            seen["by-partner"][0]["of"],
            partner_code(number),
            "{seen:#}"
        );
        assert_eq!(database.count("posting"), booked);
        assert_eq!(database.count("decision WHERE generation = 2"), 0);
    });
}
