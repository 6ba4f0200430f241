//! What happens when nobody acts? May this partner claim now?

use serde::{Deserialize, Serialize};

use super::shared::{
    Age, Assessed, Attributes, Instant, Lead, OpenCase, Partner, PastEvent, Reason, WakeUp,
};
use super::vocabulary::Vocabulary;
use super::{Input, objection};
use crate::policy::kind::Function;
use crate::policy::manifest::Manifest;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalateInput {
    pub lead: Lead,
    #[serde(default)]
    pub assessed: Assessed,
    /// What has happened; a deadline comes as `due`, with its key and attributes.
    pub event: PastEvent,
    /// Spans of the answer count from here.
    pub since: Instant,
    /// Where on the ladder the last answer has put the lead; at first 0.
    #[serde(default)]
    pub step: u32,
    /// The wave that is out; 0 before the first.
    #[serde(default)]
    pub wave: u32,
    /// This cycle so far, newest first.
    #[serde(default)]
    pub history: Vec<PastEvent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Partner>,
    /// How long leads of this product usually stay in a stage.
    #[serde(default)]
    pub medians: Vec<StageMedian>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageMedian {
    pub stage: String,
    pub median: Age,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// In order; codes of [`crate::policy::codes::ACTIONS`].
    #[serde(default)]
    pub actions: Vec<OpenCase>,
    #[serde(default)]
    pub deadlines: Vec<WakeUp>,
    #[serde(default)]
    pub step: u32,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmitInput {
    pub lead: Lead,
    #[serde(default)]
    pub assessed: Assessed,
    pub partner: Partner,
    #[serde(default)]
    pub offer: Offer,
    /// What the claim came with.
    #[serde(default)]
    pub claim: Attributes,
}

/// How the lead was offered to this partner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// open, lapsed, declined, recalled; none before any offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The wave in which it was offered; 0 when it was not.
    #[serde(default)]
    pub wave: u32,
    #[serde(default)]
    pub age: Age,
    /// The attributes of matching's outcome.
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    pub verdict: Verdict,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Admitted,
    /// Each says what would unlock the claim; codes of
    /// [`crate::policy::codes::REFUSALS`].
    Refused(Vec<OpenCase>),
}

impl Input for EscalateInput {
    const FUNCTION: Function = Function::Escalate;
    type Answer = Escalation;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.lead.attributes.keep_named(vocabulary);
        self.assessed.attributes.keep_named(vocabulary);
        self.event.attributes.keep_named(vocabulary);
        for event in &mut self.history {
            event.attributes.keep_named(vocabulary);
        }
        if let Some(holder) = &mut self.holder {
            holder.attributes.keep_named(vocabulary);
        }
    }

    fn objection(&self, _: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::escalate(answer)
    }
}

impl Input for AdmitInput {
    const FUNCTION: Function = Function::Admit;
    type Answer = Admission;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.lead.attributes.keep_named(vocabulary);
        self.assessed.attributes.keep_named(vocabulary);
        self.partner.attributes.keep_named(vocabulary);
        self.offer.attributes.keep_named(vocabulary);
        self.claim.keep_named(vocabulary);
    }

    fn objection(&self, _: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::admit(answer)
    }
}
