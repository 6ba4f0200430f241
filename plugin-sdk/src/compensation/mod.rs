//! What does an event earn, cost or claw back, and what does a period?

mod award;
mod earnings;
mod event;
mod ledger;
mod settle;
mod wake_up;

use crate::{Context, Policy, PolicyError};

pub use award::{AwardInput, Customer, Deal, Payee};
pub use earnings::Earnings;
pub use event::{Line, PaidEvent};
pub use ledger::{Balance, EarlierPosting, Holder, Posting};
pub use settle::{Notice, Period, SettleInput, Settlement};
pub use wake_up::WakeUp;

/// A compensation policy: one component of a contract's plan.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// /// 5.00 for each care contact, and word to whoever had none.
/// struct Care {
///     care_contact: Word,
///     care: Word,
///     counted: Word,
/// }
/// # impl Policy for Care {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("compensation-care", "0.1.0", "Pays for care.")
/// #             .event("care-contact")
/// #             .figure("care-contacts")
/// #             .reason("care", "A care contact.", "Ein Betreuungskontakt.")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self {
/// #             care_contact: Word::of("care-contact"),
/// #             care: Word::of("care"),
/// #             counted: Word::of("figure/care-contacts"),
/// #         })
/// #     }
/// # }
///
/// impl Compensation for Care {
///     fn award(&self, _: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
///         let mut earnings = Earnings::none();
///         if input.event.code == self.care_contact && !input.payees.is_empty() {
///             earnings.post(self.care, Holder::Partner(0), 500, Reason::of("care"));
///         }
///         Ok(earnings)
///     }
///
///     fn settle(&self, _: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
///         let counted = input.partners.integers(self.counted);
///         let mut settlement = Settlement::none();
///         for row in 0..input.partners.len() {
///             if counted.get(row) == Some(0) {
///                 settlement.notices.push((Holder::Partner(row as u32), Notice::TargetMissed));
///             }
///         }
///         Ok(settlement)
///     }
/// }
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": { "code": "care-contact" },
///          "payees": [{ "role": "claimer", "partner": { "key": 7 } }] }"#,
/// );
/// let earnings = testing::default::<Care>().award(&Context::default(), &input).unwrap();
/// assert_eq!(earnings.postings[0].amount, 500);
/// ```
pub trait Compensation: Policy {
    /// Asked in the order of events, for each that counts and for each wake-up. `now`
    /// is when the event occurred.
    ///
    /// # Errors
    /// Why there is no answer; nothing is posted then.
    fn award(&self, context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError>;

    /// Asked when a period closes; `now` is its end.
    ///
    /// # Errors
    /// Why there is no answer.
    fn settle(&self, context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError>;
}
