//! A candidate's way: beside what is in force, for a share of the leads or for some
//! partners, for all, and back.

use jiff::civil::DateTime;

use super::sample::{self, Sample};
use super::{Amendment, Approval, Ground, Slots, begins, check_comment, keep_accounts};
use crate::contracts::Error;
use crate::domain::contract::Binding;
use crate::domain::generation::{Action, Course, Standing, Step};
use crate::domain::ids::{ContractId, ManufacturerId, TokenId};
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};
use crate::policy::{Kind, Manifest};

/// What somebody wants to do with a generation.
#[derive(Clone, Debug)]
pub struct Wish {
    pub slot: String,
    pub generation: i64,
    pub to: Move,
    pub comment: String,
}

#[derive(Clone, Debug)]
pub enum Move {
    /// To be asked beside what is in force.
    Shadow {
        /// Parts per million of the questions.
        share: i64,
    },
    /// To decide for a part of all cases.
    Canary(Sample),
    /// To be in force.
    Activate { from: Option<DateTime> },
    /// A second person agrees.
    Approve,
    /// To be ready again, and no more: neither tried nor planned.
    Cancel,
}

impl Wish {
    /// Where the generation stands after it.
    fn standing(&self) -> Standing {
        match self.to {
            Move::Shadow { .. } => Standing::Shadow,
            Move::Canary(_) => Standing::Canary,
            Move::Activate { .. } | Move::Approve => Standing::Active,
            Move::Cancel => Standing::Ready,
        }
    }
}

/// Takes the step that somebody wants.
///
/// # Errors
/// `NotFound` where there is no such generation, `Standing` where it stands
/// elsewhere, `OwnApproval` of what one has asked for oneself.
pub async fn take(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wish: &Wish,
    origin: &Origin<Step>,
) -> Result<Step, Error> {
    check_comment(&wish.comment)?;
    on_stale(|| async {
        let slots = Slots::load(host, manufacturer, contract).await?;
        let ground = slots.ground();
        let course = ground.course(&wish.slot);
        let binding = host
            .store
            .generation(manufacturer, contract, &wish.slot, wish.generation)
            .await?
            .ok_or(Error::NotFound { what: "generation" })?;
        let mut amendment = Amendment::new(host, manufacturer);
        let mut step = amendment.step(&ground, &wish.slot, &course, wish.generation);
        step.comment = wish.comment.clone();
        let actor = origin.actor.as_ref();
        // The answer tells it before the commit does.
        step.actor = actor.cloned();
        fill(host, &ground, &course, &binding, wish, actor, &mut step).await?;
        let line = format!(
            "{} of {}, generation {}",
            wish.slot, slots.contract.code, wish.generation
        );
        let before = course.standing(wish.generation, slots.now);
        amendment.altered(line, before.as_str(), &told(&step));
        amendment.rows.steps.push(step.clone());
        amendment.touch(slots.contract.clone());
        amendment.commit(host, origin, &step).await?;
        Ok(step)
    })
    .await
}

/// What the step says, once it is known to be allowed.
async fn fill(
    host: &Host,
    ground: &Ground<'_>,
    course: &Course,
    binding: &Binding,
    wish: &Wish,
    actor: Option<&TokenId>,
    step: &mut Step,
) -> Result<(), Error> {
    let generation = wish.generation;
    let standing = course.standing(generation, ground.now);
    let wrong = |wanted: &'static str| Error::Standing {
        generation,
        standing,
        wanted,
    };
    match &wish.to {
        Move::Approve => {
            let request = course.request.as_ref();
            let request = request
                .filter(|request| request.generation == generation)
                .ok_or(wrong("nobody has asked to put it in force"))?;
            if is_same_person(host, ground, request.step.actor.as_ref(), actor).await? {
                return Err(Error::OwnApproval);
            }
            // Terms and accounts may have changed since it was asked for.
            may_decide(host, ground, binding).await?;
            step.action = Action::Activated;
            step.from = match request.from > ground.now {
                true => request.from,
                // Nothing is put in force for what has been already.
                false => begins(host, ground, &wish.slot, None).await?,
            };
            return Ok(());
        }
        Move::Cancel => {
            let asked = matches!(&course.request, Some(asked) if asked.generation == generation);
            let coming = course.next(ground.now);
            let coming = coming.is_some_and(|coming| coming.generation == generation);
            let tried = matches!(standing, Standing::Shadow | Standing::Canary);
            if !(asked || coming || tried) {
                return Err(wrong(
                    "there is nothing to cancel; what is in force is rolled back",
                ));
            }
            step.action = Action::Cancelled;
            step.from = ends(host, ground, &wish.slot, standing).await?;
            return Ok(());
        }
        _ => {}
    }
    if !standing.may_become(wish.standing()) {
        return Err(wrong(match standing {
            Standing::Active if course.in_force(ground.now) == Some(generation) => {
                "it is in force already"
            }
            Standing::Active => "it is planned already; cancel that first",
            Standing::Retired => "roll back to it: that makes a new generation of it",
            _ => "that cannot follow",
        }));
    }
    may_decide(host, ground, binding).await?;
    match &wish.to {
        Move::Shadow { share } => {
            step.action = Action::Shadowed;
            step.share = sample::checked(*share)?;
            step.from = ends(host, ground, &wish.slot, standing).await?;
        }
        Move::Canary(sample) => {
            let others = course.canary(ground.now);
            if others.is_some_and(|other| other.generation != generation) {
                return Err(wrong("another one is a canary; cancel that first"));
            }
            step.action = Action::Canaried;
            if pays(&wish.slot) {
                step.partners = sample.of_partners(host, ground.contract).await?;
                step.from = begins(host, ground, &wish.slot, sample.from).await?;
            } else {
                step.share = sample.of_leads()?;
            }
        }
        Move::Activate { from } => {
            step.from = begins(host, ground, &wish.slot, *from).await?;
            step.action = Approval::of(ground, course).action();
        }
        Move::Approve | Move::Cancel => {}
    }
    Ok(())
}

/// Whether the generation can be asked under the terms of now, and posts to
/// accounts as they are.
async fn may_decide(host: &Host, ground: &Ground<'_>, binding: &Binding) -> Result<(), Error> {
    let terms = ground.terms.canonical_json();
    super::holds(host, binding, &terms)
        .await?
        .map_err(|error| Error::of_slot(&binding.slot, error))?;
    let record = host
        .store
        .plugin(&binding.manufacturer, &binding.plugin_digest)
        .await?;
    let manifest = record.and_then(|record| Manifest::parse(&record.manifest).ok());
    match manifest {
        Some(manifest) => keep_accounts(host, ground.contract, &binding.slot, &manifest).await,
        None => Ok(()),
    }
}

/// Whether it is a slot of what pays.
pub(super) fn pays(slot: &str) -> bool {
    Kind::of_slot(slot) == Some(Kind::Compensation)
}

/// When a step that takes a generation back counts: a canary that pays goes on to the
/// end of the period, so that nobody is paid for it by two plans.
pub(super) async fn ends(
    host: &Host,
    ground: &Ground<'_>,
    slot: &str,
    standing: Standing,
) -> Result<Micros, Error> {
    match pays(slot) && standing == Standing::Canary {
        true => begins(host, ground, slot, None).await,
        false => Ok(ground.now),
    }
}

/// The step as the audit has it, which names whom a canary pays.
fn told(step: &Step) -> String {
    let partners: Vec<&str> = step.partners.iter().map(|of| of.code.as_str()).collect();
    match partners.is_empty() {
        true => step.action.as_str().to_owned(),
        false => format!("{} with {}", step.action.as_str(), partners.join(", ")),
    }
}

/// Whether both tokens speak for the same person; whoever works on the data itself
/// is one.
async fn is_same_person(
    host: &Host,
    ground: &Ground<'_>,
    asked: Option<&TokenId>,
    agrees: Option<&TokenId>,
) -> Result<bool, Error> {
    let (Some(asked), Some(agrees)) = (asked, agrees) else {
        return Ok(asked == agrees);
    };
    if asked == agrees {
        return Ok(true);
    }
    let manufacturer = &ground.contract.manufacturer;
    let mut users = Vec::new();
    for id in [asked, agrees] {
        let token = host.store.token(Some(manufacturer), id).await?;
        users.push(token.and_then(|token| token.user));
    }
    Ok(users[0].is_some() && users[0] == users[1])
}
