//! Two answers to one question, function by function.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::told::Telling;
use super::{Difference, Names, Said, What, listed};
use crate::policy::canonical::{self, CanonicalError};
use crate::policy::kind::Function;
use crate::policy::question::{
    Admission, Answer, Assessment, AwardInput, Earnings, Escalation, Holder, Notice, Posting,
    Question, RankInput, Ranking, Reason, SettleInput, Settlement, Verdict, WakeUp,
};

pub(super) fn compare(
    names: Names<'_>,
    function: Function,
    question: &[u8],
    before: Said<'_>,
    after: Said<'_>,
) -> Result<Vec<Difference>, CanonicalError> {
    let telling = Telling(names);
    match function {
        Function::Assess => both(before, after, |before, after| {
            assess(telling, before, after)
        }),
        Function::Rank => {
            let question: Question<RankInput> = canonical::from_cbor(question)?;
            let keys = &question.input.candidates.keys;
            both(before, after, |before, after| {
                rank(telling, keys, before, after)
            })
        }
        Function::Escalate => both(before, after, |before, after| {
            escalate(telling, before, after)
        }),
        Function::Admit => both(before, after, |before, after| admit(telling, before, after)),
        Function::Award => {
            let question: Question<AwardInput> = canonical::from_cbor(question)?;
            let payees = question.input.payees.iter();
            let keys: Vec<u64> = payees.map(|payee| payee.partner.key).collect();
            both(before, after, |before, after| {
                award(telling, &keys, before, after)
            })
        }
        Function::Settle => {
            let question: Question<SettleInput> = canonical::from_cbor(question)?;
            let keys = &question.input.partners.keys;
            both(before, after, |before, after| {
                settle(telling, keys, before, after)
            })
        }
    }
}

/// Compares two answers, or says that one of them is none.
fn both<A: DeserializeOwned>(
    before: Said<'_>,
    after: Said<'_>,
    compare: impl FnOnce(&A, &A) -> Vec<Difference>,
) -> Result<Vec<Difference>, CanonicalError> {
    let (before, after) = (read::<A>(before)?, read::<A>(after)?);
    if let (Ok(before), Ok(after)) = (&before, &after) {
        return Ok(compare(before, after));
    }
    let told = |answer: Result<A, String>| match answer {
        Ok(_) => "given".to_owned(),
        Err(why) => why,
    };
    let difference = Difference::of(What::Answer, told(before), told(after));
    Ok(difference.into_iter().collect())
}

/// The answer, or in words why there is none.
fn read<A: DeserializeOwned>(said: Said<'_>) -> Result<Result<A, String>, CanonicalError> {
    let answer = match said {
        Said::Failed(code) => return Ok(Err(format!("fails with {code}"))),
        Said::Unasked(why) => return Ok(Err(format!("cannot be asked: {why}"))),
        Said::Answer(bytes) => canonical::from_cbor::<Answer<A>>(bytes)?,
    };
    Ok(match answer {
        Answer::Given(answer) => Ok(answer),
        Answer::NotApplicable(code) => Err(format!("does not apply: {code}")),
    })
}

fn assess(telling: Telling<'_>, before: &Assessment, after: &Assessment) -> Vec<Difference> {
    let temperature =
        |of: &Assessment| of.temperature.map_or("", |known| known.as_str()).to_owned();
    let value = |of: &Assessment| {
        of.expected_value
            .map_or_else(String::new, |it| telling.money(it))
    };
    [
        Difference::of(
            What::Outcome,
            telling.case(&before.outcome),
            telling.case(&after.outcome),
        ),
        Difference::of(What::Temperature, temperature(before), temperature(after)),
        Difference::of(What::ExpectedValue, value(before), value(after)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rank(telling: Telling<'_>, keys: &[u64], before: &Ranking, after: &Ranking) -> Vec<Difference> {
    let outcome = Difference::of(
        What::Outcome,
        telling.case(&before.outcome),
        telling.case(&after.outcome),
    );
    let (asked_before, asked_after) = (asked(keys, before), asked(keys, after));
    let without = |of: &[u64], others: &[u64]| {
        let others: BTreeSet<u64> = others.iter().copied().collect();
        let mut rest = of.to_vec();
        rest.retain(|key| !others.contains(key));
        let names: Vec<String> = rest.into_iter().map(|key| telling.partner(key)).collect();
        listed(&names)
    };
    let asked = Difference::of(
        What::Asked,
        without(&asked_before, &asked_after),
        without(&asked_after, &asked_before),
    );
    [outcome, asked].into_iter().flatten().collect()
}

/// Whom the host asks by that answer: the first group, of which one is enough
/// where the lead is assigned.
fn asked(keys: &[u64], ranking: &Ranking) -> Vec<u64> {
    let first = ranking.groups.first().into_iter().flatten();
    let partners = first.filter_map(|row| keys.get(*row as usize).copied());
    match ranking.outcome.code.as_str() {
        "offer" => partners.collect(),
        "assign" => partners.take(1).collect(),
        _ => Vec::new(),
    }
}

fn escalate(telling: Telling<'_>, before: &Escalation, after: &Escalation) -> Vec<Difference> {
    let step = |of: &Escalation| of.step.to_string();
    [
        Difference::of(
            What::Actions,
            telling.cases(&before.actions),
            telling.cases(&after.actions),
        ),
        wake_ups(
            telling,
            What::Deadlines,
            &before.deadlines,
            &after.deadlines,
        ),
        Difference::of(What::Step, step(before), step(after)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn admit(telling: Telling<'_>, before: &Admission, after: &Admission) -> Vec<Difference> {
    let difference = match (&before.verdict, &after.verdict) {
        (Verdict::Refused(before), Verdict::Refused(after)) => {
            Difference::of(What::Unlocks, telling.cases(before), telling.cases(after))
        }
        (before, after) => Difference::of(
            What::Verdict,
            telling.verdict(before),
            telling.verdict(after),
        ),
    };
    difference.into_iter().collect()
}

fn award(
    telling: Telling<'_>,
    keys: &[u64],
    before: &Earnings,
    after: &Earnings,
) -> Vec<Difference> {
    let lines = |of: &Earnings| postings(telling, keys, &of.postings, &of.reasons);
    [
        changed(What::Postings, lines(before), lines(after)),
        wake_ups(telling, What::WakeUps, &before.wake_ups, &after.wake_ups),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn settle(
    telling: Telling<'_>,
    keys: &[u64],
    before: &Settlement,
    after: &Settlement,
) -> Vec<Difference> {
    let lines = |of: &Settlement| postings(telling, keys, &of.postings, &of.reasons);
    let told = |of: &Settlement| {
        let mut notices: BTreeMap<String, String> = BTreeMap::new();
        for Notice { holder, notice } in &of.notices {
            let whom = notices.entry(self::holder(telling, keys, *holder));
            let told = whom.or_default();
            if !told.is_empty() {
                told.push_str(", ");
            }
            told.push_str(&telling.case(notice));
        }
        notices
    };
    [
        changed(What::Postings, lines(before), lines(after)),
        wake_ups(telling, What::WakeUps, &before.wake_ups, &after.wake_ups),
        changed(What::Notices, told(before), told(after)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is booked in all, by holder, account and reason.
fn postings(
    telling: Telling<'_>,
    keys: &[u64],
    postings: &[Posting],
    reasons: &[Reason],
) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<(String, &str, &str), i64> = BTreeMap::new();
    for posting in postings {
        let reason = reasons.get(posting.reason as usize);
        let line = (
            holder(telling, keys, posting.holder),
            posting.account.as_str(),
            reason.map_or("", |reason| reason.code.as_str()),
        );
        let sum = sums.entry(line).or_default();
        *sum = sum.saturating_add(posting.amount);
    }
    sums.retain(|_, sum| *sum != 0);
    sums.into_iter()
        .map(|((holder, account, reason), sum)| {
            let amount = telling.amount(account, sum);
            (format!("{holder} {account} {reason}"), amount)
        })
        .collect()
}

fn holder(telling: Telling<'_>, keys: &[u64], holder: Holder) -> String {
    match holder {
        Holder::Partner(row) => match keys.get(row as usize) {
            Some(key) => telling.partner(*key),
            None => format!("partner {row}"),
        },
        Holder::Contract => "the contract".to_owned(),
        Holder::Lead => "the lead".to_owned(),
        Holder::Deal => "the deal".to_owned(),
        Holder::Customer => "the customer".to_owned(),
        Holder::Plan => "the plan".to_owned(),
    }
}

fn wake_ups(
    telling: Telling<'_>,
    what: What,
    before: &[WakeUp],
    after: &[WakeUp],
) -> Option<Difference> {
    let by_key = |of: &[WakeUp]| {
        of.iter()
            .map(|wake_up| (wake_up.key.clone(), telling.wake_up(wake_up)))
            .collect()
    };
    changed(what, by_key(before), by_key(after))
}

/// The lines that are not the same on both sides.
fn changed(
    what: What,
    mut before: BTreeMap<String, String>,
    mut after: BTreeMap<String, String>,
) -> Option<Difference> {
    before.retain(|key, line| match after.get(key) == Some(line) {
        true => {
            after.remove(key);
            false
        }
        false => true,
    });
    let lines = |of: BTreeMap<String, String>| {
        let lines: Vec<String> = of
            .into_iter()
            .map(|(key, line)| format!("{key} {line}"))
            .collect();
        listed(&lines)
    };
    Difference::of(what, lines(before), lines(after))
}
