//! What the demo prints.

mod access;
mod numbers;
mod plans;
mod proof;
mod slip;
mod story;
mod swap;

use std::fmt;

use serde::Serialize;

use self::numbers::{counted, euros, per_cent, share, span};
use super::table::Table;
use crate::demo::{
    Conversions, Ladder, Money, PartnerLine, Played, Proved, Response, Slip, Story, Summary,
    Unworked, Wave,
};

pub use access::{Access, TokenLine};
pub use plans::Plans;

/// What came of the play.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report<'a> {
    manufacturer: &'a str,
    contract: &'a str,
    partners_in_all: usize,
    summary: &'a Summary,
    story: &'a Option<Story>,
    slip: &'a Option<Slip>,
    proved: &'a Proved,
    plans: Plans,
}

impl<'a> Report<'a> {
    pub fn of(played: &'a Played, plans: Plans) -> Self {
        Self {
            manufacturer: &played.world.manufacturer.name,
            contract: &played.world.contract.name,
            partners_in_all: played.world.partners.len(),
            summary: &played.summary,
            story: &played.story,
            slip: &played.slip,
            proved: &played.proved,
            plans,
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.summary;
        writeln!(
            f,
            "{}, {}: {} leads of four weeks from Monday, 2 March 2026, {} partners.",
            self.manufacturer, self.contract, summary.conversions.received, self.partners_in_all
        )?;
        writeln!(
            f,
            "The contract's policies decided all of it; people and data are made up."
        )?;
        unworked(f, &summary.unworked)?;
        conversions(f, &summary.conversions)?;
        response(f, &summary.response)?;
        waves(f, &summary.waves, &summary.ladder)?;
        partners(f, &summary.partners)?;
        swap::write(f, &summary.swap)?;
        money(f, &summary.money)?;
        if let Some(story) = self.story {
            story::write(f, story)?;
        }
        if let Some(slip) = self.slip {
            slip::write(f, slip)?;
        }
        proof::write(f, self.proved)?;
        plans::write(f, &self.plans)
    }
}

fn heading(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "\n{text}\n")
}

fn head<const N: usize>(cells: [&str; N]) -> Vec<Vec<String>> {
    vec![cells.map(str::to_owned).to_vec()]
}

fn unworked(f: &mut fmt::Formatter<'_>, unworked: &Unworked) -> fmt::Result {
    heading(
        f,
        &format!(
            "UNWORKED: no contact attempt, care contact or outcome within {} days of qualification",
            unworked.limit_days
        ),
    )?;
    let row = |what: &str, count: u32, of: u32, note: &str| {
        vec![
            what.to_owned(),
            per_cent(count, of),
            format!("{count} of {of} {note}"),
        ]
    };
    let rows = vec![
        row(
            "unworked share",
            unworked.held,
            unworked.claimed,
            "claimed leads; they count for their holders",
        ),
        row(
            "never claimed",
            unworked.never_claimed,
            unworked.qualified,
            "qualified leads; they count for no partner",
        ),
        row(
            "taken back",
            unworked.taken_back,
            unworked.qualified,
            "qualified leads; claimed once, but nobody's when the time was over",
        ),
    ];
    write!(
        f,
        "{}",
        Table {
            left: &[0, 2],
            rows
        }
    )
}

fn conversions(f: &mut fmt::Formatter<'_>, conversions: &Conversions) -> fmt::Result {
    heading(f, "CONVERSIONS")?;
    let steps = [
        ("received", conversions.received),
        ("qualified", conversions.qualified),
        ("claimed", conversions.claimed),
        ("spoken with", conversions.contacted),
        ("won", conversions.won),
    ];
    let mut rows = head(["", "leads", "of those before", "of all"]);
    let mut before = conversions.received;
    for (step, count) in steps {
        rows.push(vec![
            step.to_owned(),
            count.to_string(),
            per_cent(count, before),
            per_cent(count, conversions.received),
        ]);
        before = count;
    }
    write!(f, "{}", Table { left: &[0], rows })?;
    writeln!(
        f,
        "\n  {} of the won were called off. {} were lost, {} are still worked, {} went to direct\n  \
         sales, {} were never qualified, because answers are missing.",
        conversions.called_off,
        conversions.lost,
        conversions.open,
        conversions.direct,
        conversions.unanswered
    )
}

fn response(f: &mut fmt::Formatter<'_>, response: &[Response]) -> fmt::Result {
    heading(
        f,
        "RESPONSE TIMES: the median, and what nine of ten keep; nights and weekends count",
    )?;
    let mut rows = head([
        "",
        "claims",
        "offer to claim",
        "9 of 10",
        "claim to contact",
        "9 of 10",
        "in time",
    ]);
    for line in response {
        rows.push(vec![
            line.temperature.to_owned(),
            line.claim.count.to_string(),
            span(line.claim.median),
            span(line.claim.ninth_decile),
            span(line.contact.median),
            span(line.contact.ninth_decile),
            share(line.in_time.into()),
        ]);
    }
    write!(f, "{}", Table { left: &[0], rows })?;
    writeln!(
        f,
        "\n  In time: claims whose contact was sought within the time that the contract promises."
    )
}

fn waves(f: &mut fmt::Formatter<'_>, waves: &[Wave], ladder: &Ladder) -> fmt::Result {
    heading(f, "WAVES, RECALLS AND THE LADDER")?;
    let mut rows = head(["wave", "leads", "offers", "claimed", "of leads"]);
    for wave in waves {
        rows.push(vec![
            wave.number.to_string(),
            wave.leads.to_string(),
            wave.offers.to_string(),
            wave.claimed.to_string(),
            per_cent(wave.claimed, wave.leads),
        ]);
    }
    writeln!(f, "{}", Table { left: &[], rows })?;
    let lines = [
        (
            "offers declined, lapsed",
            format!("{}, {}", ladder.declined, ladder.lapsed),
        ),
        ("reminders", ladder.reminded.to_string()),
        ("claims taken back", ladder.recalled.to_string()),
        ("times a partner was blocked", ladder.blocked.to_string()),
        ("looked when it was gone", ladder.looks_too_late.to_string()),
        (
            "claims refused, by what unlocks",
            counted(&ladder.claims_refused),
        ),
        ("told", counted(&ladder.told)),
        (
            "leads at the ladder's end, tried again",
            format!("{}, {}", ladder.ended, ladder.released),
        ),
        (
            "questions no policy could answer",
            ladder.failed.to_string(),
        ),
    ];
    for (what, how_many) in lines {
        writeln!(f, "  {what:<40}{how_many}")?;
    }
    Ok(())
}

fn partners(f: &mut fmt::Formatter<'_>, partners: &[PartnerLine]) -> fmt::Result {
    heading(f, "PARTNERS")?;
    let mut rows = head([
        "", "behaves", "offers", "claimed", "declined", "lapsed", "recalled", "in time", "won",
        "unworked",
    ]);
    for line in partners {
        rows.push(vec![
            line.name.clone(),
            line.temper.to_owned(),
            line.offers.to_string(),
            line.claimed.to_string(),
            line.declined.to_string(),
            line.lapsed.to_string(),
            line.recalled.to_string(),
            share(line.in_time),
            line.won.to_string(),
            line.unworked.to_string(),
        ]);
    }
    write!(
        f,
        "{}",
        Table {
            left: &[0, 1],
            rows
        }
    )
}

fn money(f: &mut fmt::Formatter<'_>, money: &Money) -> fmt::Result {
    heading(f, &format!("LEDGER, in {}", money.currency))?;
    let mut head = vec![String::new()];
    head.extend(money.accounts.iter().map(|(_, account)| account.clone()));
    head.push("total".to_owned());
    let mut rows = vec![head];
    let mut sums = vec![0_i64; money.accounts.len()];
    for earned in &money.earned {
        for (sum, amount) in sums.iter_mut().zip(&earned.amounts) {
            *sum += amount;
        }
        rows.push(amounts(&earned.name, &earned.amounts));
    }
    rows.push(amounts("all", &sums));
    write!(f, "{}", Table { left: &[0], rows })?;
    writeln!(
        f,
        "\n  Closed and settled: {}; notices: {}. What was earned since then is provisional.",
        money.closed.join(", "),
        counted(&money.notices)
    )
}

fn amounts(name: &str, amounts: &[i64]) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    row.extend(amounts.iter().map(|amount| euros(*amount)));
    row.push(euros(amounts.iter().sum()));
    row
}
