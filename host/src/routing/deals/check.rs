//! What the terms say about a deal.

use crate::domain::attribute::Attributes;
use crate::domain::deal::Line;
use crate::domain::money::VALUE_MINOR_UNITS_MAX;
use crate::domain::terms::{Of, Terms};
use crate::domain::text::shown;
use crate::host::Problem;
use crate::host::problem::segment;
use crate::routing::Error;

/// Lines of one deal.
const LINES_MAX: usize = 200;
/// A million pieces of anything.
const QUANTITY_THOUSANDTHS_MAX: i64 = 1_000_000_000;

/// The value that was given, or the sum of the lines.
pub(super) fn value_of(value: Option<i64>, lines: &[Line]) -> Result<Option<i64>, Error> {
    if value.is_some() || lines.is_empty() {
        return Ok(value);
    }
    lines
        .iter()
        .try_fold(0_i64, |sum, line| sum.checked_add(line.value))
        .map(Some)
        .ok_or_else(|| Error::invalid("/lines", "add up to more than 64 bits hold"))
}

/// What of the value and the lines the contract does not know; all problems at
/// once.
pub(super) fn sold(terms: &Terms, value: Option<i64>, lines: &[Line]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let in_bounds = |value: i64| (-VALUE_MINOR_UNITS_MAX..=VALUE_MINOR_UNITS_MAX).contains(&value);
    if value.is_some_and(|value| !in_bounds(value)) {
        problems.push(Problem::new("/value", beyond(VALUE_MINOR_UNITS_MAX)));
    }
    if lines.len() > LINES_MAX {
        problems.push(Problem::new(
            "/lines",
            format!("are {}; at most {LINES_MAX} are taken", lines.len()),
        ));
    }
    for (position, line) in lines.iter().enumerate() {
        let place = format!("/lines/{position}");
        if terms.product(&line.product).is_none() {
            problems.push(Problem::new(
                format!("{place}/product"),
                format!(
                    "`{}` is not in the contract's catalogue",
                    shown(&line.product)
                ),
            ));
        }
        if !in_bounds(line.value) {
            problems.push(Problem::new(
                format!("{place}/value"),
                beyond(VALUE_MINOR_UNITS_MAX),
            ));
        }
        if !(-QUANTITY_THOUSANDTHS_MAX..=QUANTITY_THOUSANDTHS_MAX).contains(&line.quantity) {
            problems.push(Problem::new(
                format!("{place}/quantity"),
                beyond(QUANTITY_THOUSANDTHS_MAX),
            ));
        }
        let place = format!("{place}/attributes");
        problems.extend(attributes(terms, &line.attributes, &[Of::Line], &place));
    }
    problems
}

fn beyond(max: i64) -> String {
    format!("has to lie between -{max} and {max}")
}

/// What of the attributes is not declared for one of `of`, or of another type,
/// or personal: a deal has no place for that.
pub(super) fn attributes(
    terms: &Terms,
    attributes: &Attributes,
    of: &[Of],
    pointer: &str,
) -> Vec<Problem> {
    attributes
        .iter()
        .filter_map(|(name, value)| {
            let place = format!("{pointer}/{}", segment(name));
            let declared: Vec<_> = of
                .iter()
                .filter_map(|of| terms.attribute(*of, name))
                .collect();
            let message = if declared.is_empty() {
                "is not declared in the contract's terms".to_owned()
            } else if declared.iter().any(|declared| declared.personal) {
                "is declared personal; it belongs into the lead's contact".to_owned()
            } else {
                match declared.iter().find(|declared| !declared.kind.fits(value)) {
                    Some(declared) => format!("has to be {}", declared.kind.expected()),
                    None => value.problem()?,
                }
            };
            Some(Problem::new(place, message))
        })
        .collect()
}

/// Those of the attributes that the terms declare for `of`.
pub(super) fn of(terms: &Terms, of: Of, attributes: &Attributes) -> Attributes {
    attributes
        .iter()
        .filter(|(name, _)| terms.attribute(of, name).is_some())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

pub(super) fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::AttributeValue;

    #[test]
    fn what_the_terms_do_not_know_is_named_with_its_place() {
        let terms = Terms::parse(
            r#"{"currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
                "levels": ["silver"], "products": [{"code": "boiler"}],
                "attributes": [
                    {"name": "margin", "of": "line", "type": "money"},
                    {"name": "signed-by", "of": "deal", "type": "text", "personal": true}
                ]}"#,
        )
        .unwrap();
        let line = |product: &str, name: &str, value| Line {
            product: product.to_owned(),
            quantity: 1_000,
            value: 100,
            attributes: [(name.to_owned(), value)].into(),
        };
        let lines = [
            line("boiler", "margin", AttributeValue::Money(5)),
            line("rocket", "margin", AttributeValue::Integer(5)),
            line("boiler", "colour", AttributeValue::Flag(true)),
        ];
        let problems = sold(&terms, Some(i64::MAX), &lines);
        let places: Vec<&str> = problems
            .iter()
            .map(|problem| problem.pointer.as_str())
            .collect();
        assert_eq!(
            places,
            [
                "/value",
                "/lines/1/product",
                "/lines/1/attributes/margin",
                "/lines/2/attributes/colour"
            ]
        );
        let personal = [(
            "signed-by".to_owned(),
            AttributeValue::Text("Eva".to_owned()),
        )];
        let found = attributes(&terms, &personal.into(), &[Of::Deal], "/attributes");
        assert_eq!(found[0].pointer, "/attributes/signed-by");
    }
}
