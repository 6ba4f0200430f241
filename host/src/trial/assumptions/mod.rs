//! What a simulation assumes, as a commented file: `simulation.toml` beside this is what
//! stands in it before anybody changes anything.

mod document;
#[cfg(test)]
mod tests;

use toml::de::{DeTable, DeValue};

use self::document::{Decimal, Document, Leads, Measure, Provider, Work};
use crate::domain::event::EventCode;
use crate::domain::simulation::map::Axes;
use crate::domain::simulation::parameters::{
    Chances, Course, Kind, Promised, Share, Target, Work as ParametersWork,
};
use crate::domain::simulation::{Action, BadParameter, Parameters, parameters};
use crate::domain::temperature::Temperature;
use crate::domain::text::place_in;

/// The file as it ships: every parameter with its unit, its default, and where that comes
/// from.
pub const TEMPLATE: &str = include_str!("simulation.toml");

/// Bytes of such a file.
const BYTES_MAX: usize = 256 * 1024;
const THOUSANDTHS: i64 = 1_000;
const MILLIONTHS: i64 = 1_000_000;
/// Parts per million in one per cent.
const PER_CENT: i64 = 10_000;
const HOUR_SECONDS: i64 = 3_600;
/// Points on an axis of the map.
const POINTS_MAX: usize = 20;
/// Nothing is turned by more than a thousand times.
const FACTOR_MAX: i64 = 1_000 * MILLIONTHS;

/// What a simulation assumes, and where plans are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumptions {
    pub parameters: Parameters,
    pub axes: Axes,
}

/// Something in the file that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Problem {
    /// Such as `line 41, column 1`.
    pub place: String,
    /// With the field's name.
    pub message: String,
}

impl Assumptions {
    /// Reads the file. `measures` and `targets` are the names that one of the plans reads.
    ///
    /// # Errors
    /// Everything that cannot be, with its line, in the order of lines.
    pub fn parse(text: &str, measures: &[&str], targets: &[&str]) -> Result<Self, Vec<Problem>> {
        if text.len() > BYTES_MAX {
            return Err(vec![Problem {
                place: "the file".to_owned(),
                message: format!("has more than {BYTES_MAX} bytes"),
            }]);
        }
        let unreadable = |error: toml::de::Error, field: Option<String>| {
            let start = error.span().map_or(0, |span| span.start);
            let field = field.filter(|field| field != ".");
            let message = error.message();
            vec![Problem {
                place: place_in(text, start),
                message: match field {
                    Some(field) => format!("{}: {message}", indexed(&field)),
                    None => message.to_owned(),
                },
            }]
        };
        let deserializer =
            toml::Deserializer::parse(text).map_err(|error| unreadable(error, None))?;
        let document: Document =
            serde_path_to_error::deserialize(deserializer).map_err(|error| {
                let field = error.path().to_string();
                unreadable(error.into_inner(), Some(field))
            })?;
        let lines = DeTable::parse(text).map_err(|error| unreadable(error, None))?;
        let mut problems = Vec::new();
        let read = read(document, &mut problems);
        problems.extend(read.parameters.problems(measures, targets));
        if problems.is_empty() {
            return Ok(read);
        }
        let mut placed: Vec<(usize, String)> = problems
            .iter()
            .map(|problem| {
                (
                    start_of(lines.get_ref(), &problem.field),
                    problem.to_string(),
                )
            })
            .collect();
        placed.sort();
        let placed = placed.into_iter().map(|(start, message)| Problem {
            place: place_in(text, start),
            message,
        });
        Err(placed.collect())
    }
}

/// `leads.1.value` as `leads[1].value`.
fn indexed(path: &str) -> String {
    let mut text = String::new();
    for step in path.split('.') {
        match step.parse::<usize>() {
            Ok(position) => text.push_str(&format!("[{position}]")),
            Err(_) if text.is_empty() => text.push_str(step),
            Err(_) => text.push_str(&format!(".{step}")),
        }
    }
    text
}

/// Where a field begins, or what it is in, where it is not there itself.
fn start_of(table: &DeTable<'_>, field: &str) -> usize {
    let path = field.replace('[', ".").replace(']', "");
    let mut start = 0;
    let mut within: Option<&DeValue<'_>> = None;
    for step in path.split('.') {
        let (at, value) = match (within, step.parse::<usize>()) {
            (Some(DeValue::Array(items)), Ok(position)) => match items.get(position) {
                Some(item) => (item.span().start, item.get_ref()),
                None => break,
            },
            (None | Some(DeValue::Table(_)), _) => {
                let table = match within {
                    Some(DeValue::Table(table)) => table,
                    _ => table,
                };
                match table.get_key_value(step) {
                    Some((key, value)) => (key.span().start, value.get_ref()),
                    None => break,
                }
            }
            _ => break,
        };
        start = at;
        within = Some(value);
    }
    start
}

fn read(document: Document, problems: &mut Vec<BadParameter>) -> Assumptions {
    let mut measures = Vec::new();
    for (name, measure) in document.measures {
        match course(&measure) {
            Some(course) => measures.push(parameters::Measure { name, course }),
            None => problems.push(BadParameter {
                field: format!("measures.{name}"),
                message: "takes either `fixed`, or `by`, `none` and `all`".to_owned(),
            }),
        }
    }
    let targets = document.targets.into_iter().map(|(name, value)| Target {
        name,
        value: value.parts(MILLIONTHS),
    });
    let promised = document.promised_hours;
    let mut of_promised =
        |name: &str, hours: Decimal| seconds(&format!("promised-hours.{name}"), hours, problems);
    let promised = Promised {
        hot: of_promised("hot", promised.hot),
        warm: of_promised("warm", promised.warm),
        cold: of_promised("cold", promised.cold),
    };
    let providers = document.providers.iter().enumerate();
    let providers = providers
        .map(|(position, one)| provider(position, one, problems))
        .collect();
    let kinds = document.leads.into_iter().enumerate();
    let kinds = kinds
        .map(|(position, one)| kind(position, one, problems))
        .collect();
    let mut axis = |name: &str, factors: &[Decimal]| axis(name, factors, problems);
    let axes = Axes {
        budgets: axis("budgets-percent", &document.map.budgets_percent),
        costs: axis("costs-percent", &document.map.costs_percent),
        margins: axis("margins-percent", &document.map.margins_percent),
    };
    let parameters = Parameters {
        seeds: document.seeds.into_iter().map(u64::from).collect(),
        weeks: document.weeks,
        period_weeks: document.period_weeks,
        open_weeks: document.open_weeks,
        lead_count: document.lead_count,
        promised,
        providers,
        kinds,
        measures,
        targets: targets.collect(),
    };
    Assumptions { parameters, axes }
}

fn provider(
    position: usize,
    provider: &Provider,
    problems: &mut Vec<BadParameter>,
) -> parameters::Provider {
    let field = format!("providers[{position}].response-hours");
    parameters::Provider {
        count: provider.count,
        budget: provider.budget_hours.parts(THOUSANDTHS),
        cost_per_hour: provider.cost_per_hour,
        response_seconds: seconds(&field, provider.response_hours, problems),
        weight: provider.weight,
    }
}

fn kind(position: usize, leads: Leads, problems: &mut Vec<BadParameter>) -> Kind {
    let mut of_action = |action: Action, work: &Work| {
        let field = format!("leads[{position}].{}", action.as_str());
        work_of(&field, action, work, problems)
    };
    Kind {
        temperature: match leads.temperature {
            document::Temperature::Hot => Temperature::Hot,
            document::Temperature::Warm => Temperature::Warm,
            document::Temperature::Cold => Temperature::Cold,
        },
        source: leads.source,
        product: leads.product,
        weight: leads.weight,
        value: leads.value,
        project_margin: leads.project_margin_percent.parts(PER_CENT),
        customer_value: leads.customer_value,
        stays_if_ignored: leads.stays_if_ignored_percent.parts(PER_CENT),
        keep_data: of_action(Action::KeepData, &leads.keep_data),
        care_contact: of_action(Action::CareContact, &leads.care_contact),
        pursue_project: of_action(Action::PursueProject, &leads.pursue_project),
    }
}

fn work_of(
    field: &str,
    action: Action,
    work: &Work,
    problems: &mut Vec<BadParameter>,
) -> ParametersWork {
    let mut outcomes = Vec::new();
    for (code, probability) in &work.outcomes_percent {
        match EventCode::parse(code) {
            Some(event) => outcomes.push(Chances {
                event,
                probability: probability.parts(PER_CENT),
            }),
            None => {
                let names = action.may_bring().iter().map(|code| code.as_str());
                let names: Vec<&str> = names.collect();
                problems.push(BadParameter {
                    field: format!("{field}.outcomes-percent.{code}"),
                    message: format!("is no event; what may come of it is {}", names.join(", ")),
                });
            }
        }
    }
    ParametersWork {
        effort: work.effort_hours.parts(THOUSANDTHS),
        outcomes,
        stays: work.stays_percent.parts(PER_CENT),
    }
}

fn course(measure: &Measure) -> Option<Course> {
    match (measure.fixed, measure.by, measure.none, measure.all) {
        (Some(fixed), None, None, None) => Some(Course::Fixed(fixed.parts(MILLIONTHS))),
        (None, Some(by), Some(none), Some(all)) => Some(Course::By {
            share: match by {
                document::Share::Worked => Share::Worked,
                document::Share::InTime => Share::InTime,
                document::Share::CaredFor => Share::CaredFor,
                document::Share::DataComplete => Share::DataComplete,
            },
            none: none.parts(MILLIONTHS),
            all: all.parts(MILLIONTHS),
        }),
        _ => None,
    }
}

fn seconds(field: &str, hours: Decimal, problems: &mut Vec<BadParameter>) -> u32 {
    u32::try_from(hours.parts(HOUR_SECONDS)).unwrap_or_else(|_| {
        problems.push(BadParameter {
            field: field.to_owned(),
            message: format!("has to be from 0 to {}", i64::from(u32::MAX) / HOUR_SECONDS),
        });
        0
    })
}

fn axis(name: &str, factors: &[Decimal], problems: &mut Vec<BadParameter>) -> Vec<i64> {
    let factors: Vec<i64> = factors
        .iter()
        .map(|factor| factor.parts(PER_CENT))
        .collect();
    let is_rising = factors.windows(2).all(|pair| pair[0] < pair[1]);
    let are_within = factors
        .iter()
        .all(|factor| (1..=FACTOR_MAX).contains(factor));
    if !is_rising || !are_within || !(1..=POINTS_MAX).contains(&factors.len()) {
        problems.push(BadParameter {
            field: format!("map.{name}"),
            message: format!(
                "takes from 1 to {POINTS_MAX} per cents above 0, from the least to the most"
            ),
        });
    }
    factors
}
