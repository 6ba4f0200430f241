//! Every decision has its place in a chain that is closed batch by batch under
//! signed seals; whatever is altered afterwards is found and named.

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{
    Database, Server, contract, lead, on_both_databases, partner_code, postgres, until,
};

/// Seals at once what there is, and takes over soon from a server that was killed.
const AT_ONCE: [(&str, &str); 2] = [
    ("STELLWERK_SEALS_EVERY_MS", "20"),
    ("STELLWERK_WORKER_LEASE_SECONDS", "1"),
];

const PAYS: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"
"#;

/// Three partners, who are paid.
fn start(database: Database) -> Server {
    let contract = contract(3, 3) + PAYS;
    Server::start_with(STELLWERK, database, &contract, &AT_ONCE)
}

/// A lead that is claimed, worked and won.
fn won(server: &Server, number: u32) {
    let received = server
        .manufacturer()
        .post("/api/v1/leads", &lead(&number.to_string()));
    assert_eq!(received.status, 201, "{received:?}");
    let partner = server.partner(&partner_code(1));
    let lead = received.text("/id");
    let offers = partner.get("/api/v1/offers");
    let offers = offers.body["offers"].as_array().cloned();
    let mut offers = offers.into_iter().flatten();
    let offer = offers
        .find(|offer| offer["lead"] == *lead)
        .expect("an offer");
    let claim = format!(
        "/api/v1/offers/{}/claim",
        offer["id"].as_str().unwrap_or("")
    );
    let claimed = partner.post(&claim, &json!({}));
    assert_eq!(claimed.status, 200, "{claimed:?}");
    let outcome = format!("/api/v1/leads/{lead}/outcome");
    let ended = partner.post(&outcome, &json!({ "result": "won", "value": 2_000_000 }));
    assert_eq!(ended.status, 200, "{ended:?}");
}

/// Everything that was decided is sealed, in one chain without gaps.
fn is_sealed(database: &Database) -> bool {
    let decisions = database.count("decision");
    let mut next = 1;
    let order = "seal ORDER BY manufacturer, seal.number";
    for (index, row) in database
        .rows(["number", "first_decision", "last_decision"], order)
        .into_iter()
        .enumerate()
    {
        let [number, first, last] = row.map(|text| text.and_then(|text| text.parse::<u64>().ok()));
        assert_eq!(number, Some(index as u64 + 1));
        assert_eq!(first, Some(next), "a decision is sealed twice, or never");
        next = last.expect("a number") + 1;
    }
    assert!(next <= decisions + 1);
    next == decisions + 1
}

#[test]
fn every_decision_is_sealed_once() {
    on_both_databases(|database| {
        let mut server = start(database);
        for number in 0..10 {
            won(&server, number);
        }
        let database = server.database().clone();
        until("all is sealed", || is_sealed(&database));
        assert!(database.count("decision") >= 40);
        server.stop();
    });
}

#[test]
fn two_servers_seal_nothing_twice() {
    let Some(url) = postgres() else { return };
    let mut one = start(Database::Postgres(url));
    let mut other = one.beside();
    std::thread::scope(|scope| {
        for (server, from) in [(&one, 0), (&other, 100)] {
            scope.spawn(move || (from..from + 15).for_each(|number| won(server, number)));
        }
    });
    let database = one.database().clone();
    until("all is sealed", || is_sealed(&database));
    let [[keys]] = database
        .rows(["count(DISTINCT public_key)"], "seal")
        .try_into()
        .expect("a count");
    assert_eq!(keys.as_deref(), Some("1"));
    other.stop();
    one.stop();
}

#[test]
fn a_server_that_is_killed_goes_on_sealing() {
    on_both_databases(|database| {
        let mut server = start(database);
        for number in 0..20 {
            won(&server, number);
            if number % 5 == 4 {
                server.crash();
            }
        }
        let database = server.database().clone();
        until("all is sealed", || is_sealed(&database));
        server.stop();
    });
}

/// As the version before has left it: no decision has a number, and nothing is sealed.
const BEFORE: [&str; 4] = [
    "UPDATE decision SET number = NULL",
    "UPDATE feed SET decisions = 0",
    "DELETE FROM seal",
    "DELETE FROM sealing",
];

#[test]
fn decisions_of_the_version_before_are_sealed_too() {
    on_both_databases(|database| {
        let mut server = start(database);
        for number in 0..5 {
            won(&server, number);
        }
        server.kill();
        let database = server.database().clone();
        BEFORE
            .iter()
            .for_each(|statement| database.execute(statement));
        server.crash();
        won(&server, 100);
        until("all is sealed", || is_sealed(&database));
        server.stop();
    });
}
