//! A period as callers see it.

use serde::Serialize;

use super::super::values::{instant, maybe_instant};
use crate::domain::ledger::PeriodRecord;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PeriodView {
    /// Such as 2026-03; the part after a plan's beginning within it is 2026-03.2.
    pub name: String,
    begins: String,
    /// The instant after its last one.
    ends: String,
    /// open, closing, closed. What is booked in an open one is provisional.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// The token that asked for it; none where its time had come.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<String>,
}

impl PeriodView {
    pub fn of(period: &PeriodRecord) -> Self {
        Self {
            name: period.name.clone(),
            begins: instant(period.begins),
            ends: instant(period.ends),
            state: period.state.as_str(),
            closed_at: maybe_instant(period.closed_at),
            closed_by: period.closed_by.clone(),
        }
    }
}
