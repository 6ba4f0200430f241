//! Why this outcome: in words and as data, with partners by their codes.

use serde::{Deserialize, Serialize};

use super::otherwise::{Change, Otherwise};
use crate::contracts::Tree;
use crate::policy::question::Value;
use crate::policy::reason::{self, Language};
use crate::policy::why::{Because, Candidate, Paid, Payee, Why};

/// What stands behind an answer.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhyView {
    pub reasons: Vec<BecauseView>,
    /// Of a ranking every partner that could have been asked: the chosen first,
    /// in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateView>,
    /// Of money what everybody gets or owes, with the formula.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postings: Vec<PaidView>,
}

/// Why a decision came out as it did.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Explanation {
    pub why: WhyView,
    /// Where somebody asked for a partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<OtherwiseView>,
}

/// What somebody gets or owes.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PaidView {
    pub account: String,
    /// The partner's code; or contract, lead, deal, customer, plan.
    pub payee: String,
    /// In the account's unit; minor units of money.
    pub amount: i64,
    /// As people write it.
    pub amount_text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<BecauseView>,
}

/// A reason in words.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BecauseView {
    pub code: String,
    pub text: String,
    /// What it contributes, in its own unit; 0 where it does not.
    pub weight: i64,
}

/// A partner that could have been asked.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CandidateView {
    /// As policies know it.
    pub key: u64,
    /// Its code.
    pub partner: String,
    pub name: String,
    /// The group that it is in: the first one is asked, later ones perhaps
    /// later; none: it is in no group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// Why it may not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<BecauseView>,
    /// Thousandths.
    pub score: i64,
    /// What the score is made of, for those that are excluded too.
    pub terms: Vec<BecauseView>,
}

impl WhyView {
    pub fn of(why: Why, partners: &Tree) -> Self {
        Self {
            reasons: why.reasons.into_iter().map(BecauseView::of).collect(),
            candidates: why
                .candidates
                .into_iter()
                .map(|candidate| CandidateView::of(candidate, partners))
                .collect(),
            postings: why
                .postings
                .into_iter()
                .map(|paid| PaidView::of(paid, partners))
                .collect(),
        }
    }
}

impl PaidView {
    fn of(paid: Paid, partners: &Tree) -> Self {
        let payee = match paid.payee {
            Payee::Partner(key) => partners
                .by_key(key)
                .map_or_else(|| key.to_string(), |partner| partner.code.clone()),
            Payee::Other(other) => other.to_owned(),
        };
        Self {
            account: paid.account,
            payee,
            amount: paid.amount,
            amount_text: paid.amount_text,
            because: paid.because.map(BecauseView::of),
        }
    }
}

impl BecauseView {
    fn of(because: Because) -> Self {
        Self {
            code: because.code,
            text: because.text,
            weight: because.weight,
        }
    }
}

impl CandidateView {
    fn of(candidate: Candidate, partners: &Tree) -> Self {
        let partner = partners.by_key(candidate.key);
        Self {
            key: candidate.key,
            partner: partner.map_or_else(String::new, |partner| partner.code.clone()),
            name: partner.map_or_else(String::new, |partner| partner.name.clone()),
            group: candidate.group.map(|group| group + 1),
            excluded: candidate.excluded.map(BecauseView::of),
            score: candidate.score,
            terms: candidate.terms.into_iter().map(BecauseView::of).collect(),
        }
    }
}

/// What would have had to be different for a partner.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OtherwiseView {
    pub partner: String,
    /// Whether it is among those that are asked first as it is.
    pub is_asked: bool,
    /// Each by itself would have been enough; the smallest change first.
    pub changes: Vec<ChangeView>,
    /// All of it in sentences.
    pub sentences: Vec<String>,
}

/// How much is told of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// To whom the manufacturer's business is open.
    InFull,
    /// To the partner itself: what a number would have had to be says how far others are.
    DirectionAlone,
}

/// One value that would have made the difference.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ChangeView {
    /// Of the candidates, such as distance-km.
    pub column: String,
    /// As people write it; none where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What would have been enough; none where it would have to have none, and where the
    /// caller is told the direction alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of a number: whether more of it would have helped, or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<bool>,
}

impl OtherwiseView {
    pub(super) fn of(
        found: Otherwise,
        partner: &str,
        numbers: Numbers,
        language: Language,
        currency: &str,
    ) -> Self {
        let mut view = Self {
            partner: partner.to_owned(),
            is_asked: found == Otherwise::Asked,
            changes: Vec::new(),
            sentences: Vec::new(),
        };
        let Otherwise::Changes { changes, is_cut } = found else {
            view.sentences.push(match language {
                Language::English => format!("{partner} is among those that are asked first."),
                Language::German => {
                    format!("{partner} gehört zu denen, die zuerst gefragt werden.")
                }
            });
            return view;
        };
        let changes = changes.iter();
        view.changes = changes
            .map(|change| ChangeView::of(change, numbers, language, currency))
            .collect();
        view.tell(language);
        if is_cut {
            view.sentences.push(
                match language {
                    Language::English => "There was more to try than is tried.",
                    Language::German => "Es gab mehr zu versuchen, als versucht wird.",
                }
                .to_owned(),
            );
        }
        view
    }

    fn tell(&mut self, language: Language) {
        let changes = self.changes.iter();
        self.sentences = changes
            .map(|change| change.sentence(&self.partner, language))
            .collect();
        if self.changes.is_empty() {
            self.sentences.push(match language {
                Language::English => format!(
                    "No single value of {} would have made the difference.",
                    self.partner
                ),
                Language::German => format!(
                    "Kein einzelner Wert von {} hätte den Unterschied gemacht.",
                    self.partner
                ),
            });
        }
    }
}

impl ChangeView {
    fn of(change: &Change, numbers: Numbers, language: Language, currency: &str) -> Self {
        let text = |value: &Option<Value>| {
            let value = value.as_ref()?;
            Some(reason::value(value, language, currency))
        };
        let more = match (&change.from, &change.to) {
            (Some(Value::Number(from)), Some(Value::Number(to))) => Some(to > from),
            (Some(Value::Integer(from)), Some(Value::Integer(to))) => Some(to > from),
            _ => None,
        };
        let is_number = matches!(&change.to, Some(Value::Number(_) | Value::Integer(_)));
        Self {
            column: change.column.clone(),
            from: text(&change.from.as_ref().map(rounded)),
            to: match numbers {
                Numbers::DirectionAlone if is_number => None,
                Numbers::InFull | Numbers::DirectionAlone => text(&change.to),
            },
            more,
        }
    }

    fn sentence(&self, partner: &str, language: Language) -> String {
        let Self {
            column,
            from,
            to,
            more,
        } = self;
        let nothing = match language {
            Language::English => "none",
            Language::German => "nichts",
        };
        let from = from.as_deref().unwrap_or(nothing);
        match (language, to, more) {
            (Language::English, None, Some(more)) => {
                let more = if *more { "a higher" } else { "a lower" };
                format!("{partner} would have been asked with {more} {column}; it has {from}.")
            }
            (Language::German, None, Some(more)) => {
                let more = if *more { "höherem" } else { "niedrigerem" };
                format!("{partner} wäre mit {more} {column} gefragt worden; es ist {from}.")
            }
            (Language::English, to, _) => {
                let to = to.as_deref().unwrap_or(nothing);
                format!("{partner} would have been asked with {column} {to} instead of {from}.")
            }
            (Language::German, to, _) => {
                let to = to.as_deref().unwrap_or(nothing);
                format!("{partner} wäre mit {column} {to} statt {from} gefragt worden.")
            }
        }
    }
}

/// A distance has more digits than anybody reads. What a value would have had to be keeps
/// all of them: it is exactly enough.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number((number * 100.0).round() / 100.0),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Otherwise {
        let change = |column: &str, from, to| Change {
            column: column.to_owned(),
            from,
            to,
        };
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        Otherwise::Changes {
            changes: vec![
                change(
                    "distance-km",
                    Some(Value::Number(50.001_234)),
                    Some(Value::Number(39.5)),
                ),
                change("level", text("silver"), text("gold")),
                change("blocked-until", Some(Value::Integer(20_000)), None),
            ],
            is_cut: false,
        }
    }

    fn told(numbers: Numbers, language: Language) -> OtherwiseView {
        OtherwiseView::of(found(), "alpha", numbers, language, "EUR")
    }

    #[test]
    fn what_would_have_been_enough_is_told_in_sentences() {
        let told = [Language::English, Language::German].map(|language| {
            let kinds = [Numbers::InFull, Numbers::DirectionAlone];
            kinds
                .map(|numbers| told(numbers, language).sentences.join("\n"))
                .join("\n\n")
        });
        insta::assert_snapshot!(told.join("\n\n"));
    }

    #[test]
    fn a_partner_is_not_told_how_far_others_are() {
        let own = told(Numbers::DirectionAlone, Language::English);
        let text = serde_json::to_string(&own).expect("a document");
        assert!(!text.contains("39.5"), "{text}");
        assert!(text.contains("gold"), "{text}");
    }
}
