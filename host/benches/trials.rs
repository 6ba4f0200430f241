//! Trials of plans, in four parts:
//!
//! - `replay`: plans of pay over 10 thousand, 100 thousand and a million events, decisions
//!   a second and the most memory; against the same policies as a native loop over what is
//!   stored, and against bare calls of the sandbox.
//! - `routing`: rules of matching over leads with 100 candidates, per bare ranking.
//! - `beside`: the latency that 99 of 100 claims keep while a server runs trials, per
//!   without, on both databases.
//! - `simulation`: seconds for 20 providers, 600 leads, 52 weeks, 3 plans and 5 seeds.
//!
//! `cargo bench --bench trials`, some of the parts with their names: `-- replay routing`,
//! less history with the events: `-- 10000`

#[path = "trials/beside.rs"]
mod beside;
#[path = "trials/folder.rs"]
mod folder;
#[path = "trials/native.rs"]
mod native;
mod recorded;
#[path = "trials/replay.rs"]
mod replay;
#[path = "trials/routing.rs"]
mod routing;
#[path = "trials/simulation.rs"]
mod simulation;

const BINARY: &str = env!("CARGO_BIN_EXE_stellwerk");
/// Prints what it finds, over so many events.
type Measure = fn(u32);
const PARTS: [(&str, Measure); 4] = [
    ("replay", replay::measure),
    ("routing", routing::measure),
    ("beside", beside::measure),
    ("simulation", simulation::measure),
];
/// Events that compensation is asked about.
const EVENTS_MOST: u32 = 1_000_000;
/// Of four leads three are claimed, contacted and ended.
const EVENTS_OF_FOUR_LEADS: u32 = 9;

/// Two components that are asked about every event.
const COMPONENTS: &str = r#"
[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#;
const COMPONENTS_ASKED: usize = 2;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut numbers = arguments
        .iter()
        .filter_map(|argument| argument.parse().ok());
    let events = numbers.next().unwrap_or(EVENTS_MOST);
    let is_named = |part: &str| arguments.iter().any(|argument| argument == part);
    let are_all_wanted = !PARTS.iter().any(|(part, _)| is_named(part));
    for (part, measure) in PARTS {
        if are_all_wanted || is_named(part) {
            measure(events);
        }
    }
}

/// So many leads that all of them have ended, with so many events.
fn leads_with(events: u32) -> std::ops::Range<u32> {
    // Those of the first month are still held in part.
    let first = stellwerk_tests::load::LEADS_A_MONTH;
    first..first + events.div_ceil(EVENTS_OF_FOUR_LEADS) * 4
}
