//! The contract of the play, applied to an empty database.

use std::collections::BTreeMap;

use super::temper::{self, Temper};
use super::towns::TOWNS;
use super::{Error, leads};
use crate::apply::{Document, PlaceTable, apply};
use crate::domain::contract::{Contract, Manufacturer};
use crate::domain::ids::PartnerId;
use crate::domain::partner::Partner;
use crate::host::{Host, Origin};

const CONTRACT: &str = include_str!("contract.toml");
/// Who sends requests in that it has asked for on the telephone.
const AGENCY: &str = "klarstrom";

/// Who is there.
pub struct World {
    pub manufacturer: Manufacturer,
    pub contract: Contract,
    pub partners: BTreeMap<PartnerId, Player>,
    pub agency: PartnerId,
}

/// A partner, and its ways; none for distributors and agencies.
pub struct Player {
    pub partner: Partner,
    pub temper: Option<&'static Temper>,
}

/// Makes the world.
///
/// # Errors
/// `NotEmpty` where the database holds anything: the play moves the clock, and
/// nobody else's deadlines may be worked by it.
pub async fn make(host: &Host) -> Result<World, Error> {
    if !host.store.manufacturers().await?.is_empty() {
        return Err(Error::NotEmpty);
    }
    let mut document = Document::parse(CONTRACT)
        .map_err(|problem| Error::Contract(format!("the demo's own contract: {problem}")))?;
    document.places = TOWNS
        .iter()
        .map(|town| PlaceTable {
            country: leads::COUNTRY.to_owned(),
            postcode: town.postcode.to_owned(),
            latitude: town.latitude,
            longitude: town.longitude,
        })
        .collect();
    apply(host, &document, None, &Origin::host()).await?;
    let (manufacturer, contract) = host
        .store
        .contract_by_codes(&document.manufacturer.code, &document.contract.code)
        .await?
        .ok_or_else(|| missing("contract"))?;
    let partners = host.store.partners(&manufacturer.id).await?;
    let agency = partners
        .iter()
        .find(|partner| partner.code == AGENCY)
        .map(|partner| partner.id.clone())
        .ok_or_else(|| missing("agency"))?;
    Ok(World {
        manufacturer,
        contract,
        partners: partners
            .into_iter()
            .map(|partner| {
                let temper = temper::of(&partner.code);
                (partner.id.clone(), Player { partner, temper })
            })
            .collect(),
        agency,
    })
}

fn missing(what: &str) -> Error {
    Error::Contract(format!("the demo's own contract made no {what}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::{FIRST_DAY, leads::arrivals};
    use crate::domain::address::{normal_email, normal_phone};
    use crate::domain::calendar::Calendar;

    #[test]
    fn whoever_installs_something_has_a_temper_and_lives_in_a_town() {
        let document = Document::parse(CONTRACT).unwrap();
        for partner in &document.partners {
            let installs = partner.parent.is_some();
            assert_eq!(
                temper::of(&partner.code).is_some(),
                installs,
                "{}",
                partner.code
            );
            let postcode = partner.postcode.as_deref().unwrap_or_default();
            assert!(crate::demo::towns::at(postcode).is_some(), "{postcode}");
        }
    }

    #[test]
    fn everybody_who_asks_can_be_reached_and_nobody_asks_twice() {
        let document = Document::parse(CONTRACT).unwrap();
        let calendar = Calendar::of(&document.terms).unwrap();
        let arrivals = arrivals(&calendar, FIRST_DAY, &PartnerId::from("agency"));
        assert_eq!(arrivals.len(), leads::COUNT);
        assert!(arrivals.is_sorted_by_key(|arrival| arrival.at));
        let reached: BTreeSet<_> = arrivals
            .iter()
            .map(|arrival| {
                let contact = &arrival.contact;
                let phone = normal_phone(contact.phone.as_deref().unwrap(), Some(leads::COUNTRY));
                let email = normal_email(contact.email.as_deref().unwrap());
                assert!(phone.is_some() && email.is_some(), "{}", arrival.number);
                (phone, email)
            })
            .collect();
        assert_eq!(reached.len(), leads::COUNT);
    }
}
