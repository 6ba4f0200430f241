//! What escalation would have done about a lead while nobody acted, at the times at which
//! somebody really did: from its real offer to the claim, and from there to the first
//! report.

use std::collections::{BTreeMap, VecDeque};

use super::Replay;
use crate::domain::lead::Lead;
use crate::domain::partner::Position;
use crate::domain::time::Micros;
use crate::host::telling;
use crate::policy::question::{
    self, Assessed, Attributes, EscalateInput, Escalation, PastEvent, Value,
};
use crate::store;
use crate::trial::play::PlayError;
use crate::trial::routing::Course;
use crate::trial::routing::ladder::Ladder;

const ESCALATION: &str = "escalation";
const OFFERED: &str = "offered";
const CLAIMED: &str = "claimed";
const DUE: &str = "due";
/// Until when the wave's offers stand.
const CLAIM_KEY: &str = "claim";
/// The first contact that was promised for the claim.
const CONTACT_KEY: &str = "contact";
/// A ladder that does not come to rest is left.
const QUESTIONS_MAX: u32 = 60;

/// Where a lead stands.
struct Standing<'a> {
    lead: &'a Lead,
    seat: Option<Position>,
    assessed: &'a Assessed,
    step: u32,
    wave: u32,
    /// By key: when, and what comes with it.
    deadlines: BTreeMap<String, (Micros, Attributes)>,
    /// Oldest first.
    history: Vec<(String, Micros)>,
    holder: Option<question::Partner>,
    questions: u32,
    /// What was done about it.
    done: Ladder,
    /// What comes next history cannot know, or nobody.
    is_over: bool,
}

impl Replay<'_> {
    /// Takes a qualified lead up its ladder, and counts what happens there.
    pub(super) async fn climb(
        &mut self,
        lead: &Lead,
        course: &Course,
        seat: Option<Position>,
        assessed: &Assessed,
        ends: Micros,
    ) -> Result<(), PlayError> {
        let Some(offered_at) = course.offered_at else {
            return Ok(());
        };
        let mut standing = Standing {
            lead,
            seat,
            assessed,
            step: 0,
            wave: 1,
            deadlines: BTreeMap::new(),
            history: Vec::new(),
            holder: None,
            questions: 0,
            done: Ladder::default(),
            is_over: false,
        };
        // A file that does not tell when a lead was offered has it offered when claimed.
        if course.claimed_at != Some(offered_at) {
            standing.done.offered = 1;
            self.tell(&mut standing, OFFERED, offered_at, Attributes::default())
                .await?;
            let until = course.claimed_at.unwrap_or(ends);
            self.wait(&mut standing, until).await?;
        }
        if let (Some(claimed_at), Some(worked_at)) = (course.claimed_at, course.worked_at)
            && !standing.is_over
        {
            standing.done.claimed = 1;
            standing.holder = self.holder(&standing, course).await?;
            self.tell(&mut standing, CLAIMED, claimed_at, Attributes::default())
                .await?;
            self.wait(&mut standing, worked_at).await?;
        }
        self.ladder.add(&standing.done);
        Ok(())
    }

    /// Nobody acts before `until`: what is due by then is due.
    async fn wait(&mut self, standing: &mut Standing<'_>, until: Micros) -> Result<(), PlayError> {
        while !standing.is_over {
            let deadlines = standing.deadlines.iter();
            let next = deadlines
                .map(|(key, (at, _))| (*at, key.clone()))
                .min()
                .filter(|(at, _)| *at < until);
            let Some((at, key)) = next else { break };
            let (_, mut attributes) = standing.deadlines.remove(&key).unwrap_or_default();
            match (key.as_str(), standing.holder.is_some()) {
                (CLAIM_KEY, false) => standing.done.claims_late = 1,
                (CONTACT_KEY, true) => standing.done.contacts_late = 1,
                _ => {}
            }
            attributes.insert("key", Value::Text(key));
            self.tell(standing, DUE, at, attributes).await?;
        }
        Ok(())
    }

    /// Tells escalation what has happened, and does what it says.
    async fn tell(
        &mut self,
        standing: &mut Standing<'_>,
        code: &str,
        at: Micros,
        attributes: Attributes,
    ) -> Result<(), PlayError> {
        let mut happened = VecDeque::from([(code.to_owned(), attributes)]);
        while let Some((code, attributes)) = happened.pop_front() {
            standing.questions += 1;
            if standing.is_over || standing.questions > QUESTIONS_MAX {
                standing.is_over = true;
                break;
            }
            standing.history.push((code.clone(), at));
            let input = self.question(standing, code, attributes, at);
            let Ok(answer) = self.put(ESCALATION, standing.lead, at, input).await else {
                standing.is_over = true;
                break;
            };
            self.keep_deadlines(standing, &answer, at);
            for action in &answer.actions {
                if standing.act(&action.code) {
                    happened.push_back((OFFERED.to_owned(), Attributes::default()));
                }
            }
        }
        Ok(())
    }

    fn question(
        &self,
        standing: &Standing<'_>,
        code: String,
        attributes: Attributes,
        at: Micros,
    ) -> EscalateInput {
        let as_of = self.force.as_of(at);
        let past = |code: &str, then: Micros| PastEvent {
            code: code.to_owned(),
            age: as_of.age(then),
            ..PastEvent::default()
        };
        EscalateInput {
            lead: telling::lead(&as_of, standing.lead, standing.seat),
            assessed: standing.assessed.clone(),
            event: PastEvent {
                attributes,
                ..past(&code, at)
            },
            since: as_of.instant(at),
            step: standing.step,
            wave: standing.wave,
            history: standing
                .history
                .iter()
                .rev()
                .map(|(code, then)| past(code, *then))
                .collect(),
            holder: standing.holder.clone(),
            medians: {
                let facts = self.known.facts.read();
                telling::stage_medians_by(&facts, standing.lead)
            },
        }
    }

    /// A deadline that no calendar reaches ends the ladder.
    fn keep_deadlines(&self, standing: &mut Standing<'_>, answer: &Escalation, at: Micros) {
        standing.step = answer.step;
        for wake_up in &answer.deadlines {
            if wake_up.after.0.is_empty() {
                standing.deadlines.remove(&wake_up.key);
                continue;
            }
            match self.force.calendar.resolve(&wake_up.after, at) {
                Ok(due_at) => {
                    let deadline = (due_at, wake_up.attributes.clone());
                    standing.deadlines.insert(wake_up.key.clone(), deadline);
                }
                Err(_) => standing.is_over = true,
            }
        }
    }

    /// Who really had the lead, as far as it was known when the lead came in.
    async fn holder(
        &self,
        standing: &Standing<'_>,
        course: &Course,
    ) -> Result<Option<question::Partner>, store::Error> {
        let mut partners = self.partners.iter();
        let holder =
            partners.find(|(participant, _)| course.holder.as_ref() == Some(&participant.partner));
        let Some((participant, partner)) = holder else {
            return Ok(None);
        };
        let known = self
            .told_of(ESCALATION, standing.lead, standing.seat)
            .await?;
        Ok(Some(known.one(participant, partner)))
    }
}

impl Standing<'_> {
    /// Counts an action; whether the lead is offered again.
    fn act(&mut self, action: &str) -> bool {
        match action {
            "remind" => self.done.reminded += 1,
            "tell" => self.done.told += 1,
            "next-wave" if self.holder.is_none() => {
                self.done.waves += 1;
                self.wave += 1;
                return true;
            }
            "recall" if self.holder.is_some() => {
                self.done.recalled += 1;
                self.is_over = true;
            }
            "fallback" => {
                self.done.handed_over += 1;
                self.is_over = true;
            }
            "nurture" | "assign" => self.is_over = true,
            _ => {}
        }
        false
    }
}
