//! `stellwerk audit verify`.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

use super::public_key;
use crate::cli::store::{Data, block_on};
use crate::cli::target::manufacturer;
use crate::cli::{CliError, Console, Exit};
use crate::config::Config;
use crate::domain::contract::Manufacturer;
use crate::domain::digest::Hash;
use crate::domain::seal::Head;
use crate::host::Host;
use crate::proof::KeyPlace;
use crate::proof::finding::Finding;
use crate::proof::verify::{Counted, Known, verify};

/// Reads everything once, beside the server that may be working on it. What is broken is named, the first of each kind; the exit
/// code says whether anything is. What was cut off at the end together with its seals
/// nothing here can tell: note the head down, and give it to the next check.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only this manufacturer's [default: everybody's]
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    /// A key that may have signed, from somewhere else than this database; may be
    /// given several times [default: those that the database names]
    #[arg(long = "key", value_name = "PUBLIC", value_parser = public_key)]
    keys: Vec<Hash>,
    /// The head that an earlier check has shown, of the manufacturer that is named
    #[arg(long, value_name = "HEAD", value_parser = head, requires = "manufacturer")]
    head: Option<Head>,
    #[command(flatten)]
    data: Data,
}

fn head(text: &str) -> Result<Head, String> {
    Head::parse(text).ok_or_else(|| "takes a head such as 12:8f0c…, as it was shown".to_owned())
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Check {
    is_sound: bool,
    manufacturers: Vec<Checked>,
    /// The first of each kind.
    findings: Vec<Finding>,
    receipts: u64,
    seconds: f64,
    receipts_per_second: f64,
}

#[derive(Debug, Serialize)]
struct Checked {
    manufacturer: String,
    #[serde(flatten)]
    counted: Counted,
    head: Option<String>,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for checked in &self.manufacturers {
            let Counted {
                receipts,
                sealed,
                without_number,
                seals,
                events,
                postings,
                leads,
                deals,
            } = checked.counted;
            writeln!(f, "{}", checked.manufacturer)?;
            writeln!(
                f,
                "  receipts  {receipts}, {sealed} of them under {seals} seals"
            )?;
            if without_number > 0 {
                writeln!(
                    f,
                    "            {without_number} of the version before have no number yet"
                )?;
            }
            writeln!(
                f,
                "  events    {events}, of {leads} leads and {deals} deals"
            )?;
            writeln!(f, "  postings  {postings}")?;
            if let Some(head) = &checked.head {
                writeln!(f, "  head      {head}")?;
            }
        }
        writeln!(
            f,
            "{:.1} s, {:.0} receipts a second",
            self.seconds, self.receipts_per_second
        )?;
        match self.findings.as_slice() {
            [] => write!(f, "nothing is broken"),
            findings => {
                writeln!(f, "broken:")?;
                let lines: Vec<String> = findings
                    .iter()
                    .map(|finding| format!("  {finding}"))
                    .collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let config = arguments.data.configured([])?.config;
    let checked = block_on(async {
        let host = arguments.data.host_beside().await?;
        let checked = check(arguments, &config, &host, console).await;
        host.store.close().await;
        checked
    })?;
    console.result(&checked)?;
    Ok(match checked.is_sound {
        true => Exit::Done,
        false => Exit::NotProved,
    })
}

async fn check(
    arguments: &Arguments,
    config: &Config,
    host: &Host,
    console: &Console,
) -> Result<Check, CliError> {
    let manufacturers = match &arguments.manufacturer {
        Some(code) => vec![manufacturer(host, code).await?],
        None => host.store.manufacturers().await?,
    };
    let known = Known {
        keys: keys(arguments, config, host).await?,
        head: arguments.head,
    };
    let begin = Instant::now();
    let mut checked = Vec::new();
    let mut findings = Vec::new();
    for of in &manufacturers {
        let (of, found) = check_one(host, of, &known, console).await?;
        checked.push(of);
        findings.extend(found);
    }
    let receipts = checked.iter().map(|checked| checked.counted.receipts).sum();
    let seconds = begin.elapsed().as_secs_f64();
    Ok(Check {
        is_sound: findings.is_empty(),
        manufacturers: checked,
        findings,
        receipts,
        seconds,
        receipts_per_second: receipts as f64 / seconds.max(f64::EPSILON),
    })
}

async fn check_one(
    host: &Host,
    of: &Manufacturer,
    known: &Known,
    console: &Console,
) -> Result<(Checked, Vec<Finding>), CliError> {
    let progress = |code: &str, counted: &Counted| {
        let Counted {
            receipts,
            postings,
            leads,
            ..
        } = counted;
        console.step(format!(
            "{code}: {receipts} receipts, {postings} postings, {leads} leads so far"
        ));
    };
    let verified = verify(&host.store, of, known, &progress).await?;
    let checked = Checked {
        manufacturer: of.code.clone(),
        counted: verified.counted,
        head: verified.head.map(|head| head.to_string()),
    };
    Ok((checked, verified.findings))
}

/// The keys that may have signed.
async fn keys(arguments: &Arguments, config: &Config, host: &Host) -> Result<Vec<Hash>, CliError> {
    if !arguments.keys.is_empty() {
        return Ok(arguments.keys.clone());
    }
    let known = host.store.public_keys().await?;
    let mut keys: Vec<Hash> = known.into_iter().map(|known| known.key).collect();
    if let KeyPlace::File(key) = KeyPlace::of(config.seals.key_file.as_deref())? {
        keys.push(key.public());
    }
    Ok(keys)
}
