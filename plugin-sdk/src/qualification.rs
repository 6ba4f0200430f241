//! Is this a lead worth a partner's time, and how warm is it?

use crate::{
    Age, Assessed, Attributes, Context, Lead, Money, OpenCase, PastEvent, Policy, PolicyError,
    Reason, Span, Temperature, Value, Word,
};

/// A qualification policy.
pub trait Qualification: Policy {
    /// Asked when a lead arrives, changes, is answered by a qualifier, or wakes up.
    fn assess(&self, context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError>;
}

/// What `assess` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AssessInput {
    pub lead: Lead,
    /// What a qualifier has answered, by question code.
    pub answers: Attributes,
    /// The contact's fields that are filled in. Never what they hold.
    pub contact: Vec<ContactField>,
    /// What the contact did, newest first.
    pub activities: Vec<PastEvent>,
    pub duplicates: Vec<Duplicate>,
    /// Registered deals of the same customer.
    pub deals: Vec<RegisteredDeal>,
    /// Figures of the lead's source.
    pub figures: Attributes,
    /// How earlier leads of the source ended, by value of a field.
    pub endings: Vec<Ending>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct ContactField {
    /// email, phone, name, street, city, company.
    pub name: Word,
    pub state: FieldState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum FieldState {
    Valid,
    Invalid,
}

/// Another lead that is likely the same one.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Duplicate {
    pub lead: Word,
    /// State code of that lead.
    pub state: Word,
    pub product: Option<Word>,
    pub age: Age,
    /// The partner that holds it; a key.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(with = "crate::testing::wide::option")
    )]
    pub holder: Option<u64>,
    /// What agrees: email, phone, company-postcode.
    pub agrees: Vec<Word>,
}

/// A deal that a partner has registered.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct RegisteredDeal {
    pub deal: Word,
    /// The registrant; a key.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub partner: u64,
    pub product: Option<Word>,
    /// Since it was registered.
    pub age: Age,
}

#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Ending {
    pub field: Word,
    pub value: Word,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub won: u64,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub lost: u64,
}

/// What becomes of the lead.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It goes out. The attributes go on to matching.
    Qualified { attributes: Attributes },
    /// A qualifier has to ask these first.
    NeedsInfo { questions: Vec<Word> },
    /// It rests and is assessed again.
    Nurture { until: Span },
    /// No partner sees it.
    Reject,
    /// It is the same request as another lead.
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
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    pub outcome: Outcome,
    pub temperature: Option<Temperature>,
    /// Thousandths.
    pub score: i64,
    pub expected_value: Option<Money>,
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

    /// What the policies after this one are told.
    pub fn assessed(&self) -> Assessed {
        let attributes = match &self.outcome {
            Outcome::Qualified { attributes } => attributes.clone(),
            _ => Attributes::new(),
        };
        Assessed {
            temperature: self.temperature,
            score: self.score,
            expected_value: self.expected_value,
            attributes,
        }
    }
}
