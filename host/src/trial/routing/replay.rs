//! Asks a variant's qualification, matching and escalation about every lead of history.
//!
//! Each question is the one that would have been put when the lead came in: its age is
//! nothing, figures and claims count what had happened before, and nobody was offered it
//! yet. Earlier requests of the same person and registered deals are not told; files of
//! history have no activities and answers.

mod climb;

use std::collections::{BTreeMap, BTreeSet};

use super::known::{self, Known};
use super::ladder::Ladder;
use super::offers::Share;
use super::{Answer, Course, Decided, Routing, courses};
use crate::domain::distance;
use crate::domain::lead::Lead;
use crate::domain::partner::{Participant, Partner, Position};
use crate::domain::seed;
use crate::domain::time::Micros;
use crate::host::telling::{self, KnownPartners, Occasion};
use crate::host::{Asked, Host, InForce};
use crate::policy::free_text;
use crate::policy::question::{
    self, AssessInput, Assessed, Assessment, Context, RankInput, Ranking, Value,
};
use crate::policy::{self, Place};
use crate::store;
use crate::trial::ledger::{FAILURES_NAMED, Failure};
use crate::trial::play::{self, PlayError};
use crate::trial::setup::Setup;
use crate::trial::variant::Variant;

const QUALIFICATION: &str = "qualification";
const MATCHING: &str = "matching";

/// What the variant, whose history was played, would have decided about the leads that
/// judge it; nothing where no variant has other rules of routing.
///
/// # Errors
/// Where the store cannot be read.
pub async fn replay(
    host: &Host,
    force: &InForce,
    setup: &Setup,
    variant: &Variant,
) -> Result<Routing, PlayError> {
    if !setup.tries_routing() {
        return Ok(Routing::default());
    }
    let force = beside(force);
    let counted_until = match setup.counted_until() {
        None => None,
        Some(day) => Some(known::end_of(&force.calendar, day).ok_or(PlayError::Until)?),
    };
    let span = Span {
        counted_until,
        ends: play::end(setup, variant)?,
        lost_after: setup.lost_after_days,
    };
    let courses = courses(host, &force.contract).await?;
    let leads = known::leads(host, &force.contract).await?;
    let mut replay = Replay::new(host, &force).await?;
    for lead in &leads {
        let is_counted = span
            .counted_until
            .is_some_and(|until| lead.received_at <= until);
        if is_counted || lead.received_at > span.ends {
            continue;
        }
        let course = courses.get(&lead.id).cloned().unwrap_or_default();
        replay.ask_about(lead, &course, &span).await?;
    }
    Ok(replay.into_routing())
}

/// What is judged.
struct Span {
    /// Leads that a plan's counts were made of do not judge it.
    counted_until: Option<Micros>,
    /// The end of history.
    ends: Micros,
    lost_after: Option<u32>,
}

/// The same contract, asked beside all other calls: what fails here counts for nobody.
fn beside(force: &InForce) -> InForce {
    let mut force = force.clone();
    for slot in force.slots.values_mut() {
        slot.place = Place::Beside;
    }
    force
}

/// The key of the one partner that qualification allows; none where it allows all.
fn routed_to(assessment: &Assessment) -> Option<u64> {
    let outcome = &assessment.outcome;
    let key = outcome.attributes.integer("to").map(i64::cast_unsigned);
    key.filter(|_| outcome.code == "route")
}

struct Replay<'a> {
    host: &'a Host,
    force: &'a InForce,
    known: Known<'a>,
    /// Everybody who could be asked, with the counters that the answers leave behind.
    partners: Vec<(Participant, Partner)>,
    /// Row by row.
    shares: Vec<Share>,
    ladder: Ladder,
    leads: Vec<Decided>,
    failures: BTreeMap<(&'static str, String), Failure>,
}

impl<'a> Replay<'a> {
    async fn new(host: &'a Host, force: &'a InForce) -> Result<Self, store::Error> {
        let partners = host.roster(force).await?.rows.clone();
        let shares = partners
            .iter()
            .map(|(participant, partner)| Share::of(&partner.code, &participant.level));
        Ok(Self {
            host,
            force,
            known: Known::new(host, &force.contract),
            shares: shares.collect(),
            partners,
            ladder: Ladder::default(),
            leads: Vec::new(),
            failures: BTreeMap::new(),
        })
    }

    async fn ask_about(
        &mut self,
        lead: &Lead,
        course: &Course,
        span: &Span,
    ) -> Result<(), PlayError> {
        let now = lead.received_at;
        self.known.move_to(now).await?;
        let seat = telling::seat(self.host, lead).await?;
        let told = telling::lead(&self.force.as_of(now), lead, seat);
        let holder = course.holder.as_ref().and_then(|holder| {
            let mut partners = self.partners.iter();
            partners.find(|(participant, _)| participant.partner == *holder)
        });
        let stale_at = known::stale_at(&self.force.calendar, lead, span.lost_after);
        let mut decided = Decided {
            lead: known::number(lead),
            received: self.force.calendar.local(now).date().to_string(),
            ending: course.ending(span.ends, stale_at),
            holder: holder.map(|(_, partner)| partner.code.clone()),
            answer: Answer::None,
            assessed: String::new(),
            score: None,
            temperature: None,
            offered: Vec::new(),
        };
        match self.assess(lead, told.clone()).await? {
            Ok(assessment) => {
                decided.score = Some(assessment.score);
                let temperature = assessment.temperature;
                decided.temperature =
                    temperature.map(|temperature| temperature.as_str().to_owned());
                decided.assessed.clone_from(&assessment.outcome.code);
                decided.answer = match assessment.outcome.code.as_str() {
                    "qualified" | "route" => Answer::Qualified,
                    _ => Answer::HeldBack,
                };
                if decided.answer == Answer::Qualified {
                    let found = self.found(&assessment, now);
                    let only = routed_to(&assessment);
                    decided.offered = self.offer(lead, seat, told, found.clone(), only).await?;
                    self.climb(lead, course, seat, &found, span.ends).await?;
                }
            }
            Err(code) => decided.assessed = code,
        }
        self.leads.push(decided);
        Ok(())
    }

    /// Is it worth a partner's time? An error's code where there is no answer.
    async fn assess(
        &mut self,
        lead: &Lead,
        mut told: question::Lead,
    ) -> Result<Result<Assessment, String>, PlayError> {
        let owner = &lead.manufacturer;
        let contact = self.host.store.contact(owner, &lead.id).await?;
        let contact = contact.unwrap_or_default();
        if let Some(text) = telling::free_text(&self.force.terms, &contact) {
            told.attributes
                .insert(free_text::NAME, Value::Text(text.to_owned()));
        }
        let names = self.force.names(QUALIFICATION);
        let (figures, endings) = {
            let facts = self.known.facts.read();
            telling::source_by(&facts, &names, lead, lead.received_at)
        };
        let input = AssessInput {
            lead: told,
            contact: telling::contact(lead, &contact),
            figures,
            endings,
            ..AssessInput::default()
        };
        Ok(self.put(QUALIFICATION, lead, lead.received_at, input).await)
    }

    /// What qualification has found, as the policies after it are told.
    fn found(&self, assessment: &Assessment, now: Micros) -> Assessed {
        let attributes = telling::from_policy(&assessment.outcome.attributes);
        Assessed {
            temperature: assessment.temperature,
            score: assessment.score,
            expected_value: assessment.expected_value,
            attributes: self.force.as_of(now).attributes(&attributes),
        }
    }

    /// Who is asked in the first wave, best first; their shares are counted.
    async fn offer(
        &mut self,
        lead: &Lead,
        seat: Option<Position>,
        told: question::Lead,
        found: Assessed,
        only: Option<u64>,
    ) -> Result<Vec<String>, PlayError> {
        let now = lead.received_at;
        // All partners, or the one that qualification allows.
        let is_asked = |row: &usize| only.is_none_or(|only| only == self.partners[*row].1.key);
        let rows: Vec<usize> = (0..self.partners.len()).filter(is_asked).collect();
        let candidates: Vec<(Participant, Partner)> =
            rows.iter().map(|row| self.partners[*row].clone()).collect();
        let known = self.told_of(MATCHING, lead, seat).await?;
        let input = RankInput {
            lead: told,
            assessed: found,
            wave: 1,
            candidates: known.table(&candidates),
        };
        drop(known);
        match self.put(MATCHING, lead, now, input).await {
            Ok(ranking) => Ok(self.share(&rows, &ranking, now, seat)),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// What was known of the partners when the lead came in.
    async fn told_of<'l>(
        &self,
        slot: &str,
        lead: &'l Lead,
        seat: Option<Position>,
    ) -> Result<KnownPartners<'l>, store::Error>
    where
        'a: 'l,
    {
        let occasion = Occasion {
            contract: &self.force.contract,
            names: self.force.names(slot),
            now: lead.received_at,
            counted: None,
            committed: None,
            lead: Some(lead),
            seat,
            offers: &[],
        };
        let (facts, held) = (self.known.facts.clone(), self.known.held());
        KnownPartners::with(self.host, occasion, facts, held).await
    }

    /// Counts what a ranking gives to whom.
    fn share(
        &mut self,
        rows: &[usize],
        ranking: &Ranking,
        now: Micros,
        seat: Option<Position>,
    ) -> Vec<String> {
        for (row, counter) in rows.iter().zip(&ranking.counters) {
            self.partners[*row].0.counter = *counter;
        }
        let first = match ranking.outcome.code.as_str() {
            "offer" | "assign" => ranking.groups.first(),
            _ => None,
        };
        let mut offered: Vec<usize> = first
            .into_iter()
            .flatten()
            .filter_map(|row| rows.get(*row as usize).copied())
            .filter(|row| {
                let blocked = self.partners[*row].0.blocked_until;
                blocked.is_none_or(|until| until <= now)
            })
            .collect();
        if ranking.outcome.code == "assign" {
            offered.truncate(1);
        }
        let eligible: Vec<usize> = rows
            .iter()
            .zip(ranking.excluded.iter())
            .filter(|(_, reason)| reason.is_none())
            .map(|(row, _)| *row)
            .collect();
        let asked: BTreeSet<usize> = offered.iter().copied().collect();
        for row in &eligible {
            self.shares[*row].add(eligible.len(), offered.len(), asked.contains(row));
        }
        for row in &offered {
            let place = self.partners[*row].1.position;
            if let (Some(seat), Some(place)) = (seat, place) {
                self.shares[*row].add_distance(distance::kilometres(seat, place));
            }
        }
        let code = |row: &usize| self.partners[*row].1.code.clone();
        offered.iter().map(code).collect()
    }

    /// Puts a question; what has no answer is counted. Whatever is left to chance is
    /// drawn by the lead's number, which is the same for all variants.
    async fn put<I: policy::Asked>(
        &mut self,
        slot: &'static str,
        lead: &Lead,
        now: Micros,
        input: I,
    ) -> Result<I::Answer, String> {
        let number = known::number(lead);
        let kind = I::FUNCTION.kind().as_str();
        let context = Context {
            now: self.force.as_of(now).instant(now),
            seed: seed::of(&self.force.contract.code, &number, 1, kind),
        };
        let code = match self.host.ask(self.force, slot, &context, input, now).await {
            Ok((Asked::Answer(answer), _)) => return Ok(answer),
            Ok((Asked::NotApplicable(reason), _)) => return Err(reason),
            Ok((Asked::Failed { code, .. }, _)) => code.to_owned(),
            Err(_) => crate::host::Overloaded::code().to_owned(),
        };
        let failure = self
            .failures
            .entry((slot, code.clone()))
            .or_insert_with(|| Failure {
                component: slot.to_owned(),
                code: code.clone(),
                ..Failure::default()
            });
        failure.count += 1;
        if failure.leads.len() < FAILURES_NAMED {
            failure.leads.push(number);
        }
        Err(code)
    }

    fn into_routing(self) -> Routing {
        let mut partners = self.shares;
        partners.retain(|share| share.eligible > 0);
        partners.sort_by(|one, other| one.partner.cmp(&other.partner));
        Routing {
            leads: self.leads,
            partners,
            ladder: self.ladder,
            failures: self.failures.into_values().collect(),
        }
    }
}
