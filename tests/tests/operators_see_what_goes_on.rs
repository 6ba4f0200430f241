//! Whoever runs a server sees how it is, on an address of its own.

use std::collections::BTreeMap;

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Client, Database, Server, contract, on_both_databases, partner_code, series, until,
};

const ADMIN: [(&str, &str); 1] = [("STELLWERK_ADMIN_LISTEN", "127.0.0.1:0")];
const LIST: &str = include_str!("../../host/metrics.md");
/// Shown from the first time that it happens on.
const RARE: [&str; 13] = [
    "stellwerk_policy_failures_total",
    "stellwerk_candidate_answers_total",
    "stellwerk_candidate_left_out_total",
    "stellwerk_candidate_keep_failures_total",
    "stellwerk_candidate_ledger_failures_total",
    "stellwerk_replay_failures_total",
    "stellwerk_commit_failures_total",
    "stellwerk_generations_stopped_total",
    "stellwerk_sealing_failures_total",
    "stellwerk_wiping_failures_total",
    "stellwerk_retention_failures_total",
    "stellwerk_plan_trials_total",
    "stellwerk_plan_trial_seconds",
];
/// What must be in no answer: a person, a secret, a lead's own number.
const PERSONAL: [&str; 3] = ["eva", "example.com", "order-1"];

/// In microseconds.
const HOUR: i64 = 3_600_000_000;
const OVERDUE: i64 = 120_000_000;

/// A contract that pays.
fn paying() -> String {
    let mut file = contract(2, 2);
    file.push_str(
        r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
"#,
    );
    file
}

fn lead(number: usize) -> Value {
    json!({
        "contract": "pumps",
        "external-id": format!("order-{number}"),
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "value": 2_000_000,
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": "eva@example.com" },
    })
}

/// Every series by its name and labels, after a look for what must not be there.
fn shown(operators: &Client) -> BTreeMap<String, f64> {
    let answer = operators.get("/metrics");
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.body.as_str().expect("text");
    for personal in PERSONAL {
        let shown = text.to_lowercase();
        assert!(!shown.contains(personal), "{personal}:\n{text}");
    }
    series(text)
}

/// A series' value, once it is there.
fn value(operators: &Client, name: &str) -> f64 {
    let mut found = None;
    until(name, || {
        found = shown(operators).get(name).copied();
        found.is_some()
    });
    found.unwrap_or_default()
}

#[test]
fn what_is_listed_is_there_and_nothing_else() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database, &paying(), &ADMIN);
        let operators = server.operators();
        let (maker, partner) = (server.manufacturer(), server.partner(&partner_code(1)));
        let received = maker.post("/api/v1/leads", &lead(1));
        assert_eq!(received.text("/state"), "offered", "{received:?}");
        let offers = partner.get("/api/v1/offers");
        let offer = offers.text("/offers/0/id");
        let claimed = partner.post(&format!("/api/v1/offers/{offer}/claim"), &json!({}));
        assert_eq!(claimed.status, 200, "{claimed:?}");
        let outcome = format!("/api/v1/leads/{}/outcome", received.text("/id"));
        let won = json!({ "result": "won", "value": 2_000_000 });
        assert_eq!(partner.post(&outcome, &won).status, 200);
        assert_eq!(maker.get("/api/v1/nothing").status, 404);

        let of = r#"manufacturer="maker",contract="pumps""#;
        let calls = |function: &str| {
            let name = format!(r#"stellwerk_calls_total{{function="{function}",outcome="ok"}}"#);
            value(&operators, &name)
        };
        until("the win is paid", || calls("award") >= 1.0);
        for function in ["assess", "rank", "escalate", "admit"] {
            assert!(calls(function) >= 1.0, "{function}");
        }
        for (name, expected) in [
            (
                r#"stellwerk_requests_total{method="POST",route="/api/v1/leads",status="201"}"#,
                1.0,
            ),
            (
                r#"stellwerk_requests_total{method="GET",route="",status="404"}"#,
                1.0,
            ),
            ("stellwerk_store_reachable", 1.0),
            ("stellwerk_deadline_oldest_due_seconds", 0.0),
            // As many as there may be by default.
            (r#"stellwerk_store_connections{state="max"}"#, 8.0),
        ] {
            assert_eq!(value(&operators, name), expected, "{name}");
        }
        let connections = ["in-use", "idle"].map(|state| {
            let name = format!(r#"stellwerk_store_connections{{state="{state}"}}"#);
            value(&operators, &name)
        });
        let open: f64 = connections.iter().sum();
        assert!((1.0..=8.0).contains(&open), "{connections:?}");
        let groups = "stellwerk_commit_group_commands";
        let [groups, commands] = ["count", "sum"].map(|part| {
            let name = format!("{groups}_{part}");
            value(&operators, &name)
        });
        // The lead, the claim and the win have not waited for each other.
        assert!(groups >= 3.0 && commands >= groups, "{commands}, {groups}");
        for slot in ["matching", "compensation/commission"] {
            let name = format!(r#"stellwerk_binding_generation{{{of},slot="{slot}"}}"#);
            assert_eq!(value(&operators, &name), 1.0, "{name}");
        }
        let lane = format!("stellwerk_lane_lag_seconds{{{of}}}");
        until("nothing waits to be paid", || {
            value(&operators, &lane) == 0.0
        });

        until("a decision is asked again", || {
            let replays = "stellwerk_replays_total";
            names(&operators).iter().any(|name| name == replays)
        });

        let (listed, shown) = (listed(), names(&operators));
        let unlisted: Vec<_> = shown.iter().filter(|name| !listed.contains(name)).collect();
        assert!(unlisted.is_empty(), "not in host/metrics.md: {unlisted:?}");
        let missing: Vec<_> = listed.iter().filter(|name| !shown.contains(name)).collect();
        assert_eq!(missing, RARE, "in host/metrics.md, but not shown");
        server.stop();
    });
}

#[test]
fn a_lead_that_waits_for_a_person_is_seen_with_the_reason() {
    on_both_databases(|database| {
        let file = paying().replace("[bindings.matching]", "[bindings.unused]");
        let start = file.find("[bindings.unused]").expect("the binding");
        let end = start + file[start..].find("\n\n").expect("its end");
        let unbound = format!("{}{}", &file[..start], &file[end..]);
        let server = Server::start_with(STELLWERK, database, &unbound, &ADMIN);
        let operators = server.operators();
        let of = r#"manufacturer="maker",contract="pumps""#;
        let queue = format!("stellwerk_manual_queue_leads{{{of}}}");
        assert_eq!(value(&operators, &queue), 0.0);
        let received = server.manufacturer().post("/api/v1/leads", &lead(1));
        assert_eq!(received.status, 201, "{received:?}");
        until("the queue is seen", || value(&operators, &queue) == 1.0);
        let failures = format!(
            r#"stellwerk_policy_failures_total{{{of},slot="matching",code="policy.unbound"}}"#
        );
        assert_eq!(value(&operators, &failures), 1.0);
        let oldest = format!("stellwerk_manual_queue_oldest_seconds{{{of}}}");
        until("its age grows", || value(&operators, &oldest) > 0.0);
    });
}

#[test]
fn what_is_overdue_is_seen_until_it_is_done() {
    on_both_databases(|database| {
        let mut server = Server::start_with(STELLWERK, database.clone(), &paying(), &ADMIN);
        let maker = server.manufacturer();
        let [_, second] = [1, 2].map(|number| {
            let received = maker.post("/api/v1/leads", &lead(number));
            assert_eq!(received.text("/state"), "offered", "{received:?}");
            received.text("/id").to_owned()
        });
        let token = server.partner(&partner_code(1)).token().to_owned();
        let at_rest =
            "lane WHERE leased_until = 0 AND position = (SELECT max(position) FROM event)";
        until("nobody is at the money", || database.count(at_rest) == 1);
        server.stop();

        // Another host has all of it, and does nothing about it.
        let now = jiff::Timestamp::now().as_microsecond();
        let elsewhere = format!("lease = 'elsewhere', leased_until = {}", now + HOUR);
        database.execute(&format!("UPDATE lane SET {elsewhere}"));
        let overdue = now - OVERDUE;
        database.execute(&format!(
            "UPDATE deadline SET due_at = {overdue}, {elsewhere} WHERE deadline_key = 'claim'"
        ));
        let mut server = server.beside();
        let (operators, partner) = (server.operators(), server.client(&token));
        let offers = partner.get("/api/v1/offers");
        let offers = offers.body["offers"].as_array().cloned();
        let offer = offers
            .into_iter()
            .flatten()
            .find(|offer| offer["lead"] == second.as_str());
        let offer = offer.expect("an offer")["id"].clone();
        let path = format!("/api/v1/offers/{}/claim", offer.as_str().expect("its id"));
        let claimed = partner.post(&path, &json!({}));
        assert_eq!(claimed.status, 200, "{claimed:?}");
        database.execute(&format!(
            "UPDATE event SET recorded_at = recorded_at - {OVERDUE} WHERE code = 'claimed'"
        ));
        let due = "stellwerk_deadline_oldest_due_seconds";
        let lag = r#"stellwerk_lane_lag_seconds{manufacturer="maker",contract="pumps"}"#;
        for late in [due, lag] {
            until(late, || value(&operators, late) > 60.0);
        }
        let worked = "stellwerk_deadlines_worked_total";
        assert_eq!(value(&operators, worked), 0.0);

        for table in ["lane", "deadline"] {
            database.execute(&format!("UPDATE {table} SET leased_until = 0"));
        }
        for late in [due, lag] {
            until(late, || value(&operators, late) == 0.0);
        }
        assert!(value(&operators, worked) >= 1.0);
        server.stop();
    });
}

#[test]
fn every_host_shows_what_it_has_in_force() {
    on_both_databases(|database| {
        let first = Server::start_with(STELLWERK, database.clone(), &paying(), &ADMIN);
        let mut hosts = vec![first];
        if matches!(database, Database::Postgres(_)) {
            hosts.push(hosts[0].beside());
        }
        let name = r#"stellwerk_binding_generation{manufacturer="maker",contract="pumps",slot="matching"}"#;
        let mut leads = 0;
        let mut all_have = |generation: f64| {
            for host in &hosts {
                leads += 1;
                let received = host.manufacturer().post("/api/v1/leads", &lead(leads));
                assert_eq!(received.status, 201, "{received:?}");
                let operators = host.operators();
                until(name, || value(&operators, name) == generation);
            }
        };
        all_have(1.0);
        let bound = hosts[0].manufacturer().put(
            "/api/v1/contracts/pumps/bindings/matching",
            &json!({
                "plugin": "matching-weighted", "comment": "tried",
                "configuration": { "waves": { "first": 1 } },
            }),
        );
        assert_eq!(bound.status, 200, "{bound:?}");
        all_have(2.0);
    });
}

#[test]
fn the_operators_address_has_health_and_nothing_of_the_api() {
    on_both_databases(|database| {
        let settings = [
            ("STELLWERK_ADMIN_LISTEN", "127.0.0.1:0"),
            ("STELLWERK_PUBLIC_URL", "https://leads.example.com/"),
        ];
        let server = Server::start_with(STELLWERK, database, &contract(1, 1), &settings);
        let operators = server.operators();
        for health in ["/health/live", "/health/ready"] {
            assert_eq!(operators.get(health).status, 200, "{health}");
        }
        assert_eq!(operators.get("/api/v1/leads").status, 404);
        let document = server.manufacturer().get("/api/v1/openapi.json");
        assert_eq!(document.text("/servers/0/url"), "https://leads.example.com");
        assert_eq!(server.manufacturer().get("/metrics").status, 404);
    });
}

fn listed() -> Vec<String> {
    let rows = LIST.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|line| line.split('`').next())
        .map(str::to_owned)
        .collect()
}

/// The names of what is there, by their types.
fn names(operators: &Client) -> Vec<String> {
    let answer = operators.get("/metrics");
    let text = answer.body.as_str().unwrap_or_default();
    text.lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}
