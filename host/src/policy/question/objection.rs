//! The rules of the interface that an answer's types cannot say. Each function
//! answers the first rule that is broken, with its place.

use std::collections::HashSet;

use super::{
    Admission, Assessment, AwardInput, Earnings, Escalation, Holder, OpenCase, Posting, RankInput,
    Ranking, SettleInput, Settlement, Verdict, WakeUp,
};
use crate::policy::codes::{
    ACTIONS, ASSESSMENTS, KnownCode, NOTICES, RANKINGS, REFUSALS, objection,
};
use crate::policy::manifest::{AccountHolder, Manifest};

pub fn assess(answer: &Assessment) -> Option<String> {
    case(ASSESSMENTS, &answer.outcome, "outcome")
}

pub fn rank(input: &RankInput, manifest: &Manifest, answer: &Ranking) -> Option<String> {
    let rows = input.candidates.keys.len();
    case(RANKINGS, &answer.outcome, "outcome")
        .or_else(|| per_row("excluded", answer.excluded.len(), rows))
        .or_else(|| per_row("scores", answer.scores.len(), rows))
        .or_else(|| match answer.counters.len() {
            0 => None,
            _ if manifest.counter.is_none() => {
                Some("counters: the manifest declares no counter".into())
            }
            length => per_row("counters", length, rows),
        })
        .or_else(|| groups(answer, rows))
}

fn per_row(field: &str, length: usize, rows: usize) -> Option<String> {
    (length != rows).then(|| format!("{field}: has {length} rows of {rows}"))
}

fn groups(answer: &Ranking, rows: usize) -> Option<String> {
    let mut seen = vec![false; rows];
    for (position, group) in answer.groups.iter().enumerate() {
        for row in group {
            let row = *row as usize;
            let objection = match seen.get_mut(row) {
                None => "is no candidate",
                Some(true) => "stands there twice",
                Some(_) if answer.excluded.get(row).is_some() => "is excluded",
                Some(seen) => {
                    *seen = true;
                    continue;
                }
            };
            return Some(format!("groups/{position}: row {row} {objection}"));
        }
    }
    let binding = answer.groups.first().map_or(0, Vec::len);
    match (answer.outcome.code.as_str(), binding) {
        ("offer", 0) => Some("groups: `offer` needs somebody in the first group".into()),
        ("assign", count) if count != 1 => {
            Some("groups: `assign` needs one candidate in the first group".into())
        }
        ("nobody", count) if count > 0 => Some("groups: `nobody` has no group".into()),
        _ => None,
    }
}

pub fn escalate(answer: &Escalation) -> Option<String> {
    cases(ACTIONS, &answer.actions, "actions").or_else(|| wake_ups("deadlines", &answer.deadlines))
}

pub fn admit(answer: &Admission) -> Option<String> {
    match &answer.verdict {
        Verdict::Admitted => None,
        Verdict::Refused(refusals) if refusals.is_empty() => {
            Some("verdict/refused: says nothing that would unlock the claim".into())
        }
        Verdict::Refused(refusals) => cases(REFUSALS, refusals, "verdict/refused"),
    }
}

pub fn award(input: &AwardInput, manifest: &Manifest, answer: &Earnings) -> Option<String> {
    postings(
        manifest,
        &answer.postings,
        answer.reasons.len(),
        |posting| {
            let at_hand = match posting.holder {
                Holder::Partner(position) => (position as usize) < input.payees.len(),
                Holder::Lead => input.lead.is_some(),
                Holder::Deal => input.deal.is_some(),
                Holder::Customer => input.customer.is_some(),
                Holder::Contract | Holder::Plan => true,
            };
            if !at_hand {
                return Some("its holder is not at hand".into());
            }
            match posting.corrects {
                Some(corrected) if corrected as usize >= input.earlier.len() => Some(format!(
                    "it corrects the earlier posting {corrected}, which is none"
                )),
                _ => None,
            }
        },
    )
    .or_else(|| wake_ups("wake-ups", &answer.wake_ups))
}

pub fn settle(input: &SettleInput, manifest: &Manifest, answer: &Settlement) -> Option<String> {
    let at_hand = |holder: Holder| match holder {
        Holder::Partner(row) => (row as usize) < input.partners.keys.len(),
        Holder::Contract | Holder::Plan => true,
        Holder::Lead | Holder::Deal | Holder::Customer => false,
    };
    postings(
        manifest,
        &answer.postings,
        answer.reasons.len(),
        |posting| {
            if !at_hand(posting.holder) {
                return Some("its holder is not at hand".into());
            }
            posting
                .corrects
                .map(|_| "there is no earlier posting to correct".into())
        },
    )
    .or_else(|| {
        answer
            .notices
            .iter()
            .enumerate()
            .find_map(|(position, notice)| {
                let place = format!("notices/{position}");
                match at_hand(notice.holder) {
                    true => case(NOTICES, &notice.notice, &place),
                    false => Some(format!("{place}: its holder is not at hand")),
                }
            })
    })
    .or_else(|| wake_ups("wake-ups", &answer.wake_ups))
}

fn postings(
    manifest: &Manifest,
    postings: &[Posting],
    reasons: usize,
    further: impl Fn(&Posting) -> Option<String>,
) -> Option<String> {
    postings.iter().enumerate().find_map(|(position, posting)| {
        let objection = match manifest.account(&posting.account) {
            None => Some(format!(
                "`{}` is no account of the manifest",
                posting.account
            )),
            Some(account) if account.holder != holder_of(posting.holder) => Some(format!(
                "the account `{}` belongs to another kind of holder",
                posting.account
            )),
            Some(_) if posting.reason as usize >= reasons => {
                Some(format!("its reason {} is none", posting.reason))
            }
            Some(_) => further(posting),
        };
        objection.map(|objection| format!("postings/{position}: {objection}"))
    })
}

fn holder_of(holder: Holder) -> AccountHolder {
    match holder {
        Holder::Partner(_) => AccountHolder::Partner,
        Holder::Contract => AccountHolder::Contract,
        Holder::Lead => AccountHolder::Lead,
        Holder::Deal => AccountHolder::Deal,
        Holder::Customer => AccountHolder::Customer,
        Holder::Plan => AccountHolder::Plan,
    }
}

fn case(known: &[KnownCode], case: &OpenCase, place: &str) -> Option<String> {
    objection(known, case).map(|objection| format!("{place}: {objection}"))
}

fn cases(known: &[KnownCode], cases: &[OpenCase], place: &str) -> Option<String> {
    cases
        .iter()
        .enumerate()
        .find_map(|(position, one)| case(known, one, &format!("{place}/{position}")))
}

fn wake_ups(field: &str, wake_ups: &[WakeUp]) -> Option<String> {
    let mut keys = HashSet::new();
    wake_ups.iter().enumerate().find_map(|(position, wake_up)| {
        let objection = match wake_up.key.as_str() {
            "" => "has no key".to_owned(),
            key if !keys.insert(key) => format!("the key `{key}` stands twice"),
            _ => return None,
        };
        Some(format!("{field}/{position}: {objection}"))
    })
}
