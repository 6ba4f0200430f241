//! Events paid and periods closed per second at 10 thousand, 100 thousand and a
//! million events that compensation is asked about, and the memory of the server
//! meanwhile; against the same questions put to the same components without
//! store and ledger, against the same policies as a native loop over what is stored, and
//! what an event costs at each size against the smallest.
//!
//! `cargo bench --bench award`, less with the events: `-- 10000`

#[path = "trials/native.rs"]
mod native;
mod recorded;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use stellwerk::policy::question::AwardInput;
use stellwerk_tests::load::{LEADS_A_MONTH, import_history, resident, write_history};
use stellwerk_tests::{Database, Server, contract, on_both_databases};

const PARTNERS: usize = 100;
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
/// Of four leads three are claimed, contacted and ended.
const EVENTS_OF_FOUR_LEADS: u32 = 9;
/// What compensation is asked about.
const PAID: &str = "event WHERE code IN ('claimed', 'contacted', 'won', 'lost')";

const COMPONENTS: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#;

/// A month of history takes its time to be closed by a request.
const SETTINGS: [(&str, &str); 1] = [("STELLWERK_HTTP_REQUEST_SECONDS_MAX", "3600")];
/// How often the memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Each is asked about every event.
const COMPONENTS_ASKED: usize = 2;

/// How fast something was done with events.
#[derive(Clone)]
struct Pace {
    events: u64,
    span: Duration,
    /// The most that the server took meanwhile, in bytes.
    memory: u64,
}

impl Pace {
    fn per_second(&self) -> f64 {
        self.events as f64 / self.span.as_secs_f64()
    }

    fn print(&self, name: &str, bare: &Self, native: f64, smallest: &Self) {
        println!(
            "    {name:6}{:9.0} events/s   {:5.3} of bare calls   {:5.3} of native   an event costs \
             {:5.2} of the smallest   resident {} MiB",
            self.per_second(),
            self.per_second() / bare.per_second(),
            self.per_second() / native,
            smallest.per_second() / self.per_second(),
            self.memory / 1024 / 1024,
        );
    }
}

fn main() {
    let largest = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(SIZES[2]);
    on_both_databases(|database| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("contract.toml");
        let document = contract(PARTNERS, 3) + COMPONENTS;
        std::fs::write(&file, document).expect("the contract");
        let binary = env!("CARGO_BIN_EXE_stellwerk");
        database.run(binary, &["apply", &file.display().to_string()]);
        println!("{}, two components, {PARTNERS} partners", database.name(),);
        let mut smallest: Option<[Pace; 2]> = None;
        // Those of the first month are still held in part.
        let (mut leads, mut events) = (LEADS_A_MONTH, 0);
        for size in SIZES.into_iter().filter(|size| *size <= largest) {
            let new = (size - events).div_ceil(EVENTS_OF_FOUR_LEADS) * 4;
            let history = folder.path().join("history.csv");
            write_history(&history, leads..leads + new, PARTNERS);
            import_history(&database, binary, &history);
            // The next ones are of a month that is not closed by then.
            leads = (leads + new).next_multiple_of(LEADS_A_MONTH);
            events = size;

            let mut server = Server::of(binary, database.clone(), "maker", &SETTINGS);
            let awarded = award(&server);
            let closed = close(&server);
            server.stop();
            let bare = bare(&database, awarded.events);
            let native = native::over(&database);
            let native = native.per_second() / COMPONENTS_ASKED as f64;
            println!(
                "  {} events, bare calls {:.0} events/s, natively {native:.0} events/s",
                database.count(PAID),
                bare.per_second()
            );
            let smallest = smallest.get_or_insert([awarded.clone(), closed.clone()]);
            awarded.print("award", &bare, native, &smallest[0]);
            closed.print("close", &bare, native, &smallest[1]);
        }
    });
}

/// The lane works off what was imported.
fn award(server: &Server) -> Pace {
    let database = server.database();
    let before = recorded::paid_up_to(database);
    let (span, memory) = watched(server, || recorded::until_paid(database));
    Pace {
        events: database.count(&format!("{PAID} AND position > {before}")),
        span,
        memory,
    }
}

/// Every period with events is closed, one after the other, by requests. History
/// is over and its time of grace too; by itself a period would close days after
/// the import.
fn close(server: &Server) -> Pace {
    let database = server.database();
    let open = format!(
        "{PAID} AND occurred_at >= \
         (SELECT coalesce(max(ends), 0) FROM period WHERE state = 'closed')"
    );
    let events = database.count(&open);
    let periods = "/api/v1/contracts/pumps/periods";
    let mut pace = Pace {
        events,
        span: Duration::ZERO,
        memory: 0,
    };
    while database.count(&open) > 0 {
        let listed = server.manufacturer().get(periods);
        let next = listed.body["periods"]
            .as_array()
            .and_then(|all| all.iter().find(|period| period["state"] != "closed"))
            .and_then(|period| period["name"].as_str())
            .expect("a period to close");
        let (span, memory) = watched(server, || {
            let path = format!("{periods}/{next}/close");
            let closed = server.manufacturer().post(&path, &json!({}));
            // The worker may have the lane just then; the next round tries again.
            let is_done = closed.status == 200 || closed.code() == "busy";
            assert!(is_done, "{closed:?}");
        });
        pace.span += span;
        pace.memory = pace.memory.max(memory);
    }
    pace
}

/// How long something takes, and the most memory that the server has meanwhile.
fn watched(server: &Server, work: impl FnOnce()) -> (Duration, u64) {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let memory = scope.spawn(|| {
            let mut most = 0;
            while !ended.load(Ordering::Relaxed) {
                most = resident(server.process_id()).max(most);
                std::thread::sleep(LOOK_EVERY);
            }
            most
        });
        let begun = Instant::now();
        work();
        let span = begun.elapsed();
        ended.store(true, Ordering::Relaxed);
        (span, memory.join().expect("the memory"))
    })
}

/// As many events, put to each component that paid them.
fn bare(database: &Database, events: u64) -> Pace {
    Pace {
        events,
        span: recorded::bare::<AwardInput>(database, events, COMPONENTS_ASKED),
        memory: 0,
    }
}
