//! What a row tells of a lead's past.

use super::{Context, problem};
use crate::domain::deal::Line;
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;
use crate::host::Problem;
use crate::import::mapping::ReadValues;
use crate::routing::deals::Ending;
use crate::routing::history::{Past, PastEnding, PastResult};

/// A thousand thousandths of the product's unit.
const ONE: i64 = 1_000;

/// The past of a lead; none where the row tells of none.
pub fn read(
    context: &Context,
    values: &ReadValues,
    product: Option<&str>,
) -> Result<Option<Past>, Vec<Problem>> {
    let terms = &context.force.terms;
    let reports: Vec<(String, Micros)> = terms
        .feedback_codes()
        .into_iter()
        .filter_map(|code| Some((code.to_owned(), values.instant(&format!("{code}-at"))?)))
        .collect();
    let mut problems = Vec::new();
    let ending = ending(values, product).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    let partner = values
        .text("partner")
        .map(|code| context.partner(&code))
        .transpose()
        .unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
    if !problems.is_empty() {
        return Err(problems);
    }
    let past = Past {
        temperature: values
            .text("temperature")
            .and_then(|name| Temperature::parse(&name)),
        qualified_at: values.instant("qualified-at"),
        partner,
        offered_at: values.instant("offered-at"),
        claimed_at: values.instant("claimed-at"),
        reports,
        unworked_at: values.instant("unworked-at"),
        ending,
        attributes: Default::default(),
    };
    let is_history = past.offered_at.is_some()
        || past.unworked_at.is_some()
        || past.claimed_at.is_some()
        || !past.reports.is_empty()
        || past.ending.is_some();
    Ok(is_history.then_some(past))
}

/// How a lead ended; none where it has not.
fn ending(values: &ReadValues, product: Option<&str>) -> Result<Option<PastEnding>, Problem> {
    let at = values.instant("outcome-at");
    let Some(outcome) = values.text("outcome") else {
        return match at {
            Some(_) => Err(problem(
                "outcome",
                "is blank, though the row says when it was",
            )),
            None => Ok(None),
        };
    };
    let Some(at) = at else {
        return Err(problem(
            "outcome-at",
            format!("is blank: when was it {outcome}?"),
        ));
    };
    let cancelled_at = values.instant("cancelled-at");
    let result = match (outcome.as_str(), cancelled_at) {
        ("won", None) => PastResult::Held(won(values, product)),
        ("won", Some(cancelled_at)) => PastResult::Cancelled {
            won: won(values, product),
            cancelled_at,
        },
        (other, Some(_)) => {
            return Err(problem(
                "cancelled-at",
                format!("only what was won can be cancelled; this was {other}"),
            ));
        }
        ("lost", None) => PastResult::Held(Ending::Lost),
        _ => PastResult::Rejected,
    };
    Ok(Some(PastEnding { at, result }))
}

/// What was sold, as far as the row says.
fn won(values: &ReadValues, product: Option<&str>) -> Ending {
    let mut won = Ending::Won {
        value: values.money("won-value"),
        lines: Vec::new(),
        external_id: values.text("deal-id"),
    };
    let own = values.text("won-product");
    add_line(&mut won, own.as_deref().or(product));
    won
}

/// One line for the whole value, where there is none yet.
pub fn add_line(won: &mut Ending, product: Option<&str>) {
    if let (
        Ending::Won {
            value: Some(value),
            lines,
            ..
        },
        Some(product),
    ) = (won, product)
        && lines.is_empty()
    {
        lines.push(Line {
            product: product.to_owned(),
            quantity: ONE,
            value: *value,
            attributes: Default::default(),
        });
    }
}
