//! `stellwerk policy diff`: how one generation differs from another.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding::{
    Compared, Examples, Flip, LAST_DEFAULT, LAST_MAX, Pair, Replay, Versions,
};
use crate::policy::differ::document::Change;
use crate::policy::differ::manifest::Part;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract
    contract: String,
    /// qualification, matching, escalation or compensation/NAME
    slot: String,
    /// The generation to compare with what is in force; or two: which one, and with
    /// which other
    #[arg(required = true, num_args = 1..=2, value_name = "GENERATION")]
    generations: Vec<i64>,
    /// How many of the slot's last decisions both are asked again
    #[arg(long, value_name = "COUNT", default_value_t = LAST_DEFAULT,
          value_parser = clap::value_parser!(u32).range(0..=i64::from(LAST_MAX)))]
    last: u32,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

impl Arguments {
    fn pair(&self) -> Pair {
        let (from, to) = match self.generations.as_slice() {
            [from, to] => (Some(*from), *to),
            others => (None, others.first().copied().unwrap_or_default()),
        };
        Pair {
            slot: self.slot.clone(),
            from,
            to,
            last: self.last,
        }
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let difference = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&Printed(difference))?;
    Ok(Exit::Done)
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Compared, CliError> {
    let Pair {
        slot,
        from,
        to,
        last,
    } = arguments.pair();
    let from = from.map_or_else(String::new, |from| format!("&from={from}"));
    client.get(&format!(
        "/api/v1/contracts/{}/diff?slot={}&to={to}&last={last}{from}",
        segment(&arguments.contract),
        segment(&slot)
    ))
}

async fn in_data(arguments: &Arguments) -> Result<Compared, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let contract = contract(host, &of, &arguments.contract).await?;
            let versions = Versions::load(host, &contract, &arguments.pair()).await?;
            Ok(versions.compare(host).await?)
        })
        .await
}

/// As people read it.
#[derive(Serialize)]
#[serde(transparent)]
struct Printed(Compared);

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compared {
            slot,
            from,
            to,
            configuration,
            limits,
            schema,
            manifest,
            examples,
            decisions,
        } = &self.0;
        for (sign, side) in [("-", from), ("+", to)] {
            let (generation, standing) = (side.generation, &side.standing);
            writeln!(
                f,
                "{sign} {slot} generation {generation}, {}, {standing}: {}",
                side.plugin, side.comment
            )?;
        }
        changes(f, "configuration", configuration)?;
        changes(f, "limits", limits)?;
        if from.plugin_digest != to.plugin_digest {
            changes(f, "schema of the configuration", schema)?;
            parts(f, manifest)?;
        }
        golden(f, examples)?;
        replay(f, decisions)
    }
}

fn changes(f: &mut fmt::Formatter<'_>, what: &str, changes: &[Change]) -> fmt::Result {
    if changes.is_empty() {
        return writeln!(f, "\n{what}: the same");
    }
    writeln!(f, "\n{what}")?;
    changes
        .iter()
        .try_for_each(|change| writeln!(f, "  {change}"))
}

fn parts(f: &mut fmt::Formatter<'_>, parts: &[Part]) -> fmt::Result {
    if parts.is_empty() {
        return writeln!(f, "\nwhat the plugins say of themselves: the same");
    }
    writeln!(f, "\nwhat the plugins say of themselves")?;
    parts.iter().try_for_each(|part| writeln!(f, "  {part}"))
}

fn golden(f: &mut fmt::Formatter<'_>, examples: &Examples) -> fmt::Result {
    let Examples {
        asked,
        differing,
        left_out,
    } = examples;
    writeln!(
        f,
        "\ngolden examples: {} of {asked} differ",
        differing.len()
    )?;
    if *left_out > 0 {
        writeln!(f, "  {left_out} more were not asked")?;
    }
    differing.iter().try_for_each(|example| {
        let (name, of) = (&example.name, example.of.as_str());
        writeln!(f, "  {name} (of {of}): {}", example.words)
    })
}

fn replay(f: &mut fmt::Formatter<'_>, replay: &Replay) -> fmt::Result {
    writeln!(
        f,
        "\ndecisions: {} of the last {} would flip",
        replay.flips.len(),
        replay.asked
    )?;
    if replay.left_out > 0 {
        writeln!(f, "  {} more were not asked again", replay.left_out)?;
    }
    if !replay.not_told.is_empty() {
        writeln!(
            f,
            "  it reads what these questions do not say: {}",
            replay.not_told.join(", ")
        )?;
    }
    flipped(f, &replay.flipped)?;
    replay.flips.iter().try_for_each(|flip| write_flip(f, flip))
}

fn flipped(f: &mut fmt::Formatter<'_>, flipped: &BTreeMap<String, u32>) -> fmt::Result {
    if flipped.is_empty() {
        return Ok(());
    }
    let counts: Vec<String> = flipped
        .iter()
        .map(|(what, count)| format!("{what} {count}"))
        .collect();
    writeln!(f, "  by what would be another: {}", counts.join(", "))
}

fn write_flip(f: &mut fmt::Formatter<'_>, flip: &Flip) -> fmt::Result {
    let lead = flip.number.as_deref().or(flip.lead.as_deref());
    writeln!(
        f,
        "  {}  {} of {}",
        flip.asked_at,
        flip.function,
        lead.unwrap_or("no lead")
    )?;
    flip.words
        .iter()
        .try_for_each(|words| writeln!(f, "      {words}"))
}
