//! The requests of four weeks: who asks, for what, from where, and when.

use jiff::civil::Date;

use super::chance::{self, Chance};
use super::towns::{TOWNS, Town};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::Calendar;
use crate::domain::ids::PartnerId;
use crate::domain::lead::{Contact, Teaser};
use crate::domain::time::Micros;
use crate::routing::intake::NewLead;

/// Where all of them live.
pub const COUNTRY: &str = "DE";
/// How many requests come in.
pub const COUNT: usize = 600;
/// The days on which they come.
const DAYS: i64 = 28;

/// A request before it comes in.
pub struct Arrival {
    pub at: Micros,
    /// Such as N-0042; the sender's own number of it.
    pub number: String,
    pub lead: NewLead,
    /// What a qualifier is told, when it asks back.
    pub answers: Attributes,
    pub contact: Contact,
}

/// How often a way in is taken, and what comes by it.
struct Source {
    code: &'static str,
    weight: u32,
    /// Whether the agency sends it in.
    by_agency: bool,
    /// Of a hundred: for a heat pump, else for service.
    heat_pumps: u32,
    provenance: &'static str,
}

const SOURCES: [Source; 5] = [
    Source {
        code: "configurator",
        weight: 24,
        by_agency: false,
        heat_pumps: 100,
        provenance: "has put together a heat pump on the website",
    },
    Source {
        code: "call-back",
        weight: 16,
        by_agency: false,
        heat_pumps: 45,
        provenance: "asks to be called back",
    },
    Source {
        code: "trade-fair",
        weight: 20,
        by_agency: false,
        heat_pumps: 90,
        provenance: "has left a card at the fair",
    },
    Source {
        code: "telephone",
        weight: 16,
        by_agency: true,
        heat_pumps: 95,
        provenance: "was asked on the telephone by Klarstrom",
    },
    Source {
        code: "white-paper",
        weight: 24,
        by_agency: false,
        heat_pumps: 100,
        provenance: "has read the guide to heat pumps in old houses",
    },
];

/// Requests by weekday, from Monday, and by hour of the day.
const BY_WEEKDAY: [u32; 7] = [18, 17, 16, 16, 14, 9, 10];
const BY_HOUR: [u32; 24] = [
    1, 0, 0, 0, 0, 1, 3, 6, 9, 11, 11, 10, 8, 9, 9, 9, 9, 10, 11, 12, 12, 9, 5, 2,
];

const FIRST_NAMES: [&str; 16] = [
    "Anna", "Bernd", "Clara", "Dieter", "Elif", "Frank", "Greta", "Hakan", "Ines", "Jonas",
    "Katrin", "Lars", "Marta", "Nils", "Olga", "Paul",
];
const LAST_NAMES: [&str; 20] = [
    "Ahrens", "Brandt", "Claasen", "Demir", "Engel", "Fuchs", "Graf", "Hahn", "Ivers", "Jung",
    "Keller", "Lorenz", "Maurer", "Nowak", "Otto", "Pohl", "Reuter", "Seidel", "Thoma", "Vogel",
];

/// All requests, in the order in which they come. The agency sends its own in.
pub fn arrivals(calendar: &Calendar, first_day: Date, agency: &PartnerId) -> Vec<Arrival> {
    let mut instants: Vec<Micros> = (0..COUNT)
        .filter_map(|draw| {
            let mut chance = chance::about(&format!("arrival {draw}"), "instant");
            instant(&mut chance, calendar, first_day)
        })
        .collect();
    instants.sort();
    instants
        .into_iter()
        .enumerate()
        .filter_map(|(index, at)| arrival(index, at, agency))
        .collect()
}

fn instant(chance: &mut Chance, calendar: &Calendar, first_day: Date) -> Option<Micros> {
    let days: Vec<i64> = (0..DAYS).collect();
    let day = *chance.one_of(&days, |day| BY_WEEKDAY[(day % 7) as usize])?;
    let hours: Vec<usize> = (0..BY_HOUR.len()).collect();
    let hour = *chance.one_of(&hours, |hour| BY_HOUR[*hour])?;
    let date = first_day.checked_add(jiff::Span::new().days(day)).ok()?;
    let minute = chance.below(60) as i8;
    let second = chance.below(60) as i8;
    calendar.instant_at(date.at(hour as i8, minute, second, 0))
}

fn arrival(index: usize, at: Micros, agency: &PartnerId) -> Option<Arrival> {
    let number = format!("N-{:04}", index + 1);
    let mut chance = chance::about(&number, "request");
    let town = chance.one_of(&TOWNS, |town| town.inhabitants)?;
    let source = chance.one_of(&SOURCES, |source| source.weight)?;
    let heat_pump = chance.happens(source.heat_pumps);
    let complete = Attributes::from([
        (
            "building-year".to_owned(),
            AttributeValue::Integer(chance.between(1900, 2015)),
        ),
        ("consent".to_owned(), AttributeValue::Flag(true)),
    ]);
    let contact = contact(&mut chance, index, town);
    let mut told = complete.clone();
    let mut given = contact.clone();
    // What people leave out in forms.
    if chance.happens(5) {
        told.insert("consent".to_owned(), AttributeValue::Flag(false));
    }
    if chance.happens(4) {
        told.remove("building-year");
    }
    if chance.happens(6) {
        given.phone = None;
    }
    let lead = NewLead {
        external_id: Some(number.clone()),
        teaser: Teaser {
            product: Some(if heat_pump { "heat-pump" } else { "service" }.to_owned()),
            source: Some(source.code.to_owned()),
            country: Some(COUNTRY.to_owned()),
            postcode: Some(town.postcode.to_owned()),
            value: Some(value(&mut chance, heat_pump)),
            attributes: told,
            provenance: Some(source.provenance.to_owned()),
        },
        contact: given,
        sent_by: source.by_agency.then(|| agency.clone()),
        ..NewLead::default()
    };
    Some(Arrival {
        at,
        number,
        lead,
        answers: complete,
        contact,
    })
}

/// In cents: a home's heat pump, now and then that of a larger building; or a
/// service.
fn value(chance: &mut Chance, heat_pump: bool) -> i64 {
    let (low, high) = match (heat_pump, chance.below(100)) {
        (false, _) => (150, 600),
        (true, 0..12) => (52_000, 120_000),
        (true, 12..40) => (24_000, 42_000),
        (true, _) => (13_000, 26_000),
    };
    // Both halves of the sum pull towards the middle.
    let euros = (chance.between(low, high) + chance.between(low, high)) / 2;
    euros / 50 * 50 * 100
}

/// Nobody: the addresses are reserved for examples, the numbers for films.
fn contact(chance: &mut Chance, index: usize, town: &Town) -> Contact {
    let mut name = |names: &[&str]| {
        let position = chance.below(names.len() as u64) as usize;
        names.get(position).copied().unwrap_or_default().to_owned()
    };
    let (first, last) = (name(&FIRST_NAMES), name(&LAST_NAMES));
    let mailbox = format!("{first}.{last}.{index}@example.com").to_lowercase();
    // Berlin's, Hamburg's and Frankfurt's numbers for films.
    let area = ["30 23125", "40 66969", "69 90009"][index % 3];
    Contact {
        phone: Some(format!("+49 {area}{:03}", index / 3)),
        name: Some(format!("{first} {last}")),
        email: Some(mailbox),
        city: Some(town.name.to_owned()),
        ..Contact::default()
    }
}
