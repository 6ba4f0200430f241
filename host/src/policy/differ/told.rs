//! Parts of answers in words.

use super::Names;
use crate::policy::manifest::Unit;
use crate::policy::question::{Attributes, OpenCase, Value, Verdict, WakeUp};
use crate::policy::reason::{self, Language};

const LANGUAGE: Language = Language::English;

/// Tells parts of answers with the names of those concerned.
#[derive(Clone, Copy)]
pub struct Telling<'a>(pub Names<'a>);

impl Telling<'_> {
    pub fn partner(self, key: u64) -> String {
        (self.0.partner)(key)
    }

    pub fn money(self, minor: i64) -> String {
        reason::amount(minor, LANGUAGE, self.0.currency)
    }

    /// In the unit of the account.
    pub fn amount(self, account: &str, amount: i64) -> String {
        let unit = self.0.manifest.account(account).map(|known| known.unit);
        match unit {
            None | Some(Unit::Money) => self.money(amount),
            Some(Unit::Points) => format!("{amount} points"),
            Some(Unit::Count) => amount.to_string(),
        }
    }

    pub fn case(self, case: &OpenCase) -> String {
        match self.attributes(&case.attributes) {
            attributes if attributes.is_empty() => case.code.clone(),
            attributes => format!("{} ({attributes})", case.code),
        }
    }

    pub fn cases(self, cases: &[OpenCase]) -> String {
        let told: Vec<String> = cases.iter().map(|case| self.case(case)).collect();
        told.join(", ")
    }

    pub fn verdict(self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Admitted => "admitted".to_owned(),
            Verdict::Refused(refusals) => format!("refused: {}", self.cases(refusals)),
        }
    }

    /// When, and with what.
    pub fn wake_up(self, wake_up: &WakeUp) -> String {
        let when = match wake_up.after.0.is_empty() {
            true => "dropped".to_owned(),
            false => format!("in {}", wake_up.after),
        };
        match self.attributes(&wake_up.attributes) {
            attributes if attributes.is_empty() => when,
            attributes => format!("{when} ({attributes})"),
        }
    }

    fn attributes(self, attributes: &Attributes) -> String {
        let told: Vec<String> = attributes
            .iter()
            .map(|(name, value)| match (name, value) {
                // The partner that the lead goes to.
                ("to", Value::Integer(key)) => {
                    let key = u64::try_from(*key);
                    format!(
                        "to: {}",
                        key.map_or_else(|_| String::new(), |key| self.partner(key))
                    )
                }
                _ => format!(
                    "{name}: {}",
                    reason::value(value, LANGUAGE, self.0.currency)
                ),
            })
            .collect();
        told.join(", ")
    }
}
