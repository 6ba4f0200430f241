//! What qualification answers.

use crate::open_case::OpenCase;
use crate::{Attributes, Money, Reason, Span, Temperature, Value, Word};

/// What becomes of the lead; wit/actions.md says what follows.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// /// Who scores 60 goes out; others rest for a month, or for good.
/// fn outcome(score: i64) -> Outcome {
///     match score {
///         60.. => Outcome::qualified(),
///         20..60 => Outcome::Nurture { until: "1 month".parse().unwrap() },
///         _ => Outcome::Reject,
///     }
/// }
/// assert_eq!(outcome(72), Outcome::Qualified { attributes: Attributes::new() });
/// assert!(matches!(outcome(40), Outcome::Nurture { .. }));
/// assert_eq!(outcome(5), Outcome::Reject);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It goes out. The attributes go on to matching.
    Qualified { attributes: Attributes },
    /// A qualifier has to ask these first: question codes. The answers come back in
    /// [`AssessInput::answers`](super::AssessInput::answers).
    NeedsInfo { questions: Vec<Word> },
    /// It rests and is assessed again.
    Nurture { until: Span },
    /// No partner sees it.
    Reject,
    /// It is the same request as another lead, which is named by its reference.
    Merge { into: Word },
    /// One partner alone may have it; a key.
    Route { to: u64 },
}

impl Outcome {
    /// Worth a partner's time, with nothing to add.
    pub fn qualified() -> Self {
        Self::Qualified {
            attributes: Attributes::new(),
        }
    }

    pub(crate) fn into_case(self) -> OpenCase {
        match self {
            Self::Qualified { attributes } => OpenCase {
                code: Word::of("qualified"),
                attributes,
            },
            Self::NeedsInfo { mut questions } => {
                questions.sort();
                questions.dedup();
                OpenCase::of("needs-info").with("questions", Value::Texts(questions))
            }
            Self::Nurture { until } => OpenCase::of("nurture").with("until", until),
            Self::Reject => OpenCase::of("reject"),
            Self::Merge { into } => OpenCase::of("merge").with("into", into),
            Self::Route { to } => OpenCase::of("route").with("to", to.cast_signed()),
        }
    }

    /// Names that every answer may need.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    pub(crate) const WORDS: &[&str] = &[
        "qualified",
        "needs-info",
        "questions",
        "nurture",
        "reject",
        "merge",
        "route",
    ];
}

/// What `assess` answers.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// // It goes out as a warm one, with what it may be worth and why.
/// let assessment = Assessment {
///     temperature: Some(Temperature::Warm),
///     score: 720,
///     expected_value: Some(Money(1_800_000)),
///     reasons: vec![Reason::of("warmed-by").with("trade-fair")],
///     ..Assessment::of(Outcome::qualified())
/// };
/// assert_eq!(assessment.outcome, Outcome::qualified());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    pub outcome: Outcome,
    /// Told to the partner as it is.
    pub temperature: Option<Temperature>,
    /// In thousandths.
    pub score: i64,
    /// What the lead may be worth, where the policy knows better than its sender.
    pub expected_value: Option<Money>,
    /// Each code is one of the manifest.
    pub reasons: Vec<Reason>,
}

impl Assessment {
    /// An outcome with nothing else to say.
    pub fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            temperature: None,
            score: 0,
            expected_value: None,
            reasons: Vec::new(),
        }
    }
}
