//! A period as callers see it.

use serde::Serialize;

use super::super::values::{instant, maybe_instant};
use crate::domain::calendar::Calendar;
use crate::domain::ledger::PeriodRecord;
use crate::domain::period::is_stub;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PeriodView {
    /// Such as 2026-03; the part after a plan's beginning within it is 2026-03.2.
    pub name: String,
    /// month, quarter, year.
    cadence: &'static str,
    /// Whether a plan that begins within it has cut it.
    stub: bool,
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
    pub fn of(period: &PeriodRecord, calendar: &Calendar) -> Self {
        Self {
            name: period.name.clone(),
            cadence: period.cadence.as_str(),
            stub: is_stub(calendar, period),
            begins: instant(period.begins),
            ends: instant(period.ends),
            state: period.state.as_str(),
            closed_at: maybe_instant(period.closed_at),
            closed_by: period.closed_by.clone(),
        }
    }
}
