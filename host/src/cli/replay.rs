//! `stellwerk replay`: recorded decisions asked again, and compared bit for bit.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::line::Line;
use super::store::block_on;
use super::target::{Of, Target, contract};
use super::{CliError, Console, Exit};
use crate::domain::ids::{ContractId, DecisionId, ManufacturerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::proof::recorded;
use crate::proof::replay::{self, Counts, Scope};
use crate::proof::{Part, Verdict};

/// Puts the question of a recorded decision to the same component, configuration and
/// terms in a fresh sandbox, and compares output, reasons, log and fuel with what was
/// recorded. Reads the data beside the server; nothing is changed.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").required(true).args(["decision", "all", "since"])))]
pub struct Replay {
    /// Identifier of the decision
    decision: Option<String>,
    /// All decisions there are
    #[arg(long)]
    all: bool,
    /// Those made at this instant or later, such as 2026-03-01T00:00:00Z
    #[arg(long, value_name = "INSTANT", value_parser = instant, conflicts_with = "all")]
    since: Option<Micros>,
    /// Of this contract alone
    #[arg(long, value_name = "CODE", conflicts_with = "decision")]
    contract: Option<String>,
    /// How many are asked at the same time [default: one a processor]
    #[arg(long, value_name = "N")]
    at_once: Option<usize>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

fn instant(text: &str) -> Result<Micros, String> {
    Micros::parse(text).map_err(|error| error.to_string())
}

pub fn run(arguments: &Replay, console: &Console) -> Result<Exit, CliError> {
    let replayed = block_on(arguments.target.read_data(async |host| {
        let begin = Instant::now();
        let counts = match &arguments.decision {
            Some(id) => one(host, id).await?,
            None => many(host, arguments).await?,
        };
        Ok(Replayed::of(counts, begin.elapsed()))
    }))?;
    console.result(&replayed)?;
    Ok(match replayed.holds {
        true => Exit::Done,
        false => Exit::NotProved,
    })
}

async fn one(host: &Host, id: &str) -> Result<Counts, CliError> {
    let decision = recorded::find(&host.store, &DecisionId::from(id)).await?;
    let verdict = replay::one(host, &decision).await?;
    let mut counts = Counts::default();
    counts.count(&decision.id, &verdict);
    Ok(counts)
}

/// Of the manufacturers that are meant: one, or all.
async fn many(host: &Host, arguments: &Replay) -> Result<Counts, CliError> {
    let at_once = arguments
        .at_once
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let mut line = Line::new();
    let mut counts = Counts::default();
    for (manufacturer, contract) in scopes(host, arguments).await? {
        let scope = Scope {
            manufacturer,
            contract,
            since: arguments.since,
        };
        let before = counts.all();
        let told = |found: &Counts| {
            let all = before + found.all();
            line.show(|elapsed| format!("{all} decisions, {} a second", per_second(all, elapsed)));
        };
        counts.add(replay::all(host, &scope, at_once, told).await?);
    }
    line.clear();
    Ok(counts)
}

async fn scopes(
    host: &Host,
    arguments: &Replay,
) -> Result<Vec<(ManufacturerId, Option<ContractId>)>, CliError> {
    if let Some(code) = &arguments.contract {
        let of = arguments.of.find(host).await?;
        let contract = contract(host, &of, code).await?;
        return Ok(vec![(of.id, Some(contract.id))]);
    }
    if arguments.of.manufacturer.is_some() {
        return Ok(vec![(arguments.of.find(host).await?.id, None)]);
    }
    let all = host.store.manufacturers().await?;
    Ok(all.into_iter().map(|one| (one.id, None)).collect())
}

fn per_second(decisions: u64, elapsed: Duration) -> u64 {
    (decisions as f64 / elapsed.as_secs_f64().max(0.001)) as u64
}

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Replayed {
    decisions: u64,
    /// Whether nothing speaks against what was recorded.
    holds: bool,
    verdicts: BTreeMap<&'static str, u64>,
    /// Of those that differ: how often each part does.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<Part, u64>,
    /// What could not be asked again, and for how many decisions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<String, u64>,
    /// Those that differ, the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differing: Vec<Differing>,
    seconds: f64,
    per_second: u64,
}

#[derive(Debug, Serialize)]
struct Differing {
    decision: String,
    parts: Vec<Part>,
}

impl Replayed {
    fn of(counts: Counts, elapsed: Duration) -> Self {
        Self {
            decisions: counts.all(),
            holds: counts.hold(),
            seconds: (elapsed.as_secs_f64() * 1e3).round() / 1e3,
            per_second: per_second(counts.all(), elapsed),
            verdicts: counts.verdicts,
            parts: counts.parts,
            missing: counts.missing,
            differing: counts
                .named
                .into_iter()
                .map(|(id, parts)| Differing {
                    decision: id.as_str().to_owned(),
                    parts,
                })
                .collect(),
        }
    }
}

/// What a verdict says, in words.
fn in_words(verdict: &str) -> &'static str {
    match verdict {
        "same" => "the same bit for bit",
        "other-fuel" => "the same but for the fuel, under another engine",
        "differs" => "otherwise than recorded",
        "not-reproducible" => "not asked: they failed for their surroundings, such as a deadline",
        "erased" => {
            "not asked: their words are erased with the person; they are proved all the same"
        }
        "encrypted" => "not asked: their words are encrypted, and there is no key",
        "missing" => "not asked: something that they were made with is missing",
        _ => "not answered for want of time or room; try again",
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} decisions asked again in {:.1} s",
            self.decisions, self.seconds
        )?;
        for verdict in Verdict::ALL {
            if let Some(count) = self.verdicts.get(verdict) {
                writeln!(f, "{count:>9}  {}", in_words(verdict))?;
            }
        }
        for (part, count) in &self.parts {
            writeln!(f, "{count:>9}  with another {}", part.as_str())?;
        }
        for (what, count) in &self.missing {
            writeln!(f, "{count:>9}  {what}")?;
        }
        for Differing { decision, parts } in &self.differing {
            let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
            writeln!(f, "{decision}  {}", parts.join(", "))?;
        }
        match self.holds {
            true => write!(f, "what was recorded holds"),
            false => write!(f, "what was recorded does not hold"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_told_in_words() {
        let mut counts = Counts::default();
        counts.count(&"a".into(), &Verdict::Same);
        counts.count(&"b".into(), &Verdict::Same);
        counts.count(&"c".into(), &Verdict::OtherFuel);
        counts.count(&"d".into(), &Verdict::NotReproducible);
        counts.count(&"g".into(), &Verdict::Erased);
        let good = Replayed::of(counts.clone(), Duration::from_millis(1_234));
        counts.count(
            &"e".into(),
            &Verdict::Differs(vec![Part::Output, Part::Fuel]),
        );
        let missing = "the component matching-weighted@0.1.0 (0123) is not stored: bring the same \
                       file back with `stellwerk plugin upload`";
        counts.count(&"f".into(), &Verdict::Missing(missing.to_owned()));
        let bad = Replayed::of(counts, Duration::from_millis(1_234));
        insta::assert_snapshot!(format!("{good}\n\n{bad}"));
    }
}
