//! What happens when nobody acts? May this partner claim now?

use crate::compensation::WakeUp;
use crate::{
    Age, Assessed, Attributes, Context, Instant, Lead, OpenCase, Partner, PastEvent, Policy,
    PolicyError, Reason, Span, Value, Word,
};

/// An escalation policy.
pub trait Escalation: Policy {
    /// Asked when a lead is offered or claimed, when feedback comes, and when a
    /// deadline is due.
    fn escalate(
        &self,
        context: &Context,
        input: &EscalateInput,
    ) -> Result<EscalationAnswer, PolicyError>;

    /// Asked when a partner wants to claim, or is about to be assigned the lead.
    fn admit(&self, context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError>;
}

/// What `escalate` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct EscalateInput {
    pub lead: Lead,
    pub assessed: Assessed,
    /// What has happened; a deadline that is due comes as `due`, with its key
    /// and its attributes.
    pub event: PastEvent,
    /// When it happened: spans of the answer count from here.
    pub since: Instant,
    /// Where on the ladder the last answer has put the lead; at first 0.
    pub step: u32,
    /// The wave that is out; 0 before the first.
    pub wave: u32,
    /// This cycle so far, newest first.
    pub history: Vec<PastEvent>,
    pub holder: Option<Partner>,
    /// How long leads of this product usually stay in a stage.
    pub medians: Vec<StageMedian>,
}

#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct StageMedian {
    pub stage: Word,
    pub median: Age,
}

/// What the host is to do; wit/actions.md describes each.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Remind,
    Recall,
    NextWave,
    /// Those that let their offers lapse may claim after all, for a span.
    Reopen {
        span: Span,
    },
    /// A partner's key.
    Assign {
        to: u64,
    },
    Extend {
        by: Span,
    },
    /// A role of the terms.
    Tell {
        role: Word,
    },
    TellCustomer,
    /// No offers for the holder, or for whom the claim was taken back from.
    Block {
        span: Span,
    },
    Nurture {
        until: Span,
    },
    /// The manual queue.
    Fallback,
}

impl Action {
    pub(crate) fn into_case(self) -> OpenCase {
        match self {
            Self::Remind => OpenCase::of("remind"),
            Self::Recall => OpenCase::of("recall"),
            Self::NextWave => OpenCase::of("next-wave"),
            Self::Reopen { span } => OpenCase::of("reopen").with("for", span),
            Self::Assign { to } => OpenCase::of("assign").with("to", to.cast_signed()),
            Self::Extend { by } => OpenCase::of("extend").with("by", by),
            Self::Tell { role } => OpenCase::of("tell").with("role", role),
            Self::TellCustomer => OpenCase::of("tell-customer"),
            Self::Block { span } => OpenCase::of("block").with("for", span),
            Self::Nurture { until } => OpenCase::of("nurture").with("until", until),
            Self::Fallback => OpenCase::of("fallback"),
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    pub(crate) const WORDS: &[&str] = &[
        "remind",
        "recall",
        "next-wave",
        "reopen",
        "assign",
        "extend",
        "tell",
        "tell-customer",
        "block",
        "fallback",
        "feedback",
        "capacity",
        "wait",
        "never",
    ];
}

/// What `escalate` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EscalationAnswer {
    /// In order.
    pub actions: Vec<Action>,
    /// One per key is open; an empty span drops it, keys not named stay.
    pub deadlines: Vec<WakeUp>,
    /// Where on the ladder the lead is now.
    pub step: u32,
    pub reasons: Vec<Reason>,
}

/// What `admit` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AdmitInput {
    pub lead: Lead,
    pub assessed: Assessed,
    pub partner: Partner,
    pub offer: Offer,
    /// What the claim came with.
    pub claim: Attributes,
}

/// How the lead was offered to this partner.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Offer {
    /// open, lapsed, declined, recalled; none before any offer.
    pub state: Option<Word>,
    /// The wave in which it was offered; 0 when it was not.
    pub wave: u32,
    pub age: Age,
    /// The attributes of matching's outcome.
    pub attributes: Attributes,
}

/// What would unlock a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Feedback on these leads; none named: on any that is overdue.
    Feedback {
        leads: Vec<Word>,
    },
    Capacity,
    Wait {
        span: Span,
    },
    Never,
}

impl Refusal {
    pub(crate) fn into_case(self) -> OpenCase {
        match self {
            Self::Feedback { mut leads } => {
                leads.sort();
                leads.dedup();
                OpenCase::of("feedback").with("leads", Value::Texts(leads))
            }
            Self::Capacity => OpenCase::of("capacity"),
            Self::Wait { span } => OpenCase::of("wait").with("for", span),
            Self::Never => OpenCase::of("never"),
        }
    }
}

/// What `admit` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Admission {
    /// Why not; admitted where there are none.
    pub refusals: Vec<Refusal>,
    pub reasons: Vec<Reason>,
}

impl Admission {
    /// The partner may claim.
    pub fn admitted() -> Self {
        Self::default()
    }

    pub fn is_admitted(&self) -> bool {
        self.refusals.is_empty()
    }
}
