//! From what is stored to what the document says: checked whole before anything
//! is written.

use std::collections::BTreeMap;
use std::path::Path;

use super::check::problems;
use super::document::{BindingTable, Document, PartnerTable};
use super::{Applied, ApplyError};
use crate::contracts::participant::Footing;
use crate::contracts::{
    Amendment, Tree, attributes, binding, contract, manufacturer, partner, people, plugin, terms,
};
use crate::domain::audit::Change;
use crate::domain::contract::{Binding, Contract};
use crate::domain::ids::PartnerId;
use crate::domain::partner::{Participant, Place, Position};
use crate::domain::terms::Of;
use crate::host::problem::segment;
use crate::host::{Host, Origin};

/// What is said of a generation that a file has made.
const COMMENT: &str = "applied from a file";

/// What applying the document would do.
pub struct Plan {
    amendment: Amendment,
}

impl Plan {
    /// One line each.
    pub fn changes(&self) -> &[Change] {
        self.amendment.changes()
    }

    /// Makes it so.
    pub async fn carry_out(
        self,
        host: &Host,
        origin: &Origin<Applied>,
    ) -> Result<Applied, ApplyError> {
        let applied = Applied {
            changes: self.changes().to_vec(),
        };
        self.amendment.commit(host, origin, &applied).await?;
        Ok(applied)
    }
}

/// Compares the document with what is stored.
pub async fn plan(
    host: &Host,
    document: &Document,
    folder: Option<&Path>,
) -> Result<Plan, ApplyError> {
    let problems = problems(document);
    if !problems.is_empty() {
        return Err(ApplyError::Invalid(problems));
    }
    let wanted = &document.manufacturer;
    let amendment = manufacturer::amend(host, &wanted.code, &wanted.name).await?;
    let partners = Tree::load(host, amendment.manufacturer()).await?;
    let mut applying = Applying {
        host,
        document,
        folder,
        amendment,
        partners,
    };
    let (contract, known) = applying.contract().await?;
    applying.places().await?;
    applying.partners().await?;
    let footing = applying.footing(&contract).await?;
    applying.people().await?;
    let untouched = applying.bindings(&contract).await?;
    if known.is_some_and(|known| known.terms_version != contract.terms_version) {
        applying.contradictions(&footing, &untouched).await?;
    }
    if !applying.amendment.changes().is_empty() {
        // Whatever has changed, hosts look at the contract's row to see it.
        applying.amendment.touch(contract);
    }
    Ok(Plan {
        amendment: applying.amendment,
    })
}

struct Applying<'a> {
    host: &'a Host,
    document: &'a Document,
    folder: Option<&'a Path>,
    amendment: Amendment,
    partners: Tree,
}

impl Applying<'_> {
    /// The contract with its terms, and as it was before.
    async fn contract(&mut self) -> Result<(Contract, Option<Contract>), ApplyError> {
        let wanted = &self.document.contract;
        let known = self
            .host
            .store
            .contract_by_code(self.amendment.manufacturer(), &wanted.code)
            .await?;
        let wanted = contract::Wanted {
            code: wanted.code.clone(),
            name: wanted.name.clone(),
            test: wanted.test,
        };
        let mut contract = self
            .amendment
            .contract(self.host, known.clone(), &wanted)
            .map_err(|error| error.under("/contract"))?;
        let current = match &known {
            Some(known) => Some(terms::current(self.host, known).await?),
            None => None,
        };
        let new = &self.document.terms;
        if let (Some(known), Some((_, old))) = (&known, &current) {
            terms::keep_reckoning(self.host, known, old, new)
                .await
                .map_err(|error| error.under("/terms"))?;
        }
        let current = current.map(|(version, _)| version);
        self.amendment
            .terms(&mut contract, current.as_ref(), new)
            .map_err(|error| error.under("/terms"))?;
        Ok((contract, known))
    }

    async fn places(&mut self) -> Result<(), ApplyError> {
        for (position, wanted) in self.document.places.iter().enumerate() {
            let place = Place {
                country: wanted.country.clone(),
                postcode: wanted.postcode.clone(),
                position: Position {
                    latitude: wanted.latitude,
                    longitude: wanted.longitude,
                },
            };
            self.amendment
                .place(self.host, place)
                .await
                .map_err(|error| error.under(&format!("/places/{position}")))?;
        }
        Ok(())
    }

    async fn partners(&mut self) -> Result<(), ApplyError> {
        let wanted: Vec<partner::Wanted> = self
            .document
            .partners
            .iter()
            .map(|wanted| partner::Wanted {
                code: wanted.code.clone(),
                name: wanted.name.clone(),
                parent: wanted.parent.clone(),
                country: wanted.country.clone(),
                postcode: wanted.postcode.clone(),
                position: wanted
                    .latitude
                    .zip(wanted.longitude)
                    .map(|(latitude, longitude)| Position {
                        latitude,
                        longitude,
                    }),
            })
            .collect();
        self.amendment
            .partners(self.host, &mut self.partners, &wanted, |position| {
                format!("/partners/{position}")
            })
            .await
    }

    /// The footing of everybody in the contract, those of the document as it
    /// says.
    async fn footing(&mut self, contract: &Contract) -> Result<Vec<Participant>, ApplyError> {
        let mut footing: BTreeMap<PartnerId, Participant> = self
            .host
            .store
            .participants(self.amendment.manufacturer(), &contract.id)
            .await?
            .into_iter()
            .map(|(participant, partner)| (partner.id, participant))
            .collect();
        let mut problems = Vec::new();
        for (position, wanted) in self.document.partners.iter().enumerate() {
            let Some(partner) = self.partners.by_code(&wanted.code) else {
                continue;
            };
            let known = footing.get(&partner.id);
            let participant = match self.wanted_footing(wanted, known) {
                Ok(wanted) => self.amendment.participant(
                    contract,
                    &self.document.terms,
                    partner,
                    known,
                    wanted,
                ),
                Err(error) => Err(error),
            };
            match participant.map_err(|error| error.under(&format!("/partners/{position}"))) {
                Ok(participant) => {
                    footing.insert(partner.id.clone(), participant);
                }
                Err(ApplyError::Invalid(found)) => problems.extend(found),
                Err(other) => return Err(other),
            }
        }
        if problems.is_empty() {
            Ok(footing.into_values().collect())
        } else {
            Err(ApplyError::Invalid(problems))
        }
    }

    /// What a file does not say of a partner stays as it is.
    fn wanted_footing(
        &self,
        wanted: &PartnerTable,
        known: Option<&Participant>,
    ) -> Result<Footing, ApplyError> {
        let attributes = attributes::read(
            &wanted.attributes,
            &self.document.terms,
            &[Of::Partner],
            "/attributes",
        )
        .map_err(ApplyError::Invalid)?;
        Ok(Footing {
            level: wanted.level.clone(),
            capacity: wanted.capacity,
            attributes,
            certificates: wanted.certificates.iter().cloned().collect(),
            left: false,
            ..known.map(Footing::of).unwrap_or_default()
        })
    }

    async fn people(&mut self) -> Result<(), ApplyError> {
        for (position, wanted) in self.document.people.iter().enumerate() {
            let wanted = people::Wanted {
                email: wanted.email.clone(),
                name: wanted.name.clone(),
                roles: vec![people::WantedRole {
                    role: wanted.role.clone(),
                    partner: wanted.partner.clone(),
                }],
            };
            self.amendment
                .person(self.host, &self.partners, &wanted, |_| String::new())
                .await
                .map_err(|error| error.under(&format!("/people/{position}")))?;
        }
        Ok(())
    }

    /// Binds what the document names. Answers what is bound to other slots.
    async fn bindings(&mut self, contract: &Contract) -> Result<Vec<Binding>, ApplyError> {
        let (store, manufacturer) = (&self.host.store, self.amendment.manufacturer());
        let now = self.host.clock.now();
        let stored = store.bindings(manufacturer, &contract.id, now).await?;
        let courses = store.courses(manufacturer, &contract.id).await?;
        let ground = binding::Ground {
            contract,
            terms: &self.document.terms,
            courses: &courses,
            now,
        };
        for (slot, wanted) in &self.document.bindings {
            bind(
                self.host,
                &mut self.amendment,
                &ground,
                slot,
                wanted,
                self.folder,
            )
            .await
            .map_err(|error| match error {
                ApplyError::Policy { error, .. } => ApplyError::of_slot(slot, error),
                other => other.under(&format!("/bindings/{}", segment(slot))),
            })?;
        }
        let untouched = |binding: &Binding| !self.document.bindings.contains_key(&binding.slot);
        Ok(stored.into_iter().filter(untouched).collect())
    }

    /// Whether new terms suit what the document says nothing of.
    async fn contradictions(
        &self,
        footing: &[Participant],
        bindings: &[Binding],
    ) -> Result<(), ApplyError> {
        let terms = &self.document.terms;
        let found = terms::contradictions(terms, &self.partners, footing);
        if !found.is_empty() {
            return Err(ApplyError::Invalid(found).under("/terms"));
        }
        binding::hold(self.host, bindings, &terms.canonical_json()).await
    }
}

async fn bind(
    host: &Host,
    amendment: &mut Amendment,
    ground: &binding::Ground<'_>,
    slot: &str,
    wanted: &BindingTable,
    folder: Option<&Path>,
) -> Result<(), ApplyError> {
    let component = plugin::resolve(host, amendment.manufacturer(), &wanted.plugin, folder).await?;
    let wanted = binding::Wanted {
        slot: slot.to_owned(),
        plugin: wanted.plugin.clone(),
        configuration: wanted.configuration.clone(),
        limits: None,
        comment: COMMENT.to_owned(),
        when: binding::When::from(wanted.from),
    };
    amendment.bind(host, ground, &component, &wanted).await?;
    Ok(())
}
