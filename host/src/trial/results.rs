//! Every figure of a trial, for other programs: one table as CSV, and the same rows as
//! one JSON object a line.

use serde::Serialize;

use super::ledger::{Outcome, Paid};
use crate::statement::cell;

/// The columns of `paid.csv`.
const COLUMNS: [&str; 9] = [
    "plan",
    "period",
    "partner",
    "component",
    "account",
    "kind",
    "unit",
    "amount",
    "postings",
];

/// A row of the table.
#[derive(Serialize)]
struct Row<'a> {
    plan: &'a str,
    #[serde(flatten)]
    paid: &'a Paid,
}

/// The files by their names.
///
/// # Errors
/// None that figures can give.
pub fn files(outcomes: &[Outcome]) -> Result<Vec<(&'static str, Vec<u8>)>, serde_json::Error> {
    let mut csv = format!("{}\n", COLUMNS.join(","));
    let mut lines = Vec::new();
    for outcome in outcomes {
        for paid in &outcome.paid {
            let amount = paid.amount.to_string();
            let postings = paid.postings.to_string();
            let cells = [
                &outcome.plan,
                &paid.period,
                &paid.partner,
                &paid.component,
                &paid.account,
                paid.kind.as_str(),
                &paid.unit,
                &amount,
                &postings,
            ];
            csv.push_str(&cells.map(cell).join(","));
            csv.push('\n');
            let plan = &outcome.plan;
            serde_json::to_writer(&mut lines, &Row { plan, paid })?;
            lines.push(b'\n');
        }
    }
    Ok(vec![("paid.csv", csv.into_bytes()), ("paid.ndjson", lines)])
}
