//! Plans are tried over what has happened, beside the server that goes on: one that is
//! killed in between goes on with the same bytes, one that is stopped can be resumed, and
//! what a plan has shown becomes a candidate, whose history names the trial.

use std::process::Command;

use serde_json::{Value, json};
use stellwerk_tests::{
    Answer, Client, Database, Server, SmallDisk, consistency, contract, lead, on_both_databases,
    partner_code, series, until,
};

use crate::STELLWERK;

const TRIALS: &str = "/api/v1/contracts/pumps/plan-trials";
const ADMIN: [(&str, &str); 1] = [("STELLWERK_ADMIN_LISTEN", "127.0.0.1:0")];
/// Enough that a kill falls into the play.
const DEALS: i64 = 900;

/// 3 per cent of what was won.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        "\n[bindings.\"compensation/commission\"]\nplugin = \"compensation-flat-split\"\n\
         configuration = { rate = 30000 }\n",
    );
    file
}

/// Deals of 1,000 each.
fn history(server: &Server) {
    let mapping = "[fields]\nexternal-id = \"id\"\npartner = \"by\"\nclaimed-at = \"claimed\"\n\
        outcome = \"outcome\"\noutcome-at = \"on\"\nwon-value = \"value\"\n\
        contact.name = \"name\"\nsource = { constant = \"configurator\" }\n";
    let rows = (0..DEALS).map(|number| {
        let partner = partner_code(1 + (number % 2) as usize);
        let day = 1 + number % 28;
        format!("{number},{partner},2026-02-{day:02},won,2026-03-{day:02},1000.00,Eva Muster\n")
    });
    let content = "id,by,claimed,outcome,on,value,name\n".to_owned() + &rows.collect::<String>();
    let imported = server.manufacturer().post(
        "/api/v1/imports/leads?contract=pumps",
        &json!({ "mapping": mapping, "content": content }),
    );
    assert_eq!(imported.body["imported"], DEALS, "{imported:?}");
    until("all is paid", || consistency::is_level(server.database()));
}

fn ask(maker: &Client) -> String {
    let asked = maker.post(
        TRIALS,
        &json!({
            "name": "More, and nothing", "comment": "before it is signed",
            "plans": [
                { "code": "double", "plan": { "name": "Double", "bindings": {
                    "compensation/commission": { "configuration": { "rate": 60_000 } } } } },
                { "code": "nothing", "plan": { "name": "Nothing", "bindings": {
                    "compensation/commission": { "remove": true } } } },
            ],
        }),
    );
    assert_eq!(asked.status, 201, "{asked:?}");
    assert_eq!(asked.text("/state"), "waiting");
    asked.text("/id").to_owned()
}

fn shown(maker: &Client, id: &str) -> Answer {
    maker.get(&format!("{TRIALS}/{id}"))
}

fn until_state(server: &Server, id: &str, state: &str) -> Answer {
    until(&format!("the trial is {state}"), || {
        let now = shown(server.manufacturer(), id);
        let has_failed = state != "failed" && now.text("/state") == "failed";
        assert!(!has_failed, "{now:?}");
        now.text("/state") == state
    });
    shown(server.manufacturer(), id)
}

fn files(maker: &Client, id: &str) -> Vec<String> {
    ["report.html", "paid.csv", "paid.ndjson", "postings.csv"]
        .map(|name| {
            let file = maker.get(&format!("{TRIALS}/{id}/files/{name}"));
            assert_eq!(file.status, 200, "{file:?}");
            file.raw
        })
        .to_vec()
}

fn want(maker: &Client, id: &str, what: &str) -> Answer {
    maker.post(&format!("{TRIALS}/{id}/{what}"), &json!({}))
}

/// What a command that speaks with the server says.
fn commanded(server: &Server, arguments: &[&str]) -> String {
    let output = Command::new(STELLWERK)
        .args(arguments)
        .env("STELLWERK_SERVER", server.base())
        .env("STELLWERK_TOKEN", server.secret())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn totals(trial: &Answer) -> Vec<i64> {
    let plans = trial.body["found"]["plans"].as_array().unwrap();
    let totals = plans.iter().map(|plan| plan["total"].as_i64().unwrap());
    totals.collect()
}

#[test]
fn one_whose_server_is_killed_comes_to_the_same_bytes() {
    on_both_databases(|database| {
        let mut server = Server::start(STELLWERK, database, &paying());
        history(&server);
        let undisturbed = ask(server.manufacturer());
        let done = until_state(&server, &undisturbed, "done");
        let commission = DEALS * 3_000;
        assert_eq!(totals(&done), [commission, 2 * commission, 0]);
        let expected = files(server.manufacturer(), &undisturbed);
        assert!(expected[0].contains("Double"), "{}", expected[0]);
        assert!(!expected.concat().contains("Muster"));
        let report = format!("{TRIALS}/{undisturbed}/files/report.html");
        let report = server.manufacturer().get(&report);
        assert_eq!(report.headers["content-type"], "text/html; charset=utf-8");

        let killed = ask(server.manufacturer());
        until("a plan is being played", || {
            let step = shown(server.manufacturer(), &killed).body["step"].clone();
            // What is said is heard once a second.
            let plans = ["Double: ", "Nothing: "];
            step.as_str()
                .is_some_and(|step| plans.iter().any(|plan| step.contains(plan)))
        });
        server.crash();
        let again = until_state(&server, &killed, "done");
        assert_eq!(totals(&again), [commission, 2 * commission, 0]);
        assert_eq!(again.body["found"], done.body["found"]);
        assert!(
            files(server.manufacturer(), &killed) == expected,
            "other bytes"
        );
        // The live system has gone on.
        let received = server.manufacturer().post("/api/v1/leads", &lead("after"));
        assert_eq!(received.status, 201, "{received:?}");

        let listed = server.run(&["trial", "list", "pumps"]);
        assert_eq!(listed.matches("done").count(), 2, "{listed}");
        let said = server.run(&["trial", "show", "pumps", &killed]);
        assert!(said.contains("Double"), "{said}");
        let one = format!("{undisturbed}/double");
        let said = server.run(&["trial", "compare", "pumps", &one, &killed]);
        assert_eq!(said.matches("Double ").count(), 2, "{said}");
        assert_eq!(said.matches("Nothing").count(), 1, "{said}");
    });
}

#[test]
fn one_that_is_stopped_goes_on_when_it_is_resumed() {
    on_both_databases(|database| {
        let server = Server::start_with(STELLWERK, database, &paying(), &ADMIN);
        history(&server);
        let maker = server.manufacturer();
        let id = ask(maker);
        let stopped = want(maker, &id, "stop");
        assert_eq!((stopped.status, stopped.text("/state")), (200, "stopped"));
        let said = commanded(&server, &["trial", "resume", "pumps", &id]);
        assert!(said.contains("More, and nothing"), "{said}");
        assert_ne!(shown(maker, &id).text("/state"), "stopped");
        let said = commanded(&server, &["trial", "stop", "pumps", &id]);
        assert!(said.contains("stopped"), "{said}");
        let early = promoted(maker, &id, &json!({ "shadow-percent": 100 }));
        assert_eq!((early.status, early.code()), (409, "trial.not-done"));
        let resumed = want(maker, &id, "resume");
        assert_eq!(resumed.status, 200, "{resumed:?}");
        until_state(&server, &id, "done");
        let operators = server.operators();
        until("what was played is counted", || {
            let shown = operators.get("/metrics");
            let series = series(shown.body.as_str().unwrap());
            let value = |name: &str| series.get(name).copied().unwrap_or_default();
            let done = r#"{outcome="done"}"#;
            value(&format!("stellwerk_plan_trials_total{done}")) == 1.0
                && value(&format!("stellwerk_plan_trial_seconds_count{done}")) == 1.0
                && series.get("stellwerk_plan_trials_running") == Some(&0.0)
        });
        let late = want(maker, &id, "stop");
        assert_eq!((late.status, late.code()), (409, "trial.over"));
        let impossible = json!({ "name": "Typo", "comment": "none", "plans": [
            { "code": "typo", "plan": { "name": "Typo", "bindings": {
                "compensation/none": { "configuration": {} } } } } ] });
        let refused = maker.post(TRIALS, &impossible);
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        assert_eq!(refused.places(), ["/plans/0/plan"]);
    });
}

/// A small world: what `trial new` writes, with less in it, and without the measures that
/// plans here do not read.
fn assumed() -> String {
    let template = stellwerk::trial::assumptions::TEMPLATE;
    let (before, others) = template.split_once("[measures.satisfaction]").unwrap();
    let (_, after) = others.split_once("# What each provider").unwrap();
    let mut text = format!("{before}# What each provider{after}");
    for (from, to) in [
        ("seeds = [1, 2, 3, 4, 5]", "seeds = [1, 2]"),
        ("lead-count = 600", "lead-count = 60"),
        ("\nweeks = 52", "\nweeks = 12"),
        ("[50, 75, 100, 150]", "[100]"),
        ("[50, 100, 150, 200]", "[100, 200]"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

#[test]
fn what_people_would_do_is_played_by_what_is_sent_along() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer();
        let send = |simulation: &str| {
            let body = json!({
                "name": "A higher rate", "comment": "will they work more?",
                "plans": [{ "code": "double", "plan": { "name": "Double", "bindings": {
                    "compensation/commission": { "configuration": { "rate": 60_000 } } } } }],
                "simulation": simulation,
            });
            maker.post(TRIALS, &body)
        };
        let assumed = assumed();
        for (from, to, field) in [
            ("budget-hours = 3.0", "budget-hours = 0.0", "budget-hours"),
            ("won = 36.0", "won = 136.0", "outcomes-percent"),
            ("[targets]", "[measures.joy]\nfixed = 1.0\n[targets]", "joy"),
        ] {
            let line = assumed
                .lines()
                .position(|line| line.contains(from))
                .unwrap()
                + 1;
            let refused = send(&assumed.replacen(from, to, 1));
            assert_eq!((refused.status, refused.code()), (422, "invalid"));
            assert_eq!(refused.places(), ["/simulation"]);
            let place = format!("line {line}, column");
            assert!(refused.raw.contains(&place), "{place}: {refused:?}");
            assert!(refused.raw.contains(field), "{field}: {refused:?}");
        }
        let asked = send(&assumed);
        assert_eq!(asked.status, 201, "{asked:?}");
        let id = asked.text("/id").to_owned();
        let done = until_state(&server, &id, "done");
        assert_eq!(done.text("/simulation"), assumed);
        let listed = maker.get(TRIALS);
        assert_eq!(listed.body["trials"][0]["simulation"], Value::Null);
        let unworked = |plan: usize| {
            let behaviour = &done.body["found"]["behaviour"][plan];
            behaviour["unworked"].as_i64().unwrap()
        };
        assert!(unworked(1) < unworked(0), "{done:?}");
        let file = |name: &str| maker.get(&format!("{TRIALS}/{id}/files/{name}")).raw;
        assert!(file("report.html").contains("What people would do"));
        // For each plan what is paid and three habits, and two points of the map, by two
        // seeds.
        let played = file("behaviour.csv");
        assert_eq!(played.lines().count(), 1 + 2 * 2 * (1 + 3 + 2), "{played}");
        let said = server.run(&["trial", "show", "pumps", &id]);
        assert!(said.contains("of the leads would stay unworked"), "{said}");
    });
}

#[test]
fn what_nothing_here_tells_is_taken_as_it_is_sent_along() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        history(&server);
        let maker = server.manufacturer();
        let send = |assume: Value| {
            let body = json!({
                "name": "Care first", "comment": "what if they had looked after people?",
                "plans": [{ "code": "care", "plan": { "name": "Care", "bindings": {
                    "compensation/care": { "plugin": "compensation-care-first" } } } }],
                "assume": assume,
            });
            maker.post(TRIALS, &body)
        };
        let refused = send(json!({
            "event/care-contacts": "none",
            "event/data-complete": { "percent": 101 },
            "measure/joy": null,
        }));
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        let places =
            ["care-contacts", "data-complete"].map(|code| format!("/assume/event~1{code}"));
        assert_eq!(refused.places()[..2], places, "{refused:?}");
        assert_eq!(refused.places()[2..], ["/assume/measure~1joy"]);
        assert!(refused.raw.contains("did you mean `care-contact`?"));
        let care_of = |assume: Value| {
            let asked = send(assume.clone());
            assert_eq!(asked.status, 201, "{asked:?}");
            let done = until_state(&server, asked.text("/id"), "done");
            let sent = done.body.get("assume").unwrap_or(&json!({})).clone();
            assert_eq!(sent, assume);
            let components = &done.body["found"]["plans"][1]["components"];
            let mut components = components.as_array().unwrap().iter();
            components
                .find(|component| component["of"] == "care")
                .map_or(0, |component| component["amount"].as_i64().unwrap())
        };
        let told = care_of(json!({}));
        let assumed = care_of(json!({
            "event/care-contact": { "percent": 100, "after-hours": 1 }
        }));
        assert!(assumed > told, "{assumed} {told}");
        // What no plan goes by is a mistake that the trial says itself.
        let asked = send(json!({ "measure/joy": 5 }));
        let failed = until_state(&server, asked.text("/id"), "failed");
        assert!(failed.raw.contains("no plan goes by it"), "{failed:?}");
    });
}

fn promoted(maker: &Client, id: &str, beginning: &Value) -> Answer {
    let mut body = json!({
        "plan": "double", "slot": "compensation/commission", "comment": "it has paid off",
    });
    let fields = beginning.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    maker.post(&format!("{TRIALS}/{id}/promotions"), &body)
}

#[test]
fn what_a_plan_has_shown_becomes_a_candidate() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        history(&server);
        let maker = server.manufacturer();
        let id = ask(maker);
        until_state(&server, &id, "done");
        // Asked for twice under one key, it is one step.
        let once = || {
            let headers = [
                ("content-type", "application/json"),
                ("idempotency-key", "promoted-once"),
            ];
            let body = json!({
                "plan": "double", "slot": "compensation/commission",
                "comment": "it has paid off", "shadow-percent": 100,
            });
            let path = format!("{TRIALS}/{id}/promotions");
            maker.ask("POST", &path, &headers, body.to_string().into())
        };
        let (shadow, again) = (once(), once());
        assert_eq!((shadow.status, again.status), (201, 201), "{again:?}");
        assert_eq!(shadow.raw, again.raw);
        assert_eq!(shadow.text("/action"), "shadowed");
        let steps = "/api/v1/contracts/pumps/steps?slot=compensation/commission";
        let told = format!("trial {id}, plan double: it has paid off");
        // It is made, and then asked beside.
        let taken = maker.get(steps).raw;
        assert_eq!(taken.matches(&told).count(), 2, "{told}: {taken}");

        // Or it is in force from then on: from the beginning of a day, by the contract's
        // clock.
        let planned = promoted(maker, &id, &json!({ "from": "2100-01-01T00:00" }));
        assert_eq!(planned.status, 201, "{planned:?}");
        assert_eq!(planned.text("/action"), "activated");
        assert_eq!(planned.text("/from"), "2099-12-31T23:00:00Z");
        assert!(planned.text("/comment").contains(&told), "{planned:?}");
        let bound = "/api/v1/contracts/pumps/bindings/compensation/commission";
        let bound = maker.get(bound);
        let newest = &bound.body["generations"][0];
        assert_eq!(newest["active-from"], "2099-12-31T23:00:00Z", "{bound:?}");
        assert_eq!(newest["configuration"]["rate"], 60_000, "{bound:?}");
        let removed = json!({ "plan": "nothing", "shadow-percent": 100 });
        let refused = promoted(maker, &id, &removed);
        assert_eq!((refused.status, refused.code()), (422, "invalid"));

        // By other rules nobody knows what it would pay.
        let other = json!({
            "plugin": "compensation-points", "comment": "points as well",
        });
        let bound = maker.put(
            "/api/v1/contracts/pumps/bindings/compensation/points",
            &other,
        );
        assert_eq!(bound.status, 200, "{bound:?}");
        let refused = promoted(maker, &id, &json!({ "from": "2100-01-01T00:00" }));
        assert_eq!(
            (refused.status, refused.code()),
            (409, "trial.rules-changed")
        );
    });
}

/// A plan whose qualification goes by how the leads of January ended.
fn ask_counting(maker: &Client) -> String {
    let asked = maker.post(
        TRIALS,
        &json!({
            "name": "By how earlier ones ended", "comment": "does it tell?",
            "plans": [{ "code": "counting", "plan": {
                "name": "Counting",
                "bindings": { "qualification": { "plugin": "qualification-frequency" } },
                "counts": { "until": "2026-01-31", "fields": ["source"] },
            } }],
        }),
    );
    assert_eq!(asked.status, 201, "{asked:?}");
    asked.text("/id").to_owned()
}

#[test]
fn why_one_has_failed_is_told() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        history(&server);
        let maker = server.manufacturer();
        // Nothing had ended by then: what the process said is what is told.
        let failed = until_state(&server, &ask_counting(maker), "failed");
        let told = failed.text("/error/message");
        assert!(told.contains("counting.toml: counts: "), "{told}");
    });
}

#[test]
fn what_was_counted_of_history_becomes_no_candidate() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer();
        let mapping = "[fields]\nexternal-id = \"id\"\nreceived-at = \"came\"\n\
            partner = \"by\"\noutcome = \"outcome\"\noutcome-at = \"on\"\n\
            source = { constant = \"configurator\" }\n";
        let by = partner_code(1);
        let content = format!(
            "id,came,by,outcome,on\n1,2026-01-05,{by},won,2026-01-20\n\
             2,2026-01-06,{by},lost,2026-01-20\n3,2026-02-10,{by},won,2026-02-20\n"
        );
        let imported = maker.post(
            "/api/v1/imports/leads?contract=pumps",
            &json!({ "mapping": mapping, "content": content }),
        );
        assert_eq!(imported.body["imported"], 3, "{imported:?}");
        until("all is paid", || consistency::is_level(server.database()));
        let id = ask_counting(maker);
        until_state(&server, &id, "done");
        let refused = maker.post(
            &format!("{TRIALS}/{id}/promotions"),
            &json!({
                "plan": "counting", "slot": "qualification", "comment": "it tells",
                "shadow-percent": 100,
            }),
        );
        assert_eq!((refused.status, refused.code()), (422, "invalid"));
        assert_eq!(refused.places(), ["/slot"]);
        assert!(refused.raw.contains("policies.csv"), "{refused:?}");
    });
}

#[test]
fn one_that_is_asked_for_twice_under_one_key_is_there_once() {
    on_both_databases(|database| {
        let server = Server::start(STELLWERK, database, &paying());
        let maker = server.manufacturer();
        let body = json!({
            "name": "A higher rate", "comment": "before it is signed",
            "plans": [{ "code": "double", "plan": { "name": "Double", "bindings": {
                "compensation/commission": { "configuration": { "rate": 60_000 } } } } }],
        });
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", "the-one"),
        ];
        let send = |body: &Value| maker.ask("POST", TRIALS, &headers, body.to_string().into());
        let (first, again) = (send(&body), send(&body));
        assert_eq!((first.status, again.status), (201, 201));
        assert_eq!(first.raw, again.raw);
        let listed = maker.get(TRIALS);
        assert_eq!(listed.body["trials"].as_array().unwrap().len(), 1);
        let mut other = body;
        other["name"] = json!("Another one");
        let refused = send(&other);
        let told = (refused.status, refused.code());
        assert_eq!(told, (422, "idempotency.other_request"));
    });
}

#[test]
fn one_that_finds_the_disk_nearly_full_leaves_it_to_the_live_system() {
    let Some(disk) = SmallDisk::new(128) else {
        return;
    };
    let database = Database::Sqlite(disk.path().join("data"));
    let server = Server::start(STELLWERK, database, &paying());
    let maker = server.manufacturer();
    let failed = ask(maker);
    let failed = until_state(&server, &failed, "failed");
    assert_eq!(failed.text("/error/code"), "trial.disk-full");
    let received = maker.post("/api/v1/leads", &lead("after"));
    assert_eq!(received.status, 201, "{received:?}");
}
