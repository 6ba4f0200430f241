//! Why a recorded answer is what it is, in words: its reasons, and for a ranking
//! every candidate with each term of its score, or with what excludes it.

use super::canonical::{self, CanonicalError};
use super::kind::Function;
use super::manifest::{Manifest, Unit};
use super::question::{
    Answer, AwardInput, Earnings, Holder, Posting, Question, RankInput, Ranking, Reason,
    SettleInput, Settlement,
};
use super::reason::{self, Language};
use super::view::answer_json;

/// In whose words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    pub manifest: &'a Manifest,
    pub language: Language,
    /// ISO 4217.
    pub currency: &'a str,
}

/// What stands behind an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    pub reasons: Vec<Because>,
    /// Those of a ranking: first the chosen, in order, then the others by key.
    pub candidates: Vec<Candidate>,
    /// Of money.
    pub postings: Vec<Paid>,
}

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    pub code: String,
    pub text: String,
    /// What it contributes, in its own unit; 0 where it does not.
    pub weight: i64,
}

/// A partner that could have been asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub key: u64,
    /// The group that it is in; group 0 is the one that is asked.
    pub group: Option<usize>,
    /// Why it may not be asked.
    pub excluded: Option<Because>,
    /// Thousandths.
    pub score: i64,
    /// What the score is made of, for those that are excluded too.
    pub terms: Vec<Because>,
}

/// What somebody gets or owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub account: String,
    pub payee: Payee,
    /// In the account's unit; minor units of money.
    pub amount: i64,
    /// The amount as people write it.
    pub amount_text: String,
    /// The formula with its numbers.
    pub because: Option<Because>,
}

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payee {
    /// The partner of that key.
    Partner(u64),
    /// contract, lead, deal, customer or plan.
    Other(&'static str),
}

/// What stands behind an answer, from its receipt. Nothing does where there was
/// no answer.
pub fn why(
    words: Words<'_>,
    function: Function,
    input: &[u8],
    output: &[u8],
) -> Result<Why, CanonicalError> {
    if output.is_empty() {
        return Ok(Why::default());
    }
    match function {
        Function::Rank => {
            let question: Question<RankInput> = canonical::from_cbor(input)?;
            let answer: Answer<Ranking> = canonical::from_cbor(output)?;
            return Ok(match answer {
                Answer::Given(ranking) => ranked(words, &question.input.candidates.keys, &ranking),
                Answer::NotApplicable(code) => not_applicable(words, code),
            });
        }
        Function::Award => {
            let question: Question<AwardInput> = canonical::from_cbor(input)?;
            let answer: Answer<Earnings> = canonical::from_cbor(output)?;
            let payees = question.input.payees.iter();
            let keys: Vec<u64> = payees.map(|payee| payee.partner.key).collect();
            return Ok(match answer {
                Answer::Given(earned) => paid(words, &keys, &earned.postings, &earned.reasons),
                Answer::NotApplicable(code) => not_applicable(words, code),
            });
        }
        Function::Settle => {
            let question: Question<SettleInput> = canonical::from_cbor(input)?;
            let answer: Answer<Settlement> = canonical::from_cbor(output)?;
            let keys = &question.input.partners.keys;
            return Ok(match answer {
                Answer::Given(settled) => paid(words, keys, &settled.postings, &settled.reasons),
                Answer::NotApplicable(code) => not_applicable(words, code),
            });
        }
        Function::Assess | Function::Escalate | Function::Admit => {}
    }
    let answer = answer_json(function, output)?;
    if let Some(code) = answer["not-applicable"].as_str() {
        return Ok(not_applicable(words, code.to_owned()));
    }
    let reasons = answer["given"]["reasons"].clone();
    let reasons: Vec<Reason> = match reasons.is_null() {
        true => Vec::new(),
        false => canonical::from_json(reasons)?,
    };
    Ok(Why {
        reasons: words.all(&reasons),
        ..Why::default()
    })
}

/// `keys` are those of the payees, by the number that postings have for them.
fn paid(words: Words<'_>, keys: &[u64], postings: &[Posting], reasons: &[Reason]) -> Why {
    let reasons = words.all(reasons);
    let postings = postings.iter().map(|posting| {
        let payee = match posting.holder {
            Holder::Partner(place) => keys
                .get(place as usize)
                .map_or(Payee::Other("partner"), |key| Payee::Partner(*key)),
            Holder::Contract => Payee::Other("contract"),
            Holder::Lead => Payee::Other("lead"),
            Holder::Deal => Payee::Other("deal"),
            Holder::Customer => Payee::Other("customer"),
            Holder::Plan => Payee::Other("plan"),
        };
        Paid {
            account: posting.account.clone(),
            payee,
            amount: posting.amount,
            amount_text: words.amount(&posting.account, posting.amount),
            because: reasons.get(posting.reason as usize).cloned(),
        }
    });
    Why {
        postings: postings.collect(),
        reasons,
        candidates: Vec::new(),
    }
}

fn not_applicable(words: Words<'_>, code: String) -> Why {
    Why {
        reasons: vec![words.code(&code, 0)],
        ..Why::default()
    }
}

fn ranked(words: Words<'_>, keys: &[u64], ranking: &Ranking) -> Why {
    let mut candidates: Vec<(Option<(usize, usize)>, Candidate)> = keys
        .iter()
        .enumerate()
        .map(|(row, key)| {
            let place = ranking.groups.iter().enumerate().find_map(|(group, rows)| {
                let position = rows.iter().position(|known| *known as usize == row)?;
                Some((group, position))
            });
            let terms = ranking.terms.0.iter().filter_map(|(code, values)| {
                let weight = values.get(row)?;
                Some(words.code(code, *weight))
            });
            let candidate = Candidate {
                key: *key,
                group: place.map(|(group, _)| group),
                excluded: ranking.excluded.get(row).map(|code| words.code(code, 0)),
                score: ranking.scores.get(row).copied().unwrap_or(0),
                terms: terms.collect(),
            };
            (place, candidate)
        })
        .collect();
    candidates.sort_by_key(|(place, candidate)| {
        (place.is_none(), place.unwrap_or_default(), candidate.key)
    });
    Why {
        reasons: words.all(&ranking.reasons),
        candidates: candidates
            .into_iter()
            .map(|(_, candidate)| candidate)
            .collect(),
        postings: Vec::new(),
    }
}

impl Words<'_> {
    fn all(self, reasons: &[Reason]) -> Vec<Because> {
        reasons
            .iter()
            .map(|reason| Because {
                code: reason.code.clone(),
                text: reason::in_words(self.manifest, self.language, self.currency, reason),
                weight: reason.weight,
            })
            .collect()
    }

    /// In the account's unit.
    fn amount(self, account: &str, amount: i64) -> String {
        match self.manifest.account(account).map(|account| account.unit) {
            Some(Unit::Points) => format!("{amount} points"),
            Some(Unit::Count) => amount.to_string(),
            Some(Unit::Money) | None => reason::amount(amount, self.language, self.currency),
        }
    }

    fn code(self, code: &str, weight: i64) -> Because {
        let reason = Reason {
            code: code.to_owned(),
            args: Vec::new(),
            weight,
        };
        Because {
            text: reason::in_words(self.manifest, self.language, self.currency, &reason),
            code: reason.code,
            weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::question::{Context, Instant, OpenCase, Table, Terms, Texts};

    #[test]
    fn a_ranking_says_why_this_partner_and_why_not_that_one() {
        let manifest: Manifest = serde_json::from_value(json!({
            "name": "matching-test",
            "version": "0.1.0",
            "kind": "matching",
            "summary": "For this test.",
            "configuration": { "schema": true, "default": {} },
            "reasons": [
                { "code": "too-far", "en": "Too far away.", "de": "Zu weit entfernt." },
                { "code": "near", "en": "Nearness", "de": "Nähe" },
            ],
        }))
        .unwrap();
        let question = Question {
            context: Context {
                now: Instant {
                    micros: 0,
                    offset_seconds: 0,
                    in_working_time: false,
                },
                seed: 1,
            },
            input: RankInput {
                candidates: Table::new(vec![7, 8, 9]),
                ..RankInput::default()
            },
        };
        let ranking = Ranking {
            outcome: OpenCase {
                code: "offer".to_owned(),
                ..OpenCase::default()
            },
            groups: vec![vec![2], vec![0]],
            excluded: Texts::new(["", "too-far", ""]),
            scores: vec![400, 0, 900],
            terms: Terms([("near".to_owned(), vec![400, 10, 900])].into()),
            counters: Vec::new(),
            reasons: Vec::new(),
        };
        let words = Words {
            manifest: &manifest,
            language: Language::English,
            currency: "EUR",
        };
        let why = why(
            words,
            Function::Rank,
            &canonical::to_cbor(&question).unwrap(),
            &canonical::to_cbor(&Answer::Given(ranking)).unwrap(),
        )
        .unwrap();
        let said: Vec<String> = why
            .candidates
            .iter()
            .map(|candidate| {
                let because = match &candidate.excluded {
                    Some(because) => because.text.clone(),
                    None => format!("group {:?}, {}", candidate.group, candidate.score),
                };
                let terms: Vec<String> = candidate
                    .terms
                    .iter()
                    .map(|term| format!("{} {}", term.text, term.weight))
                    .collect();
                format!("{}: {because} ({})", candidate.key, terms.join(", "))
            })
            .collect();
        assert_eq!(
            said,
            [
                "9: group Some(0), 900 (Nearness 900)",
                "7: group Some(1), 400 (Nearness 400)",
                "8: Too far away. (Nearness 10)",
            ]
        );
    }
}
