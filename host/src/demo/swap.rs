//! A rule is changed while leads come in: matching asks one partner after the other
//! in place of three at once. It is tried beside, then for a share, then for all,
//! and taken back.

use jiff::civil::{DateTime, date};
use serde_json::{Value, json};

use super::Error;
use super::world::World;
use crate::contracts::binding::{
    self, Compared, LAST_MAX, Move, Pair, Rollback, Sample, Versions, Wanted, When, Wish,
};
use crate::domain::decision::Decision;
use crate::domain::generation::WHOLE;
use crate::domain::ids::LeadId;
use crate::domain::lifecycle::State;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::routing::{self, withdraw};

/// The slot whose rule is changed.
pub const SLOT: &str = "matching";
const PLUGIN: &str = "matching-weighted";
/// The share of the leads that the candidate decides at first: a quarter.
const SHARE: i64 = WHOLE / 4;

/// A step on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Shadow,
    Canary,
    Activate,
    RollBack,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Shadow, Self::Canary, Self::Activate, Self::RollBack];

    /// When it is taken, by the contract's clock.
    pub fn at(self) -> DateTime {
        match self {
            Self::Shadow => date(2026, 3, 9).at(9, 0, 0, 0),
            Self::Canary => date(2026, 3, 16).at(9, 0, 0, 0),
            Self::Activate => date(2026, 3, 20).at(9, 0, 0, 0),
            Self::RollBack => date(2026, 3, 25).at(11, 0, 0, 0),
        }
    }

    /// Why, as the history keeps it.
    fn comment(self) -> &'static str {
        match self {
            Self::Shadow => "one partner after the other, so that fewer look in vain",
            Self::Canary => "how soon are they taken?",
            Self::Activate => "for a week, for all",
            Self::RollBack => "leads wait longer for somebody",
        }
    }
}

/// What the candidate is given.
fn configuration() -> Value {
    json!({ "distance-km-max": 180.0, "waves": { "first": 1, "second": 3 } })
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub stage: Stage,
    pub at: Micros,
    pub generation: i64,
    pub comment: &'static str,
}

/// How it went, as far as it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swapping {
    pub taken: Vec<Taken>,
    /// Of the candidate from what is in force, by all that was asked while it stood
    /// beside.
    pub difference: Option<Compared>,
    pub back: Option<Back>,
}

/// What the rollback has moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Back {
    /// Leads that the candidate had decided.
    pub decided: Vec<LeadId>,
    /// Of those the ones that were on offer: their offers were taken back.
    pub withdrawn: Vec<LeadId>,
}

impl Swapping {
    /// The generation that is tried.
    fn candidate(&self) -> i64 {
        self.taken.first().map_or(0, |taken| taken.generation)
    }

    /// Takes a step.
    pub async fn take(&mut self, host: &Host, world: &World, stage: Stage) -> Result<(), Error> {
        let generation = match stage {
            Stage::Shadow => {
                let generation = made(host, world, stage.comment()).await?;
                let to = Move::Shadow { share: WHOLE };
                step(host, world, generation, to, stage.comment()).await?;
                generation
            }
            Stage::Canary => {
                self.difference = Some(self.compared(host, world).await?);
                let to = Move::Canary(Sample::share(SHARE));
                step(host, world, self.candidate(), to, stage.comment()).await?;
                self.candidate()
            }
            Stage::Activate => {
                let to = Move::Activate { from: None };
                step(host, world, self.candidate(), to, stage.comment()).await?;
                self.candidate()
            }
            Stage::RollBack => {
                let (generation, back) = rolled_back(host, world, stage.comment()).await?;
                self.back = Some(back);
                generation
            }
        };
        self.taken.push(Taken {
            stage,
            at: host.clock.now(),
            generation,
            comment: stage.comment(),
        });
        Ok(())
    }

    /// By the questions since it stands beside.
    async fn compared(&self, host: &Host, world: &World) -> Result<Compared, Error> {
        let pair = Pair {
            slot: SLOT.to_owned(),
            from: None,
            to: self.candidate(),
            last: LAST_MAX,
        };
        let since = self.taken.first().map_or(Micros::NEVER, |taken| taken.at);
        let mut versions = Versions::load(host, &world.contract, &pair).await?;
        let is_since = |decision: &Decision| decision.asked_at >= since;
        versions.decisions.retain(is_since);
        Ok(versions.compare(host).await?)
    }
}

/// Makes the candidate.
async fn made(host: &Host, world: &World, comment: &str) -> Result<i64, Error> {
    let wanted = Wanted {
        slot: SLOT.to_owned(),
        plugin: PLUGIN.to_owned(),
        configuration: Some(configuration()),
        limits: None,
        comment: comment.to_owned(),
        when: When::Ready,
    };
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let origin = Origin::host();
    let made = binding::put(host, manufacturer, contract, &wanted, None, &origin).await?;
    Ok(made.binding.generation)
}

async fn step(
    host: &Host,
    world: &World,
    generation: i64,
    to: Move,
    comment: &str,
) -> Result<(), Error> {
    let wish = Wish {
        slot: SLOT.to_owned(),
        generation,
        to,
        comment: comment.to_owned(),
    };
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    binding::take(host, manufacturer, contract, &wish, &Origin::host()).await?;
    Ok(())
}

/// Back, with the offers that the candidate has made and nobody has claimed.
async fn rolled_back(host: &Host, world: &World, comment: &str) -> Result<(i64, Back), Error> {
    let wanted = Rollback {
        slot: SLOT.to_owned(),
        to: None,
        from: None,
        comment: comment.to_owned(),
    };
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let origin = Origin::host();
    let done = binding::roll_back(host, manufacturer, contract, &wanted, &origin).await?;
    let of_it = binding::decided(host, &world.contract, SLOT, done.bad, None, u32::MAX).await?;
    let mut back = Back::default();
    for decided in of_it {
        let Some(lead) = decided.lead else { continue };
        if back.decided.contains(&lead) {
            continue;
        }
        if decided.state == Some(State::Offered) {
            match withdraw::withdraw(host, manufacturer, &lead, None).await {
                Ok(_) => back.withdrawn.push(lead.clone()),
                Err(routing::Error::WrongState { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        back.decided.push(lead);
    }
    Ok((done.bound.binding.generation, back))
}
