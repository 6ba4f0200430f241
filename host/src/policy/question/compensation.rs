//! What does an event earn, cost or claw back, and what does a period?

use serde::{Deserialize, Serialize};

use super::shared::{Age, Attributes, Instant, Lead, OpenCase, Partner, Reason, Terms, WakeUp};
use super::table::Table;
use super::vocabulary::Vocabulary;
use super::{Input, invalid, objection, wide};
use crate::policy::error::PolicyError;
use crate::policy::kind::Function;
use crate::policy::manifest::Manifest;

/// To whom an account's balance belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A position in the input's `payees`, or a row of its `partners`.
    Partner(u32),
    Contract,
    Lead,
    Deal,
    Customer,
    Plan,
}

/// What an account holds: minor units of money, points, or a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    pub account: String,
    pub holder: Holder,
    #[serde(with = "wide")]
    pub amount: i64,
}

/// A change of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// An account of the manifest.
    pub account: String,
    pub holder: Holder,
    /// Positive: to the holder's favour.
    #[serde(with = "wide")]
    pub amount: i64,
    /// Position in the answer's `reasons`.
    pub reason: u32,
    /// Position in the input's `earlier` of the posting that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardInput {
    pub event: PaidEvent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The claimer first, then those above, agencies, and others that the terms
    /// name, as they were when the event occurred.
    #[serde(default)]
    pub payees: Vec<Payee>,
    #[serde(default)]
    pub balances: Vec<Balance>,
    /// Postings on the deal so far, or on the lead where there is no deal;
    /// oldest first.
    #[serde(default)]
    pub earlier: Vec<EarlierPosting>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidEvent {
    pub reference: String,
    pub code: String,
    pub occurred: Instant,
    pub recorded: Instant,
    #[serde(default)]
    pub attributes: Attributes,
    #[serde(default)]
    pub lines: Vec<Line>,
}

/// A line of what was sold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub product: String,
    /// In thousandths of the product's unit.
    #[serde(with = "wide")]
    pub quantity: i64,
    #[serde(with = "wide")]
    pub value: i64,
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deal {
    pub reference: String,
    /// Since it was registered.
    #[serde(default)]
    pub age: Age,
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    pub reference: String,
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    pub role: String,
    pub partner: Partner,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPosting {
    pub account: String,
    /// None where the holder is not among those at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    #[serde(with = "wide")]
    pub amount: i64,
    /// Its reason's code.
    pub reason: String,
    /// The event that it came from.
    pub event: String,
    #[serde(default)]
    pub age: Age,
    /// Position in this list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Earnings {
    #[serde(default)]
    pub postings: Vec<Posting>,
    #[serde(default)]
    pub wake_ups: Vec<WakeUp>,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleInput {
    pub period: Period,
    /// One row per partner.
    #[serde(default)]
    pub partners: Table,
    /// Balances that no partner holds.
    #[serde(default)]
    pub balances: Vec<Balance>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Such as 2026-Q1.
    pub name: String,
    /// month, quarter, year.
    pub cadence: String,
    /// The first day, in days since 1970-01-01.
    #[serde(with = "super::shared::date")]
    pub begins: i32,
    /// The day after the last one.
    #[serde(with = "super::shared::date")]
    pub ends: i32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settlement {
    #[serde(default)]
    pub postings: Vec<Posting>,
    /// What the postings are made of, per row.
    #[serde(default)]
    pub terms: Terms,
    #[serde(default)]
    pub notices: Vec<Notice>,
    #[serde(default)]
    pub wake_ups: Vec<WakeUp>,
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// Something the holder should be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub holder: Holder,
    /// A code of [`crate::policy::codes::NOTICES`].
    pub notice: OpenCase,
}

impl Input for AwardInput {
    const FUNCTION: Function = Function::Award;
    type Answer = Earnings;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.event.attributes.keep_named(vocabulary);
        for line in &mut self.event.lines {
            line.attributes.keep_named(vocabulary);
        }
        if let Some(lead) = &mut self.lead {
            lead.attributes.keep_named(vocabulary);
        }
        if let Some(deal) = &mut self.deal {
            deal.attributes.keep_named(vocabulary);
        }
        if let Some(customer) = &mut self.customer {
            customer.attributes.keep_named(vocabulary);
        }
        for payee in &mut self.payees {
            payee.partner.attributes.keep_named(vocabulary);
        }
    }

    fn check(&self) -> Result<(), PolicyError> {
        let payees = self.payees.len();
        for (position, balance) in self.balances.iter().enumerate() {
            check_holder(Some(balance.holder), payees, || {
                format!("/input/balances/{position}/holder")
            })?;
        }
        for (position, posting) in self.earlier.iter().enumerate() {
            check_holder(posting.holder, payees, || {
                format!("/input/earlier/{position}/holder")
            })?;
            if posting
                .corrects
                .is_some_and(|corrected| corrected as usize >= self.earlier.len())
            {
                return Err(invalid(
                    format!("/input/earlier/{position}/corrects"),
                    "names no earlier posting",
                ));
            }
        }
        Ok(())
    }

    fn objection(&self, manifest: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::award(self, manifest, answer)
    }
}

impl Input for SettleInput {
    const FUNCTION: Function = Function::Settle;
    type Answer = Settlement;

    fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.partners.keep_named(vocabulary);
    }

    fn rows(&self) -> usize {
        self.partners.keys.len()
    }

    fn check(&self) -> Result<(), PolicyError> {
        self.partners.check("/input/partners")?;
        for (position, balance) in self.balances.iter().enumerate() {
            if matches!(balance.holder, Holder::Partner(_)) {
                return Err(invalid(
                    format!("/input/balances/{position}/holder"),
                    "is a partner: its balances are columns",
                ));
            }
        }
        Ok(())
    }

    fn objection(&self, manifest: &Manifest, answer: &Self::Answer) -> Option<String> {
        objection::settle(self, manifest, answer)
    }
}

fn check_holder(
    holder: Option<Holder>,
    payees: usize,
    pointer: impl FnOnce() -> String,
) -> Result<(), PolicyError> {
    match holder {
        Some(Holder::Partner(position)) if position as usize >= payees => {
            Err(invalid(pointer(), "names no payee"))
        }
        _ => Ok(()),
    }
}
