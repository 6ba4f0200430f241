//! What does an event earn, cost or claw back, and what does a period?

use crate::{
    Age, Attributes, Context, Date, Instant, Lead, Money, OpenCase, Partner, Policy, PolicyError,
    Reason, Span, Table, Word,
};

/// A compensation policy: one component of a contract's plan.
pub trait Compensation: Policy {
    /// Asked in the order of events, for each that counts and for each wake-up.
    fn award(&self, context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError>;

    /// Asked when a period closes; `now` is its end.
    fn settle(&self, context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError>;
}

/// To whom an account's balance belongs.
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

/// What an account holds, in its own unit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Balance {
    pub account: Word,
    pub holder: Holder,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
}

/// A change of an account. The host books the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Posting {
    /// An account of the manifest.
    pub account: Word,
    pub holder: Holder,
    /// Positive: to the holder's favour.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
    /// Position in the answer's `reasons`.
    pub reason: u32,
    /// Position in the input's `earlier` of the posting that this one corrects.
    pub corrects: Option<u32>,
}

/// What `award` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AwardInput {
    pub event: PaidEvent,
    pub lead: Option<Lead>,
    pub deal: Option<Deal>,
    pub customer: Option<Customer>,
    /// The claimer first, then those above, agencies, and others that the terms
    /// name, as they were when the event occurred.
    pub payees: Vec<Payee>,
    pub balances: Vec<Balance>,
    /// Postings on the deal so far, or on the lead where there is no deal;
    /// oldest first.
    pub earlier: Vec<EarlierPosting>,
}

impl AwardInput {
    /// What the holder has on an account; 0 where nothing is told of it.
    pub fn balance(&self, account: Word, holder: Holder) -> i64 {
        balance(&self.balances, account, holder)
    }

    /// The first payee of that role: claimer, above, agency, or one the terms
    /// name.
    pub fn payee(&self, role: Word) -> Option<Holder> {
        let position = self.payees.iter().position(|payee| payee.role == role)?;
        Some(Holder::Partner(position as u32))
    }

    /// The earlier postings that still stand, by their position in `earlier`,
    /// with what is left of each after all that corrects it. A cancellation
    /// negates these; a second one finds none.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::compensation::{AwardInput, EarlierPosting, Holder};
    /// use stellwerk_plugin_sdk::Word;
    /// let posting = |amount, corrects| EarlierPosting {
    ///     account: Word::of("commission"),
    ///     holder: Some(Holder::Partner(0)),
    ///     amount,
    ///     reason: Word::of("won"),
    ///     event: Word::of("event-1"),
    ///     age: Default::default(),
    ///     corrects,
    /// };
    /// let mut input = AwardInput {
    ///     earlier: vec![posting(100, None), posting(-30, Some(0))],
    ///     ..AwardInput::default()
    /// };
    /// assert_eq!(input.standing(), [(0, 70)]);
    /// input.earlier.push(posting(-70, Some(0)));
    /// assert!(input.standing().is_empty());
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

fn balance(balances: &[Balance], account: Word, holder: Holder) -> i64 {
    balances
        .iter()
        .find(|balance| balance.account == account && balance.holder == holder)
        .map_or(0, |balance| balance.amount)
}

/// What is paid, or costs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct PaidEvent {
    pub reference: Word,
    /// won, cancelled, contacted, care-contact … or one the contract declares; a
    /// wake-up comes back as `due`, with its key and its attributes.
    pub code: Word,
    pub occurred: Instant,
    pub recorded: Instant,
    pub attributes: Attributes,
    pub lines: Vec<Line>,
}

impl PaidEvent {
    /// Names that [`Self::value`] reads.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
    pub(crate) const WORDS: &[&str] = &["value"];

    /// The value of the lines; without lines the attribute `value`.
    pub fn value(&self) -> Money {
        if self.lines.is_empty() {
            self.attributes.money(Word::of("value")).unwrap_or_default()
        } else {
            self.lines.iter().map(|line| line.value).sum()
        }
    }
}

/// A line of what was sold.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Line {
    pub product: Word,
    /// In thousandths of the product's unit.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub quantity: i64,
    pub value: Money,
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Deal {
    pub reference: Word,
    /// Since it was registered.
    pub age: Age,
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Customer {
    pub reference: Word,
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Payee {
    /// claimer, above, agency, one that the terms name, or paid-before: who
    /// holds earlier postings on the deal or the lead.
    pub role: Word,
    pub partner: Partner,
}

/// What was posted before.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct EarlierPosting {
    pub account: Word,
    /// None where the holder is not among those at hand.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub holder: Option<Holder>,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub amount: i64,
    /// Its reason's code.
    pub reason: Word,
    /// The event that it came from.
    pub event: Word,
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub age: Age,
    /// Position in this list.
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub corrects: Option<u32>,
}

/// Asks to be called again.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct WakeUp {
    /// One per key is open; a new one takes the place of the old one.
    pub key: Word,
    pub after: Span,
    #[cfg_attr(not(target_arch = "wasm32"), serde(default))]
    pub attributes: Attributes,
}

impl WakeUp {
    /// Calls again after a span.
    pub fn after(key: impl Into<Word>, after: Span) -> Self {
        Self {
            key: key.into(),
            after,
            attributes: Attributes::new(),
        }
    }

    /// Drops the open wake-up of that key.
    pub fn drop(key: impl Into<Word>) -> Self {
        Self::after(key, Span::NONE)
    }
}

/// What `award` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earnings {
    pub postings: Vec<Posting>,
    pub wake_ups: Vec<WakeUp>,
    pub reasons: Vec<Reason>,
}

impl Earnings {
    /// Nothing is earned.
    pub fn none() -> Self {
        Self::default()
    }

    /// Books an amount for a reason; 0 books nothing.
    pub fn post(&mut self, account: Word, holder: Holder, amount: i64, reason: Reason) {
        self.post_correction(account, holder, amount, reason, None);
    }

    /// Books an amount that corrects an earlier posting.
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

/// What `settle` is told.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct SettleInput {
    pub period: Period,
    /// One row per partner.
    pub partners: Table,
    /// Balances that no partner holds.
    pub balances: Vec<Balance>,
}

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

/// What `settle` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settlement {
    pub postings: Vec<Posting>,
    /// What the postings are made of, per row.
    pub terms: Vec<(Word, Vec<i64>)>,
    pub notices: Vec<(Holder, Notice)>,
    pub wake_ups: Vec<WakeUp>,
    pub reasons: Vec<Reason>,
}

impl Settlement {
    /// Nothing to settle.
    pub fn none() -> Self {
        Self::default()
    }

    /// Books an amount for the partner of a row; 0 books nothing.
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
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    TargetMissed,
    TargetReached,
    Malus,
    Expiry,
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
