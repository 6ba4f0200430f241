//! The cases that a canary decides. Leads are drawn; money is never left to a draw, so
//! whom a candidate pays is said one by one.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::contracts::Error;
use crate::domain::contract::Contract;
use crate::domain::generation::{Chosen, WHOLE};
use crate::domain::partner::Partner;
use crate::domain::text::shown;
use crate::host::Host;

/// What was said of them.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Of what routes: parts per million of the leads.
    pub share: Option<i64>,
    /// Of what pays: codes of the contract's partners.
    pub partners: Vec<String>,
    /// Of what pays: from which local day on; none: with the next period.
    pub from: Option<DateTime>,
}

impl Sample {
    /// Parts per million of the leads.
    pub fn share(share: i64) -> Self {
        Self {
            share: Some(share),
            ..Self::default()
        }
    }

    /// The share of a canary that routes.
    pub(super) fn of_leads(&self) -> Result<i64, Error> {
        let for_pay = |place, what: &str| {
            let message = format!("{what}: what routes is tried with a share of the leads");
            Err(Error::invalid(place, message))
        };
        if !self.partners.is_empty() {
            return for_pay("/partners", "are for what pays");
        }
        if self.from.is_some() {
            return for_pay("/from", "is for what pays");
        }
        let share = self.share.ok_or_else(|| {
            let message = "is missing: which share of the leads, such as 5";
            Error::invalid("/share-percent", message)
        })?;
        checked(share)
    }

    /// The partners of a canary that pays, by their codes.
    pub(super) async fn of_partners(
        &self,
        host: &Host,
        contract: &Contract,
    ) -> Result<Vec<Chosen>, Error> {
        if self.share.is_some() {
            return Err(Error::invalid(
                "/share-percent",
                "is for what routes: what pays is tried with partners that are named",
            ));
        }
        if self.partners.is_empty() {
            return Err(Error::invalid(
                "/partners",
                "is missing: the codes of the partners that the candidate is to pay, whose \
                 statements will say so; a shadow pays nothing",
            ));
        }
        let mut wanted: BTreeSet<&str> = self.partners.iter().map(String::as_str).collect();
        let mut all = host
            .store
            .participants(&contract.manufacturer, &contract.id)
            .await?;
        all.retain(|(_, partner)| wanted.remove(partner.code.as_str()));
        if !wanted.is_empty() {
            let unknown: Vec<String> = wanted
                .into_iter()
                .map(|code| format!("`{}`", shown(code)))
                .collect();
            let message = format!("no partners of the contract: {}", unknown.join(", "));
            return Err(Error::invalid("/partners", message));
        }
        all.sort_by(|(_, one), (_, other)| one.code.cmp(&other.code));
        Ok(all
            .into_iter()
            .map(|(_, Partner { id, code, .. })| Chosen { id, code })
            .collect())
    }
}

/// A share that is one.
pub(super) fn checked(share: i64) -> Result<i64, Error> {
    match (1..=WHOLE).contains(&share) {
        true => Ok(share),
        false => Err(Error::invalid(
            "/share-percent",
            "has to be more than 0 and at most 100 per cent; cancel ends it",
        )),
    }
}
