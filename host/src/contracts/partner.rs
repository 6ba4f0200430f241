//! Partners as the manufacturer knows them, whatever contracts they are in.

use std::collections::BTreeSet;

use super::error::{expect, refuse};
use super::manufacturer;
use super::{Amendment, Error, Tree};
use crate::domain::address::{is_country, is_postcode};
use crate::domain::ids::{ManufacturerId, PartnerId};
use crate::domain::partner::{Partner, Place, Position};
use crate::domain::text::shown;
use crate::host::again::on_stale;
use crate::host::{Host, Origin, Problem};
use crate::store;
use crate::store::changes::Guard;

/// Contracts of one manufacturer.
const CONTRACTS_MAX: u32 = 100_000;

/// A partner as it is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    pub code: String,
    pub name: String,
    /// Code of the partner above.
    pub parent: Option<String>,
    pub country: Option<String>,
    pub postcode: Option<String>,
    /// Of its seat; without it the postcode's place counts.
    pub position: Option<Position>,
}

impl Wanted {
    /// A partner as it is.
    fn of(partner: &Partner, tree: &Tree) -> Self {
        Self {
            code: partner.code.clone(),
            name: partner.name.clone(),
            parent: parent_code(partner, tree).map(str::to_owned),
            country: partner.country.clone(),
            postcode: partner.postcode.clone(),
            position: partner.position,
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = manufacturer::problems(&self.code, &self.name);
        problems.extend(seat_problems(
            self.country.as_deref(),
            self.postcode.as_deref(),
            self.position,
        ));
        problems
    }
}

/// A partner that was added or changed, in its tree.
#[derive(Clone, Debug)]
pub struct Kept {
    pub partner: Partner,
    pub tree: Tree,
}

/// The code of the partner above.
pub fn parent_code<'a>(partner: &Partner, tree: &'a Tree) -> Option<&'a str> {
    let parent = tree.by_id(partner.parent.as_ref()?)?;
    Some(&parent.code)
}

/// What is wrong with where somebody sits.
pub(super) fn seat_problems(
    country: Option<&str>,
    postcode: Option<&str>,
    position: Option<Position>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if country.is_some_and(|country| !is_country(country)) {
        problems.push(Problem::new("/country", "is no ISO 3166-1 code such as DE"));
    }
    if postcode.is_some_and(|postcode| !is_postcode(postcode)) {
        problems.push(Problem::new(
            "/postcode",
            "is no postcode: 2 to 12 letters, digits, spaces and hyphens",
        ));
    }
    if let Some(position) = position {
        if !(-90.0..=90.0).contains(&position.latitude) {
            problems.push(Problem::new(
                "/latitude",
                "has to lie between -90 and 90 degrees",
            ));
        }
        if !(-180.0..=180.0).contains(&position.longitude) {
            problems.push(Problem::new(
                "/longitude",
                "has to lie between -180 and 180 degrees",
            ));
        }
    }
    problems
}

impl Amendment {
    /// Where a postcode lies.
    pub async fn place(&mut self, host: &Host, place: Place) -> Result<(), Error> {
        refuse(seat_problems(
            Some(&place.country),
            Some(&place.postcode),
            Some(place.position),
        ))?;
        let known = host
            .place(&self.manufacturer, &place.country, &place.postcode)
            .await?;
        if known != Some(place.position) {
            self.created(format!("place {} {}", place.country, place.postcode));
            self.rows.places.push(place);
        }
        Ok(())
    }

    /// Where the partner sits: its own position, or its postcode's.
    async fn seat(&self, host: &Host, wanted: &Wanted) -> Result<Option<Position>, store::Error> {
        let (Some(country), Some(postcode)) = (&wanted.country, &wanted.postcode) else {
            return Ok(wanted.position);
        };
        if wanted.position.is_some() {
            return Ok(wanted.position);
        }
        let new = self
            .rows
            .places
            .iter()
            .find(|place| place.country == *country && place.postcode == *postcode);
        match new {
            Some(place) => Ok(Some(place.position)),
            None => host.place(&self.manufacturer, country, postcode).await,
        }
    }

    /// Partners that are added or changed; the tree shows them afterwards.
    /// `pointer` tells where each of them stands.
    pub async fn partners(
        &mut self,
        host: &Host,
        tree: &mut Tree,
        wanted: &[Wanted],
        pointer: fn(usize) -> String,
    ) -> Result<(), Error> {
        let before = tree.clone();
        let mut problems = Vec::new();
        let mut codes = BTreeSet::new();
        for (position, wanted) in wanted.iter().enumerate() {
            let mut found = wanted.problems();
            if !codes.insert(&wanted.code) {
                found.push(Problem::new(
                    "/code",
                    format!("`{}` stands there twice", shown(&wanted.code)),
                ));
            }
            problems.extend(
                found
                    .into_iter()
                    .map(|found| found.under(&pointer(position))),
            );
            if tree.by_code(&wanted.code).is_none() {
                tree.put(self.stranger(host, tree, &wanted.code));
            }
        }
        for (position, wanted) in wanted.iter().enumerate() {
            let parent = wanted
                .parent
                .as_deref()
                .map(|code| (code, tree.by_code(code)));
            if let Some((code, None)) = parent {
                problems.push(Problem::new(
                    format!("{}/parent", pointer(position)),
                    format!("there is no partner `{}`", shown(code)),
                ));
            }
            let parent = parent
                .and_then(|(_, found)| found)
                .map(|above| above.id.clone());
            if let Some(known) = tree.by_code(&wanted.code).cloned() {
                tree.put(Partner {
                    name: wanted.name.clone(),
                    parent,
                    country: wanted.country.clone(),
                    postcode: wanted.postcode.clone(),
                    position: self.seat(host, wanted).await?,
                    ..known
                });
            }
        }
        for (position, wanted) in wanted.iter().enumerate() {
            let circle = tree
                .by_code(&wanted.code)
                .and_then(|partner| tree.circle(&partner.id));
            if let Some(circle) = circle {
                problems.push(Problem::new(
                    format!("{}/parent", pointer(position)),
                    format!("leads in a circle: {circle}; leave out one of these parents"),
                ));
            }
        }
        refuse(problems)?;
        self.keep_partners(&before, tree, wanted);
        self.tell_contracts(host, &before).await
    }

    /// Offers of the contracts that changed partners are in rest on where they
    /// sit.
    async fn tell_contracts(&mut self, host: &Host, before: &Tree) -> Result<(), Error> {
        let changed: Vec<PartnerId> = self
            .rows
            .partners
            .iter()
            .filter(|partner| before.by_id(&partner.id).is_some())
            .map(|partner| partner.id.clone())
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        let contracts = host
            .store
            .contracts_after(&self.manufacturer, Some(&changed), None, CONTRACTS_MAX)
            .await?;
        for contract in contracts {
            self.partners_changed(contract.id);
        }
        Ok(())
    }

    /// One that is not there yet.
    fn stranger(&self, host: &Host, tree: &Tree, code: &str) -> Partner {
        Partner {
            manufacturer: self.manufacturer.clone(),
            id: host.ids.next(self.now),
            code: code.to_owned(),
            name: String::new(),
            key: tree.last_key() + 1,
            parent: None,
            country: None,
            postcode: None,
            position: None,
            version: 0,
        }
    }

    /// Rows, lines and guards of what differs between the trees.
    fn keep_partners(&mut self, before: &Tree, after: &Tree, wanted: &[Wanted]) {
        let mut is_new = false;
        for partner in wanted
            .iter()
            .filter_map(|wanted| after.by_code(&wanted.code))
        {
            let known = before.by_id(&partner.id);
            match known {
                None => {
                    is_new = true;
                    self.created(format!("partner {}", partner.code));
                }
                Some(known) if known == partner => continue,
                Some(known) => self.altered(
                    format!("partner {}", partner.code),
                    &described(known, before),
                    &described(partner, after),
                ),
            }
            self.guard_partner(partner);
            // That there is no circle rests on everybody above.
            for above in after.above(&partner.id) {
                if before.by_id(&above.id) == Some(above) {
                    self.guard_partner(above);
                }
            }
            self.rows.partners.push(partner.clone());
        }
        if is_new {
            self.rows.guards.push(Guard::LastPartnerKey(
                self.manufacturer.clone(),
                before.last_key().cast_signed(),
            ));
        }
    }

    fn guard_partner(&mut self, partner: &Partner) {
        self.rows.guards.push(Guard::Partner(
            partner.id.clone(),
            (partner.version > 0).then_some(partner.version),
        ));
    }
}

fn described(partner: &Partner, tree: &Tree) -> String {
    let mut text = format!(
        "{}, {} {}",
        partner.name,
        partner.country.as_deref().unwrap_or("-"),
        partner.postcode.as_deref().unwrap_or("-"),
    );
    if let Some(position) = partner.position {
        text.push_str(&format!(
            " ({:.3}, {:.3})",
            position.latitude, position.longitude
        ));
    }
    if let Some(parent) = parent_code(partner, tree) {
        text.push_str(&format!(", below {parent}"));
    }
    text
}

/// Adds a partner.
///
/// # Errors
/// `Taken` when the code is.
pub async fn create(
    host: &Host,
    manufacturer: &ManufacturerId,
    wanted: &Wanted,
    origin: &Origin<Kept>,
) -> Result<Kept, Error> {
    on_stale(|| async {
        let tree = Tree::load(host, manufacturer).await?;
        if tree.by_code(&wanted.code).is_some() {
            return Err(Error::Taken {
                what: "partner",
                code: wanted.code.clone(),
            });
        }
        put(host, manufacturer, tree, wanted, origin).await
    })
    .await
}

/// Changes a partner's name, place in the tree, or seat.
///
/// # Errors
/// `OtherVersion` when it is not the `expected` one.
pub async fn change(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &PartnerId,
    change: impl Fn(&mut Wanted),
    expected: Option<i64>,
    origin: &Origin<Kept>,
) -> Result<Kept, Error> {
    on_stale(|| async {
        let tree = Tree::load(host, manufacturer).await?;
        let known = tree.by_id(id).ok_or(Error::NotFound { what: "partner" })?;
        expect(expected, known.version)?;
        let before = Wanted::of(known, &tree);
        let mut wanted = before.clone();
        change(&mut wanted);
        let moved = (&wanted.country, &wanted.postcode) != (&before.country, &before.postcode);
        if moved && wanted.position == before.position {
            wanted.position = None;
        }
        put(host, manufacturer, tree, &wanted, origin).await
    })
    .await
}

async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    mut tree: Tree,
    wanted: &Wanted,
    origin: &Origin<Kept>,
) -> Result<Kept, Error> {
    let mut amendment = Amendment::new(host, manufacturer);
    amendment
        .partners(host, &mut tree, std::slice::from_ref(wanted), |_| {
            String::new()
        })
        .await?;
    let mut partner = tree
        .by_code(&wanted.code)
        .cloned()
        .ok_or(Error::NotFound { what: "partner" })?;
    if !amendment.changes().is_empty() {
        partner.version += 1;
    }
    let kept = Kept { partner, tree };
    amendment.commit(host, origin, &kept).await?;
    Ok(kept)
}
