//! How long it takes to put a rule in force: one that is ready, one that was never
//! compiled, and the one before; against a change of a contract's name, which is the
//! same commit without a rule. Then a start with many bindings of many plugins.
//!
//! `cargo bench --bench activation`, smaller with the number of bindings: `-- 50`

use std::time::{Duration, Instant};

use serde_json::json;
use stellwerk_tests::{Client, Database, Server, contract, lead, partner_code, versions_in_c};

const TIMES: u32 = 20;
const BINDINGS_DEFAULT: usize = 500;
/// Bindings of one plugin.
const OF_ONE: usize = 10;
/// Bindings of one contract: qualification, matching, escalation.
const OF_A_CONTRACT: usize = 3;
const PUMPS: &str = "/api/v1/contracts/pumps";

fn main() {
    let bindings = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(BINDINGS_DEFAULT);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    // What was compiled for others must not help.
    let cache = folder.path().join("compiled").display().to_string().leak();
    let settings = [("STELLWERK_CACHE", &*cache)];
    let server = Server::start_with(binary, database, &contract(3, 1), &settings);
    one_rule(&server);
    many_rules(server, bindings);
}

/// The median of what takes that long.
fn median(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

fn timed(client: &Client, method: &str, path: &str, body: &serde_json::Value) -> Duration {
    let begun = Instant::now();
    let answer = client.ask(method, path, &[], body.to_string().into_bytes());
    let took = begun.elapsed();
    assert!(answer.status < 300, "{method} {path}: {answer:?}");
    took
}

fn one_rule(server: &Server) {
    let maker = server.manufacturer();
    let times = |work: &dyn Fn(u32) -> Duration| median((0..TIMES).map(work).collect());
    let renamed = times(&|number| {
        let body = json!({ "name": format!("Pumps {number}") });
        timed(maker, "PATCH", PUMPS, &body)
    });
    let wanted = |number: u32| {
        json!({
            "slot": "matching", "plugin": "matching-weighted", "comment": "measured",
            "configuration": { "waves": { "first": 1 }, "distance-km-max": 100 + number },
        })
    };
    let ready = times(&|number| {
        let made = maker.post(&format!("{PUMPS}/generations"), &wanted(number));
        assert_eq!(made.status, 201, "{made:?}");
        let step = json!({
            "slot": "matching", "generation": made.body["generation"], "action": "activate",
            "comment": "measured",
        });
        timed(maker, "POST", &format!("{PUMPS}/steps"), &step)
    });
    let cold = times(&|number| {
        let mut body = wanted(1_000 + number);
        body.as_object_mut().map(|body| body.remove("slot"));
        timed(maker, "PUT", &format!("{PUMPS}/bindings/matching"), &body)
    });
    let back = times(&|_| {
        let body = json!({ "slot": "matching", "comment": "measured" });
        timed(maker, "POST", &format!("{PUMPS}/rollbacks"), &body)
    });
    println!("  a contract renamed               {renamed:9.2?}");
    for (what, took) in [
        ("a ready generation activated", ready),
        ("one that was never compiled", cold),
        ("a rollback", back),
    ] {
        let ratio = took.as_secs_f64() / renamed.as_secs_f64();
        println!("  {what:32} {took:9.2?}, {ratio:.1} times that");
    }
}

/// As many contracts as it takes for so many bindings, of a tenth as many plugins.
fn many_rules(mut server: Server, bindings: usize) {
    let contracts = bindings.div_ceil(OF_A_CONTRACT);
    // The other two are the same everywhere.
    let matching = bindings.div_ceil(OF_ONE).saturating_sub(2).max(1);
    let count = u32::try_from(matching).expect("a number of plugins");
    let plugins: Vec<String> = versions_in_c(count)
        .into_iter()
        .map(|component| {
            let headers = [("content-type", "application/wasm")];
            let uploaded =
                server
                    .manufacturer()
                    .ask("POST", "/api/v1/plugins", &headers, component);
            uploaded.text("/digest").to_owned()
        })
        .collect();
    let terms = server.manufacturer().get(&format!("{PUMPS}/terms")).body["terms"].clone();
    for number in 0..contracts {
        let code = format!("pumps-{number}");
        let mut terms = terms.clone();
        // Terms of its own: nothing is shared but the plugin.
        terms["unworked-after-days"] = json!(10 + number);
        let path = format!("/api/v1/contracts/{code}");
        let maker = server.manufacturer();
        let body = json!({ "code": code, "name": code, "terms": terms });
        timed(maker, "POST", "/api/v1/contracts", &body);
        let joined = json!({ "level": "gold" });
        let partner = format!("{path}/partners/{}", partner_code(1));
        timed(maker, "PUT", &partner, &joined);
        for (slot, plugin) in [
            ("qualification", "qualification-mandatory-fields"),
            ("matching", plugins[number % plugins.len()].as_str()),
            ("escalation", "escalation-ladder"),
        ] {
            let body = json!({ "plugin": plugin, "comment": "measured" });
            timed(maker, "PUT", &format!("{path}/bindings/{slot}"), &body);
        }
    }
    server.kill();
    let begun = Instant::now();
    let server = server.beside();
    let ready = begun.elapsed();
    let mut first: Vec<Duration> = (0..contracts)
        .map(|number| {
            let mut body = lead(&format!("first-{number}"));
            body["contract"] = json!(format!("pumps-{number}"));
            timed(server.manufacturer(), "POST", "/api/v1/leads", &body)
        })
        .collect();
    let again = median(
        (0..TIMES)
            .map(|number| {
                let mut body = lead(&format!("again-{number}"));
                body["contract"] = json!("pumps-0");
                timed(server.manufacturer(), "POST", "/api/v1/leads", &body)
            })
            .collect(),
    );
    first.sort_unstable();
    let longest = first.last().copied().unwrap_or_default();
    let half = first.get(first.len() / 2).copied().unwrap_or_default();
    println!(
        "  a start with {contracts} contracts, {bindings} bindings of {} plugins: ready in {ready:.0?}; \
         the first lead of a contract {half:.1?} (median) and {longest:.1?} (longest), \
         {:.1} times one after it",
        count + 2,
        half.as_secs_f64() / again.as_secs_f64()
    );
}
