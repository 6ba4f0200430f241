//! What the rules of routing would have decided, lead by lead, and what that comes to.

use serde::Serialize;

use super::{File, rows, table};
use crate::trial::ledger::Outcome;
use crate::trial::routing::judged::judged;
use crate::trial::routing::offers::{Share, offers};

const LEADS: [&str; 10] = [
    "plan",
    "lead",
    "received",
    "ending",
    "holder",
    "answer",
    "assessed",
    "score",
    "temperature",
    "offered",
];
const JUDGED: [&str; 9] = [
    "plan",
    "leads",
    "qualified",
    "undecided",
    "qualified-won",
    "qualified-lost",
    "held-back-won",
    "held-back-lost",
    "unknown",
];
const LIFT: [&str; 7] = [
    "plan",
    "decile",
    "leads",
    "won",
    "lift",
    "score-most",
    "score-least",
];
const OFFERS: [&str; 15] = [
    "plan",
    "qualified",
    "offered",
    "otherwise",
    "had",
    "had-again",
    "known",
    "won",
    "won-least",
    "won-most",
    "gini",
    "starved",
    "longest-wait",
    "share-error",
    "kilometres",
];
const SHARES: [&str; 8] = [
    "plan",
    "partner",
    "level",
    "eligible",
    "offered",
    "fair",
    "error",
    "longest-wait",
];

const ESCALATION: [&str; 10] = [
    "plan",
    "offered",
    "claims-late",
    "waves",
    "told",
    "handed-over",
    "claimed",
    "contacts-late",
    "recalled",
    "reminded",
];

/// A partner's share with its error.
#[derive(Serialize)]
struct OfPartner<'a> {
    #[serde(flatten)]
    share: &'a Share,
    error: f64,
}

/// The files; none where no plan has other rules of routing.
pub fn files(outcomes: &[Outcome]) -> Result<Vec<File>, serde_json::Error> {
    let Some(in_force) = outcomes.first() else {
        return Ok(Vec::new());
    };
    if outcomes
        .iter()
        .all(|outcome| outcome.routing.leads.is_empty())
    {
        return Ok(Vec::new());
    }
    let leads = rows(outcomes, |outcome| outcome.routing.leads.iter().collect());
    let qualification = rows(outcomes, |outcome| vec![judged(&outcome.routing)]);
    let lift = rows(outcomes, |outcome| judged(&outcome.routing).deciles);
    let matching = rows(outcomes, move |outcome| {
        vec![offers(&outcome.routing, &in_force.routing)]
    });
    let shares = rows(outcomes, |outcome| {
        let partners = outcome.routing.partners.iter();
        let of_partner = partners.map(|share| OfPartner {
            share,
            error: share.error(),
        });
        of_partner.collect()
    });
    let escalation = rows(outcomes, |outcome| vec![outcome.routing.ladder]);
    let tables = [
        table("leads", &LEADS, leads)?,
        table("qualification", &JUDGED, qualification)?,
        table("lift", &LIFT, lift)?,
        table("matching", &OFFERS, matching)?,
        table("shares", &SHARES, shares)?,
        table("escalation", &ESCALATION, escalation)?,
    ];
    Ok(tables.into_iter().flatten().collect())
}
