//! Every figure of a trial, for other programs: each table as CSV, and the same rows as
//! one JSON object a line.

mod behaviour;
mod postings;
mod routing;

use serde::Serialize;
use serde_json::Value;

use super::behaviour::Simulated;
use super::joins::Unjoined;
use super::lacking::Range;
use super::ledger::Outcome;
use crate::statement::cell;

pub use postings::write_postings;

/// By what each plan was reckoned.
const POLICIES: [&str; 5] = ["plan", "slot", "plugin", "plugin-digest", "configuration"];
const PAID: [&str; 9] = [
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

/// What history does not tell of what each plan goes by, and nobody has declared.
const LACKING: [&str; 3] = ["plan", "component", "input"];

/// Between what lies what each plan pays a partner; without a partner, all of them.
const BOUNDS: [&str; 4] = ["plan", "partner", "low", "high"];

/// Names on one side that the other lacks.
const UNJOINED: [&str; 5] = ["side", "lacks", "of", "count", "names"];

/// What had no answer, with the leads that it was asked about.
const FAILURES: [&str; 5] = ["plan", "component", "code", "count", "leads"];

/// A row of a table: what it says of a plan.
#[derive(Serialize)]
struct Row<'a, T> {
    plan: &'a str,
    #[serde(flatten)]
    of: T,
}

/// A file's name and what it holds.
type File = (String, Vec<u8>);

/// The files by their names.
///
/// # Errors
/// None that figures can give.
pub fn files(
    outcomes: &[Outcome],
    unjoined: &[Unjoined],
    simulated: Option<&Simulated>,
) -> Result<Vec<File>, serde_json::Error> {
    let paid = rows(outcomes, |outcome| outcome.paid.iter().collect());
    let policies = rows(outcomes, |outcome| outcome.policies.iter().collect());
    let failures = rows(outcomes, |outcome| {
        let failures = outcome.failures.iter();
        failures.chain(&outcome.routing.failures).collect()
    });
    let lacking = rows(outcomes, lacking);
    let tables = [
        table("paid", &PAID, paid)?,
        table("policies", &POLICIES, policies)?,
        table("failures", &FAILURES, failures)?,
        table("lacking", &LACKING, lacking)?,
        table("bounds", &BOUNDS, rows(outcomes, bounds))?,
        table("unjoined", &UNJOINED, unjoined.iter())?,
    ];
    let mut files: Vec<File> = tables.into_iter().flatten().collect();
    files.extend(routing::files(outcomes)?);
    if let Some(simulated) = simulated {
        files.extend(behaviour::files(simulated)?);
    }
    Ok(files)
}

/// What history does not tell a plan: what its pay has bounds by, then attributes.
fn lacking(outcome: &Outcome) -> Vec<Lacking<'_>> {
    let inputs = outcome.lacking.iter().map(|of| Lacking {
        component: &of.component,
        input: of.input.to_string(),
    });
    let attributes = outcome.unread.iter().map(|of| Lacking {
        component: of.slot.strip_prefix("compensation/").unwrap_or(&of.slot),
        input: of.attribute.clone(),
    });
    inputs.chain(attributes).collect()
}

#[derive(Serialize)]
struct Lacking<'a> {
    component: &'a str,
    input: String,
}

/// Between what a plan's pay lies: all of it, then by partner.
fn bounds(outcome: &Outcome) -> Vec<BoundsOf<'_>> {
    let Some(bounds) = &outcome.bounds else {
        return Vec::new();
    };
    let all = BoundsOf {
        partner: None,
        range: bounds.total,
    };
    let partners = bounds.partners.iter().map(|(partner, range)| BoundsOf {
        partner: Some(partner),
        range: *range,
    });
    std::iter::once(all).chain(partners).collect()
}

#[derive(Serialize)]
struct BoundsOf<'a> {
    partner: Option<&'a str>,
    #[serde(flatten)]
    range: Range,
}

/// The rows of all plans.
fn rows<'o, T: 'o>(
    outcomes: &'o [Outcome],
    of: impl Fn(&'o Outcome) -> Vec<T> + 'o,
) -> impl Iterator<Item = Row<'o, T>> {
    outcomes.iter().flat_map(move |outcome| {
        let plan = outcome.plan.as_str();
        of(outcome).into_iter().map(move |of| Row { plan, of })
    })
}

/// A table in both forms.
fn table<T: Serialize>(
    name: &str,
    columns: &[&str],
    rows: impl Iterator<Item = T>,
) -> Result<[File; 2], serde_json::Error> {
    let mut csv = format!("{}\n", columns.join(","));
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, &row)?;
        lines.push(b'\n');
        csv.push_str(&line(columns, &serde_json::to_value(row)?));
    }
    Ok([
        (format!("{name}.csv"), csv.into_bytes()),
        (format!("{name}.ndjson"), lines),
    ])
}

/// A row of CSV.
fn line(columns: &[&str], row: &Value) -> String {
    let cells: Vec<String> = columns.iter().map(|column| text(&row[column])).collect();
    format!("{}\n", cells.join(","))
}

/// A cell; several names stand in one.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            cell(&names.collect::<Vec<_>>().join(" "))
        }
        Value::Object(_) => cell(&value.to_string()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers_and_names_are_no_formulas() {
        let rows = [serde_json::json!({ "amount": -5, "of": ["=a", "b"], "none": null })];
        let [(name, csv), (_, lines)] = table("t", &["of", "amount", "none"], rows.iter()).unwrap();
        assert_eq!(name, "t.csv");
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "of,amount,none\n'=a b,-5,\n"
        );
        let line: Value = serde_json::from_slice(&lines).unwrap();
        assert_eq!(line, rows[0]);
    }
}
