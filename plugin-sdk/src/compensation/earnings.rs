//! What `award` answers.

use super::{AwardInput, Holder, Posting, WakeUp};
use crate::{PolicyError, Reason, Word};

/// What `award` answers.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AwardInput = testing::input(
///     r#"{ "event": { "code": "won", "attributes": { "value": { "money": 2500000 } } },
///          "payees": [{ "role": "claimer", "partner": { "key": 7 } }] }"#,
/// );
/// let mut earnings = Earnings::none();
/// if let Some(claimer) = input.payee(Word::of("claimer")) {
///     let value = input.event.value();
///     let amount = value.times_millionths(30_000).0;
///     let reason = Reason::of("won").with(value).weighing(amount);
///     earnings.post(Word::of("commission"), claimer, amount, reason);
/// }
/// assert_eq!(earnings.postings[0].amount, 75_000);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earnings {
    pub postings: Vec<Posting>,
    pub wake_ups: Vec<WakeUp>,
    /// Those of the postings, and of what was not posted.
    pub reasons: Vec<Reason>,
}

impl Earnings {
    /// Nothing is earned.
    pub fn none() -> Self {
        Self::default()
    }

    /// Books an amount, in the account's unit, for a reason; 0 books nothing.
    pub fn post(&mut self, account: Word, holder: Holder, amount: i64, reason: Reason) {
        self.post_correction(account, holder, amount, reason, None);
    }

    /// Books an amount that corrects an earlier posting, by its position in
    /// [`AwardInput::earlier`].
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// // Called off after 12 of 36 liable months: two thirds go back.
    /// let input: AwardInput = testing::input(
    ///     r#"{ "event": { "code": "cancelled" }, "earlier": [
    ///         { "account": "commission", "holder": { "partner": 0 }, "amount": 75000,
    ///           "reason": "won", "event": "event-1" }
    ///     ] }"#,
    /// );
    /// let (commission, mut earnings) = (Word::of("commission"), Earnings::none());
    /// for (position, paid) in input.standing() {
    ///     let Some(holder) = input.earlier[position as usize].holder else { continue };
    ///     let amount = -Money(paid).times_ratio(24, 36).0;
    ///     let reason = Reason::of("liable").weighing(amount);
    ///     earnings.post_correction(commission, holder, amount, reason, Some(position));
    /// }
    /// assert_eq!(earnings.postings[0].amount, -50_000);
    /// assert_eq!(earnings.postings[0].corrects, Some(0));
    /// ```
    pub fn post_correction(
        &mut self,
        account: Word,
        holder: Holder,
        amount: i64,
        reason: Reason,
        corrects: Option<u32>,
    ) {
        if amount == 0 {
            return;
        }
        self.postings.push(Posting {
            account,
            holder,
            amount,
            reason: self.reasons.len() as u32,
            corrects,
        });
        self.reasons.push(reason);
    }

    /// Negates what still stands of the earlier postings on an account.
    ///
    /// # Errors
    /// `InvalidInput` where one was booked for somebody who is not among those
    /// at hand: taking back a part would leave the rest paid for ever.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// let mut input: AwardInput = testing::input(
    ///     r#"{ "event": { "code": "cancelled" }, "earlier": [
    ///         { "account": "commission", "holder": { "partner": 0 }, "amount": 75000,
    ///           "reason": "won", "event": "event-1" }
    ///     ] }"#,
    /// );
    /// let (commission, reason) = (Word::of("commission"), Reason::of("cancelled"));
    /// let mut earnings = Earnings::none();
    /// earnings.take_back(&input, commission, &reason).unwrap();
    /// assert_eq!(earnings.postings[0].amount, -75_000);
    /// // Out of reach: a person has to see to it.
    /// input.earlier[0].holder = None;
    /// assert!(Earnings::none().take_back(&input, commission, &reason).is_err());
    /// ```
    pub fn take_back(
        &mut self,
        input: &AwardInput,
        account: Word,
        reason: &Reason,
    ) -> Result<(), PolicyError> {
        for (position, amount) in input.standing() {
            let earlier = &input.earlier[position as usize];
            if earlier.account != account {
                continue;
            }
            let holder = earlier.holder.ok_or_else(|| {
                PolicyError::InvalidInput(format!(
                    "the holder of the earlier posting {position} is not at hand"
                ))
            })?;
            self.post_correction(account, holder, -amount, reason.clone(), Some(position));
        }
        Ok(())
    }
}
