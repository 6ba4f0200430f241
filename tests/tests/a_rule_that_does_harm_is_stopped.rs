//! A rule that begins to fail is taken out of force before anybody has to notice,
//! everybody can read why, and it comes back by a person's word.

use crate::{STELLWERK, guest};
use serde_json::{Value, json};
use stellwerk::policy::{Function, Kind};
use stellwerk_tests::{Answer, Database, Server, contract, lead, on_both_databases, until};

const PUMPS: &str = "/api/v1/contracts/pumps";
/// Failures are looked at before the next lead is decided.
const LOOKING: [(&str, &str); 1] = [("STELLWERK_WORKER_POLL_MS", "10")];
/// Traps whenever it is asked.
const TRAPS: &str = "(func $rank (type $asked) unreachable)";

/// A contract with such terms for swaps, and a policy of matching that fails, not
/// bound yet.
fn start(database: Database, swaps: &str) -> Server {
    let terms = format!("[terms]\nswaps = {swaps}\n");
    let file = contract(3, 1).replace("[terms]\n", &terms);
    let server = Server::start_with(STELLWERK, database, &file, &LOOKING);
    let manifest = guest::manifest("fails", Kind::Matching).to_string();
    let component = guest::component(Function::Rank, &manifest, TRAPS);
    let wasm = [("Content-Type", "application/wasm")];
    let maker = server.manufacturer();
    let uploaded = maker.ask("POST", "/api/v1/plugins", &wasm, component);
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    server
}

/// Puts it in force, as generation 2.
fn bind(server: &Server) {
    let body = json!({ "plugin": "fails@0.1.0", "comment": "cheaper" });
    let path = format!("{PUMPS}/bindings/matching");
    let bound = server.manufacturer().put(&path, &body);
    assert_eq!(bound.body["generation"], 2, "{bound:?}");
}

fn step(server: &Server, generation: i64, action: &str, more: Value) -> Answer {
    let mut body = json!({
        "slot": "matching", "generation": generation, "action": action, "comment": "mended",
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let taken = server.manufacturer().post(&format!("{PUMPS}/steps"), &body);
    assert_eq!(taken.status, 201, "{taken:?}");
    taken
}

/// Sends a lead in; answers it, and the code with which it waits for a person.
fn sent(server: &Server, mark: &str) -> (String, Option<String>) {
    let maker = server.manufacturer();
    let received = maker.post("/api/v1/leads", &lead(mark));
    assert_eq!(received.status, 201, "{received:?}");
    let id = received.text("/id").to_owned();
    let seen = maker.get(&format!("/api/v1/leads/{id}"));
    let code = seen.body.pointer("/waits-for-a-person/code");
    (id, code.and_then(Value::as_str).map(str::to_owned))
}

fn code(server: &Server, mark: &str) -> Option<String> {
    sent(server, mark).1
}

fn standing(server: &Server, generation: i64) -> String {
    let slot = server
        .manufacturer()
        .get(&format!("{PUMPS}/bindings/matching"));
    let generations = slot.body["generations"].as_array().cloned();
    let mut generations = generations.into_iter().flatten();
    let found = generations.find(|known| known["generation"] == generation);
    let found = found.and_then(|known| known["standing"].as_str().map(str::to_owned));
    found.expect("the generation")
}

/// Makes the policy that fails generation 2, which decides nothing yet.
fn configure(server: &Server) {
    let made = server.manufacturer().post(
        &format!("{PUMPS}/generations"),
        &json!({ "slot": "matching", "plugin": "fails@0.1.0", "comment": "cheaper" }),
    );
    assert_eq!(made.status, 201, "{made:?}");
}

fn gates(server: &Server) -> Value {
    let path = format!("{PUMPS}/gates?slot=matching");
    server.manufacturer().get(&path).body
}

/// By which generation a lead was ranked.
fn ranked_by(server: &Server, lead: &str) -> i64 {
    let path = format!("/api/v1/leads/{lead}/decisions");
    let decisions = server.manufacturer().get(&path).body["decisions"].clone();
    let mut decisions = decisions.as_array().into_iter().flatten();
    let ranked = decisions.find(|decision| decision["function"] == "rank");
    let generation = ranked.and_then(|ranked| ranked["generation"].as_i64());
    generation.expect("a ranking")
}

/// What the feed says of generations that were stopped, in order.
fn stopped(server: &Server) -> Vec<Value> {
    let feed = server.manufacturer().get("/api/v1/events?limit=1000");
    let events = feed.body["events"].as_array().cloned();
    let events = events.into_iter().flatten();
    events
        .filter(|event| event["code"] == "generation-stopped")
        .map(|event| event["attributes"].clone())
        .collect()
}

fn quarantined(server: &Server, generation: i64) {
    until("the generation is quarantined", || {
        standing(server, generation) == "quarantined"
    });
}

#[test]
fn what_keeps_failing_gives_way_to_the_last_good_rule_until_a_person_brings_it_back() {
    on_both_databases(|database| {
        let server = start(database, "{ quarantine = { failures = 3 } }");
        bind(&server);
        let failed: Vec<(String, Option<String>)> =
            (0..3).map(|n| sent(&server, &format!("a{n}"))).collect();
        for (_, code) in &failed {
            assert_eq!(code.as_deref(), Some("guest.trap"));
        }
        quarantined(&server, 2);
        assert_eq!(code(&server, "good"), None, "the last good rule decides");
        assert_eq!(standing(&server, 3), "active");
        let reason = "3 answers failed within 10 minutes (guest.trap); generation 3 decides, \
             with the content of 1";
        let told = json!({
            "slot": "matching", "generation": 2, "instead": 3, "reason": reason,
        });
        assert_eq!(stopped(&server), [told]);
        let maker = server.manufacturer();
        let audit = maker.get("/api/v1/audit?limit=200").all_text();
        assert!(audit.contains(reason), "{audit}");

        let path = format!("/api/v1/leads/{}/release", failed[0].0);
        let released = maker.post(&path, &json!({ "how": "try-again" }));
        assert_eq!(released.text("/state"), "offered", "{released:?}");

        // Earlier failures do not count against it.
        step(&server, 2, "activate", json!({}));
        for n in 0..2 {
            assert_eq!(
                code(&server, &format!("b{n}")).as_deref(),
                Some("guest.trap")
            );
        }
        assert_eq!(standing(&server, 2), "active");
        assert_eq!(code(&server, "b2").as_deref(), Some("guest.trap"));
        quarantined(&server, 2);
        assert_eq!(code(&server, "good-again"), None);
        assert_eq!(stopped(&server).len(), 2);
    });
}

#[test]
fn where_the_contract_wants_a_person_every_lead_waits_for_one() {
    on_both_databases(|database| {
        let swaps = r#"{ quarantine = { failures = 2, fallback = "manual-queue" } }"#;
        let server = start(database, swaps);
        bind(&server);
        for n in 0..2 {
            assert_eq!(
                code(&server, &format!("a{n}")).as_deref(),
                Some("guest.trap")
            );
        }
        quarantined(&server, 2);
        assert_eq!(code(&server, "b").as_deref(), Some("policy.quarantined"));
        let told = stopped(&server);
        let reason = "2 answers failed within 10 minutes (guest.trap); its leads wait for a person";
        assert_eq!(
            told,
            [json!({ "slot": "matching", "generation": 2, "reason": reason })]
        );
        let back = server.manufacturer().post(
            &format!("{PUMPS}/rollbacks"),
            &json!({ "slot": "matching", "comment": "nobody mends it" }),
        );
        assert_eq!(back.status, 201, "{back:?}");
        assert_eq!(code(&server, "c"), None);
    });
}

#[test]
fn a_canary_that_keeps_failing_is_taken_back_and_its_leads_go_on() {
    on_both_databases(|database| {
        // The gate is out of the way.
        let swaps = "{ quarantine = { failures = 2 }, gates = { errors-max = 1000000 } }";
        let server = start(database, swaps);
        configure(&server);
        step(&server, 2, "canary", json!({ "share-percent": 100 }));
        let failed: Vec<String> = (0..2).map(|n| sent(&server, &format!("a{n}")).0).collect();
        quarantined(&server, 2);
        assert_eq!(stopped(&server)[0]["instead"], 1);
        assert_eq!(code(&server, "b"), None);
        let path = format!("/api/v1/leads/{}/release", failed[0]);
        let released = server
            .manufacturer()
            .post(&path, &json!({ "how": "try-again" }));
        assert_eq!(released.text("/state"), "offered", "{released:?}");
    });
}

#[test]
fn a_canary_that_a_gate_says_no_to_is_taken_back_and_the_feed_says_by_what() {
    on_both_databases(|database| {
        // Only the gate stops it.
        let swaps = "{ quarantine = { failures = 0 }, gates = { errors-max = 10000 } }";
        let server = start(database, swaps);
        configure(&server);
        step(&server, 2, "canary", json!({ "share-percent": 100 }));
        let (first, failure) = sent(&server, "a");
        assert_eq!(failure.as_deref(), Some("guest.trap"));
        // One of one may be chance.
        until("the gate has seen one case", || {
            gates(&server)["gates"][0]["cases"] == 1
        });
        let gate = &gates(&server)["gates"][0];
        assert_eq!(
            (&gate["gate"], &gate["hits"], &gate["verdict"]),
            (&json!("errors"), &json!(1), &json!("not-known-yet"))
        );
        assert_eq!(standing(&server, 2), "canary");
        assert!(stopped(&server).is_empty());

        let failure = code(&server, "b");
        assert_eq!(failure.as_deref(), Some("guest.trap"));
        until("the canary is taken back", || {
            standing(&server, 2) == "ready"
        });
        let reason = "the gate errors has tripped: 2 of 2 answers failed, where at most 1 % may; \
             what is in force decides the leads of the canary";
        let told = json!({
            "slot": "matching", "generation": 2, "instead": 1, "reason": reason,
        });
        assert_eq!(stopped(&server), [told]);
        let maker = server.manufacturer();
        let steps = maker.get(&format!("{PUMPS}/steps?slot=matching")).body["steps"].clone();
        let steps = steps.as_array().into_iter().flatten();
        let taken_back = steps.clone().find(|step| step["action"] == "cancelled");
        let taken_back = taken_back.expect("a step of the host");
        assert_eq!(taken_back["comment"], reason);
        assert_eq!(taken_back["actor"], Value::Null);
        let status = maker.get(&format!("{PUMPS}/status")).body["slots"].clone();
        let mut slots = status.as_array().into_iter().flatten();
        let slot = slots.find(|slot| slot["slot"] == "matching");
        let slot = slot.expect("the slot");
        assert_eq!(slot["in-force"]["generation"], 1, "{slot:#}");
        let candidate = &slot["candidates"][0];
        assert_eq!(candidate["standing"], "ready", "{slot:#}");
        assert_eq!(candidate["share-percent"], Value::Null, "{slot:#}");
        assert_eq!(gates(&server), json!({ "slot": "matching", "gates": [] }));

        for mark in ["c", "d"] {
            let (lead, failure) = sent(&server, mark);
            assert_eq!((ranked_by(&server, &lead), failure), (1, None));
        }
        let path = format!("/api/v1/leads/{first}/release");
        let released = maker.post(&path, &json!({ "how": "try-again" }));
        assert_eq!(released.text("/state"), "offered", "{released:?}");
    });
}

#[test]
fn with_few_cases_a_gate_says_that_it_does_not_know_yet() {
    on_both_databases(|database| {
        let server = start(
            database,
            "{ gates = { errors-max = 10000, micros-p99-max = 250000 } }",
        );
        let maker = server.manufacturer();
        let made = maker.post(
            &format!("{PUMPS}/generations"),
            &json!({
                "slot": "matching", "plugin": "matching-weighted", "comment": "wider",
                "configuration": { "waves": { "first": 2 } },
            }),
        );
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(gates(&server), json!({ "slot": "matching", "gates": [] }));
        step(&server, 2, "canary", json!({ "share-percent": 50 }));
        for n in 0..3 {
            assert_eq!(code(&server, &format!("a{n}")), None);
        }
        let seen = gates(&server);
        assert_eq!(
            (&seen["generation"], &seen["share-percent"]),
            (&json!(2), &json!(50.0))
        );
        let verdicts: Vec<(&str, i64, &str)> = seen["gates"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|gate| {
                let text = |name: &str| gate[name].as_str().unwrap_or_default();
                let limit = gate["limit"].as_i64().unwrap_or_default();
                (text("gate"), limit, text("verdict"))
            })
            .collect();
        assert_eq!(
            verdicts,
            [
                ("errors", 10_000, "not-known-yet"),
                ("micros-p99", 250_000, "not-known-yet"),
            ]
        );
    });
}
