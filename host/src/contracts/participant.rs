//! A partner's footing in a contract.

use std::collections::BTreeSet;

use super::error::{expect, refuse};
use super::{Amendment, Error, terms};
use crate::domain::attribute::Attributes;
use crate::domain::contract::Contract;
use crate::domain::digest::sha256;
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::partner::{Leave, Participant, Partner};
use crate::domain::terms::{Of, Terms};
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::problem::segment;
use crate::host::{Host, Origin, Problem};
use crate::store::changes::Guard;

const CERTIFICATES_MAX: usize = 200;
/// More leads than anybody holds at once.
pub const CAPACITY_MAX: i64 = 1_000_000;

/// What a partner's footing is wanted to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footing {
    /// A level of the terms.
    pub level: String,
    /// How many leads it wants to hold at once; none: no limit.
    pub capacity: Option<i64>,
    /// As the terms declare them for partners.
    pub attributes: Attributes,
    pub certificates: BTreeSet<String>,
    pub leave: Option<Leave>,
    pub blocked_until: Option<Micros>,
    pub complaints_open: i64,
    /// Whether it has left the contract; what it holds it may finish.
    pub left: bool,
}

impl Footing {
    /// A footing as it is.
    pub fn of(participant: &Participant) -> Self {
        Self {
            level: participant.level.clone(),
            capacity: participant.capacity,
            attributes: participant.attributes.clone(),
            certificates: participant.certificates.clone(),
            leave: participant.leave,
            blocked_until: participant.blocked_until,
            complaints_open: participant.complaints_open,
            left: !participant.active,
        }
    }

    /// What contradicts the terms, or itself.
    pub fn problems(&self, terms: &Terms) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |pointer: &str, message: String| {
            problems.push(Problem::new(pointer, message));
        };
        if !terms.levels.contains(&self.level) {
            add(
                "/level",
                format!(
                    "`{}` is no level; the terms have {}",
                    text::shown(&self.level),
                    terms.levels.join(", ")
                ),
            );
        }
        if self
            .capacity
            .is_some_and(|capacity| !(0..=CAPACITY_MAX).contains(&capacity))
        {
            add(
                "/capacity",
                format!("has to lie between 0 and {CAPACITY_MAX}; leave it out for no limit"),
            );
        }
        for name in self.attributes.keys() {
            if terms
                .attribute(Of::Partner, name)
                .is_some_and(|declared| declared.personal)
            {
                add(
                    &format!("/attributes/{}", segment(name)),
                    "is declared personal; of partners only what policies may be told is kept"
                        .to_owned(),
                );
            }
        }
        if self.certificates.len() > CERTIFICATES_MAX {
            add(
                "/certificates",
                format!("at most {CERTIFICATES_MAX} are kept"),
            );
        }
        for certificate in &self.certificates {
            if let Err(bad) = text::check_line(certificate, NAME_CHARS_MAX) {
                add("/certificates", format!("one {bad}"));
            }
        }
        if self.leave.is_some_and(|leave| leave.from >= leave.until) {
            add("/leave/until", "lies before the leave begins".to_owned());
        }
        if !(0..=CAPACITY_MAX).contains(&self.complaints_open) {
            add(
                "/complaints-open",
                format!("has to lie between 0 and {CAPACITY_MAX}"),
            );
        }
        problems
    }

    fn in_words(&self) -> String {
        let capacity = self
            .capacity
            .map_or_else(|| "any number".to_owned(), |capacity| capacity.to_string());
        let certificates: Vec<&str> = self.certificates.iter().map(String::as_str).collect();
        let digest = sha256(format!("{:?}", self.attributes).as_bytes());
        let mut text = format!(
            "{}, {capacity} leads, certificates [{}], attributes {}",
            self.level,
            certificates.join(", "),
            &digest[..8]
        );
        if let Some(leave) = self.leave {
            text.push_str(&format!(", on leave {} to {}", leave.from, leave.until));
        }
        if let Some(until) = self.blocked_until {
            text.push_str(&format!(", blocked until {until}"));
        }
        if self.complaints_open > 0 {
            text.push_str(&format!(", {} complaints", self.complaints_open));
        }
        if self.left {
            text.push_str(", left");
        }
        text
    }
}

impl Amendment {
    /// The partner's footing in the contract, new or changed.
    pub fn participant(
        &mut self,
        contract: &Contract,
        terms: &Terms,
        partner: &Partner,
        known: Option<&Participant>,
        wanted: Footing,
    ) -> Result<Participant, Error> {
        refuse(wanted.problems(terms))?;
        let what = format!("partner {} in {}", partner.code, contract.code);
        let words = wanted.in_words();
        let participant = Participant {
            manufacturer: self.manufacturer.clone(),
            contract: contract.id.clone(),
            partner: partner.id.clone(),
            level: wanted.level,
            capacity: wanted.capacity,
            attributes: wanted.attributes,
            certificates: wanted.certificates,
            leave: wanted.leave,
            blocked_until: wanted.blocked_until,
            counter: known.map_or(0, |known| known.counter),
            complaints_open: wanted.complaints_open,
            joined_at: known.map_or(self.now, |known| known.joined_at),
            active: !wanted.left,
            version: known.map_or(0, |known| known.version),
        };
        let (contract, partner) = (contract.id.clone(), partner.id.clone());
        match known {
            Some(known) if *known == participant => return Ok(participant),
            Some(known) => {
                self.altered(what, &Footing::of(known).in_words(), &words);
                self.rows
                    .guards
                    .push(Guard::Participant(contract.clone(), partner, known.version));
            }
            None => {
                self.created(format!("{what}: {words}"));
                self.rows
                    .guards
                    .push(Guard::NewParticipant(contract.clone(), partner));
            }
        }
        self.rows.participants.push(participant.clone());
        self.partners_changed(contract);
        Ok(participant)
    }

    /// Offers of the contract rest on something that changes.
    pub(super) fn partners_changed(&mut self, contract: ContractId) {
        if !self.rows.partners_changed.contains(&contract) {
            self.rows.partners_changed.push(contract);
        }
    }
}

/// Lets a partner into a contract, or changes its footing. `change` is given
/// the footing that is there, if any, and the contract's terms.
///
/// # Errors
/// `NotFound` for a partner without a footing where `change` refuses to begin
/// one; `OtherVersion` when it is not the `expected` one.
pub async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    partner: &PartnerId,
    change: impl Fn(Option<Footing>, &Terms) -> Result<Footing, Error>,
    expected: Option<i64>,
    origin: &Origin<Participant>,
) -> Result<Participant, Error> {
    on_stale(|| async {
        let contract = host
            .store
            .contract(manufacturer, contract)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        let partner = host
            .store
            .partner(manufacturer, partner)
            .await?
            .ok_or(Error::NotFound { what: "partner" })?;
        let (_, terms) = terms::current(host, &contract).await?;
        let known = host
            .store
            .participant(manufacturer, &contract.id, &partner.id)
            .await?;
        expect(expected, known.as_ref().map_or(0, |known| known.version))?;
        let wanted = change(known.as_ref().map(Footing::of), &terms)?;
        let mut amendment = Amendment::new(host, manufacturer);
        // The terms that the footing was checked against.
        amendment
            .rows
            .guards
            .push(Guard::Contract(contract.id.clone(), Some(contract.version)));
        let mut participant =
            amendment.participant(&contract, &terms, &partner, known.as_ref(), wanted)?;
        if !amendment.changes().is_empty() {
            participant.version += 1;
        }
        amendment.commit(host, origin, &participant).await?;
        Ok(participant)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_contradicts_the_terms_or_itself_is_named() {
        let terms = Terms::parse(
            r#"{"currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
                "levels": ["silver", "gold"],
                "attributes": [{"name": "owner", "of": "partner", "type": "text", "personal": true}]}"#,
        )
        .unwrap();
        let footing = Footing {
            level: "tin".to_owned(),
            capacity: Some(-1),
            attributes: [(
                "owner".to_owned(),
                crate::domain::attribute::AttributeValue::Text("Eva".to_owned()),
            )]
            .into(),
            leave: Some(Leave {
                from: Micros(2),
                until: Micros(1),
            }),
            ..Footing::default()
        };
        let pointers: Vec<String> = footing
            .problems(&terms)
            .into_iter()
            .map(|problem| problem.pointer)
            .collect();
        assert_eq!(
            pointers,
            ["/level", "/capacity", "/attributes/owner", "/leave/until"]
        );
        let good = Footing {
            level: "gold".to_owned(),
            ..Footing::default()
        };
        assert_eq!(good.problems(&terms), []);
    }
}
