//! A swap every second under load, to what was compiled before and then to what is new,
//! against the same load without: requests that fail, the latency that 99 of 100 keep,
//! and memory after the swaps.
//!
//! `cargo bench --bench swaps`, shorter with the seconds of each part: `-- 10`

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stellwerk_tests::load::{Figures, closed_loop, resident};
use stellwerk_tests::{Client, Database, Server, contract, lead, partner_code, postgres};

const CLIENTS: usize = 64;
const SECONDS_DEFAULT: u64 = 60;
/// After these memory has to be where it was.
const MANY_SWAPS: u32 = 200;
const MATCHING: &[u8] = include_bytes!("../../plugins/components/matching-weighted.wasm");
const PUMPS: &str = "/api/v1/contracts/pumps";

fn main() {
    let seconds = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(SECONDS_DEFAULT);
    let span = Duration::from_secs(seconds);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sqlite = Database::Sqlite(folder.path().join("data"));
    let postgres = postgres().map(Database::Postgres);
    for database in [Some(sqlite), postgres].into_iter().flatten() {
        // What was compiled for others must not help.
        let cache = folder.path().join(database.name());
        measure(database, span, cache.display().to_string().leak());
    }
}

fn measure(database: Database, span: Duration, cache: &'static str) {
    println!("{}", database.name());
    let binary = env!("CARGO_BIN_EXE_stellwerk");
    let settings = [("STELLWERK_CACHE", cache)];
    let server = Server::start_with(binary, database, &contract(CLIENTS, 1), &settings);
    let partners: Vec<String> = (1..=CLIENTS)
        .map(|number| server.partner(&partner_code(number)).token().to_owned())
        .collect();
    let swaps = Swaps::of(&server);
    let count = u32::try_from(span.as_secs()).expect("not for years");
    for number in 0..count {
        swaps.put(number);
    }
    load(&server, &partners, span / 6, "warm");
    let mut steady = load(&server, &partners, span, "before");
    println!("  without swaps  {steady}");
    let (swapping, made) = swaps.every_second(|| load(&server, &partners, span, "swap"));
    println!("  {made} swaps       {swapping}");
    let work = || load(&server, &partners, span, "compile");
    let (compiling, compiled) = swaps.one_after_the_other(count, work);
    println!("  {compiled} compiled    {compiling}");
    let after = load(&server, &partners, span, "after");
    println!("  without again  {after}");
    // The table grows meanwhile: both sides of the swaps count.
    let p99 = |figures: &Figures| figures.percentile(99).as_secs_f64();
    if p99(&after) > p99(&steady) {
        steady = after;
    }
    let failed: u64 = [&swapping, &compiling]
        .iter()
        .flat_map(|figures| &figures.statuses)
        // A claim that is refused is an answer, too.
        .filter(|(status, _)| **status >= 400 && **status != 409)
        .map(|(_, count)| *count)
        .sum();
    println!(
        "  failed {failed}; p99 with a swap every second per p99 without {:.2}, to what has to be \
         compiled first {:.2}",
        p99(&swapping) / p99(&steady),
        p99(&compiling) / p99(&steady),
    );
    let mut number = count + compiled;
    let mut make = || {
        number += 1;
        swaps.put(number)
    };
    let before = resident(server.process_id());
    let mut took: Vec<Duration> = (0..MANY_SWAPS).map(|_| make()).collect();
    let after = resident(server.process_id());
    took.extend((0..MANY_SWAPS).map(|_| make()));
    let later = resident(server.process_id());
    took.sort_unstable();
    println!(
        "  memory after {MANY_SWAPS} swaps per before {:.2} ({} MiB), after as many again per \
         after {:.2}; a swap to what was never compiled takes {:.0} ms (median)",
        after as f64 / before as f64,
        after / 1024 / 1024,
        later as f64 / after as f64,
        took[took.len() / 2].as_secs_f64() * 1e3,
    );
    let mut back: Vec<Duration> = (0..20).map(|_| swaps.roll_back()).collect();
    back.sort_unstable();
    println!(
        "  a rollback takes {:.1} ms (median)",
        back[back.len() / 2].as_secs_f64() * 1e3
    );
}

/// The matching policy that ships, under another version.
fn version(number: u8) -> Vec<u8> {
    let mut bytes = MATCHING.to_vec();
    let name = b"matching-weighted0.1.0";
    let mut windows = bytes.windows(name.len());
    let at = windows.position(|window| window == name);
    let last = at.expect("name and version in the manifest") + name.len() - 1;
    bytes[last] = b'0' + number;
    bytes
}

/// Each client sends a lead in, looks at its partner's offers, claims the first, and tells
/// how it ended: what partners hold stays as much.
fn load(server: &Server, partners: &[String], span: Duration, part: &str) -> Figures {
    let maker = server.secret();
    closed_loop(server.address(), CLIENTS, span, |client| {
        let partner = &partners[client];
        let mut number = 0;
        let mut offer: Option<String> = None;
        let mut held: Option<String> = None;
        move |connection| {
            if let Some(offer) = offer.take() {
                let path = format!("/api/v1/offers/{offer}/claim");
                let reply = connection.send("POST", &path, partner, "{}");
                let claimed: Value = reply.json();
                held = claimed["id"].as_str().map(str::to_owned);
                assert_eq!(held.is_some(), reply.status < 300, "{claimed}");
                return Some(reply);
            }
            if let Some(lead) = held.take() {
                let path = format!("/api/v1/leads/{lead}/outcome");
                let lost = r#"{"result":"lost"}"#;
                return Some(connection.send("POST", &path, partner, lost));
            }
            number += 1;
            if number % 2 == 0 {
                let reply = connection.send("GET", "/api/v1/offers?limit=1", partner, "");
                let offers: Value = reply.json();
                let id = offers["offers"][0]["id"].as_str();
                offer = id.map(str::to_owned);
                return Some(reply);
            }
            let lead = lead(&format!("{part}-{client}-{number}"));
            Some(connection.send("POST", "/api/v1/leads", maker, &lead.to_string()))
        }
    })
}

/// Swaps of matching: code and configuration in turns. Every version ranks alike, so
/// that nothing but the swap is another load.
struct Swaps {
    client: Client,
    versions: Vec<String>,
}

impl Swaps {
    fn of(server: &Server) -> Self {
        let client = server.client(server.secret());
        let versions = (1..=4)
            .map(|number| {
                let component = version(number);
                let headers = [("content-type", "application/wasm")];
                let answer = client.ask("POST", "/api/v1/plugins", &headers, component);
                answer.text("/digest").to_owned()
            })
            .collect();
        Self { client, versions }
    }

    /// Puts the rules of that number in force, which are compiled where they are new;
    /// how long it took.
    fn put(&self, number: u32) -> Duration {
        // In turns. How far is too far matters to nobody here.
        let version = &self.versions[number.div_ceil(2) as usize % self.versions.len()];
        let distance = 100 + number / 2;
        let body = json!({
            "plugin": version, "comment": "measured",
            "configuration": { "waves": { "first": 1 }, "distance-km-max": distance },
        });
        let begun = Instant::now();
        let swapped = self
            .client
            .put(&format!("{PUMPS}/bindings/matching"), &body);
        assert_eq!(swapped.status, 200, "{swapped:?}");
        begun.elapsed()
    }

    fn roll_back(&self) -> Duration {
        let body = json!({ "slot": "matching", "comment": "back" });
        let begun = Instant::now();
        let back = self.client.post(&format!("{PUMPS}/rollbacks"), &body);
        assert_eq!(back.status, 201, "{back:?}");
        begun.elapsed()
    }

    /// Swaps once a second, to what was put in force before, while the work runs; how
    /// often that was.
    fn every_second<T>(&self, work: impl FnOnce() -> T) -> (T, u32) {
        let begun = Instant::now();
        self.while_it_runs(work, |made| {
            self.put(made);
            let due = Duration::from_secs(u64::from(made) + 1);
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        })
    }

    /// Swaps to what is new, from that number on, while the work runs; how often.
    fn one_after_the_other<T>(&self, first: u32, work: impl FnOnce() -> T) -> (T, u32) {
        self.while_it_runs(work, |made| {
            self.put(first + made);
        })
    }

    fn while_it_runs<T>(&self, work: impl FnOnce() -> T, swap: impl Fn(u32) + Sync) -> (T, u32) {
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let swapping = scope.spawn(|| {
                let mut made = 0;
                while !ended.load(Ordering::Relaxed) {
                    swap(made);
                    made += 1;
                }
                made
            });
            let done = work();
            ended.store(true, Ordering::Relaxed);
            (done, swapping.join().expect("the swaps are made"))
        })
    }
}
