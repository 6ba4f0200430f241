//! What plans of pay would have decided about history.

use std::time::Duration;

use stellwerk::policy::question::AwardInput;
use stellwerk_tests::load::{import_history, write_history};
use stellwerk_tests::{Database, Server, contract};

use crate::folder::Folder;
use crate::{BINARY, COMPONENTS, COMPONENTS_ASKED, EVENTS_MOST, leads_with, native, recorded};

const PARTNERS: usize = 100;
const SIZES: [u32; 3] = [10_000, 100_000, EVENTS_MOST];
/// What is in force, and one that pays half of it.
const PLANS: usize = 2;
const HALF: &str = r#"
name = "Half"
[bindings."compensation/commission"]
configuration = { rate = 15000 }
"#;

pub fn measure(largest: u32) {
    println!(
        "replay of pay, {PLANS} plans of {COMPONENTS_ASKED} components, {PARTNERS} partners; \
         SQLite"
    );
    let (bare, native) = baselines(largest.min(SIZES[0]));
    let mut smallest: Option<u64> = None;
    let mut sizes = SIZES.map(|size| size.min(largest)).to_vec();
    sizes.dedup();
    for size in sizes {
        let contract = contract(PARTNERS, 3) + COMPONENTS;
        let ran = Folder::new(&contract, HALF, leads_with(size), PARTNERS).run();
        let decisions = u64::from(size) * (COMPONENTS_ASKED * PLANS) as u64;
        let paying = ran.took_for(": paying");
        let per_second = decisions as f64 / paying.as_secs_f64();
        let smallest = *smallest.get_or_insert(ran.peak);
        println!(
            "  {size:8} events {per_second:9.0} decisions/s   {:5.3} of bare calls   {:5.3} of \
             native   resident {} MiB, {:4.2} of the smallest   {:.0} s, {:.0} s of it reading, \
             {:.1} cores",
            per_second / bare,
            per_second / native,
            ran.peak / 1024 / 1024,
            ran.peak as f64 / smallest as f64,
            ran.took.as_secs_f64(),
            ran.took_for(": reading").as_secs_f64(),
            ran.cores(),
        );
    }
}

/// Decisions a second by bare calls of the sandbox, and natively, over so many events that
/// a server was asked about.
fn baselines(events: u32) -> (f64, f64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = Database::Sqlite(folder.path().join("data"));
    let at = |name: &str| folder.path().join(name);
    let document = contract(PARTNERS, 3) + COMPONENTS;
    std::fs::write(at("contract.toml"), document).expect("the contract");
    let path = at("contract.toml").display().to_string();
    database.run(BINARY, &["apply", &path]);
    write_history(&at("history.csv"), leads_with(events), PARTNERS);
    import_history(&database, BINARY, &at("history.csv"));
    let mut server = Server::of(BINARY, database.clone(), "maker", &[]);
    recorded::until_paid(server.database());
    server.stop();
    let rate = |decisions: u64, span: Duration| decisions as f64 / span.as_secs_f64();
    let span = recorded::bare::<AwardInput>(&database, u64::from(events), COMPONENTS_ASKED);
    let bare = rate(u64::from(events) * COMPONENTS_ASKED as u64, span);
    let native = native::over(&database);
    println!(
        "  bare calls {bare:9.0} decisions/s\n  natively   {:9.0} decisions/s, {:.0} without the \
         reading of what is stored",
        native.per_second(),
        rate(native.decisions, native.asking),
    );
    (bare, native.per_second())
}
