//! Who would have been offered which leads.

use stellwerk::policy::question::RankInput;
use stellwerk_tests::{Database, Server, contract, lead};

use crate::folder::Folder;
use crate::{BINARY, leads_with, recorded};

const CANDIDATES: usize = 100;
/// Leads are asked about; so many events have as many as are needed here.
const EVENTS_MOST: u32 = 20_000;
/// What is in force, and one that asks one partner after the other.
const PLANS: usize = 2;
const ONE_BY_ONE: &str = r#"
name = "One by one"
[bindings.matching]
configuration = { waves = { first = 1 } }
"#;
/// Leads that a server was asked about, for the bare calls.
const LEADS_SENT: u32 = 100;

pub fn measure(largest: u32) {
    println!("routing tried, {PLANS} plans, {CANDIDATES} candidates; SQLite");
    let leads = leads_with(largest.min(EVENTS_MOST));
    let count = leads.len() * PLANS;
    let ran = Folder::new(&contract(CANDIDATES, 3), ONE_BY_ONE, leads, CANDIDATES).run();
    let per_second = count as f64 / ran.took_for(": paying").as_secs_f64();
    let bare = bare_rankings(count as u64);
    println!(
        "  bare rankings {bare:7.0} a second\n  leads {per_second:15.0} a second   {:5.3} of bare \
         rankings   resident {} MiB",
        per_second / bare,
        ran.peak / 1024 / 1024,
    );
}

/// Rankings a second by bare calls of the sandbox.
fn bare_rankings(count: u64) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let mut server = Server::start(BINARY, database.clone(), &contract(CANDIDATES, 3));
    for number in 0..LEADS_SENT {
        let lead = lead(&number.to_string());
        let received = server.manufacturer().post("/api/v1/leads", &lead);
        assert_eq!(received.status, 201, "{received:?}");
    }
    server.stop();
    count as f64 / recorded::bare::<RankInput>(&database, count, 1).as_secs_f64()
}
