//! Trials of plans are asked for, stopped and resumed. Hosts run them beside the live
//! system.

use super::binding::check_comment;
use super::error::refuse;
use super::{Amendment, Error};
use crate::domain::contract::Contract;
use crate::domain::plan_trial::{PlanTrial, Run, State, Wanted};
use crate::domain::text::{NAME_CHARS_MAX, check_line};
use crate::host::{Host, Origin, Problem};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub name: String,
    pub comment: String,
    /// What is tried: JSON.
    pub request: String,
}

/// Asks for a trial. A host takes it up when it has time.
///
/// # Errors
/// `Invalid`.
pub async fn ask(
    host: &Host,
    contract: &Contract,
    wish: Wish,
    origin: &Origin<PlanTrial>,
) -> Result<PlanTrial, Error> {
    let bad = check_line(&wish.name, NAME_CHARS_MAX).err();
    let bad = bad.map(|bad| Problem::new("/name", bad.to_string()));
    refuse(bad.into_iter().collect())?;
    check_comment(&wish.comment)?;
    let mut amendment = Amendment::new(host, &contract.manufacturer);
    let trial = PlanTrial {
        manufacturer: contract.manufacturer.clone(),
        id: host.ids.next(amendment.now),
        contract: contract.id.clone(),
        name: wish.name,
        comment: wish.comment,
        request: wish.request,
        wanted: Wanted::Run,
        asked: 1,
        created_at: amendment.now,
        created_by: origin.actor.clone(),
        run: Run::default(),
    };
    amendment.created(line(contract, &trial));
    keep(host, amendment, trial, origin).await
}

/// Has a trial stopped, or go on: one that was stopped, or has failed. What it had
/// played by then it does not play again.
///
/// # Errors
/// `TrialEnded` where there is nothing to stop, or to resume, any more.
pub async fn want(
    host: &Host,
    contract: &Contract,
    mut trial: PlanTrial,
    wanted: Wanted,
    origin: &Origin<PlanTrial>,
) -> Result<PlanTrial, Error> {
    let before = trial.state();
    match (wanted, before) {
        (_, State::Done) | (Wanted::Stop, State::Failed) => {
            return Err(Error::TrialEnded {
                state: before.as_str(),
            });
        }
        (Wanted::Run, State::Failed) => trial.asked = trial.run.ended + 1,
        _ if trial.wanted == wanted => return Ok(trial),
        _ => {}
    }
    trial.wanted = wanted;
    let mut amendment = Amendment::new(host, &trial.manufacturer);
    amendment.altered(line(contract, &trial), before.as_str(), wanted.as_str());
    keep(host, amendment, trial, origin).await
}

fn line(contract: &Contract, trial: &PlanTrial) -> String {
    format!("trial {} of {}", trial.id, contract.code)
}

async fn keep(
    host: &Host,
    mut amendment: Amendment,
    trial: PlanTrial,
    origin: &Origin<PlanTrial>,
) -> Result<PlanTrial, Error> {
    amendment.rows.plan_trials.push(trial.clone());
    amendment.commit(host, origin, &trial).await?;
    Ok(trial)
}
