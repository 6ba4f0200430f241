//! Why this partner, and why not that one: in words and as data.

use serde::Serialize;

use crate::contracts::Tree;
use crate::policy::why::{Because, Candidate, Why};

/// What stands behind an answer.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct WhyView {
    pub reasons: Vec<BecauseView>,
    /// Of a ranking every partner that could have been asked: the chosen first,
    /// in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateView>,
}

/// A reason in words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BecauseView {
    pub code: String,
    pub text: String,
    /// What it contributes, in its own unit; 0 where it does not.
    pub weight: i64,
}

/// A partner that could have been asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CandidateView {
    /// As policies know it.
    pub key: u64,
    /// Its code.
    pub partner: String,
    pub name: String,
    /// The group that it is in: the first one is asked, later ones perhaps
    /// later; none: it is in no group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// Why it may not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
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
