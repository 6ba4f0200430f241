//! Who is paid for an event: the claimer, those above it, the agency that sent
//! the lead in, and whom the terms name besides.

use std::collections::HashMap;

use super::Error;
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::lead::Lead;
use crate::domain::partner::{Participant, Partner};
use crate::domain::terms::Terms;
use crate::host::{Host, InForce};

/// Roles that the host gives, as `wit/payees.md` lists them.
pub(super) const CLAIMER: &str = "claimer";
pub(super) const ABOVE: &str = "above";
pub(super) const AGENCY: &str = "agency";
/// A payee is one only because it was paid before.
pub(super) const PAID_BEFORE: &str = "paid-before";

/// Levels of a partner tree that are walked: a cycle written by hand ends here.
const LEVELS_MAX: usize = 32;

/// A contract's participants, and the tree that they stand in.
pub(super) struct Parties {
    pub rows: Vec<(Participant, Partner)>,
    by_id: HashMap<PartnerId, usize>,
    by_key: HashMap<u64, PartnerId>,
    /// The partner above, of every partner of the manufacturer.
    above: HashMap<PartnerId, PartnerId>,
}

impl Parties {
    pub async fn load(host: &Host, force: &InForce) -> Result<Self, Error> {
        let contract = &force.contract;
        let store = &host.store;
        let rows = store
            .participants(&contract.manufacturer, &contract.id)
            .await?;
        let above = store
            .partners(&contract.manufacturer)
            .await?
            .into_iter()
            .filter_map(|partner| Some((partner.id, partner.parent?)))
            .collect();
        let by_id = rows
            .iter()
            .enumerate()
            .map(|(row, (participant, _))| (participant.partner.clone(), row))
            .collect();
        let by_key = rows
            .iter()
            .map(|(_, partner)| (partner.key, partner.id.clone()))
            .collect();
        Ok(Self {
            rows,
            by_id,
            by_key,
            above,
        })
    }

    /// The partner that a key stands for.
    pub fn id_of(&self, key: u64) -> Option<&PartnerId> {
        self.by_key.get(&key)
    }

    /// A partner's row.
    pub fn row_of(&self, id: &PartnerId) -> Option<&(Participant, Partner)> {
        self.by_id.get(id).map(|row| &self.rows[*row])
    }

    /// Whom an event may pay, each with its role. Only participants of the
    /// contract are; one that has two roles is told twice.
    pub fn payees(
        &self,
        terms: &Terms,
        event: &Event,
        lead: Option<&Lead>,
    ) -> Vec<(String, &(Participant, Partner))> {
        let mut payees = Vec::new();
        if let Some(claimer) = &event.partner {
            payees.push((CLAIMER.to_owned(), claimer));
            let mut next = self.above.get(claimer);
            let mut levels = 0;
            while let Some(above) = next.filter(|_| levels < LEVELS_MAX) {
                payees.push((ABOVE.to_owned(), above));
                next = self.above.get(above);
                levels += 1;
            }
        }
        if let Some(agency) = lead.and_then(|lead| lead.sent_by.as_ref()) {
            payees.push((AGENCY.to_owned(), agency));
        }
        for named in &terms.payees {
            let partner = self
                .rows
                .iter()
                .find(|(_, partner)| partner.code == named.partner);
            if let Some((participant, _)) = partner {
                payees.push((named.role.clone(), &participant.partner));
            }
        }
        payees
            .into_iter()
            .filter_map(|(role, id)| Some((role, self.row_of(id)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_role() {
        let document = include_str!("../../../wit/payees.md");
        let listed: Vec<&str> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(listed, [CLAIMER, ABOVE, AGENCY, PAID_BEFORE]);
    }
}
