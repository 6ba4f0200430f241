//! `stellwerk erase`: a person is forgotten.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;
use ureq::http::Method;

use super::client::Client;
use super::person::{Person, reach};
use super::store::block_on;
use super::target::{Of, Target};
use super::{CliError, Console, Exit};
use crate::import::rejects;
use crate::persons::erase::erase;
use crate::persons::find::{Named, find};
use crate::persons::retention::{self, DueView};
use crate::persons::view::ErasureView;

/// Shows which leads are the person's: what is named, and every lead with the same
/// e-mail address or phone number as one of these. With --yes their contact goes, and
/// whatever people wrote about them, everywhere; figures, money, deals and receipts
/// stay as they are. It cannot be taken back. Done again it finds nobody.
#[derive(Debug, clap::Args)]
pub struct Erase {
    #[command(flatten)]
    who: Person,
    /// Show whose time is over by `retention-days` of the terms, or will be soon: a server
    /// erases them then
    #[arg(long, conflicts_with_all = ["who", "exactly", "yes", "rejects"])]
    due: bool,
    /// Will be within so many days
    #[arg(long, value_name = "DAYS", requires = "due", default_value_t = 30)]
    within: u32,
    /// Not the leads as well that share an address or a number with one that is found,
    /// as where that is a company's
    #[arg(long)]
    exactly: bool,
    /// Do it
    #[arg(long)]
    yes: bool,
    /// A file of rejects that an import has written: take the rows out that hold the
    /// address or the number. May be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "lead")]
    rejects: Vec<PathBuf>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

/// What is the person's, and what was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcome {
    #[serde(flatten)]
    view: ErasureView,
    /// Rows of files of rejects.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_rows: Option<usize>,
}

pub fn run(erase: &Erase, console: &Console) -> Result<Exit, CliError> {
    if erase.due {
        return due(erase, console);
    }
    // First, for they are named once only, and can be read or not.
    let named = erase.who.named()?;
    let rejected_rows = rejected_rows(erase)?;
    let manufacturer = erase.of.manufacturer.as_deref();
    let view = match erase.target.server(manufacturer)? {
        Some(client) => at_server(erase, &client)?,
        None => block_on(in_data(erase, &named))?,
    };
    console.result(&Outcome {
        view,
        rejected_rows,
    })?;
    Ok(Exit::Done)
}

/// Leads that are shown.
const DUE_MAX: u32 = 1_000;

/// Whose time is over.
fn due(arguments: &Erase, console: &Console) -> Result<Exit, CliError> {
    let manufacturer = arguments.of.manufacturer.as_deref();
    let within = arguments.within;
    let view = match arguments.target.server(manufacturer)? {
        Some(client) => {
            let query = format!("within-days={within}&limit={DUE_MAX}");
            client.get(&format!("/api/v1/erasures?{query}"))?
        }
        None => block_on(arguments.target.read_data(async |host| {
            let of = arguments.of.find(host).await?.id;
            Ok(retention::shown(host, &of, within, DUE_MAX).await?)
        }))?,
    };
    console.result(&view)?;
    Ok(Exit::Done)
}

impl fmt::Display for DueView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for lead in &self.leads {
            writeln!(
                f,
                "lead {}  {}, ended {}, erased from {} on",
                lead.id, lead.contract, lead.ended_at, lead.erased_from
            )?;
        }
        let more = if self.more { " or more" } else { "" };
        write!(
            f,
            "{} leads{more} are erased by {}",
            self.leads.len(),
            self.by
        )
    }
}

/// How many rows of the files are the person's; they are taken out where that is meant.
fn rejected_rows(erase: &Erase) -> Result<Option<usize>, CliError> {
    let Some(name) = erase.who.email.as_ref().or(erase.who.phone.as_ref()) else {
        return Ok(None);
    };
    let mut rows = 0;
    for path in &erase.rejects {
        let found = match erase.yes {
            true => rejects::forget(path, name),
            false => rejects::of_person(path, name),
        };
        rows += found.map_err(|error| CliError::file(path, error))?;
    }
    Ok((!erase.rejects.is_empty()).then_some(rows))
}

fn at_server(erase: &Erase, client: &Client) -> Result<ErasureView, CliError> {
    let path = match erase.yes {
        true => "/api/v1/erasures",
        false => "/api/v1/erasures?dry-run=true",
    };
    let body = json!({
        "lead": erase.who.lead,
        "email": erase.who.email,
        "phone": erase.who.phone,
        "exactly": erase.exactly,
    });
    client.send_json(Method::POST, path, &body)
}

async fn in_data(arguments: &Erase, named: &Named) -> Result<ErasureView, CliError> {
    let reach = reach(arguments.exactly);
    let work = arguments.target.with_data(async |host| {
        let of = arguments.of.find(host).await?.id;
        Ok(match arguments.yes {
            true => ErasureView::done(erase(host, &of, named, reach, None).await?),
            false => ErasureView::found(find(host, &of, named, reach).await?),
        })
    });
    work.await
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErasureView { done, leads, wiped } = &self.view;
        for lead in leads {
            let by = match &lead.same_as {
                None => "as named".to_owned(),
                Some(other) => format!("the same {} as {other}", lead.by),
            };
            writeln!(
                f,
                "lead {}  {}, {}, received {} ({by})",
                lead.id, lead.contract, lead.state, lead.received_at
            )?;
        }
        if let Some(rows) = self.rejected_rows {
            let were = if *done { "taken out" } else { "found" };
            writeln!(f, "{rows} rows of rejects {were}")?;
        }
        match (leads.len(), done) {
            (0, _) => write!(f, "no lead here is this person's")?,
            (leads, false) => write!(
                f,
                "{leads} leads; nothing was erased. Erase them with --yes: it cannot be taken back"
            )?,
            (leads, true) => write!(f, "{leads} leads erased")?,
        }
        match wiped {
            Some(false) => write!(
                f,
                "; the database's files could not be cleaned now, as while somebody reads them: \
                 the server does it, or this command once more"
            ),
            _ => Ok(()),
        }
    }
}
