//! All hosts of a database run the same generation of each rule, whichever of them it
//! was put in force at, and say which they run; who cannot says why, and goes on with
//! what it has.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::STELLWERK;
use serde_json::{Value, json};
use stellwerk_tests::{
    Bustle, Database, Done, Postgres, Proxy, Server, consistency, contract, lead,
    on_both_databases, postgres, strangers, until, versions_in_c,
};

const PUMPS: &str = "/api/v1/contracts/pumps";
const PARTNERS: usize = 3;
const SEED: u64 = 41;
/// How long the database is gone.
const GONE: Duration = Duration::from_secs(10);
/// What is not told is found soon.
const LOOKING: [(&str, &str); 1] = [("STELLWERK_WORKER_CONTRACTS_POLL_MS", "100")];
/// What is not told is not found while a test lasts.
const HEARING: [(&str, &str); 3] = [
    ("STELLWERK_WORKER_CONTRACTS_POLL_MS", "600000"),
    ("STELLWERK_STORE_ACQUIRE_SECONDS_MAX", "2"),
    ("STELLWERK_STORE_ANSWER_SECONDS_MAX", "2"),
];
/// Golden examples of the guest in C get by with it, those of `matching-weighted` do
/// not; what has been tried before, elsewhere, is not known here.
const POOR: [(&str, &str); 3] = [
    ("STELLWERK_CACHE", ""),
    ("STELLWERK_ENGINE_KINDS_MATCHING_FUEL", "8000"),
    ("STELLWERK_ENGINE_KINDS_MATCHING_FUEL_PER_ROW", "0"),
];

fn status(server: &Server) -> Value {
    let answer = server.manufacturer().get(&format!("{PUMPS}/status"));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn matching(status: &Value) -> Value {
    let slots = status["slots"].as_array().into_iter().flatten();
    let mut slots = slots.filter(|slot| slot["slot"] == "matching");
    slots.next().cloned().unwrap_or_else(|| panic!("{status}"))
}

/// Whether there are so many hosts, and all of them run the generation.
fn all_run(server: &Server, generation: i64, hosts: usize) -> bool {
    let status = status(server);
    let in_force = &matching(&status)["in-force"];
    status["hosts"].as_array().map(Vec::len) == Some(hosts)
        && in_force["generation"] == generation
        && in_force["hosts"] == hosts
}

fn await_all(server: &Server, generation: i64, hosts: usize) {
    let what = format!("{hosts} of {hosts} hosts on generation {generation}");
    let begin = Instant::now();
    until(&what, || {
        let is_so = all_run(server, generation, hosts);
        if !is_so && begin.elapsed() > Duration::from_secs(50) {
            eprintln!("{:#}", status(server));
        }
        is_so
    });
}

/// A first wave of that many partners, in force at once; the generation's number.
fn swapped(server: &Server, first: usize) -> i64 {
    bound(
        server,
        "matching-weighted",
        json!({ "waves": { "first": first } }),
    )
}

fn bound(server: &Server, plugin: &str, configuration: Value) -> i64 {
    let path = format!("{PUMPS}/bindings/matching");
    let body = json!({ "plugin": plugin, "configuration": configuration, "comment": "swapped" });
    let answer = server.manufacturer().put(&path, &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["generation"].as_i64().expect("a number")
}

/// Sends a lead in; by which generation it was ranked.
fn ranked_by(server: &Server, mark: &str) -> i64 {
    let maker = server.manufacturer();
    let received = maker.post("/api/v1/leads", &lead(mark));
    assert_eq!(received.status, 201, "{received:?}");
    let decisions = maker.get(&format!("/api/v1/leads/{}/decisions", received.text("/id")));
    let decisions = decisions.body["decisions"].as_array().cloned();
    let mut ranked = decisions
        .into_iter()
        .flatten()
        .filter(|decision| decision["function"] == "rank");
    let ranked = ranked.next().expect("a ranking");
    ranked["generation"].as_i64().expect("a number")
}

/// What the command prints.
fn printed(server: &Server) -> String {
    let output = Command::new(STELLWERK)
        .args(["policy", "status", "pumps", "--server", server.base()])
        .env("STELLWERK_TOKEN", server.secret())
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_swap_reaches_every_host_without_a_request() {
    on_both_databases(|database| {
        let several = matches!(database, Database::Postgres(_));
        let settings: &[_] = if several { &HEARING } else { &LOOKING };
        let mut server = Server::start_with(STELLWERK, database, &contract(PARTNERS, 1), settings);
        let mut others: Vec<Server> = several.then(|| server.beside()).into_iter().collect();
        let hosts = 1 + others.len();
        await_all(&server, 1, hosts);
        assert_eq!(swapped(&server, 2), 2);
        await_all(&server, 2, hosts);

        let made = server.manufacturer().post(
            &format!("{PUMPS}/generations"),
            &json!({
                "slot": "matching", "plugin": "matching-weighted", "comment": "tried",
                "configuration": { "waves": { "first": 3 } },
            }),
        );
        assert_eq!(made.status, 201, "{made:?}");
        until("every host has the candidate ready", || {
            let candidate = matching(&status(&server))["candidates"][0].clone();
            let stages = candidate["stages"].as_array().cloned().unwrap_or_default();
            let is_ready = |stage: &Value| stage["stage"] == "ready";
            candidate["generation"] == 3 && stages.len() == hosts && stages.iter().all(is_ready)
        });
        let planned = server.manufacturer().post(
            &format!("{PUMPS}/steps"),
            &json!({
                "slot": "matching", "generation": 3, "action": "activate",
                "from": "2100-01-01T00:00", "comment": "next century",
            }),
        );
        assert_eq!(planned.status, 201, "{planned:?}");
        let told = printed(&server);
        let on = format!("{hosts} of {hosts} hosts on generation 2");
        let on = if hosts == 1 {
            on.replace("hosts", "host")
        } else {
            on
        };
        assert!(told.contains(&on), "{told}");
        let coming = "generation 3: matching-weighted@0.1.0, active, from 2099-12-31T23:00:00Z";
        assert!(told.contains(coming), "{told}");

        for host in others.iter().chain([&server]) {
            assert_eq!(ranked_by(host, host.address()), 2);
        }

        for other in &mut others {
            other.stop();
        }
        until("who has ended well counts no more", || {
            status(&server)["hosts"].as_array().map(Vec::len) == Some(1)
        });
        server.stop();
        server = server.beside();
        // Nothing but its status is asked for.
        await_all(&server, 2, 1);
    });
}

#[test]
fn hosts_that_break_down_or_lose_the_database_end_on_the_same_generation() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let name = postgres.database();
    let proxy = Proxy::to(&postgres.socket_file());
    let database = Database::Postgres(proxy.url(&name));
    let direct = Database::Postgres(postgres.url(&name));
    let first = Server::start_with(STELLWERK, database, &contract(PARTNERS, 2), &HEARING);
    let mut second = first.beside();
    let bustle = Bustle::begin(&[&first, &second], PARTNERS, SEED);
    bustle.let_in(12);
    await_all(&first, 1, 2);
    for wave in 1..=3 {
        bustle.let_in(6);
        let generation = swapped(&first, wave);
        await_all(&second, generation, 2);
    }

    // Whether this one is done nobody is told.
    let maker = second.manufacturer().clone();
    let swapping = std::thread::spawn(move || {
        let body = json!({
            "plugin": "matching-weighted", "configuration": { "waves": { "first": 4 } },
            "comment": "in the middle of it",
        });
        let path = format!("{PUMPS}/bindings/matching");
        maker.try_to_ask("PUT", &path, &[], body.to_string().into())
    });
    second.kill();
    let _ = swapping.join().expect("who has asked for the swap");
    bustle.go_to(&[&first]);
    let mut generation = 0;
    for wave in 1..=5 {
        bustle.let_in(4);
        generation = swapped(&first, wave);
        until("the one that is left runs it", || {
            let in_force = matching(&status(&first))["in-force"].clone();
            in_force["generation"] == generation && in_force["hosts"] == 1
        });
    }
    second = first.beside();
    bustle.go_to(&[&first, &second]);
    bustle.let_in(12);
    // As soon as the one that was killed counts no more.
    await_all(&first, generation, 2);

    let mut outside = first.beside_on(direct.clone());
    bustle.let_in(12);
    proxy.refuse();
    let begin = Instant::now();
    generation = swapped(&outside, 2);
    until("the database was gone for long", || begin.elapsed() > GONE);
    proxy.pass();
    // Neither has heard of it, and nobody has to ask them.
    outside.stop();
    until("both are back", || {
        let ready = |server: &Server| server.manufacturer().get("/health/ready").status == 200;
        ready(&first) && ready(&second)
    });
    await_all(&first, generation, 2);

    let account = bustle.end(|| {});
    generation = swapped(&second, 3);
    await_all(&first, generation, 2);
    await_all(&second, generation, 2);
    nothing_is_lost(&first, &account.done);
    second.stop();
    let mut first = first;
    first.stop();
    let contradictions = consistency::contradictions(&direct);
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    assert_eq!(strangers(&direct), [], "decisions of no generation");
    let strange = direct.count(
        "decision d LEFT JOIN binding_step s ON s.manufacturer = d.manufacturer \
         AND s.contract = d.contract AND s.slot = d.slot AND s.generation = d.generation \
         AND s.action = 'activated' WHERE s.generation IS NULL",
    );
    assert_eq!(strange, 0, "decisions of what was never in force");
    let used = direct.count("(SELECT DISTINCT generation FROM decision WHERE slot = 'matching') g");
    assert!(used > 2, "{used} generations have ranked");
}

/// Whoever asks once more is told the same.
fn nothing_is_lost(server: &Server, done: &[Done]) {
    let accepted: Vec<&Done> = done.iter().filter(|done| done.is_accepted()).collect();
    assert!(accepted.len() > 40, "{} requests", accepted.len());
    for done in accepted {
        let client = server.client(&done.token);
        let again = client.post_once(&done.path, &done.body, &done.key);
        assert_eq!(
            (again.status, &again.body),
            (done.answer.status, &done.answer.body)
        );
    }
}

#[test]
fn a_host_that_cannot_load_a_generation_says_why_and_goes_on() {
    let Some(url) = postgres() else {
        return;
    };
    let database = Database::Postgres(url);
    let server = Server::start_with(
        STELLWERK,
        database.clone(),
        &contract(PARTNERS, 1),
        &HEARING,
    );
    let component = versions_in_c(1).remove(0);
    let headers = [("content-type", "application/wasm")];
    let maker = server.manufacturer();
    let uploaded = maker.ask("POST", "/api/v1/plugins", &headers, component);
    let cheap = uploaded.text("/digest");
    assert_eq!(bound(&server, cheap, json!({})), 2);
    let settings: Vec<_> = HEARING.into_iter().chain(POOR).collect();
    let poor = Server::of(STELLWERK, database, "maker", &settings);
    for (server, mark) in [(&server, "rich"), (&poor, "poor")] {
        assert_eq!(ranked_by(server, mark), 2);
    }
    await_all(&server, 2, 2);

    assert_eq!(swapped(&server, 2), 3);
    let mut found = Value::Null;
    until("who is behind says why", || {
        found = matching(&status(&server));
        found["behind"][0]["code"].is_string() && found["in-force"]["hosts"] == 1
    });
    let behind = &found["behind"][0];
    assert_eq!(found["in-force"]["generation"], 3, "{found:#}");
    assert_eq!(behind["code"], "plugin.golden_failed", "{found:#}");
    assert_eq!(behind["runs"], 2, "{found:#}");
    let port = poor.address().rsplit(':').next().unwrap_or_default();
    let host = behind["host"].as_str().unwrap_or_default();
    assert!(host.ends_with(&format!(":{port}")), "{found:#}");
    let told = printed(&server);
    assert!(told.contains("1 of 2 hosts on generation 3"), "{told}");
    let behind = format!("behind: {host} goes on with generation 2: matching-weighted");
    assert!(told.contains(&behind), "{told}");
    assert_eq!(ranked_by(&server, "rich-3"), 3);
    assert_eq!(ranked_by(&poor, "poor-3"), 2);

    // What it can load it runs again.
    assert_eq!(bound(&server, cheap, json!({})), 4);
    await_all(&server, 4, 2);
    assert_eq!(ranked_by(&poor, "poor-4"), 4);
}
