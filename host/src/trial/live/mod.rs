//! A trial's folder made of what is here already: the contract as it is in force, and what
//! has happened under it, as files that `trial run` reads like anybody else's. They hold
//! neither names nor contacts, nor what people wrote.

mod history;
mod paid;
mod past;
mod rules;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Table;

pub use self::paid::{PAID_FILE, PAID_LEADS_FILE};
use super::lines;
use super::setup::{CONTRACT_FILE, PLANS_FOLDER, TRIAL_FILE};
use crate::contracts::{self, terms};
use crate::domain::calendar::Calendar;
use crate::domain::contract::Contract;
use crate::domain::ids::ManufacturerId;
use crate::domain::terms::{Terms, TermsProblem};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::import::Kind;
use crate::import::rejects::line;
use crate::store;

/// Between the items of a list.
const LIST: &str = "|";
/// Where components of policies lie that do not ship with the program.
const COMPONENTS_FOLDER: &str = "components";

/// What of a contract's history is tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Scope {
    /// Leads that came in on that day or later, by the contract's time zone; all of them
    /// if it is left out.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The last day of history; today if it is left out.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Leads about that product alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Leads from that source alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Scope {
    /// Whether leads are left out.
    fn is_narrowed(&self) -> bool {
        self.since.is_some() || self.product.is_some() || self.source.is_some()
    }
}

/// What history has and its files cannot tell: a file of leads has one holder of a lead,
/// and of each kind of report the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Untold {
    /// Claims that ended before the outcome, by the holder's or the host's doing.
    pub earlier_claims: u64,
    /// Reports of a holder after its first one of that kind.
    pub further_reports: u64,
    /// Lines of deals beyond the first; their values are told as one.
    pub further_lines: u64,
    /// Deals that came of no lead.
    pub deals_without_lead: u64,
}

impl Untold {
    /// In words; nothing where history is told whole.
    pub fn said(&self) -> Vec<String> {
        let counted = [
            (self.earlier_claims, "claims that ended without an outcome"),
            (
                self.further_reports,
                "reports after the first of their kind",
            ),
            (self.further_lines, "lines of deals after the first"),
            (self.deals_without_lead, "deals without a lead"),
        ];
        counted
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect()
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Made {
    pub until: Date,
    /// Rows by the kind of file.
    pub files: BTreeMap<String, u64>,
    pub untold: Untold,
}

/// Why a folder could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: cannot be written as TOML: {message}", path.display())]
    Toml { path: PathBuf, message: String },
    #[error("the contract's calendar cannot be used: {0:?}")]
    Calendar(Vec<TermsProblem>),
    #[error("the day {0} is beyond what calendars reach")]
    Day(Date),
    #[error(transparent)]
    Contract(#[from] contracts::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Lines(#[from] lines::Error),
}

/// Writes a trial's folder: what a contract is, and what has happened under it. Plans are
/// for others to write.
///
/// # Errors
/// What was written by then stays.
pub async fn make(
    host: &Host,
    contract: &Contract,
    scope: &Scope,
    name: &str,
    folder: &Path,
) -> Result<Made, Error> {
    let (_, terms) = terms::current(host, contract).await?;
    let span = Span::of(scope, &terms, host.clock.now())?;
    let folder = Folder(folder);
    folder.create(PLANS_FOLDER)?;
    let document = rules::document(host, contract, folder).await?;
    folder.toml(
        CONTRACT_FILE,
        "# The contract as it is in force. Every plan in plans/ replaces some of its rules.\n\n",
        &document,
    )?;
    let written = history::write(host, contract, &terms, scope, &span, folder).await?;
    // What a period has paid for a part of its leads nobody can say.
    if !scope.is_narrowed() {
        paid::write(host, contract, &span, folder).await?;
    }
    // A kind that there is nothing of is not named: the report says what is lacking.
    let is_named = |(kind, rows): &(Kind, u64)| *kind == Kind::Leads || *rows > 0;
    let history: Vec<Table> = written
        .rows
        .iter()
        .filter(|file| is_named(file))
        .map(|(kind, _)| {
            Table::from_iter([
                ("kind".to_owned(), kind.as_str().into()),
                ("file".to_owned(), data_file(*kind).into()),
                ("mapping".to_owned(), mapping_file(*kind).into()),
            ])
        })
        .collect();
    let trial = Table::from_iter([
        ("name".to_owned(), name.into()),
        ("until".to_owned(), span.last.to_string().into()),
        // The host knows of everything that has happened.
        ("complete".to_owned(), true.into()),
        ("history".to_owned(), history.into()),
    ]);
    folder.toml(
        TRIAL_FILE,
        "# What is tried: plans/ over what has happened up to the last day, by the contract's\n\
         # time zone. `stellwerk trial run` reads the files below.\n\n",
        &trial,
    )?;
    Ok(Made {
        until: span.last,
        files: written
            .rows
            .iter()
            .map(|(kind, rows)| (kind.as_str().to_owned(), *rows))
            .collect(),
        untold: written.untold,
    })
}

/// A plan that changes nothing yet: what pays today, to be written over.
///
/// # Errors
/// Where it cannot be written.
pub fn plan_to_fill_in(folder: &Path) -> Result<(), Error> {
    rules::plan_to_fill_in(Folder(folder))
}

/// What a trial in that folder calls a plugin; the component of one that does not ship with
/// the program is written there.
///
/// # Errors
/// `NotFound` of a plugin that the manufacturer does not have.
pub async fn carried(
    host: &Host,
    manufacturer: &ManufacturerId,
    plugin: &str,
    folder: &Path,
) -> Result<String, Error> {
    rules::carried(host, manufacturer, plugin, Folder(folder)).await
}

/// The file that a kind of history lies in.
fn data_file(kind: Kind) -> String {
    format!("{}.csv", kind.as_str())
}

/// The file that says how it is read.
fn mapping_file(kind: Kind) -> String {
    format!("{}.toml", kind.as_str())
}

/// History as instants.
struct Span {
    since: Micros,
    /// The last instant.
    until: Micros,
    last: Date,
}

impl Span {
    fn of(scope: &Scope, terms: &Terms, now: Micros) -> Result<Self, Error> {
        let calendar = Calendar::of(terms).map_err(Error::Calendar)?;
        let last = scope.until.unwrap_or_else(|| calendar.local(now).date());
        let midnight = |date: Date| calendar.midnight(date).ok_or(Error::Day(date));
        let next = last.tomorrow().map_err(|_| Error::Day(last))?;
        let since = scope.since.map(midnight).transpose()?;
        Ok(Self {
            since: since.unwrap_or(Micros(i64::MIN)),
            until: Micros(midnight(next)?.0 - 1),
            last,
        })
    }
}

/// Where the files go.
#[derive(Clone, Copy)]
struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn create(self, name: &str) -> Result<PathBuf, Error> {
        let path = self.0.join(name);
        match fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::File { path, source }),
        }
    }

    fn write(self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.0.join(name);
        fs::write(&path, bytes).map_err(|source| Error::File { path, source })
    }

    fn toml(self, name: &str, comment: &str, value: &impl Serialize) -> Result<(), Error> {
        let text = toml::to_string(value).map_err(|error| Error::Toml {
            path: self.0.join(name),
            message: error.to_string(),
        })?;
        self.write(name, format!("{comment}{text}").as_bytes())
    }

    /// A file of rows, with a line that names its columns.
    fn rows(self, kind: Kind, columns: Vec<String>) -> Result<RowFile, Error> {
        let path = self.0.join(data_file(kind));
        let file = File::create(&path).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })?;
        let mut file = RowFile {
            file: BufWriter::new(file),
            path,
            columns: Vec::new(),
            rows: 0,
        };
        file.line(&columns)?;
        file.columns = columns;
        Ok(file)
    }
}

/// A file that rows are added to.
struct RowFile {
    file: BufWriter<File>,
    path: PathBuf,
    columns: Vec<String>,
    rows: u64,
}

impl RowFile {
    /// Values by their columns; what a row does not have is left blank.
    fn add(&mut self, row: &Map<String, Value>) -> Result<(), Error> {
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|column| row.get(column).map_or_else(String::new, cell))
            .collect();
        self.rows += 1;
        self.line(&cells)
    }

    fn line(&mut self, cells: &[String]) -> Result<(), Error> {
        let written = self.file.write_all(line(',', cells).as_bytes());
        written.map_err(|source| self.wrong(source))
    }

    /// How many rows it has.
    fn end(mut self) -> Result<u64, Error> {
        let flushed = self.file.flush();
        flushed.map_err(|source| self.wrong(source))?;
        Ok(self.rows)
    }

    fn wrong(&self, source: io::Error) -> Error {
        Error::File {
            path: self.path.clone(),
            source,
        }
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(LIST),
        other => other.to_string(),
    }
}
