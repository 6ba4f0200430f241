//! One lead's way, with what stood behind each step: why this partner, and why
//! not that one.

mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::Serialize;

use self::words::Told;
use super::summary::events;
use super::towns;
use super::world::World;
use super::{BEGINS, Error};
use crate::domain::decision::Decision;
use crate::domain::happening::Event;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::host::{Host, InForce, Plans};
use crate::policy::Function;
use crate::policy::reason::{self, Language};
use crate::policy::why::{Because, Candidate, Why, Words, why};

/// Steps beyond which a lead's way is too long to be read.
const STEPS_MAX: usize = 30;

/// Reasons that the sentence says, or that say nothing.
const SAID_ANYWAY: [&str; 2] = ["nothing-to-do", "half-time"];

/// A lead's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Story {
    /// The sender's number of the lead.
    pub number: String,
    pub about: String,
    pub chapters: Vec<Chapter>,
}

/// What happened at one time, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chapter {
    /// By the contract's clock.
    pub at: DateTime,
    pub what: String,
    /// The reasons of the policies' answers to it.
    pub why: Vec<String>,
    /// Who could have been asked, where that was decided.
    pub ranked: Vec<Ranked>,
}

/// A partner in a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ranked {
    pub name: String,
    /// The wave that it is in, counted from this one: 0 is asked now.
    pub wave: Option<usize>,
    /// Why it may not be asked.
    pub excluded: Option<String>,
    /// Thousandths.
    pub score: i64,
    /// What the score is made of.
    pub terms: Vec<(String, i64)>,
}

/// The story of the lead that shows most: won in the end, after others had it
/// and had to give it back, declined, or let it lapse. None where none was won.
pub async fn choose(host: &Host, world: &World) -> Result<Option<Story>, Error> {
    let mut ways: BTreeMap<LeadId, Vec<Event>> = BTreeMap::new();
    for positioned in events(host, world).await? {
        if let Some(lead) = positioned.event.lead.clone() {
            ways.entry(lead).or_default().push(positioned.event);
        }
    }
    let chosen = ways
        .into_iter()
        .filter(|(_, way)| way.len() <= STEPS_MAX && way.iter().any(|event| event.code == "won"))
        // Of those that show as much the first: the greatest is the last one.
        .max_by_key(|(lead, way)| (shows(way), Reverse(lead.clone())));
    match chosen {
        Some((lead, way)) => tell(host, world, &lead, way).await,
        None => Ok(None),
    }
}

/// How much there is to see: different steps, those that are rare first.
fn shows(way: &[Event]) -> (usize, usize) {
    let codes: BTreeSet<&str> = way.iter().map(|event| event.code.as_str()).collect();
    let rare = [
        "recalled",
        "declined",
        "lapsed",
        "care-contact",
        "data-complete",
    ];
    let rare = rare.iter().filter(|code| codes.contains(*code)).count();
    (rare, codes.len())
}

async fn tell(
    host: &Host,
    world: &World,
    id: &LeadId,
    way: Vec<Event>,
) -> Result<Option<Story>, Error> {
    let store = &host.store;
    let force = host
        .contract(&world.manufacturer.id, &world.contract.id)
        .await?;
    let Some(lead) = store.lead(&world.manufacturer.id, id).await? else {
        return Ok(None);
    };
    let decisions = store.decisions_of_lead(&world.manufacturer.id, id).await?;
    // What routes the lead, and what pays for it.
    let plans = Plans::load(host, force.clone()).await?;
    let plan = plans.of_period(host, BEGINS, None).await?;
    let teller = Teller {
        world,
        force: &force,
        plan: &plan,
    };
    let chapters = teller.chapters(&lead, &way, &decisions)?;
    Ok(Some(Story {
        number: lead.external_id.clone().unwrap_or_default(),
        about: teller.about(&lead),
        chapters,
    }))
}

struct Teller<'a> {
    world: &'a World,
    force: &'a InForce,
    plan: &'a InForce,
}

impl Teller<'_> {
    fn about(&self, lead: &Lead) -> String {
        let teaser = &lead.teaser;
        let product = teaser
            .product
            .as_deref()
            .and_then(|code| self.force.terms.product(code))
            .and_then(|product| product.name.get("en"))
            .map_or("request", String::as_str);
        let town = teaser
            .postcode
            .as_deref()
            .and_then(towns::at)
            .map_or("", |town| town.name);
        format!(
            "{product}, {}, {} {town}: {}",
            self.amount(teaser.value.unwrap_or(0)),
            teaser.postcode.as_deref().unwrap_or_default(),
            teaser.provenance.as_deref().unwrap_or_default(),
        )
    }

    /// A chapter per event that says something; decisions stand with the event
    /// that they answer.
    fn chapters(
        &self,
        lead: &Lead,
        way: &[Event],
        decisions: &[Decision],
    ) -> Result<Vec<Chapter>, Error> {
        let told = Told {
            world: self.world,
            calendar: &self.force.calendar,
            lead,
        };
        let mut chapters: Vec<(&Event, Chapter)> = way
            .iter()
            .filter_map(|event| {
                let chapter = Chapter {
                    at: self.force.calendar.local(event.occurred_at),
                    what: told.sentence(event)?,
                    why: Vec::new(),
                    ranked: Vec::new(),
                };
                Some((event, chapter))
            })
            .collect();
        let mut paid: BTreeSet<(&str, &str)> = BTreeSet::new();
        for decision in decisions {
            // Identifiers are in the order in which they were made. What is paid
            // is asked later, and again when the period closes.
            let position = match &decision.event {
                Some(event) if !paid.insert((event.as_str(), &decision.slot)) => None,
                Some(event) => chapters.iter().position(|(known, _)| known.id == *event),
                None => chapters
                    .iter()
                    .rposition(|(event, _)| event.id.as_str() < decision.id.as_str()),
            };
            if let Some(position) = position {
                self.explain(decision, &mut chapters[position].1)?;
            }
        }
        Ok(chapters.into_iter().map(|(_, chapter)| chapter).collect())
    }

    fn explain(&self, decision: &Decision, chapter: &mut Chapter) -> Result<(), Error> {
        let slot = self.force.slots.get(&decision.slot);
        let slot = slot.or_else(|| self.plan.slots.get(&decision.slot));
        let (Some(Ok(bound)), Some(function)) = (
            slot.map(|slot| &slot.bound),
            Function::parse(&decision.function),
        ) else {
            return Ok(());
        };
        let words = Words {
            manifest: bound.plugin().manifest(),
            language: Language::English,
            currency: &self.force.terms.currency,
        };
        let Why {
            reasons,
            candidates,
            postings: _,
        } = why(words, function, &decision.input, &decision.output)?;
        let is_money = function == Function::Award;
        chapter.why.extend(
            reasons
                .iter()
                .filter(|because| !SAID_ANYWAY.contains(&because.code.as_str()))
                .map(|because| self.reason(&decision.slot, is_money, because)),
        );
        chapter.ranked.extend(
            candidates
                .into_iter()
                .map(|candidate| self.ranked(candidate)),
        );
        Ok(())
    }

    fn reason(&self, slot: &str, is_money: bool, because: &Because) -> String {
        let slot = slot.strip_prefix("compensation/").unwrap_or(slot);
        match because.weight {
            weight if is_money && weight != 0 => {
                format!("{slot}: {} {}", because.text, self.amount(weight))
            }
            _ => format!("{slot}: {}", because.text),
        }
    }

    fn ranked(&self, candidate: Candidate) -> Ranked {
        let name = self
            .world
            .partners
            .values()
            .find(|player| player.partner.key == candidate.key)
            .map_or_else(String::new, |player| player.partner.name.clone());
        Ranked {
            name,
            wave: candidate.group,
            excluded: candidate.excluded.map(|because| because.text),
            score: candidate.score,
            terms: candidate
                .terms
                .into_iter()
                .map(|term| (term.text, term.weight))
                .collect(),
        }
    }

    fn amount(&self, minor: i64) -> String {
        reason::amount(minor, Language::English, &self.force.terms.currency)
    }
}
