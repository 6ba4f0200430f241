//! Accounts, what they hold, and what changes them.

use crate::{Age, Word};

/// To whom an account's balance belongs.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // Complete data is paid once a cycle: the lead remembers for which it was.
/// let input: AwardInput = testing::input(
///     r#"{
///         "lead": { "cycle": 2 },
///         "payees": [{ "role": "claimer", "partner": { "key": 7 } }],
///         "balances": [{ "account": "completed-cycle", "holder": "lead", "amount": 1 }]
///     }"#,
/// );
/// let completed = Word::of("completed-cycle");
/// let mut earnings = Earnings::none();
/// if input.balance(completed, Holder::Lead) < 2 {
///     earnings.post(Word::of("care"), Holder::Partner(0), 800, Reason::of("complete"));
///     earnings.post(completed, Holder::Lead, 1, Reason::of("cycle").with(2_i64));
/// }
/// assert_eq!(earnings.postings.len(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Holder {
    /// A position in the input's `payees`, or a row of its `partners`.
    Partner(u32),
    Contract,
    Lead,
    Deal,
    Customer,
    Plan,
}

/// What an account holds, in its own unit: minor units of money, points, or a count.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: SettleInput = testing::input(
///     r#"{ "balances": [
///         { "account": "budget-used", "holder": "plan", "amount": "4990000" }
///     ] }"#,
/// );
/// // All that no partner holds; what partners hold are columns.
/// let of_plan = input.balances.iter().filter(|balance| balance.holder == Holder::Plan);
/// assert_eq!(of_plan.map(|balance| balance.amount).sum::<i64>(), 4_990_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Balance {
    /// An account of the manifest.
    pub account: Word,
    pub holder: Holder,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
}

/// A change of an account. The host books the other side.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// let mut earnings = Earnings::none();
/// earnings.post(Word::of("commission"), Holder::Partner(0), 75_000, Reason::of("won"));
/// earnings.post(Word::of("reserve"), Holder::Partner(0), -7_500, Reason::of("reserve"));
/// // Nine tenths are paid now.
/// assert_eq!(earnings.postings.iter().map(|posting| posting.amount).sum::<i64>(), 67_500);
/// // Each has its reason.
/// let held: &Posting = &earnings.postings[1];
/// assert_eq!(earnings.reasons[held.reason as usize].code, Word::of("reserve"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Posting {
    /// An account of the manifest.
    pub account: Word,
    pub holder: Holder,
    /// In the account's unit. Positive: to the holder's favour.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
    /// Position in the answer's `reasons`.
    pub reason: u32,
    /// Position in the input's `earlier` of the posting that this one corrects.
    pub corrects: Option<u32>,
}

/// What was posted before.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "earlier": [
///         { "account": "commission", "holder": { "partner": 0 }, "amount": 75000,
///           "reason": "won", "event": "event-1", "age": { "elapsed-seconds": 31104000 } },
///         { "account": "commission", "amount": 5000, "reason": "won", "event": "event-1" }
///     ] }"#,
/// );
/// // Twelve times thirty days ago the deal was paid: of 36 liable months 24 are left.
/// let paid = &input.earlier[0];
/// let over = (paid.age.days() / 30).min(36);
/// assert_eq!(Money(paid.amount).times_ratio(36 - over, 36), Money(50_000));
/// // Whoever got the other part is not among the payees of this event.
/// assert_eq!(input.earlier[1].holder, None);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct EarlierPosting {
    /// An account of the manifest.
    pub account: Word,
    /// None where the holder is not among those at hand.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub holder: Option<Holder>,
    /// In the account's unit.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
    /// Its reason's code.
    pub reason: Word,
    /// The event that it came from.
    pub event: Word,
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub age: Age,
    /// Position in this list of the posting that it corrected.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub corrects: Option<u32>,
}
