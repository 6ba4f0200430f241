//! What follows when something has happened, or nothing has.

use crate::compensation::WakeUp;
use crate::open_case::OpenCase;
use crate::{Age, Assessed, Instant, Lead, Partner, PastEvent, Reason, Span, Word};

/// What `escalate` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: EscalateInput = testing::input(
///     r#"{
///         "assessed": { "temperature": "hot" },
///         "event": { "code": "due", "attributes": { "key": { "text": "contact" } } },
///         "step": 0, "wave": 1,
///         "history": [{ "code": "claimed" }, { "code": "offered" }],
///         "holder": { "key": 7, "attributes": { "figure/recalled@90d": { "integer": 2 } } }
///     }"#,
/// );
/// // The first contact is due, the holder has not even tried, and not for the first time.
/// let is_contact_due = input.event.attributes.text(Word::of("key")) == Some(Word::of("contact"));
/// let has_tried = input.history.iter().any(|event| event.code == Word::of("not-reached"));
/// let recalls = input.holder.and_then(|holder| {
///     holder.attributes.integer(Word::of("figure/recalled@90d"))
/// });
/// assert!(is_contact_due && !has_tried && recalls == Some(2));
/// ```
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
    /// When it happened, or for a deadline when it was due: spans of the answer
    /// count from here.
    pub since: Instant,
    /// Where on the ladder the last answer has put the lead; at first 0.
    pub step: u32,
    /// The wave that is out; 0 before the first.
    pub wave: u32,
    /// This cycle so far, newest first.
    pub history: Vec<PastEvent>,
    /// Whoever has claimed the lead.
    pub holder: Option<Partner>,
    /// How long leads of this product usually stay in a stage.
    pub medians: Vec<StageMedian>,
}

/// How long leads of a product usually stay in a stage.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: EscalateInput = testing::input(
///     r#"{
///         "history": [{ "code": "quoted", "age": { "elapsed-seconds": 2678400 } }],
///         "medians": [{ "stage": "quoted", "median": { "elapsed-seconds": 1209600 } }]
///     }"#,
/// );
/// // Nothing has moved for more than twice the usual time.
/// let last = &input.history[0];
/// let median = input.medians.iter().find(|median| median.stage == last.code).unwrap();
/// assert!(last.age.elapsed_seconds > 2 * median.median.elapsed_seconds);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct StageMedian {
    /// Such as quoted.
    pub stage: Word,
    pub median: Age,
}

/// What the host is to do; wit/actions.md describes each. One that has nothing to
/// act on does nothing.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// /// After the last wave: up the ladder, and in the end a person decides.
/// fn climb(roles: &[Word], step: usize) -> Vec<Action> {
///     match roles.get(step) {
///         Some(role) => vec![Action::Tell { role: *role }],
///         None => vec![Action::TellCustomer, Action::Fallback],
///     }
/// }
/// let roles = ["channel-manager", "head-of-channel"].map(Word::of);
/// assert_eq!(climb(&roles, 1), [Action::Tell { role: Word::of("head-of-channel") }]);
/// assert_eq!(climb(&roles, 2), [Action::TellCustomer, Action::Fallback]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Reminds the holder; without one, those who have an offer.
    Remind,
    /// Takes the claim back.
    Recall,
    /// Ends the open offers and asks matching for the next.
    NextWave,
    /// Those that let their offers lapse may claim after all, for a span.
    Reopen { span: Span },
    /// Gives the lead to a partner, named by its key, if `admit` agrees.
    Assign { to: u64 },
    /// The offers stand so much longer; for a claim, feedback is due so much later.
    Extend { by: Span },
    /// Tells whoever has that role of the terms.
    Tell { role: Word },
    /// Tells the customer that it takes longer.
    TellCustomer,
    /// No offers for the holder, or for whom the claim was taken back from.
    Block { span: Span },
    /// Ends the claim; the lead rests and is assessed again.
    Nurture { until: Span },
    /// Puts the lead into the contract's manual queue.
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

/// What `escalate` answers: nothing, by default.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A hot lead has been offered: it stands for the promised time, with a reminder.
/// let input: EscalateInput = testing::input(
///     r#"{ "assessed": { "temperature": "hot" }, "event": { "code": "offered" } }"#,
/// );
/// let promised = testing::terms().service_level(input.assessed.temperature.unwrap()).claim;
/// let answer = EscalationAnswer {
///     deadlines: vec![
///         WakeUp::after("claim-reminder", promised.per_cent(50)),
///         WakeUp::after("claim", promised),
///     ],
///     step: input.step,
///     reasons: vec![Reason::of("promised")],
///     ..EscalationAnswer::default()
/// };
/// assert!(answer.actions.is_empty());
/// assert_eq!(answer.deadlines[1].after.to_string(), "15 minutes");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EscalationAnswer {
    /// Done in their order.
    pub actions: Vec<Action>,
    /// One per key is open; an empty span drops it, keys not named stay. What is due
    /// comes back as the event `due`. The keys `claim`, `contact` and `feedback` mean
    /// something to the host as well: see wit/actions.md.
    pub deadlines: Vec<WakeUp>,
    /// Where on the ladder the lead is now; told with the next question.
    pub step: u32,
    pub reasons: Vec<Reason>,
}
