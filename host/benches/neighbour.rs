//! One manufacturer's claims beside another whose policies trap, loop until their fuel
//! is used up, and take memory until there is none: against claims beside the same
//! number of leads that a harmless policy ranks, and against claims alone. The load is
//! modest, so that what is seen is not a machine that is full.
//!
//! `cargo bench --bench neighbour`

#[allow(dead_code)]
#[path = "../../tests/tests/guest.rs"]
mod guest;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use stellwerk::policy::{Function, Kind};
use stellwerk_tests::load::{Claims, Connection, Figures};
use stellwerk_tests::{Client, Database, Server, contract, document};

const PER_SECOND: usize = 40;
/// Leads of the neighbour's.
const BESIDE_PER_SECOND: usize = 30;
const SPAN: Duration = Duration::from_secs(6);
const HARMLESS: &str = "harmless";
const HOSTILE: [(&str, &str); 3] = [
    (
        "traps",
        include_str!("../../tests/hostile/memory/writes-outside.wat"),
    ),
    (
        "loops",
        include_str!("../../tests/hostile/loops/rank-loops.wat"),
    ),
    (
        "grows",
        include_str!("../../tests/hostile/memory/page-by-page.wat"),
    ),
];

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    let operator = database.run(binary, &["token", "create", "--role", "operator"]);
    let server = Server::start(binary, database, &contract(1, 1));
    let rival = neighbour(&server, operator.trim());
    let counted = PER_SECOND * SPAN.as_secs() as usize;
    let claims = Claims::offered(&server, PER_SECOND + 3 * counted);
    claims.at(&server, PER_SECOND, Duration::from_secs(1));
    println!("SQLite, {PER_SECOND} claims a second beside {BESIDE_PER_SECOND} leads of another");

    let alone = claims.at(&server, PER_SECOND, SPAN);
    println!("  alone              {alone}");
    let harmless = beside(&server, &rival, &[HARMLESS], &claims);
    println!("  beside a harmless  {harmless}");
    let hostile = beside(&server, &rival, &HOSTILE.map(|(name, _)| name), &claims);
    println!("  beside hostile     {hostile}");
    let p99 = |figures: &Figures| figures.percentile(99).as_secs_f64();
    println!(
        "  p99 beside hostile ones, per p99 beside a harmless one: {:.2}; per p99 alone: {:.2}",
        p99(&hostile) / p99(&harmless),
        p99(&hostile) / p99(&alone),
    );
}

/// A manufacturer with a contract for each of its policies.
fn neighbour(server: &Server, operator: &str) -> Client {
    let operator = server.client(operator);
    let names = HOSTILE.map(|(name, _)| name);
    for name in names.into_iter().chain([HARMLESS]) {
        let applied = operator.post("/api/v1/apply", &document("rival", name, false));
        assert!(applied.status < 300, "{applied:?}");
    }
    let named = [("Stellwerk-Manufacturer", "rival")];
    let role = json!({ "role": "manufacturer" }).to_string();
    let made = operator.ask("POST", "/api/v1/tokens", &named, role.into());
    let rival = server.client(made.text("/token"));
    for (name, fields) in HOSTILE.into_iter().chain([(HARMLESS, "")]) {
        let manifest = guest::manifest(name, Kind::Matching).to_string();
        let component = guest::component(Function::Rank, &manifest, fields);
        let wasm = [("Content-Type", "application/wasm")];
        let uploaded = rival.ask("POST", "/api/v1/plugins", &wasm, component);
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        let slot = format!("/api/v1/contracts/rival-{name}/bindings/matching");
        let bound = rival.put(
            &slot,
            &json!({ "plugin": format!("{name}@0.1.0"), "comment": "beside" }),
        );
        assert!(bound.status < 300, "{bound:?}");
    }
    rival
}

/// Claims while the other sends leads that these policies rank, one after the other.
fn beside(server: &Server, rival: &Client, policies: &[&str], claims: &Claims) -> Figures {
    let (ended, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for client in 0..policies.len() {
            let (ended, sent) = (&ended, &sent);
            scope.spawn(move || {
                let mut connection = Connection::open(server.address());
                let interval = policies.len() as f64 / BESIDE_PER_SECOND as f64;
                let begun = Instant::now();
                let mut turn = client as f64 / policies.len() as f64;
                while !ended.load(Ordering::Relaxed) {
                    let at = Duration::from_secs_f64(interval * turn);
                    thread::sleep(at.saturating_sub(begun.elapsed()));
                    turn += 1.0;
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    let lead = json!({
                        "contract": format!("rival-{}", policies[client]),
                        "product": "rival-product", "source": "rival-source",
                        "country": "DE", "postcode": "10115",
                        "attributes": { "consent": true },
                        "contact": {
                            "name": "Eva Muster",
                            "email": format!("{}-{number}@example.com", policies[client]),
                        },
                    });
                    let token = rival.token();
                    let reply = connection.send("POST", "/api/v1/leads", token, &lead.to_string());
                    assert!(reply.status < 300, "{:?}", reply.json());
                }
            });
        }
        let figures = claims.at(server, PER_SECOND, SPAN);
        ended.store(true, Ordering::Relaxed);
        figures
    })
}
