//! What a contract's terms say about a lead that comes in, and about when.

use super::intake::NewLead;
use super::{Error, Problem};
use crate::domain::address::{check_email, check_phone, is_country, is_postcode};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::lead::{Activity, Contact, Teaser};
use crate::domain::money::VALUE_MINOR_UNITS_MAX;
use crate::domain::terms::{Of, Terms};
use crate::domain::text::{self, NAME_CHARS_MAX, shown};
use crate::domain::time::Micros;
use crate::host::InForce;
use crate::host::problem::{Mistake, segment};

const DAY_MICROS: i64 = 86_400_000_000;
/// What a sender's clock may be ahead of this one: five minutes.
const CLOCK_SKEW_MICROS: i64 = 300_000_000;
/// Activities of one lead.
const ACTIVITIES_MAX: usize = 100;
/// Ten years: nobody is warm by what lies further back.
const ACTIVITY_DAYS_MAX: i64 = 3_660;

/// An instant that is not in the future; what a fast clock says is now.
fn past(now: Micros, at: Micros, pointer: &str) -> Result<Micros, Problem> {
    if at.0 > now.0.saturating_add(CLOCK_SKEW_MICROS) {
        return Err(Problem::new(pointer, "lies in the future"));
    }
    Ok(at.min(now))
}

/// When something happened that is reported now; none: now.
///
/// # Errors
/// `Invalid` in the future, and further back than the terms allow: such an event
/// would change money that was settled long ago.
pub(super) fn occurred_at(
    force: &InForce,
    now: Micros,
    reported: Option<Micros>,
    pointer: &str,
) -> Result<Micros, Error> {
    let at = past(now, reported.unwrap_or(now), pointer)
        .map_err(|problem| Error::Invalid(vec![problem]))?;
    let days = force.terms.periods.late_days_max;
    if at.0 < now.0.saturating_sub(i64::from(days) * DAY_MICROS) {
        let problem = Problem::new(
            pointer,
            format!(
                "lies more than {days} days back, which is as far as the terms allow: their \
                 `periods.late-days-max` says so"
            ),
        );
        return Err(Error::Invalid(vec![problem.coded(Mistake::TooFarBack)]));
    }
    Ok(at)
}

/// When a lead came in; none: now.
pub(super) fn received_at(now: Micros, told: Option<Micros>) -> Result<Micros, Error> {
    past(now, told.unwrap_or(now), "/received-at").map_err(|problem| Error::Invalid(vec![problem]))
}

/// Checks a new lead against the terms: every field, all problems at once.
pub(super) fn check(force: &InForce, now: Micros, new: &NewLead) -> Result<(), Error> {
    let terms = &force.terms;
    let mut problems = teaser_problems(terms, &new.teaser);
    for (pointer, text) in [
        ("/external-id", new.external_id.as_deref()),
        ("/customer", new.customer.as_ref().map(|id| id.as_str())),
    ] {
        problems.extend(line_problem(pointer, text));
    }
    problems.extend(contact_problems(terms, &new.contact));
    for (pointer, attributes) in [
        ("/attributes", &new.teaser.attributes),
        ("/answers", &new.answers),
    ] {
        problems.extend(attribute_problems(terms, attributes, false, pointer));
    }
    problems.extend(activity_problems(now, &new.activities));
    refuse(problems)
}

/// Checks what a qualifier has found out about a lead.
pub(super) fn check_answers(
    force: &InForce,
    answers: &Attributes,
    contact: Option<&Contact>,
) -> Result<(), Error> {
    let terms = &force.terms;
    let mut problems = attribute_problems(terms, answers, false, "/answers");
    if let Some(contact) = contact {
        problems.extend(contact_problems(terms, contact));
    }
    refuse(problems)
}

/// Checks the sender's own name for something.
pub(super) fn external_id_problem(external_id: &str) -> Option<Problem> {
    line_problem("/external-id", Some(external_id))
}

fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

fn line_problem(pointer: &str, text: Option<&str>) -> Option<Problem> {
    let bad = text::check_line(text?, NAME_CHARS_MAX).err()?;
    Some(Problem::new(pointer, bad.to_string()))
}

fn teaser_problems(terms: &Terms, teaser: &Teaser) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |pointer: &str, message: String| problems.push(Problem::new(pointer, message));
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
                "`{}` is not in the catalogue; there are {}",
                shown(product),
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
                "`{}` is no source of the terms; there are {}",
                shown(source),
                known.join(", ")
            ),
        );
    }
    if let Some(country) = &teaser.country
        && !is_country(country)
    {
        add("/country", "is no ISO 3166-1 code such as DE".to_owned());
    }
    if let Some(postcode) = &teaser.postcode
        && !is_postcode(postcode)
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
    problems.extend(line_problem("/provenance", teaser.provenance.as_deref()));
    // Terms without sources take any.
    if terms.sources.is_empty() {
        problems.extend(line_problem("/source", teaser.source.as_deref()));
    }
    problems
}

fn contact_problems(terms: &Terms, contact: &Contact) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (pointer, field) in [
        ("/contact/name", &contact.name),
        ("/contact/company", &contact.company),
        ("/contact/street", &contact.street),
        ("/contact/city", &contact.city),
    ] {
        problems.extend(line_problem(pointer, field.as_deref()));
    }
    let mut add = |pointer: &str, message: String| problems.push(Problem::new(pointer, message));
    if let Some(email) = &contact.email
        && let Err(bad) = check_email(email)
    {
        add("/contact/email", bad.to_string());
    }
    if let Some(phone) = &contact.phone
        && let Err(bad) = check_phone(phone)
    {
        add("/contact/phone", bad.to_string());
    }
    if let Some(note) = &contact.note
        && let Err(bad) = text::check_note(note)
    {
        add("/contact/note", bad.to_string());
    }
    let attributes = &contact.attributes;
    problems.extend(attribute_problems(
        terms,
        attributes,
        true,
        "/contact/attributes",
    ));
    problems
}

fn activity_problems(now: Micros, activities: &[Activity]) -> Vec<Problem> {
    if activities.len() > ACTIVITIES_MAX {
        let message = format!(
            "are {}; at most {ACTIVITIES_MAX} are taken: leave out the oldest",
            activities.len()
        );
        return vec![Problem::new("/activities", message)];
    }
    let mut problems = Vec::new();
    for (position, activity) in activities.iter().enumerate() {
        let place = format!("/activities/{position}");
        problems.extend(line_problem(&format!("{place}/code"), Some(&activity.code)));
        let pointer = format!("{place}/occurred-at");
        match past(now, activity.occurred_at, &pointer) {
            Ok(at) if now.0 - at.0 > ACTIVITY_DAYS_MAX * DAY_MICROS => problems.push(Problem::new(
                pointer,
                "lies more than ten years back; leave it out",
            )),
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

/// What is wrong with a lead's attributes, which lie at `pointer`.
fn attribute_problems(
    terms: &Terms,
    attributes: &Attributes,
    personal: bool,
    pointer: &str,
) -> Vec<Problem> {
    attributes
        .iter()
        .filter_map(|(name, value)| {
            let message = attribute_problem(terms, name, value, personal)?;
            Some(Problem::new(
                format!("{pointer}/{}", segment(name)),
                message,
            ))
        })
        .collect()
}

fn attribute_problem(
    terms: &Terms,
    name: &str,
    value: &AttributeValue,
    personal: bool,
) -> Option<String> {
    let Some(declared) = terms.attribute(Of::Lead, name) else {
        return Some("is not declared in the terms as an attribute of leads".to_owned());
    };
    if declared.personal != personal {
        let place = if declared.personal {
            "is declared personal: it belongs into the contact's attributes"
        } else {
            "is not declared personal: it belongs into the lead's attributes"
        };
        return Some(place.to_owned());
    }
    if !declared.kind.fits(value) {
        return Some(format!("has to be {}", declared.kind.expected()));
    }
    value.problem()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms::parse(
            r#"{"currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
                "levels": ["silver"], "products": [{"code": "boiler"}],
                "attributes": [
                    {"name": "roof", "of": "lead", "type": "text"},
                    {"name": "birthday", "of": "lead", "type": "date", "personal": true}
                ]}"#,
        )
        .unwrap()
    }

    fn places(problems: &[Problem]) -> Vec<&str> {
        problems
            .iter()
            .map(|problem| problem.pointer.as_str())
            .collect()
    }

    #[test]
    fn a_clock_may_be_some_minutes_ahead() {
        let now = Micros(1_772_442_000_000_000);
        let at = |micros: i64| past(now, Micros(now.0 + micros), "/at").map_err(|bad| bad.message);
        assert_eq!(at(-5), Ok(Micros(now.0 - 5)));
        assert_eq!(at(CLOCK_SKEW_MICROS), Ok(now));
        assert_eq!(
            at(CLOCK_SKEW_MICROS + 1),
            Err("lies in the future".to_owned())
        );
    }

    #[test]
    fn what_nobody_could_use_is_named_with_its_place() {
        let contact = Contact {
            name: Some("Eva\u{202e}".to_owned()),
            email: Some("eva@".to_owned()),
            phone: Some("12".to_owned()),
            note: Some("a\0b".to_owned()),
            attributes: [("roof".to_owned(), AttributeValue::Text("slate".to_owned()))].into(),
            ..Contact::default()
        };
        assert_eq!(
            places(&contact_problems(&terms(), &contact)),
            [
                "/contact/name",
                "/contact/email",
                "/contact/phone",
                "/contact/note",
                "/contact/attributes/roof"
            ]
        );
        let answers = [
            ("birthday".to_owned(), AttributeValue::Date(1)),
            ("roof".to_owned(), AttributeValue::Text("\0".to_owned())),
        ];
        assert_eq!(
            places(&attribute_problems(
                &terms(),
                &answers.into(),
                false,
                "/answers"
            )),
            ["/answers/birthday", "/answers/roof"]
        );
    }

    #[test]
    fn activities_are_few_and_of_the_last_years() {
        let now = Micros(1_772_442_000_000_000);
        let activity = |code: &str, days: i64| Activity {
            code: code.to_owned(),
            occurred_at: Micros(now.0 - days * DAY_MICROS),
            attributes: Attributes::new(),
        };
        let some = [
            activity("visit", 3_659),
            activity("visit", 3_661),
            activity("vi\nsit", 1),
            activity("visit", -1),
        ];
        assert_eq!(
            places(&activity_problems(now, &some)),
            [
                "/activities/1/occurred-at",
                "/activities/2/code",
                "/activities/3/occurred-at"
            ]
        );
        let many = vec![activity("visit", 1); ACTIVITIES_MAX + 1];
        assert_eq!(places(&activity_problems(now, &many)), ["/activities"]);
    }
}
