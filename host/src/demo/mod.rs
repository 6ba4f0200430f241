//! Four weeks of a heat-pump maker's contract, played on a simulated clock
//! through the real policies and the real store.
//!
//! People are made up: what comes in (`leads`, `towns`) and how partners behave
//! (`temper`) are numbers that stand in their files, and chance repeats. All
//! that follows is decided by the contract's policies. Three other plans of pay are
//! compared over it in the end (`plans`).

mod agenda;
mod chance;
mod error;
mod leads;
pub mod plans;
mod play;
mod proof;
mod slip;
mod story;
mod summary;
mod survey;
mod swap;
mod temper;
mod towns;
mod world;

use jiff::civil::{Date, date};

use crate::clock::{Clock, Ids};
use crate::domain::time::Micros;
use crate::host::Host;

pub use error::Error;
pub use proof::Proved;
pub use slip::{Slip, SlipLine};
pub use story::{Chapter, Ranked, Story};
pub use summary::{
    Conversions, Earned, Ladder, Money, Moved, OfGeneration, PartnerLine, Response, Shadow,
    Summary, Swap, SwapStep, Times, Unworked, Wave,
};
pub use world::{Player, World};

/// The first day of the play: a Monday.
const FIRST_DAY: Date = date(2026, 3, 2);
/// Its midnight in Berlin.
const BEGINS: Micros = Micros(1_772_406_000_000_000);
/// Friday, 10 April 2026, 18:00 in Berlin: by then every lead's time to be
/// worked is over, and March can be closed.
const ENDS: Micros = Micros(1_775_836_800_000_000);
/// The period that the play closes.
const PERIOD: &str = "2026-03";
/// Identifiers repeat, so that one run prints what another has printed.
const SEED: u64 = 20_260_302;

/// The clock of the play, before it begins.
pub fn clock() -> Clock {
    Clock::simulated(BEGINS)
}

/// Identifiers that repeat from run to run.
pub fn ids() -> Ids {
    Ids::seeded(SEED)
}

/// What was played.
pub struct Played {
    pub world: World,
    pub summary: Summary,
    pub story: Option<Story>,
    pub slip: Option<Slip>,
    pub proved: Proved,
}

/// Makes the contract in an empty database, plays it, looks back, and proves it.
///
/// # Errors
/// `NotEmpty` where the database holds anything.
pub async fn run(host: &Host) -> Result<Played, Error> {
    let world = world::make(host).await?;
    let (tally, swapping) = play::play(host, &world).await?;
    survey::take(host, &world).await?;
    let summary = summary::of(host, &world, tally, &swapping).await?;
    let story = story::choose(host, &world).await?;
    let slip = slip::of(host, &world).await?;
    let proved = proof::prove(host, &world).await?;
    Ok(Played {
        world,
        summary,
        story,
        slip,
        proved,
    })
}
