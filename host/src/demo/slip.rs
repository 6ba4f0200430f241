//! What one partner is told of its month.

use serde::Serialize;

use super::{Error, PERIOD, World};
use crate::domain::account::AccountKind;
use crate::host::Host;
use crate::statement::Document;

/// Whose statement is shown.
const PARTNER: &str = "mueller";
/// Lines that are shown; the others are counted.
const LINES_SHOWN: usize = 10;

/// A statement in short, of money alone. Amounts are in minor units.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Slip {
    pub partner: String,
    pub period: String,
    pub lines: Vec<SlipLine>,
    pub lines_in_all: usize,
    /// What the period has brought, by what the accounts are for, and then together.
    pub sums: Vec<(String, i64)>,
}

/// One amount, with what it is for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SlipLine {
    /// By the contract's calendar.
    pub day: String,
    pub kind: &'static str,
    pub amount: i64,
    /// The rule with its numbers.
    pub text: String,
}

/// None where the play has no such partner.
pub(super) async fn of(host: &Host, world: &World) -> Result<Option<Slip>, Error> {
    let mut players = world.partners.values();
    let Some(player) = players.find(|player| player.partner.code == PARTNER) else {
        return Ok(None);
    };
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let force = host.contract(manufacturer, contract).await?;
    let document = Document::load(host, &force, PERIOD, &player.partner, Some("en")).await?;
    let of_money = document
        .lines
        .iter()
        .filter(|line| line.posting.unit == "money");
    let lines_in_all = of_money.clone().count();
    let lines = of_money.take(LINES_SHOWN).map(|line| SlipLine {
        day: document
            .calendar
            .local(line.posting.occurred_at)
            .date()
            .to_string(),
        kind: line.kind.as_str(),
        amount: line.posting.amount,
        text: line.text.clone(),
    });
    let sums = document.subtotals.iter().chain(&document.sums);
    let sums = sums.filter(|sum| sum.unit == "money").map(|sum| {
        let kind = sum.kind.map_or("together", AccountKind::as_str);
        (kind.to_owned(), sum.amount)
    });
    Ok(Some(Slip {
        partner: document.partner_name.clone(),
        period: document.period.name.clone(),
        lines: lines.collect(),
        lines_in_all,
        sums: sums.collect(),
    }))
}
