//! Is this a lead worth a partner's time, and how warm is it?

use serde::{Deserialize, Serialize};

use super::shared::{Age, Attributes, Lead, OpenCase, PastEvent, Reason, Temperature, temperature};
use super::vocabulary::Vocabulary;
use super::{Input, invalid, objection, wide};
use crate::policy::error::PolicyError;
use crate::policy::free_text;
use crate::policy::kind::Function;
use crate::policy::manifest::Manifest;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessInput {
    pub lead: Lead,
    /// What a qualifier has answered, by question code.
    #[serde(default)]
    pub answers: Attributes,
    /// The contact's fields that are filled in. Never what they hold.
    #[serde(default)]
    pub contact: Vec<ContactField>,
    /// What the contact did, newest first.
    #[serde(default)]
    pub activities: Vec<PastEvent>,
    #[serde(default)]
    pub duplicates: Vec<Duplicate>,
    /// Registered deals of the same customer.
    #[serde(default)]
    pub deals: Vec<RegisteredDeal>,
    /// Figures of the lead's source.
    #[serde(default)]
    pub figures: Attributes,
    /// How earlier leads of the source ended, by value of a field.
    #[serde(default)]
    pub endings: Vec<Ending>,
    /// In receipts alone: the free text that the policy was told, in hexadecimal digits
    /// (see [`free_text`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactField {
    /// email, phone, name, street, company.
    pub name: String,
    pub state: FieldState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldState {
    Valid,
    Invalid,
}

/// Another lead that is likely the same one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicate {
    pub lead: String,
    /// State code of that lead.
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    #[serde(default)]
    pub age: Age,
    /// The partner that holds it; a key.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "wide::option"
    )]
    pub holder: Option<u64>,
    /// What agrees: email, phone, company-postcode.
    #[serde(default)]
    pub agrees: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredDeal {
    pub deal: String,
    /// The registrant; a key.
    #[serde(with = "wide")]
    pub partner: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Since it was registered.
    #[serde(default)]
    pub age: Age,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    pub field: String,
    pub value: String,
    #[serde(with = "wide")]
    pub won: u64,
    #[serde(with = "wide")]
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Assessment {
    /// A code of [`crate::policy::codes::ASSESSMENTS`].
    pub outcome: OpenCase,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "temperature::option"
    )]
    pub temperature: Option<Temperature>,
    /// Thousandths.
    #[serde(with = "wide", default)]
    pub score: i64,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "wide::option"
    )]
    pub expected_value: Option<i64>,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

impl Input for AssessInput {
    const FUNCTION: Function = Function::Assess;
    type Answer = Assessment;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.lead.attributes.keep_named(vocabulary);
        self.answers.keep_named(vocabulary);
        self.figures.keep_named(vocabulary);
        for activity in &mut self.activities {
            activity.attributes.keep_named(vocabulary);
        }
        self.endings
            .retain(|ending| vocabulary.contains(&ending.field));
    }

    fn check(&self) -> Result<(), PolicyError> {
        match self.encrypted {
            None => Ok(()),
            Some(_) => Err(invalid(
                "/encrypted",
                "the free text in it is encrypted, and the key stays with the data: ask it there",
            )),
        }
    }

    fn objection(&self, _: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::assess(answer)
    }

    fn has_free_text(&self) -> bool {
        free_text::is_in(self)
    }

    fn is_repeated(
        &self,
        manifest: &Manifest,
        vocabulary: &Vocabulary,
        answer: &Self::Answer,
    ) -> bool {
        free_text::is_repeated(self, manifest, vocabulary, answer)
    }
}
