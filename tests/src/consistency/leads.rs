//! Every lead is what its events make it, with its offers, its claim and its
//! deadlines.

use std::collections::{BTreeMap, BTreeSet};

use super::told::{Told, ToldOffer};
use super::{Event, doubles, number, text};
use crate::Database;

/// What is stored of a lead beside its row.
#[derive(Default)]
struct Stored {
    offers: Vec<ToldOffer>,
    claims: usize,
    open_claims: usize,
    /// When the open claim owes feedback.
    feedback_due_at: Option<i64>,
    won_deals: usize,
    /// Kind and key, and when they are due.
    deadlines: BTreeMap<String, i64>,
}

pub(super) fn contradictions(database: &Database, events: &[Event]) -> Vec<String> {
    let mut found = Vec::new();
    let mut told: BTreeMap<&str, Told> = BTreeMap::new();
    for event in events {
        if let Some(lead) = &event.lead {
            let wrong = told.entry(lead).or_default().add(event);
            found.extend(wrong.map(|wrong| format!("lead {lead}: {wrong}")));
        }
    }
    let mut stored = stored(database);
    let nothing = Told::default();
    let mut seen = BTreeSet::new();
    for row in database.rows(["id", "state", "cycle", "holder", "manual_code"], "lead") {
        let [id, state, cycle, holder, manual] = row;
        let id = text(id);
        let told = told.get(id.as_str()).unwrap_or(&nothing);
        let kept = stored.remove(&id).unwrap_or_default();
        let row = (text(state), number(cycle), holder, manual);
        let expected = (
            told.state.clone(),
            told.cycle,
            told.holder.clone(),
            told.manual.clone(),
        );
        let mut wrong = Vec::new();
        if row != expected {
            wrong.push(format!("the row says {row:?}, the events {expected:?}"));
        }
        wrong.extend(compare(told, &kept));
        found.extend(
            wrong
                .into_iter()
                .map(|wrong| format!("lead {id}: {wrong} ({})", told.codes.join(", "))),
        );
        seen.insert(id);
    }
    let without_row = told.keys().filter(|id| !seen.contains(**id));
    found.extend(without_row.map(|id| format!("lead {id} has events and no row")));
    let without_lead = stored.keys();
    found.extend(without_lead.map(|id| format!("rows of lead {id}, which is not there")));
    let decisions = database.rows(["id"], "decision");
    let decisions: BTreeSet<String> = decisions.into_iter().map(|[id]| text(id)).collect();
    let undecided = events.iter().filter(|event| {
        let decision = event.decision.as_ref();
        decision.is_some_and(|decision| !decisions.contains(decision))
    });
    found.extend(undecided.map(|event| format!("event {} has lost its decision", event.id)));
    found
}

fn compare(told: &Told, kept: &Stored) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut offers = told.offers.clone();
    offers.sort();
    if offers != kept.offers {
        wrong.push(format!(
            "offers are {:?}, by the events {offers:?}",
            kept.offers
        ));
    }
    let open_claims = usize::from(told.holder.is_some());
    if (kept.claims, kept.open_claims) != (told.claims, open_claims) {
        wrong.push(format!(
            "{} claims, {} of them open; by the events {} and {open_claims}",
            kept.claims, kept.open_claims, told.claims
        ));
    }
    if kept.won_deals != told.wins {
        wrong.push(format!(
            "{} won deals, by the events {}",
            kept.won_deals, told.wins
        ));
    }
    wrong.extend(doubles("the due deadline", &told.dues));
    wrong.extend(deadlines(told, kept));
    wrong
}

/// What is promised and not yet over has its deadline, and nothing else has.
fn deadlines(told: &Told, kept: &Stored) -> Vec<String> {
    let mut wrong = Vec::new();
    let has = |key: &str| kept.deadlines.contains_key(key);
    let is_offered = told.offers.iter().any(ToldOffer::is_open);
    if is_offered && told.manual.is_none() && !has("escalation/claim") && !has("escalation/ladder")
    {
        wrong.push("is offered without a deadline".to_owned());
    }
    if told.holder.is_some() {
        let due_at = kept.feedback_due_at;
        let is_to_come = kept.deadlines.get("escalation/feedback").copied() == due_at;
        let has_come = told
            .dues
            .iter()
            .any(|(key, at)| key == "feedback" && Some(*at) == due_at);
        if due_at.is_none() || !(is_to_come || has_come) {
            wrong.push(format!(
                "is held, and feedback due at {due_at:?} is not set"
            ));
        }
    }
    let is_worth_it = matches!(
        told.state.as_str(),
        "qualified" | "offered" | "claimed" | "working"
    );
    if is_worth_it && !has("unworked/unworked") && !told.codes.iter().any(|code| code == "unworked")
    {
        wrong.push("nobody looks whether it is worked".to_owned());
    }
    if matches!(told.state.as_str(), "won" | "lost" | "rejected" | "erased") {
        let left = kept
            .deadlines
            .keys()
            .filter(|key| key.starts_with("escalation/"));
        wrong.extend(left.map(|key| format!("has ended, and {key} is still to come")));
    }
    wrong
}

fn stored(database: &Database) -> BTreeMap<String, Stored> {
    let mut stored: BTreeMap<String, Stored> = BTreeMap::new();
    for row in database.rows(["lead", "partner", "cycle", "wave", "state"], "offer") {
        let [lead, partner, cycle, wave, state] = row;
        stored
            .entry(text(lead))
            .or_default()
            .offers
            .push(ToldOffer {
                partner: text(partner),
                cycle: number(cycle),
                wave: number(wave),
                state: text(state),
            });
    }
    for kept in stored.values_mut() {
        kept.offers.sort();
    }
    for [lead, ended_at, due_at] in database.rows(["lead", "ended_at", "feedback_due_at"], "claim")
    {
        let kept = stored.entry(text(lead)).or_default();
        kept.claims += 1;
        if ended_at.is_none() {
            kept.open_claims += 1;
            kept.feedback_due_at = due_at.map(|at| number(Some(at)));
        }
    }
    for [lead] in database.rows(["lead"], "deal WHERE state = 'won' AND lead IS NOT NULL") {
        stored.entry(text(lead)).or_default().won_deals += 1;
    }
    let deadlines = "deadline WHERE lead IS NOT NULL AND kind <> 'compensation'";
    for [lead, kind, key, due_at] in
        database.rows(["lead", "kind", "deadline_key", "due_at"], deadlines)
    {
        let kept = stored.entry(text(lead)).or_default();
        let key = format!("{}/{}", text(kind), text(key));
        kept.deadlines.insert(key, number(due_at));
    }
    stored
}
