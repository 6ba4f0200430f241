//! `stellwerk policy show CONTRACT SLOT --trial`: how a candidate does.

use std::fmt;

use serde::Serialize;

use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract, not_found};
use crate::cli::{CliError, Console, Exit};
use crate::trial::candidate::{Trial, trial};
use crate::trial::summary::{Part, Side, Spread};

/// Of which candidate.
pub(super) struct Asked<'a> {
    pub contract: &'a str,
    pub slot: &'a str,
    pub generation: Option<i64>,
    pub of: &'a Of,
    pub target: &'a Target,
}

pub(super) fn show(
    asked: &Asked<'_>,
    server: Option<Client>,
    console: &Console,
) -> Result<Exit, CliError> {
    let found = match server {
        Some(client) => at_server(asked, &client)?,
        None => block_on(in_data(asked))?,
    };
    console.result(&Shown(found))?;
    Ok(Exit::Done)
}

fn at_server(asked: &Asked<'_>, client: &Client) -> Result<Trial, CliError> {
    let generation = asked.generation;
    let generation = generation.map_or_else(String::new, |number| format!("&generation={number}"));
    client.get(&format!(
        "/api/v1/contracts/{}/trials?slot={}{generation}",
        segment(asked.contract),
        segment(asked.slot)
    ))
}

async fn in_data(asked: &Asked<'_>) -> Result<Trial, CliError> {
    asked
        .target
        .with_data(async |host| {
            let of = asked.of.find(host).await?;
            let contract = contract(host, &of, asked.contract).await?;
            let store = &host.store;
            let now = host.clock.now();
            let found = trial(
                store,
                &of.id,
                &contract.id,
                asked.slot,
                asked.generation,
                now,
            );
            found
                .await?
                .ok_or_else(|| not_found("candidate of the slot", asked.slot))
        })
        .await
}

/// A trial as it is printed.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Trial);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(trial) = self;
        let summary = &trial.summary;
        writeln!(f, "slot           {}", trial.slot)?;
        writeln!(f, "generation     {}", trial.generation)?;
        let older = match trial.is_cut {
            true => " (the latest; there are older ones)",
            false => "",
        };
        writeln!(f, "cases          {}{older}", summary.cases)?;
        if summary.decided > 0 {
            writeln!(f, "decided        {}", summary.decided)?;
        }
        writeln!(f, "left out       {}", trial.left_out)?;
        writeln!(f, "agreement      {}", agreement(summary.agreement_percent))?;
        writeln!(
            f,
            "               {} the same, {} but for what nothing follows from, {} flips",
            summary.agreeing - summary.agreeing_otherwise,
            summary.agreeing_otherwise,
            summary.flips
        )?;
        side(f, "candidate", &summary.candidate)?;
        side(f, "in force", &summary.in_force)?;
        parts(f, "product", &trial.by_product)?;
        parts(f, "region", &trial.by_region)?;
        parts(f, "partner", &trial.by_partner)?;
        for ledger in &trial.ledgers {
            let cut = match ledger.is_cut {
                true => " (not all of it was looked at)",
                false => "",
            };
            writeln!(
                f,
                "\nperiod {}: {} events, {:+} in minor units{cut}",
                ledger.period, ledger.events, ledger.value_difference
            )?;
            let settled = match ledger.is_settled {
                true => "settled as if it closed now",
                false => "without settlements",
            };
            writeln!(f, "  {} wake-ups as it wished, {settled}", ledger.wake_ups)?;
            for paid in &ledger.partners {
                writeln!(
                    f,
                    "  {:24}  {} {} instead of {}",
                    paid.partner, paid.unit, paid.candidate, paid.in_force
                )?;
            }
        }
        if !trial.flips.is_empty() {
            writeln!(f, "\nflips, the latest first")?;
        }
        for flip in &trial.flips {
            let lead = flip.lead.as_deref().unwrap_or("-");
            writeln!(f, "  {lead:36}  {:8}  {}", flip.function, flip.difference)?;
        }
        Ok(())
    }
}

fn agreement(percent: Option<f64>) -> String {
    percent.map_or_else(
        || "nothing to compare".to_owned(),
        |percent| format!("{percent} %"),
    )
}

fn side(f: &mut fmt::Formatter<'_>, name: &str, side: &Side) -> fmt::Result {
    let spread = |spread: Option<Spread>| {
        spread.map_or_else(
            || "not measured".to_owned(),
            |spread| format!("{} / {} / {}", spread.p50, spread.p90, spread.p99),
        )
    };
    writeln!(
        f,
        "{name:13}  fuel {}, microseconds {} (p50 / p90 / p99)",
        spread(side.fuel),
        spread(side.micros)
    )?;
    for (code, count) in &side.errors {
        writeln!(f, "               {count} times {code}")?;
    }
    Ok(())
}

fn parts(f: &mut fmt::Formatter<'_>, name: &str, parts: &[Part]) -> fmt::Result {
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nby {name}")?;
    for part in parts {
        let summary = &part.summary;
        let errors: i64 = summary.candidate.errors.values().sum();
        writeln!(
            f,
            "  {:24}  {} cases, {}, {} flips, {errors} errors, {:+} in minor units",
            part.of,
            summary.cases,
            agreement(summary.agreement_percent),
            summary.flips,
            summary.value_difference
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::candidate::{Flip, Ledger, Paid};
    use crate::trial::summary::Summary;

    #[test]
    fn a_trial_is_shown_with_its_flips_and_its_money() {
        let spread = |p50| {
            Some(Spread {
                p50,
                p90: p50 * 2,
                p99: p50 * 3,
            })
        };
        let summary = Summary {
            cases: 12,
            decided: 0,
            agreeing: 9,
            agreeing_otherwise: 2,
            flips: 1,
            agreement_percent: Some(90.0),
            candidate: Side {
                errors: [("guest.fuel".to_owned(), 2)].into(),
                fuel: spread(10_000),
                micros: spread(70),
            },
            in_force: Side {
                fuel: spread(9_000),
                ..Side::default()
            },
            value_difference: -500,
        };
        let part = |of: &str| Part {
            of: of.to_owned(),
            summary: summary.clone(),
        };
        let trial = Trial {
            slot: "matching".to_owned(),
            generation: 2,
            left_out: 3,
            is_cut: true,
            by_product: vec![part("heat-pump")],
            by_region: vec![part("DE 80")],
            by_partner: Vec::new(),
            flips: vec![Flip {
                lead: Some("0199c3a5-0000-7000-8000-000000000001".to_owned()),
                decision: None,
                partner: None,
                function: "rank".to_owned(),
                difference: "first group 1, 2 instead of 1".to_owned(),
                at: "2026-03-02T09:00:00Z".to_owned(),
            }],
            ledgers: vec![Ledger {
                period: "2026-03".to_owned(),
                events: 4,
                wake_ups: 1,
                is_settled: true,
                is_cut: false,
                value_difference: -500,
                partners: vec![Paid {
                    partner: "p1".to_owned(),
                    unit: "money".to_owned(),
                    in_force: 1_500,
                    candidate: 1_000,
                }],
                computed_at: "2026-03-02T09:00:00Z".to_owned(),
            }],
            summary,
        };
        insta::assert_snapshot!(Shown(trial));
        let none = Trial {
            slot: "matching".to_owned(),
            generation: 2,
            ..Trial::default()
        };
        insta::assert_snapshot!("a_trial_without_cases", Shown(none));
    }
}
