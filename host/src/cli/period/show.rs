//! `stellwerk period show`: the periods, or one of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::view::{Line, Period, amount};
use crate::cli::client::{Client, segment};
use crate::cli::policy::seconds;
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, in_force};
use crate::cli::{CliError, Console, Exit};
use crate::domain::deadline::{Deadline, Subject};
use crate::host::InForce;
use crate::pay::{self, AccountTotal, Overview};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// Name of a period, such as 2026-03; without it all of them are listed
    period: Option<String>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let manufacturer = arguments.of.manufacturer.as_deref();
    let server = arguments.target.server(manufacturer)?;
    match (server, arguments.period.as_deref()) {
        (Some(client), None) => console.result(&client.get::<Periods>(&path(arguments))?)?,
        (Some(client), Some(period)) => {
            console.result(&one_at_server(arguments, period, &client)?)?
        }
        (None, None) => console.result(&block_on(all_in_data(arguments))?)?,
        (None, Some(period)) => console.result(&block_on(one_in_data(arguments, period))?)?,
    }
    Ok(Exit::Done)
}

fn path(arguments: &Arguments) -> String {
    format!("/api/v1/contracts/{}/periods", segment(&arguments.contract))
}

fn one_at_server(arguments: &Arguments, period: &str, client: &Client) -> Result<Shown, CliError> {
    client.get(&format!("{}/{}", path(arguments), segment(period)))
}

async fn all_in_data(arguments: &Arguments) -> Result<Periods, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let force = in_force(host, &arguments.of, &arguments.contract).await?;
            let periods = pay::periods(host, &force).await?;
            let view = |period| Period::of(period, &force.calendar);
            Ok(Periods {
                periods: periods.iter().map(view).collect(),
            })
        })
        .await
}

async fn one_in_data(arguments: &Arguments, period: &str) -> Result<Shown, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let force = in_force(host, &arguments.of, &arguments.contract).await?;
            let overview = pay::overview(host, &force, period).await?;
            Ok(Shown::of(overview, &force))
        })
        .await
}

/// A contract's periods.
#[derive(Debug, Serialize, Deserialize)]
struct Periods {
    periods: Vec<Period>,
}

/// One period; also as a server answers it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Shown {
    period: Period,
    currency: String,
    totals: Vec<Total>,
    changes: Vec<Line>,
    wake_ups: Vec<WakeUp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Total {
    component: String,
    account: String,
    unit: String,
    provisional: i64,
    #[serde(rename = "final")]
    settled: i64,
    since_closed: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct WakeUp {
    component: String,
    key: String,
    due_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
}

impl Shown {
    fn of(overview: Overview, force: &InForce) -> Self {
        Self {
            period: Period::of(&overview.period, &force.calendar),
            currency: force.terms.currency.clone(),
            totals: overview.totals.into_iter().map(Total::of).collect(),
            changes: overview.changes.iter().map(Line::of).collect(),
            wake_ups: overview.wake_ups.iter().filter_map(WakeUp::of).collect(),
        }
    }
}

impl Total {
    fn of(total: AccountTotal) -> Self {
        Self {
            component: total.component,
            account: total.account,
            unit: total.unit,
            provisional: total.provisional,
            settled: total.settled,
            since_closed: total.since_closed,
        }
    }
}

impl WakeUp {
    fn of(deadline: &Deadline) -> Option<Self> {
        let Subject::Compensation {
            component,
            lead,
            deal,
        } = &deadline.subject
        else {
            return None;
        };
        Some(Self {
            component: component.clone(),
            key: deadline.key.clone(),
            due_at: deadline.due_at.to_string(),
            lead: lead.as_ref().map(ToString::to_string),
            deal: deal.as_ref().map(ToString::to_string),
        })
    }
}

/// A line each.
impl fmt::Display for Periods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.periods
            .iter()
            .try_for_each(|period| writeln!(f, "{period}"))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money = |value, unit: &str| amount(value, unit, &self.currency);
        writeln!(f, "{}", self.period)?;
        if self.totals.is_empty() {
            writeln!(f, "nothing is booked")?;
        } else {
            writeln!(
                f,
                "  {:32}  {:>7}  {:>15}  {:>15}  {:>15}",
                "account", "unit", "provisional", "final", "since closed"
            )?;
        }
        for total in &self.totals {
            let unit = match total.unit.as_str() {
                "money" => &self.currency,
                unit => unit,
            };
            writeln!(
                f,
                "  {:32}  {unit:>7}  {:>15}  {:>15}  {:>15}",
                format!("{}/{}", total.component, total.account),
                money(total.provisional, &total.unit),
                money(total.settled, &total.unit),
                money(total.since_closed, &total.unit),
            )?;
        }
        if !self.changes.is_empty() {
            writeln!(f, "booked for it since it was closed")?;
        }
        for line in &self.changes {
            writeln!(
                f,
                "  {:>15}  in {}: {}",
                money(line.amount, &line.unit),
                line.booked_period,
                line.about()
            )?;
        }
        if !self.wake_ups.is_empty() {
            writeln!(f, "components want to be woken")?;
        }
        for wake_up in &self.wake_ups {
            let of = [("lead", &wake_up.lead), ("deal", &wake_up.deal)]
                .into_iter()
                .filter_map(|(what, id)| Some(format!(" of {what} {}", id.as_ref()?)))
                .collect::<String>();
            let due = seconds(&wake_up.due_at);
            writeln!(f, "  {due}  {}: {}{of}", wake_up.component, wake_up.key)?;
        }
        Ok(())
    }
}
