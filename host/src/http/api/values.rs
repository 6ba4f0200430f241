//! Values as the API writes them.

use super::super::problem::FieldProblem;
use crate::contracts::attributes;
use crate::domain::attribute::Attributes;
use crate::domain::terms::{Of, Terms};
use crate::domain::text::shown;
use crate::domain::time::Micros;

pub use crate::contracts::attributes::plain;

/// Attributes by name, as plain JSON.
pub type PlainAttributes = attributes::Plain;

/// An instant as RFC 3339.
pub fn instant(at: Micros) -> String {
    at.to_string()
}

/// An instant that may be missing.
pub fn maybe_instant(at: Option<Micros>) -> Option<String> {
    at.map(instant)
}

/// Reads an instant; the pointer names the field.
pub fn read_instant(text: &str, pointer: &str) -> Result<Micros, FieldProblem> {
    Micros::parse(text)
        .map_err(|bad| FieldProblem::new(pointer, format!("`{}` {bad}", shown(text))))
}

/// Attributes as the terms declare them for one of `of`.
pub fn typed(
    attributes: &PlainAttributes,
    terms: &Terms,
    of: &[Of],
    pointer: &str,
) -> Result<Attributes, Vec<FieldProblem>> {
    attributes::read(attributes, terms, of, pointer)
        .map_err(|problems| problems.into_iter().map(Into::into).collect())
}
