//! The terms of the contracts that rows on a page are of: what they show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::deal::Deal;
use crate::domain::happening::Event;
use crate::domain::ids::ContractId;
use crate::host::{ContractError, Host, InForce};
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// The terms in force, by contract. Partners see their own business whatever
/// they say.
pub enum Agreed {
    WithPartners,
    /// None where the terms cannot be read: then nothing of it is shown.
    WithManufacturer(BTreeMap<ContractId, Option<Arc<InForce>>>),
}

impl Agreed {
    /// What each of the contracts shows the caller.
    pub async fn load(
        host: &Host,
        caller: &Caller,
        contracts: BTreeSet<&ContractId>,
    ) -> Result<Self, Problem> {
        if caller.role.speaks_for_partner() {
            return Ok(Self::WithPartners);
        }
        let mut terms = BTreeMap::new();
        for contract in contracts {
            let found = match host.contract(&caller.manufacturer, contract).await {
                Ok(found) => Some(found),
                Err(ContractError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!("a contract cannot be used: {error}");
                    None
                }
            };
            terms.insert(contract.clone(), found);
        }
        Ok(Self::WithManufacturer(terms))
    }

    /// Whether no more of the deal is seen than that there is one.
    pub fn hides_deal(&self, deal: &Deal) -> bool {
        match self {
            Self::WithPartners => false,
            Self::WithManufacturer(terms) => match terms.get(&deal.contract) {
                Some(Some(force)) => force.terms.hides_deal(deal),
                _ => true,
            },
        }
    }

    /// Whether what policies were told of open business is seen.
    pub fn shows_pipeline(&self, contract: &ContractId) -> bool {
        match self {
            Self::WithPartners => true,
            Self::WithManufacturer(terms) => match terms.get(contract) {
                Some(Some(force)) => force.terms.pipeline_visible,
                _ => false,
            },
        }
    }

    /// The event, as far as it is seen.
    pub fn shown(&self, event: &Event) -> Event {
        match self {
            Self::WithPartners => event.clone(),
            Self::WithManufacturer(terms) => match terms.get(&event.contract) {
                Some(Some(force)) => force.terms.shown(event),
                _ => Event {
                    attributes: Default::default(),
                    lines: Vec::new(),
                    ..event.clone()
                },
            },
        }
    }
}
