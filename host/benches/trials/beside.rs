//! Claims at a steady rate while the server runs one trial after the other, and while it
//! runs none, before and after. The load is modest, so that what is seen is not a machine
//! that is full.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use stellwerk_tests::load::{Claims, Figures, import_history, write_history};
use stellwerk_tests::{Database, Server, contract, on_both_databases};

use crate::{BINARY, COMPONENTS, leads_with, recorded};

const PER_SECOND: usize = 40;
const SPAN: Duration = Duration::from_secs(20);
const WARM: Duration = Duration::from_secs(2);
/// Enough that a trial takes as long.
const EVENTS_MOST: u32 = 50_000;
/// How often it is looked whether a trial is done.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const TRIALS: &str = "/api/v1/contracts/pumps/plan-trials";

pub fn measure(largest: u32) {
    let events = largest.min(EVENTS_MOST);
    println!("{PER_SECOND} claims a second beside trials over {events} events");
    on_both_databases(|database| {
        println!("{}", database.name());
        let server = with_history(database, events);
        let counted = PER_SECOND * SPAN.as_secs() as usize;
        let warm = PER_SECOND * WARM.as_secs() as usize;
        let claims = Claims::offered(&server, warm + 3 * counted);
        claims.at(&server, PER_SECOND, WARM);
        let before = claims.at(&server, PER_SECOND, SPAN);
        println!("  without          {before}");
        let (beside, done) = with_trials(&server, || claims.at(&server, PER_SECOND, SPAN));
        println!("  beside trials    {beside}, {done} done meanwhile");
        let after = claims.at(&server, PER_SECOND, SPAN);
        println!("  without again    {after}");
        let p99 = |figures: &Figures| figures.percentile(99).as_secs_f64();
        println!(
            "  p99 beside trials, per p99 without: {:.2} ({:.2} of before, {:.2} of after)",
            2.0 * p99(&beside) / (p99(&before) + p99(&after)),
            p99(&beside) / p99(&before),
            p99(&beside) / p99(&after),
        );
    });
}

/// A server of one partner, whose history is paid.
fn with_history(database: Database, events: u32) -> Server {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("contract.toml"), contract(1, 1) + COMPONENTS).expect("the contract");
    let path = at("contract.toml").display().to_string();
    database.run(BINARY, &["apply", &path]);
    write_history(&at("history.csv"), leads_with(events), 1);
    import_history(&database, BINARY, &at("history.csv"));
    let server = Server::of(BINARY, database, "maker", &[]);
    recorded::until_paid(server.database());
    server
}

/// Has trials run while the work does; how many came to their end meanwhile.
fn with_trials<T>(server: &Server, work: impl FnOnce() -> T) -> (T, u32) {
    let (ended, maker) = (AtomicBool::new(false), server.manufacturer());
    thread::scope(|scope| {
        let trying = scope.spawn(|| {
            let mut done = 0;
            loop {
                let asked = maker.post(TRIALS, &half());
                assert_eq!(asked.status, 201, "{asked:?}");
                let trial = format!("{TRIALS}/{}", asked.text("/id"));
                loop {
                    if ended.load(Ordering::Relaxed) {
                        // It may be over just then.
                        maker.post(&format!("{trial}/stop"), &json!({}));
                        return done;
                    }
                    let now = maker.get(&trial);
                    assert_ne!(now.text("/state"), "failed", "{now:?}");
                    if now.text("/state") == "done" {
                        break;
                    }
                    thread::sleep(LOOK_EVERY);
                }
                done += 1;
            }
        });
        let worked = work();
        ended.store(true, Ordering::Relaxed);
        (worked, trying.join().expect("the trials"))
    })
}

fn half() -> Value {
    json!({
        "name": "Half", "comment": "measured",
        "plans": [{ "code": "half", "plan": { "name": "Half", "bindings": {
            "compensation/commission": { "configuration": { "rate": 15_000 } } } } }],
    })
}
