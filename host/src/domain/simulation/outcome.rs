//! What came of a run, and what several runs tell of a plan.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use super::parameters::Kind;
use super::world::Lead;
use crate::domain::event::EventCode;
use crate::domain::generation::WHOLE;

/// What came of it for one provider, or for several together. Money is minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    pub leads: i64,
    pub unworked: i64,
    /// Of these, those that nobody would have worked with more hours either.
    pub unworked_with_hours: i64,
    /// Thousandths of hours that were worked.
    pub hours: i64,
    /// What these cost the provider.
    pub cost: i64,
    pub payout: i64,
    pub deals: i64,
    pub sales: i64,
    /// What the manufacturer keeps of the deals before the plan is paid.
    pub project_margin: i64,
    /// Leads with a documented care contact, and those with complete data.
    pub cared_for: i64,
    pub data_complete: i64,
    pub customers_stayed: i64,
    /// What the manufacturer earns later with those who stay.
    pub customer_value: i64,
}

impl Outcome {
    /// What is left to the provider.
    pub fn provider_margin(&self) -> i64 {
        self.payout - self.cost
    }

    /// What is left to the manufacturer.
    pub fn manufacturer_margin(&self) -> i64 {
        self.project_margin + self.customer_value - self.payout
    }

    /// Parts per million of the leads.
    pub fn unworked_share(&self) -> i64 {
        self.share(self.unworked)
    }

    /// The same, of those that no budget explains.
    pub fn unworked_with_hours_share(&self) -> i64 {
        self.share(self.unworked_with_hours)
    }

    /// How complete the data is: parts per million of the leads.
    pub fn data_share(&self) -> i64 {
        self.share(self.data_complete)
    }

    fn share(&self, count: i64) -> i64 {
        count * WHOLE / self.leads.max(1)
    }

    /// Counts what came of an action.
    pub(super) fn count(&mut self, lead: &Lead, kind: &Kind, code: Option<EventCode>) {
        match code {
            Some(EventCode::Won) => {
                self.deals += 1;
                self.sales += lead.value;
                let margin = i128::from(lead.value) * i128::from(kind.project_margin);
                // A share of what 64 bits hold.
                self.project_margin += (margin / i128::from(WHOLE)) as i64;
            }
            Some(EventCode::CareContact) => self.cared_for += 1,
            Some(EventCode::DataComplete) => self.data_complete += 1,
            _ => {}
        }
    }

    pub(super) fn with_cost_per_hour(self, cost_per_hour: i64) -> Self {
        let cost = i128::from(self.hours) * i128::from(cost_per_hour) / 1_000;
        Self {
            cost: i64::try_from(cost).unwrap_or(i64::MAX),
            ..self
        }
    }
}

impl Sum for Outcome {
    fn sum<I: Iterator<Item = Self>>(outcomes: I) -> Self {
        outcomes.fold(Self::default(), |sum, one| Self {
            leads: sum.leads + one.leads,
            unworked: sum.unworked + one.unworked,
            unworked_with_hours: sum.unworked_with_hours + one.unworked_with_hours,
            hours: sum.hours + one.hours,
            cost: sum.cost + one.cost,
            payout: sum.payout + one.payout,
            deals: sum.deals + one.deals,
            sales: sum.sales + one.sales,
            project_margin: sum.project_margin + one.project_margin,
            cared_for: sum.cared_for + one.cared_for,
            data_complete: sum.data_complete + one.data_complete,
            customers_stayed: sum.customers_stayed + one.customers_stayed,
            customer_value: sum.customer_value + one.customer_value,
        })
    }
}

/// What several seeds tell of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimates {
    /// Parts per million of the leads.
    pub unworked: Estimate,
    pub unworked_with_hours: Estimate,
    pub data_complete: Estimate,
    /// Customers.
    pub cared_for: Estimate,
    /// Deals.
    pub deals: Estimate,
    /// Minor units.
    pub payout: Estimate,
    pub provider_margin: Estimate,
    pub manufacturer_margin: Estimate,
}

impl Estimates {
    /// From what came of each seed, all providers together.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let of = |figure: fn(&Outcome) -> i64| {
            let values: Vec<i64> = outcomes.iter().map(figure).collect();
            Estimate::of(&values)
        };
        Self {
            unworked: of(Outcome::unworked_share),
            unworked_with_hours: of(Outcome::unworked_with_hours_share),
            data_complete: of(Outcome::data_share),
            cared_for: of(|outcome| outcome.cared_for),
            deals: of(|outcome| outcome.deals),
            payout: of(|outcome| outcome.payout),
            provider_margin: of(Outcome::provider_margin),
            manufacturer_margin: of(Outcome::manufacturer_margin),
        }
    }
}
