//! Who may claim now.

use crate::open_case::OpenCase;
use crate::{Age, Assessed, Attributes, Lead, Partner, Reason, Span, Value, Word};

/// What `admit` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AdmitInput = testing::input(
///     r#"{
///         "lead": { "value": 2500000 },
///         "assessed": { "temperature": "hot" },
///         "partner": { "key": 7, "attributes": { "figure/open": { "integer": 4 } } },
///         "offer": { "state": "open", "wave": 1 },
///         "claim": { "call-at": { "text": "this-morning" } }
///     }"#,
/// );
/// // A hot lead goes to whoever calls at once, however many it holds.
/// let calls_today = input.claim.text(Word::of("call-at")) == Some(Word::of("this-morning"));
/// let has_room = input.partner.attributes.integer(Word::of("figure/open")) < Some(3);
/// let is_hot = input.assessed.temperature == Some(Temperature::Hot);
/// assert!(has_room || (is_hot && calls_today));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AdmitInput {
    pub lead: Lead,
    pub assessed: Assessed,
    /// Who wants to claim.
    pub partner: Partner,
    pub offer: Offer,
    /// What the claim came with.
    pub claim: Attributes,
}

/// How the lead was offered to this partner.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AdmitInput = testing::input(
///     r#"{ "offer": { "state": "lapsed", "wave": 1, "age": { "elapsed-seconds": 5400 } } }"#,
/// );
/// // Who let it lapse may still come back; who declined may not.
/// let refusals = match input.offer.state {
///     Some(state) if state == Word::of("declined") => vec![Refusal::Never],
///     _ => Vec::new(),
/// };
/// let admission = Admission { refusals, ..Admission::admitted() };
/// assert!(admission.is_admitted());
/// ```
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
    /// Since it was offered.
    pub age: Age,
    /// The attributes of matching's outcome.
    pub attributes: Attributes,
}

/// What would unlock a claim. The partner is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AdmitInput = testing::input(
///     r#"{ "partner": { "key": 7, "attributes": {
///         "capacity": { "integer": 5 }, "capacity-used": { "integer": 5 },
///         "figure/feedback-overdue": { "integer": 1 }
///     } } }"#,
/// );
/// let told = |name: &str| input.partner.attributes.integer(Word::of(name)).unwrap_or(0);
/// let mut refusals = Vec::new();
/// if told("figure/feedback-overdue") > 0 {
///     refusals.push(Refusal::Feedback { leads: Vec::new() });
/// }
/// if told("capacity-used") >= told("capacity") {
///     refusals.push(Refusal::Capacity);
/// }
/// // Reporting alone does not unlock it.
/// assert_eq!(refusals.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Feedback on these leads, by their references; none named: on any that is
    /// overdue.
    Feedback { leads: Vec<Word> },
    /// A lead handed back or ended, or more capacity.
    Capacity,
    /// Waiting that long.
    Wait { span: Span },
    /// Nothing.
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
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let blocked_for: Span = "3 days".parse().unwrap();
/// let mut admission = Admission::admitted();
/// assert!(admission.is_admitted());
/// admission.refusals.push(Refusal::Wait { span: blocked_for });
/// admission.reasons.push(Reason::of("blocked"));
/// assert!(!admission.is_admitted());
/// ```
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

    /// Whether nothing stands against it.
    pub fn is_admitted(&self) -> bool {
        self.refusals.is_empty()
    }
}
