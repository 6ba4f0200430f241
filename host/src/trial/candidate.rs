//! How a candidate does beside what is in force.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::summary::{Part, Summary, by, summarise};
use crate::domain::generation::{CandidateAnswer, CandidateLedger};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::time::Micros;
use crate::store::{self, Store};

/// Answers that are looked at, the latest first.
const ANSWERS_MAX: u32 = 20_000;
/// Flips that are shown.
const FLIPS_MAX: usize = 50;
/// Products, regions or partners that are shown apart.
const PARTS_MAX: usize = 100;

/// A candidate beside what is in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Trial {
    pub slot: String,
    pub generation: i64,
    pub summary: Summary,
    /// Questions that were not put beside, for lack of room.
    pub left_out: i64,
    /// Whether there are older answers that are not in these figures.
    pub is_cut: bool,
    pub by_product: Vec<Part>,
    /// By country and the first two characters of the postcode.
    pub by_region: Vec<Part>,
    pub by_partner: Vec<Part>,
    /// The latest first.
    pub flips: Vec<Flip>,
    /// Of what pays: what the candidate would have paid, period by period.
    pub ledgers: Vec<Ledger>,
}

/// A case in which something else would be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Flip {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    pub function: String,
    pub difference: String,
    pub at: String,
}

/// What a candidate would have paid in a period, beside what comes of what is in force:
/// both are asked about the same events in their order, and woken as they wish, and
/// settle the period as if it closed now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Ledger {
    pub period: String,
    /// Events that one of both was asked about.
    pub events: i64,
    /// Those among them that woke the candidate, as it had wished.
    pub wake_ups: i64,
    /// Whether both have settled the period; the money is without settlements else.
    pub is_settled: bool,
    /// Whether there was more than was looked at.
    pub is_cut: bool,
    /// Minor units of money that it would have paid more in total.
    pub value_difference: i64,
    /// Partners that would have got something else.
    pub partners: Vec<Paid>,
    pub computed_at: String,
}

/// What a partner gets of what is in force, and would get of the candidate, in one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Paid {
    /// Its code.
    pub partner: String,
    /// money (in minor units), points, count.
    pub unit: String,
    pub in_force: i64,
    pub candidate: i64,
}

/// The trial of a generation; without one that of the candidate that is tried now,
/// and nothing where none is.
pub async fn trial(
    store: &Store,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    slot: &str,
    generation: Option<i64>,
    now: Micros,
) -> Result<Option<Trial>, store::Error> {
    let generation = match generation {
        Some(generation) => store
            .generation(manufacturer, contract, slot, generation)
            .await?
            .map(|known| known.generation),
        None => {
            let courses = store.courses(manufacturer, contract).await?;
            courses.get(slot).and_then(|course| {
                let tried = course.canary(now).or(course.shadow(now));
                tried.map(|trial| trial.generation)
            })
        }
    };
    let Some(generation) = generation else {
        return Ok(None);
    };
    let answers = store
        .candidate_answers(manufacturer, contract, slot, generation, ANSWERS_MAX)
        .await?;
    let ledgers = store
        .candidate_ledgers(manufacturer, contract, slot, generation)
        .await?;
    let partners = store.partners(manufacturer).await?;
    let codes = partners
        .into_iter()
        .map(|partner| (partner.id, partner.code))
        .collect();
    Ok(Some(Trial {
        slot: slot.to_owned(),
        generation,
        left_out: store
            .left_out(manufacturer, contract, slot, generation)
            .await?,
        ..told(&answers, &ledgers, &codes)
    }))
}

/// The figures of answers.
fn told(
    answers: &[CandidateAnswer],
    ledgers: &[CandidateLedger],
    codes: &HashMap<PartnerId, String>,
) -> Trial {
    let code = |partner: &PartnerId| {
        let code = codes.get(partner).cloned();
        code.unwrap_or_else(|| partner.to_string())
    };
    let flips = answers.iter().filter(|answer| answer.agrees == Some(false));
    Trial {
        slot: String::new(),
        generation: 0,
        left_out: 0,
        summary: summarise(answers),
        is_cut: answers.len() == ANSWERS_MAX as usize,
        by_product: by(answers, PARTS_MAX, |answer| answer.product.clone()),
        by_region: by(answers, PARTS_MAX, region),
        by_partner: by(answers, PARTS_MAX, |answer| {
            answer.partner.as_ref().map(code)
        }),
        flips: flips
            .take(FLIPS_MAX)
            .map(|answer| Flip {
                lead: answer.lead.as_ref().map(ToString::to_string),
                decision: answer.decision.as_ref().map(ToString::to_string),
                partner: answer.partner.as_ref().map(code),
                function: answer.function.clone(),
                difference: answer.difference.clone(),
                at: answer.asked_at.to_string(),
            })
            .collect(),
        ledgers: ledgers.iter().map(|ledger| paid(ledger, code)).collect(),
    }
}

fn region(answer: &CandidateAnswer) -> Option<String> {
    let country = answer.country.as_deref()?;
    Some(match answer.region.as_deref() {
        Some(region) => format!("{country} {region}"),
        None => country.to_owned(),
    })
}

fn paid(ledger: &CandidateLedger, code: impl Fn(&PartnerId) -> String) -> Ledger {
    let outcome = &ledger.outcome;
    let differing = outcome
        .differences
        .iter()
        .filter(|difference| difference.in_force != difference.candidate);
    Ledger {
        period: ledger.period.clone(),
        events: outcome.events,
        wake_ups: outcome.wake_ups,
        is_settled: outcome.is_settled,
        is_cut: outcome.is_cut,
        value_difference: differing
            .clone()
            .filter(|difference| difference.unit == "money")
            .fold(0, |sum: i64, difference| {
                sum.saturating_add(difference.candidate.saturating_sub(difference.in_force))
            }),
        partners: differing
            .take(PARTS_MAX)
            .map(|difference| Paid {
                partner: code(&difference.partner),
                unit: difference.unit.clone(),
                in_force: difference.in_force,
                candidate: difference.candidate,
            })
            .collect(),
        computed_at: ledger.computed_at.to_string(),
    }
}
