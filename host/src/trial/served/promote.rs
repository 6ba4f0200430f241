//! What a variant does in a slot becomes a candidate of the live contract: asked beside
//! what is in force, or in force from an instant on.

use jiff::civil::DateTime;
use serde_json::Value;

use super::folder::rules;
use super::request::{Request, contract_table};
use crate::contracts::{
    self,
    binding::{self, Move, Wanted, When, Wish},
};
use crate::domain::contract::Contract;
use crate::domain::generation::{Standing, Step};
use crate::domain::plan_trial::{PlanTrial, State};
use crate::domain::text::shown;
use crate::host::again::Again;
use crate::host::{Host, Origin, Problem};
use crate::policy::Kind;
use crate::store;

/// What is to become of a variant's rule.
#[derive(Clone, Debug)]
pub struct Promotion {
    /// The plan's code.
    pub plan: String,
    pub slot: String,
    pub beginning: Beginning,
    /// Why, for those who look at the history later.
    pub comment: String,
}

#[derive(Clone, Copy, Debug)]
pub enum Beginning {
    /// Asked beside what is in force, of so many parts per million of the questions.
    Shadow { share: i64 },
    /// In force from a local instant on.
    From(DateTime),
}

/// Why a variant is not promoted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the trial is {0}: what it shows is known when it is done")]
    NotDone(&'static str),
    #[error(
        "the contract's terms, or what is bound to its slots, are others than when the trial was \
         made: try the plan again by the rules of now"
    )]
    RulesChanged,
    #[error("it is what is in force there already")]
    InForce,
    #[error(transparent)]
    Contract(#[from] contracts::Error),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDone(_) => "trial.not-done",
            Self::RulesChanged => "trial.rules-changed",
            Self::InForce => "trial.in-force",
            Self::Contract(error) => error.code(),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Contract(error.into())
    }
}

impl Again for Error {
    fn stored(&self) -> Option<&store::Error> {
        match self {
            Self::Contract(error) => error.stored(),
            _ => None,
        }
    }

    fn busy() -> Self {
        Self::Contract(contracts::Error::busy())
    }
}

/// Makes a generation of what a variant does in a slot, and puts it where it is wanted.
///
/// # Errors
/// `NotDone`, `RulesChanged`, `InForce`, and what a generation is refused with.
pub async fn promote(
    host: &Host,
    contract: &Contract,
    trial: &PlanTrial,
    promotion: &Promotion,
    origin: &Origin<Step>,
) -> Result<Step, Error> {
    let state = trial.state();
    let found: Option<Value> = trial
        .run
        .found
        .as_ref()
        .and_then(|found| serde_json::from_str(found).ok());
    let (State::Done, Some(found)) = (state, found) else {
        return Err(Error::NotDone(state.as_str()));
    };
    let tried = found.get("rules").and_then(Value::as_str);
    if tried != Some(rules(host, contract).await?.as_str()) {
        return Err(Error::RulesChanged);
    }
    let wanted = rule(host, contract, trial, promotion).await?;
    let (manufacturer, id) = (&contract.manufacturer, &contract.id);
    // The answer is kept with the step; a generation that is there already is the same.
    let making = Origin {
        actor: origin.actor.clone(),
        keep: None,
    };
    let made = binding::put(host, manufacturer, id, &wanted, None, &making).await?;
    if made.standing == Standing::Active {
        return Err(Error::InForce);
    }
    let wish = Wish {
        slot: wanted.slot,
        generation: made.binding.generation,
        to: match promotion.beginning {
            Beginning::Shadow { share } => Move::Shadow { share },
            Beginning::From(from) => Move::Activate { from: Some(from) },
        },
        comment: wanted.comment,
    };
    Ok(binding::take(host, manufacturer, id, &wish, origin).await?)
}

/// What the variant has in the slot, as a generation that is to be made.
async fn rule(
    host: &Host,
    contract: &Contract,
    trial: &PlanTrial,
    promotion: &Promotion,
) -> Result<Wanted, contracts::Error> {
    let invalid = |field: &str, message: String| contracts::Error::invalid(field, message);
    let request: Request = serde_json::from_str(&trial.request)
        .map_err(|error| invalid("", format!("what was tried cannot be read: {error}")))?;
    let plan = request
        .plans
        .iter()
        .find(|plan| plan.code == promotion.plan)
        .ok_or_else(|| {
            let codes: Vec<&str> = request
                .plans
                .iter()
                .map(|plan| plan.code.as_str())
                .collect();
            let plan = shown(&promotion.plan);
            invalid("/plan", format!("`{plan}` is none of {}", codes.join(", ")))
        })?;
    if !plan.slots().any(|slot| slot == promotion.slot) {
        let slots: Vec<&str> = plan.slots().collect();
        let message = format!("the plan leaves it as it is; it binds {}", slots.join(", "));
        return Err(invalid("/slot", message));
    }
    let table = contract_table(host, contract).await?;
    let variant = plan
        .variant(&table)
        .map_err(|message| invalid("/plan", message))?;
    if variant.counts.is_some() && promotion.slot == Kind::Qualification.as_str() {
        let message = "its counts were made of the trial's history: give a plan the \
                       configuration that the trial's policies.csv has, and try that";
        return Err(invalid("/slot", message.to_owned()));
    }
    let bound = variant.document.bindings.get(&promotion.slot);
    let bound = bound.ok_or_else(|| {
        let message = "the plan takes the component out, which no generation can do";
        invalid("/slot", message.to_owned())
    })?;
    if promotion.comment.trim().is_empty() {
        return Err(contracts::Error::Invalid(vec![Problem::new(
            "/comment",
            "is missing: say why, for those who look at the history later",
        )]));
    }
    Ok(Wanted {
        slot: promotion.slot.clone(),
        plugin: bound.plugin.clone(),
        configuration: bound.configuration.clone(),
        limits: None,
        comment: format!(
            "trial {}, plan {}: {}",
            trial.id, plan.code, promotion.comment
        ),
        when: When::Ready,
    })
}
