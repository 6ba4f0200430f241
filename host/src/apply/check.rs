//! What a document contradicts itself in, before anything is compared with what
//! is stored.

use super::document::Document;
use crate::contracts::{binding, manufacturer, terms};
use crate::host::Problem;
use crate::host::problem::segment;

/// Entries of one kind in a file.
const ENTRIES_MAX: usize = 20_000;

/// All of it at once.
pub(super) fn problems(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let named = [
        (
            "/manufacturer",
            &document.manufacturer.code,
            &document.manufacturer.name,
        ),
        (
            "/contract",
            &document.contract.code,
            &document.contract.name,
        ),
    ];
    for (place, code, name) in named {
        let found = manufacturer::problems(code, name).into_iter();
        problems.extend(found.map(|problem| problem.under(place)));
    }
    let found = terms::problems(&document.terms).into_iter();
    problems.extend(found.map(|problem| problem.under("/terms")));
    for (place, count) in [
        ("/partners", document.partners.len()),
        ("/people", document.people.len()),
        ("/places", document.places.len()),
    ] {
        if count > ENTRIES_MAX {
            problems.push(Problem::new(
                place,
                format!("has {count} entries; at most {ENTRIES_MAX} are taken"),
            ));
        }
    }
    for (position, partner) in document.partners.iter().enumerate() {
        let missing = match (partner.latitude, partner.longitude) {
            (Some(_), None) => "longitude",
            (None, Some(_)) => "latitude",
            _ => continue,
        };
        problems.push(Problem::new(
            format!("/partners/{position}/{missing}"),
            "is missing: a seat has latitude and longitude, or none of them",
        ));
    }
    for slot in document.bindings.keys() {
        if let Some(message) = binding::slot_problem(slot) {
            problems.push(Problem::new(
                format!("/bindings/{}", segment(slot)),
                message,
            ));
        }
    }
    problems
}
