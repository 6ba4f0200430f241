//! What `settle` is told, and what it answers.

use super::{Balance, Holder, Posting, WakeUp};
use crate::open_case::OpenCase;
use crate::{Date, Reason, Table, Word};

/// What `settle` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: SettleInput = testing::input(
///     r#"{
///         "period": { "name": "2026-03", "cadence": "month", "begins": 20513, "ends": 20544 },
///         "partners": { "keys": [7, 9], "columns": {
///             "figure/claimed": { "integers": [20, 4] },
///             "figure/unworked": { "integers": [3, 0] }
///         } }
///     }"#,
/// );
/// // Figures without a window count the period. Who left more than a tenth unworked?
/// let claimed = input.partners.integers(Word::of("figure/claimed"));
/// let unworked = input.partners.integers(Word::of("figure/unworked"));
/// let too_many = |row: &usize| unworked.get(*row).map(|count| count * 10) > claimed.get(*row);
/// assert!((0..input.partners.len()).filter(too_many).eq([0]));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct SettleInput {
    pub period: Period,
    /// One row per partner, with the columns that the policy's words name:
    /// `figure/…`, `measure/…`, `target/…`, and `account/…` for the balances that
    /// partners hold.
    pub partners: Table,
    /// Balances that no partner holds.
    pub balances: Vec<Balance>,
}

/// What closes.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A plan that changed in mid-month: the old one settles the days before.
/// let input: SettleInput = testing::input(
///     r#"{ "period": {
///         "name": "2026-03", "cadence": "month", "begins": 20513, "ends": 20527 } }"#,
/// );
/// let days = input.period.ends.0 - input.period.begins.0;
/// let base_fee = Money(31_000).times_ratio(days.into(), 31);
/// assert_eq!(base_fee, Money(14_000));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Period {
    /// Such as 2026-Q1.
    pub name: Word,
    /// month, quarter, year.
    pub cadence: Word,
    /// The first day.
    pub begins: Date,
    /// The day after the last one.
    pub ends: Date,
}

impl Period {
    /// Its days, and those of the whole month, quarter or year in which it lies. They
    /// are the same unless a plan has changed in mid-period: each part is settled by
    /// itself then.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    ///
    /// // What is agreed for a month is paid for the 14 days of March of the old plan.
    /// let input: SettleInput = testing::input(
    ///     r#"{ "period": {
    ///         "name": "2026-03", "cadence": "month", "begins": 20513, "ends": 20527 } }"#,
    /// );
    /// let (days, whole) = input.period.days();
    /// assert_eq!(Money(31_000).times_ratio(days, whole), Money(14_000));
    /// ```
    pub fn days(&self) -> (i64, i64) {
        let months = match self.cadence.text().as_str() {
            "year" => 12,
            "quarter" => 3,
            _ => 1,
        };
        let (year, month, _) = self.begins.year_month_day();
        let first_month = (month - 1) / months * months + 1;
        let first = Date::of(year, first_month, 1);
        let last = Date::of(year, first_month + months, 1);
        let between = |from: Date, until: Date| i64::from(until.0) - i64::from(from.0);
        (between(self.begins, self.ends), between(first, last))
    }
}

/// What `settle` answers.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: SettleInput = testing::input(
///     r#"{ "partners": { "keys": [7, 9], "columns": {
///         "measure/rework-share": { "numbers": [0.34, 0.05] } } } }"#,
/// );
/// let rework = input.partners.numbers(Word::of("measure/rework-share"));
/// let mut settlement = Settlement::none();
/// for row in 0..input.partners.len() {
///     if let Some(share) = rework.get(row).filter(|share| *share >= 0.3) {
///         let reason = Reason::of("rework").with(share).weighing(-20_000);
///         settlement.post(Word::of("malus"), row, -20_000, reason);
///         settlement.notices.push((Holder::Partner(row as u32), Notice::Malus));
///     }
/// }
/// assert_eq!(settlement.postings[0].holder, Holder::Partner(0));
/// assert_eq!(settlement.postings.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settlement {
    pub postings: Vec<Posting>,
    /// What the postings are made of: by reason code, one contribution per row, in
    /// the posting's unit or in thousandths.
    pub terms: Vec<(Word, Vec<i64>)>,
    /// Who is told what.
    pub notices: Vec<(Holder, Notice)>,
    pub wake_ups: Vec<WakeUp>,
    pub reasons: Vec<Reason>,
}

impl Settlement {
    /// Nothing to settle.
    pub fn none() -> Self {
        Self::default()
    }

    /// Books an amount, in the account's unit, for the partner of a row; 0 books
    /// nothing.
    pub fn post(&mut self, account: Word, row: usize, amount: i64, reason: Reason) {
        if amount == 0 {
            return;
        }
        self.postings.push(Posting {
            account,
            holder: Holder::Partner(row as u32),
            amount,
            reason: self.reasons.len() as u32,
            corrects: None,
        });
        self.reasons.push(reason);
    }
}

/// What a holder should be told when a period closes.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
///
/// /// 20 deals were agreed; who has none is told the same as who has 19.
/// fn notice(won: i64, target: i64) -> Notice {
///     if won < target { Notice::TargetMissed } else { Notice::TargetReached }
/// }
/// let mut settlement = Settlement::none();
/// settlement.notices.push((Holder::Partner(0), notice(23, 20)));
/// assert_eq!(settlement.notices, [(Holder::Partner(0), Notice::TargetReached)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    TargetMissed,
    TargetReached,
    /// Something was taken off.
    Malus,
    /// Something will expire, such as points.
    Expiry,
    /// There is a statement.
    Statement,
}

impl Notice {
    pub(crate) fn into_case(self) -> OpenCase {
        OpenCase::of(match self {
            Self::TargetMissed => "target-missed",
            Self::TargetReached => "target-reached",
            Self::Malus => "malus",
            Self::Expiry => "expiry",
            Self::Statement => "statement",
        })
    }
}
