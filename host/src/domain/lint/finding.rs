//! What was found.

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::scenario::Scenario;
use crate::domain::event::EventCode;

/// What is wrong with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// Something is better than before, and pays less.
    PayFalls,
    /// A very small step changes the pay by much.
    Cliff,
    /// A malus is cheaper than the work that would spare it.
    BookedThrough,
    /// Several small deals pay more than one of their sum.
    SplittingPays,
    /// One deal pays more than several that sum to it.
    MergingPays,
    /// The pay grows without end and without business that grows with it.
    Unbounded,
    /// The contract asks for it, and it pays nothing.
    Unpaid,
}

impl Flaw {
    /// As reports name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PayFalls => "pay-falls",
            Self::Cliff => "cliff",
            Self::BookedThrough => "booked-through",
            Self::SplittingPays => "splitting-pays",
            Self::MergingPays => "merging-pays",
            Self::Unbounded => "unbounded",
            Self::Unpaid => "unpaid",
        }
    }
}

/// A flaw, with the smallest example that was found for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    pub flaw: Flaw,
    pub before: Scenario,
    /// The same with one thing otherwise.
    pub change: Change,
    pub after: Scenario,
    /// What both pay, in minor units.
    pub paid_before: i64,
    pub paid_after: i64,
    /// What the change costs whoever makes it, where that matters, in minor units.
    pub cost: Option<i64>,
    /// The declaration of the plan's manifest that says so; it is named, not blamed.
    pub declared: Option<String>,
}

/// What the lint says of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// One for each flaw and sort of change, in the order of flaws.
    pub findings: Vec<Finding>,
    /// How many periods the plan was asked about.
    pub asked: usize,
    /// Whether the search was ended by the limit of questions.
    pub is_cut: bool,
    pub unanswered: Unanswered,
}

/// Periods of which the plan did not answer every question: nothing is concluded from
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unanswered {
    pub periods: usize,
    /// As small a one as was found.
    pub smallest: Option<Scenario>,
}

impl Report {
    /// What nobody has declared.
    pub fn blamed(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.declared.is_none())
    }
}

/// What may be reported of a lead to a provider's credit.
pub(super) const CREDITS: [EventCode; 5] = [
    EventCode::DataComplete,
    EventCode::CareContact,
    EventCode::Contacted,
    EventCode::Appointment,
    EventCode::Quoted,
];
