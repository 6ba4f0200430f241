//! What a contract's terms say about a lead that comes in.

use super::intake::NewLead;
use super::{Error, Problem};
use crate::domain::attribute::Attributes;
use crate::domain::terms::{Of, Terms};
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::domain::time::Micros;
use crate::host::InForce;

const DAY_MICROS: i64 = 86_400_000_000;
/// Values up to this are taken: beyond it is no lead but a mistake.
pub(super) const VALUE_MINOR_UNITS_MAX: i64 = 1_000_000_000_000_000;

/// When something happened that is reported now; none: now.
///
/// # Errors
/// `Invalid` in the future, and further back than the terms allow: such an event
/// would change money that was settled long ago.
pub(super) fn occurred_at(
    force: &InForce,
    now: Micros,
    reported: Option<Micros>,
) -> Result<Micros, Error> {
    let at = reported.unwrap_or(now);
    let pointer = "/occurred-at";
    if at > now {
        return Err(Error::invalid(pointer, "lies in the future"));
    }
    let days = force.terms.periods.late_days_max;
    if at.0 < now.0.saturating_sub(i64::from(days) * DAY_MICROS) {
        return Err(Error::invalid(
            pointer,
            format!("lies more than {days} days back, which is as far as the terms allow"),
        ));
    }
    Ok(at)
}

/// Checks a new lead against the terms: every field, all problems at once.
pub(super) fn check(force: &InForce, new: &NewLead) -> Result<(), Error> {
    let terms = &force.terms;
    let mut problems = Vec::new();
    let mut add = |pointer: &str, message: String| {
        problems.push(Problem {
            pointer: pointer.to_owned(),
            message,
        });
    };
    let teaser = &new.teaser;
    if let Some(product) = &teaser.product
        && terms.product(product).is_none()
    {
        let known: Vec<&str> = terms
            .products
            .iter()
            .map(|known| known.code.as_str())
            .collect();
        add(
            "/product",
            format!(
                "`{product}` is not in the catalogue; there are {}",
                known.join(", ")
            ),
        );
    }
    if let Some(source) = &teaser.source
        && !terms.sources.is_empty()
        && !terms.sources.iter().any(|known| known.code == *source)
    {
        let known: Vec<&str> = terms
            .sources
            .iter()
            .map(|known| known.code.as_str())
            .collect();
        add(
            "/source",
            format!(
                "`{source}` is no source of the terms; there are {}",
                known.join(", ")
            ),
        );
    }
    if let Some(country) = &teaser.country
        && !text::is_country(country)
    {
        add("/country", "is no ISO 3166-1 code such as DE".to_owned());
    }
    if let Some(postcode) = &teaser.postcode
        && !text::is_postcode(postcode)
    {
        add(
            "/postcode",
            "is no postcode: 2 to 12 letters, digits, spaces and hyphens".to_owned(),
        );
    }
    if let Some(value) = teaser.value
        && !(0..=VALUE_MINOR_UNITS_MAX).contains(&value)
    {
        add(
            "/value",
            format!("has to lie between 0 and {VALUE_MINOR_UNITS_MAX} minor units"),
        );
    }
    let contact = &new.contact;
    for (pointer, field) in [
        ("/external-id", new.external_id.as_deref()),
        ("/customer", new.customer.as_ref().map(|id| id.as_str())),
        ("/contact/name", contact.name.as_deref()),
        ("/contact/email", contact.email.as_deref()),
        ("/contact/phone", contact.phone.as_deref()),
        ("/contact/company", contact.company.as_deref()),
        ("/contact/street", contact.street.as_deref()),
        ("/contact/city", contact.city.as_deref()),
        ("/provenance", teaser.provenance.as_deref()),
    ] {
        if let Some(field) = field
            && let Err(bad) = text::check_line(field, NAME_CHARS_MAX)
        {
            add(pointer, bad.to_string());
        }
    }
    if let Some(note) = &contact.note
        && let Err(bad) = text::check_note(note)
    {
        add("/contact/note", bad.to_string());
    }
    for (pointer, attributes, personal) in [
        ("/attributes", &teaser.attributes, false),
        ("/contact/attributes", &contact.attributes, true),
        ("/answers", &new.answers, false),
    ] {
        for (name, message) in attribute_problems(terms, attributes, personal) {
            add(&format!("{pointer}/{name}"), message);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

/// What is wrong with a lead's attributes, by name.
pub(super) fn attribute_problems(
    terms: &Terms,
    attributes: &Attributes,
    personal: bool,
) -> Vec<(String, String)> {
    attributes
        .iter()
        .filter_map(|(name, value)| {
            let Some(declared) = terms.attribute(Of::Lead, name) else {
                return Some((
                    name.clone(),
                    "is not declared in the terms as an attribute of leads".to_owned(),
                ));
            };
            if declared.personal != personal {
                let place = if declared.personal {
                    "is declared personal: it belongs into the contact's attributes"
                } else {
                    "is not declared personal: it belongs into the lead's attributes"
                };
                return Some((name.clone(), place.to_owned()));
            }
            (!declared.kind.fits(value)).then(|| {
                (
                    name.clone(),
                    format!("has to be {}", declared.kind.expected()),
                )
            })
        })
        .collect()
}
