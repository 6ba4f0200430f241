//! Periods as they are printed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cli::policy::seconds;
use crate::domain::calendar::Calendar;
use crate::domain::ledger::{PeriodRecord, Posting};
use crate::domain::money;
use crate::domain::period::is_stub;

/// A period; also as a server answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Period {
    pub name: String,
    pub cadence: String,
    pub stub: bool,
    pub begins: String,
    pub ends: String,
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<String>,
}

impl Period {
    pub fn of(period: &PeriodRecord, calendar: &Calendar) -> Self {
        Self {
            name: period.name.clone(),
            cadence: period.cadence.as_str().to_owned(),
            stub: is_stub(calendar, period),
            begins: period.begins.to_string(),
            ends: period.ends.to_string(),
            state: period.state.as_str().to_owned(),
            closed_at: period.closed_at.map(|at| at.to_string()),
            closed_by: period.closed_by.clone(),
        }
    }
}

/// One line.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.stub {
            true => format!("{}, stub", self.cadence),
            false => self.cadence.clone(),
        };
        write!(
            f,
            "{:10}  {kind:13}  {} to {}  {}",
            self.name,
            seconds(&self.begins),
            seconds(&self.ends),
            self.state
        )?;
        if let Some(at) = &self.closed_at {
            let by = self.closed_by.as_deref().unwrap_or("host");
            write!(f, " {} by {by}", seconds(at))?;
        }
        Ok(())
    }
}

/// A posting, as far as it is printed; also as a server answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    pub id: String,
    pub component: String,
    pub account: String,
    pub unit: String,
    pub holder_kind: String,
    pub holder: String,
    pub amount: i64,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<String>,
    pub period: String,
    pub booked_period: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjusts: Option<String>,
}

impl Line {
    pub fn of(posting: &Posting) -> Self {
        Self {
            id: posting.id.to_string(),
            component: posting.component.clone(),
            account: posting.account.clone(),
            unit: posting.unit.clone(),
            holder_kind: posting.holder.kind.as_str().to_owned(),
            holder: posting.holder.id.clone(),
            amount: posting.amount,
            reason: posting.reason.clone(),
            event: posting.event.as_ref().map(ToString::to_string),
            lead: posting.lead.as_ref().map(ToString::to_string),
            deal: posting.deal.as_ref().map(ToString::to_string),
            period: posting.period.clone(),
            booked_period: posting.booked_period.clone(),
            adjusts: posting.adjusts.as_ref().map(ToString::to_string),
        }
    }

    /// Whose it is, and for what.
    pub fn about(&self) -> String {
        let of = self.event.as_deref().map_or_else(
            || "the settlement".to_owned(),
            |event| format!("event {event}"),
        );
        let adjusts = match &self.adjusts {
            Some(adjusts) => format!(", adjusts {adjusts}"),
            None => String::new(),
        };
        format!(
            "{}/{} of {} {}, {} of {of}{adjusts}",
            self.component, self.account, self.holder_kind, self.holder, self.reason
        )
    }
}

/// An amount of an account as people read it.
pub fn amount(amount: i64, unit: &str, currency: &str) -> String {
    match unit {
        "money" => money::display(amount, money::exponent(currency).unwrap_or(2)),
        _ => amount.to_string(),
    }
}
