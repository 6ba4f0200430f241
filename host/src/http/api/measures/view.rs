//! A measure as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::contracts::Tree;
use crate::domain::measure::Measure;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct MeasureView {
    /// measure, target.
    pub kind: String,
    /// Code of the partner.
    pub partner: String,
    pub name: String,
    /// Valid from then …
    pub from: String,
    /// … until before then.
    pub until: String,
    /// In the measure's own unit.
    pub value: f64,
}

impl MeasureView {
    pub fn of(measure: &Measure, partners: &Tree) -> Self {
        Self {
            kind: measure.kind.as_str().to_owned(),
            partner: partners
                .by_id(&measure.partner)
                .map_or_else(String::new, |partner| partner.code.clone()),
            name: measure.name.clone(),
            from: instant(measure.from),
            until: instant(measure.until),
            value: measure.value,
        }
    }
}
