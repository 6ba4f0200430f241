//! What a simulation and the lint ask a plan: the real components of a contract, or one
//! written out in a test.

use super::parameters::{Measure, Target};
use super::tally::Tally;
use crate::domain::event::EventCode;
use crate::domain::temperature::Temperature;

/// A plan that can be asked. Questions come in batches, so that whoever answers may put
/// many into one call, and they belong to what might be: none is booked by asking.
pub trait Plan {
    /// What the accounts of one provider hold, its leads' and deals' among them.
    type Accounts: Clone;
    type Error;

    /// The accounts of a provider before anything was paid.
    ///
    /// # Errors
    /// Where the plan cannot be asked.
    fn open(&mut self, provider: u32) -> Result<Self::Accounts, Self::Error>;

    /// What events pay, each from the accounts as they are told with it. Answers as many
    /// as were asked, in their order.
    ///
    /// # Errors
    /// Where the plan cannot be asked.
    fn award(
        &mut self,
        asked: &[Award<'_, Self::Accounts>],
    ) -> Result<Vec<Booked<Self::Accounts>>, Self::Error>;

    /// What the end of a period pays, to each as if it stood alone, and the accounts with
    /// which the next period begins: those that are reset with it are at 0. Several of
    /// those asked may be one provider, as it would stand after one thing or another.
    ///
    /// # Errors
    /// Where the plan cannot be asked.
    fn settle(
        &mut self,
        asked: &[Settle<'_, Self::Accounts>],
    ) -> Result<Vec<Booked<Self::Accounts>>, Self::Error>;
}

/// What does an event pay?
#[derive(Clone, Debug)]
pub struct Award<'a, A> {
    pub accounts: &'a A,
    pub event: Event<'a>,
}

/// What does the end of a period pay?
#[derive(Clone, Debug)]
pub struct Settle<'a, A> {
    pub accounts: &'a A,
    pub provider: u32,
    /// Counted from 0.
    pub period: u32,
    pub tally: Tally,
    pub told: Told<'a>,
}

impl<'a, A> Settle<'a, A> {
    /// The provider's measures that have a value, in millionths of their unit.
    pub fn measures(&self) -> impl Iterator<Item = (&'a str, i64)> {
        let tally = self.tally;
        self.told
            .measures
            .iter()
            .filter_map(move |one| Some((one.name.as_str(), tally.measure(one)?)))
    }
}

/// What is told beside what is counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    pub measures: &'a [Measure],
    pub targets: &'a [Target],
}

/// What a plan has answered: what is paid in money, and the accounts after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked<A> {
    /// Minor units to the provider; less than 0 where it has to pay.
    pub paid: i64,
    pub accounts: A,
}

/// Something that has happened to a lead of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    pub code: EventCode,
    pub provider: u32,
    pub lead: u32,
    /// Of what is won or called off.
    pub deal: Option<u32>,
    /// The value of the deal, in minor units.
    pub value: Option<i64>,
    /// Both counted from 0.
    pub week: u32,
    pub period: u32,
    pub source: &'a str,
    pub temperature: Temperature,
    pub product: Option<&'a str>,
    pub within_sla: bool,
    /// From the claim to the first work; none before any.
    pub worked_after_seconds: Option<u32>,
}
