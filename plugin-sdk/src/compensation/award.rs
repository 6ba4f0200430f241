//! What `award` is told.

use super::{Balance, EarlierPosting, Holder, PaidEvent};
use crate::{Age, Attributes, Lead, Partner, Word};

/// What `award` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{
///         "event": { "code": "won", "attributes": { "value": { "money": 2500000 } } },
///         "lead": { "reference": "lead-1", "cycle": 1 },
///         "deal": { "reference": "deal-1" },
///         "payees": [
///             { "role": "claimer", "partner": { "key": 7 } },
///             { "role": "above", "partner": { "key": 3 } }
///         ],
///         "balances": [{ "account": "sales", "holder": { "partner": 0 }, "amount": "9000000" }]
///     }"#,
/// );
/// // With this deal the claimer's sales of the quarter reach the next tier.
/// let claimer = input.payee(Word::of("claimer")).unwrap();
/// let before = input.balance(Word::of("sales"), claimer);
/// let tier = |sales: i64| if sales < 10_000_000 { 30_000 } else { 40_000 };
/// assert!(tier(before) < tier(before + input.event.value().0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AwardInput {
    pub event: PaidEvent,
    /// None for a deal that came without a lead.
    pub lead: Option<Lead>,
    /// None where the event is about no registered or won business.
    pub deal: Option<Deal>,
    pub customer: Option<Customer>,
    /// The claimer first, then those above, agencies, and others that the terms
    /// name, as they were when the event occurred.
    pub payees: Vec<Payee>,
    /// Every account of the manifest for every holder at hand, also at 0.
    pub balances: Vec<Balance>,
    /// Postings on the deal so far, or on the lead where there is no deal;
    /// oldest first.
    pub earlier: Vec<EarlierPosting>,
}

impl AwardInput {
    /// What the holder has on an account; 0 where nothing is told of it.
    pub fn balance(&self, account: Word, holder: Holder) -> i64 {
        self.balances
            .iter()
            .find(|balance| balance.account == account && balance.holder == holder)
            .map_or(0, |balance| balance.amount)
    }

    /// The first payee of that role: claimer, above, agency, or one the terms
    /// name; none where nobody has it.
    pub fn payee(&self, role: Word) -> Option<Holder> {
        let position = self.payees.iter().position(|payee| payee.role == role)?;
        Some(Holder::Partner(position as u32))
    }

    /// The earlier postings that still stand, by their position in `earlier`,
    /// with what is left of each after all that corrects it. A cancellation
    /// negates these; a second one finds none.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// // 100.00 were paid, of which the close of the period took back 30.00.
    /// let input: AwardInput = testing::input(
    ///     r#"{ "earlier": [
    ///         { "account": "commission", "holder": { "partner": 0 }, "amount": 10000,
    ///           "reason": "won", "event": "event-1" },
    ///         { "account": "commission", "holder": { "partner": 0 }, "amount": -3000,
    ///           "reason": "won", "event": "event-1", "corrects": 0 }
    ///     ] }"#,
    /// );
    /// assert_eq!(input.standing(), [(0, 7_000)]);
    /// ```
    pub fn standing(&self) -> Vec<(u32, i64)> {
        let mut left = vec![0_i64; self.earlier.len()];
        for (position, posting) in self.earlier.iter().enumerate() {
            let root = self.corrected(position);
            left[root] = left[root].saturating_add(posting.amount);
        }
        (0..).zip(left).filter(|(_, amount)| *amount != 0).collect()
    }

    /// The posting that one corrects in the end; itself where it corrects none.
    /// A correction stands after what it corrects, so this comes to an end.
    fn corrected(&self, position: usize) -> usize {
        let mut at = position;
        while let Some(before) = self.earlier[at].corrects.map(|before| before as usize) {
            if before >= at {
                break;
            }
            at = before;
        }
        at
    }
}

/// A registered or won piece of business.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": { "code": "won" }, "deal": {
///         "reference": "deal-1", "age": { "elapsed-seconds": 1728000 },
///         "attributes": { "financed": { "flag": true } }
///     } }"#,
/// );
/// // Won within 30 days of its registration, and financed by us.
/// let is_fast = input.deal.as_ref().is_some_and(|deal| deal.age.days() <= 30);
/// let financed = input.deal.and_then(|deal| deal.attributes.flag(Word::of("financed")));
/// assert!(is_fast && financed == Some(true));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Deal {
    /// Stands for the deal, and says nothing else about it.
    pub reference: Word,
    /// Since it was registered.
    pub age: Age,
    /// What the terms declare for deals and is not personal.
    pub attributes: Attributes,
}

/// The one behind leads and deals.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": { "code": "won" }, "customer": { "reference": "customer-1" },
///          "balances": [{ "account": "projects", "holder": "customer", "amount": 1 }] }"#,
/// );
/// // The first project of each customer earns a bonus; this is the second.
/// let is_first = input.customer.is_some()
///     && input.balance(Word::of("projects"), Holder::Customer) == 0;
/// assert!(!is_first);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Customer {
    /// Stands for the customer, and says nothing else about it.
    pub reference: Word,
    /// What the terms declare for customers and is not personal.
    pub attributes: Attributes,
}

/// Whom the event may pay.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "payees": [
///         { "role": "claimer", "partner": { "key": 7,
///           "attributes": { "level": { "text": "gold" } } } },
///         { "role": "above", "partner": { "key": 3 } },
///         { "role": "above", "partner": { "key": 1 } }
///     ] }"#,
/// );
/// // The claimer's level sets the rate …
/// let claimer = &input.payees[0].partner;
/// let is_gold = claimer.attributes.text(Word::of("level")) == Some(Word::of("gold"));
/// // … and everybody above has a share: holders go by their positions.
/// let above: Vec<Holder> = (0..)
///     .zip(&input.payees)
///     .filter(|(_, payee)| payee.role == Word::of("above"))
///     .map(|(position, _)| Holder::Partner(position))
///     .collect();
/// assert!(is_gold);
/// assert_eq!(above, [Holder::Partner(1), Holder::Partner(2)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Payee {
    /// claimer, above, agency, one that the terms name, or paid-before: who
    /// holds earlier postings on the deal or the lead.
    pub role: Word,
    /// As it was when the event occurred.
    pub partner: Partner,
}
