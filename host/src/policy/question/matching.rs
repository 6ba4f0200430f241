//! Which partners may take the lead, in which order and groups, and why?

use serde::{Deserialize, Serialize};

use super::shared::{Assessed, Lead, OpenCase, Reason, Terms};
use super::table::{Table, Texts};
use super::vocabulary::Vocabulary;
use super::{Input, objection, wide};
use crate::policy::error::PolicyError;
use crate::policy::kind::Function;
use crate::policy::manifest::Manifest;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankInput {
    pub lead: Lead,
    #[serde(default)]
    pub assessed: Assessed,
    /// The wave to be made; the first is 1.
    pub wave: u32,
    /// All partners of the contract that could be asked.
    #[serde(default)]
    pub candidates: Table,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// A code of [`crate::policy::codes::RANKINGS`].
    pub outcome: OpenCase,
    /// Rows of the candidates, in order. The first group binds.
    #[serde(default)]
    pub groups: Vec<Vec<u32>>,
    /// Per row: none where eligible, otherwise the reason code that excludes it.
    #[serde(default, with = "super::table::words")]
    pub excluded: Texts,
    /// Thousandths per row; 0 where excluded.
    #[serde(default, with = "wide::list")]
    pub scores: Vec<i64>,
    /// What the scores are made of, per row.
    #[serde(default)]
    pub terms: Terms,
    /// New values of the column `counter`, per row; empty when nothing changes.
    #[serde(default, with = "wide::list")]
    pub counters: Vec<i64>,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

impl Input for RankInput {
    const FUNCTION: Function = Function::Rank;
    type Answer = Ranking;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.lead.attributes.keep_named(vocabulary);
        self.assessed.attributes.keep_named(vocabulary);
        self.candidates.keep_named(vocabulary);
    }

    fn rows(&self) -> usize {
        self.candidates.keys.len()
    }

    fn check(&self) -> Result<(), PolicyError> {
        self.candidates.check("/input/candidates")
    }

    fn objection(&self, manifest: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::rank(self, manifest, answer)
    }
}
