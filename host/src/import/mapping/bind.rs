//! A mapping, bound to a file's columns and a kind's fields.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;

use super::document::{Formats, Mapping, Only, Rule, Source, Which};
use super::keys::{Scalar, below, unknown};
use super::{MappingProblem, MappingProblems};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::money;
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::import::field::{Field, Kind};
use crate::import::read::{Cell, Row};
use crate::import::value::{Unit, Writing, code_of};
use crate::import::when::{When, is_date_form};

/// What counts as yes and as no where the mapping lists nothing.
const YES: [&str; 6] = ["true", "yes", "y", "1", "ja", "x"];
const NO: [&str; 5] = ["false", "no", "n", "0", "nein"];

/// A mapping that fits: rows become values.
pub struct Bound {
    feeds: Vec<Feed>,
    only: Option<(usize, Only)>,
}

struct Feed {
    field: Field,
    from: From,
    rule: Rule,
    writing: Writing,
    /// What is taken as nothing.
    blank: BTreeSet<String>,
}

enum From {
    Column { number: usize, name: String },
    Constant(Scalar),
}

/// The values of a row, by field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadValues(BTreeMap<String, AttributeValue>);

/// Why a row gives no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub column: String,
    pub reason: String,
}

impl Mapping {
    /// Checks the mapping against the file's columns and the kind's fields.
    pub fn bind(
        &self,
        kind: Kind,
        columns: &[String],
        terms: &Terms,
    ) -> Result<Bound, MappingProblems> {
        let mut problems = Vec::new();
        let fields = kind.fields(terms);
        let mut feeds = Vec::new();
        for (name, rule) in &self.fields {
            let place = below("fields", name);
            let Some(field) = fields.iter().find(|field| field.name == *name) else {
                let known = fields.iter().map(|field| field.name.as_str());
                problems.push(MappingProblem {
                    place,
                    message: unknown(&format!("field of {}", kind.as_str()), name, known),
                });
                continue;
            };
            let from = match &rule.source {
                Source::Constant(constant) => From::Constant(constant.clone()),
                Source::Column(name) => match column(columns, name) {
                    Ok(number) => From::Column {
                        number,
                        name: name.clone(),
                    },
                    Err(message) => {
                        problems.push(MappingProblem { place, message });
                        continue;
                    }
                },
            };
            match writing(&place, &rule.formats, &self.values, terms) {
                Ok((writing, blank)) => feeds.push(Feed {
                    field: field.clone(),
                    from,
                    rule: rule.clone(),
                    writing,
                    blank,
                }),
                Err(found) => problems.extend(found),
            }
        }
        for field in fields.iter().filter(|field| field.needed) {
            if !self.fields.contains_key(&field.name) {
                problems.push(MappingProblem {
                    place: below("fields", &field.name),
                    message: format!("is missing: {} need it", kind.as_str()),
                });
            }
        }
        let only = match &self.only {
            None => None,
            Some(only) => match column(columns, &only.column) {
                Ok(number) => Some((number, only.clone())),
                Err(message) => {
                    problems.push(MappingProblem {
                        place: "rows.column".to_owned(),
                        message,
                    });
                    None
                }
            },
        };
        if problems.is_empty() {
            Ok(Bound { feeds, only })
        } else {
            // What stands under [values] is found wrong once a field.
            let mut once: Vec<MappingProblem> = Vec::new();
            for problem in problems {
                if !once.contains(&problem) {
                    once.push(problem);
                }
            }
            Err(MappingProblems(once))
        }
    }
}

/// The number of a column.
fn column(columns: &[String], name: &str) -> Result<usize, String> {
    let mut found = columns
        .iter()
        .enumerate()
        .filter(|(_, known)| *known == name);
    match (found.next(), found.next()) {
        (Some((number, _)), None) => Ok(number),
        (Some(_), Some(_)) => Err(format!("the file has the column `{name}` twice")),
        (None, _) => Err(unknown("column", name, columns.iter().map(String::as_str))),
    }
}

/// How the values of one field are written, and what is blank.
fn writing(
    place: &str,
    own: &Formats,
    all: &Formats,
    terms: &Terms,
) -> Result<(Writing, BTreeSet<String>), Vec<MappingProblem>> {
    let mut problems = Vec::new();
    let mut wrong = |key: &str, is_own: bool, message: String| {
        let place = if is_own { place } else { "values" };
        problems.push(MappingProblem {
            place: below(place, key),
            message,
        });
    };
    let date = own.date.as_ref().or(all.date.as_ref());
    if let Some(format) = date
        && !is_date_form(format)
    {
        wrong(
            "date",
            own.date.is_some(),
            format!("`{format}` tells no day; write such as %d.%m.%Y or %Y-%m-%d %H:%M:%S"),
        );
    }
    let zone = own.time_zone.as_ref().or(all.time_zone.as_ref());
    let zone = match TimeZone::get(zone.unwrap_or(&terms.time_zone)) {
        Ok(zone) => zone,
        Err(_) => {
            wrong(
                "time-zone",
                own.time_zone.is_some(),
                format!(
                    "`{}` is no time zone such as Europe/Berlin",
                    zone.unwrap_or(&terms.time_zone)
                ),
            );
            TimeZone::UTC
        }
    };
    let minor_units = own.minor_units.or(all.minor_units).unwrap_or(false);
    let words = |own: &Option<Vec<String>>, all: &Option<Vec<String>>, usual: &[&str]| match own
        .as_ref()
        .or(all.as_ref())
    {
        Some(words) => words.iter().map(|word| word.to_lowercase()).collect(),
        None => usual.iter().map(|word| (*word).to_owned()).collect(),
    };
    let writing = Writing {
        decimal: own.decimal.or(all.decimal).unwrap_or('.'),
        when: When {
            form: date.cloned(),
            zone,
        },
        unit: if minor_units {
            Unit::Minor
        } else {
            Unit::Major {
                exponent: money::exponent(&terms.currency).unwrap_or(2),
            }
        },
        list: own
            .list
            .clone()
            .or_else(|| all.list.clone())
            .unwrap_or_else(|| ",".to_owned()),
        yes: words(&own.yes, &all.yes, &YES),
        no: words(&own.no, &all.no, &NO),
    };
    let blank = own.blank.as_ref().or(all.blank.as_ref());
    let mut blank: BTreeSet<String> = blank.into_iter().flatten().cloned().collect();
    blank.insert(String::new());
    if problems.is_empty() {
        Ok((writing, blank))
    } else {
        Err(problems)
    }
}

impl Bound {
    /// Whether the mapping wants the row at all.
    pub fn counts(&self, row: &Row) -> bool {
        let Some((number, only)) = &self.only else {
            return true;
        };
        let text = plain(&row.cell(*number, &only.column));
        only.texts.contains(&text) == (only.which == Which::Is)
    }

    /// The row's values, or everything that is wrong with them.
    pub fn read(&self, row: &Row) -> Result<ReadValues, Vec<Unreadable>> {
        let mut values = BTreeMap::new();
        let mut wrong = Vec::new();
        for feed in &self.feeds {
            match feed.read(row) {
                Ok(Some(value)) => {
                    values.insert(feed.field.name.clone(), value);
                }
                Ok(None) => {}
                Err(reason) => wrong.push(Unreadable {
                    column: feed.column().to_owned(),
                    reason,
                }),
            }
        }
        if wrong.is_empty() {
            Ok(ReadValues(values))
        } else {
            Err(wrong)
        }
    }

    /// The columns that feed fields, by field.
    pub fn columns(&self) -> HashMap<String, String> {
        self.feeds
            .iter()
            .map(|feed| (feed.field.name.clone(), feed.column().to_owned()))
            .collect()
    }
}

impl Feed {
    fn column(&self) -> &str {
        match &self.from {
            From::Column { name, .. } => name,
            From::Constant(_) => &self.field.name,
        }
    }

    fn read(&self, row: &Row) -> Result<Option<AttributeValue>, String> {
        let cell = match &self.from {
            From::Column { number, name } => row.cell(*number, name),
            From::Constant(constant) => constant.cell(),
        };
        let cell = self.translated(cell);
        let cell = if self.is_blank(&cell) {
            match &self.rule.if_blank {
                Some(instead) => instead.cell(),
                None if self.rule.required || self.field.needed => {
                    return Err("is blank".to_owned());
                }
                None => return Ok(None),
            }
        } else {
            cell
        };
        let cell = match cell {
            Cell::Text(name) if self.rule.as_code => Cell::Text(code_of(&name).into()),
            other => other,
        };
        self.writing.read(&cell, self.field.reads).map(Some)
    }

    fn translated<'a>(&'a self, cell: Cell<'a>) -> Cell<'a> {
        if self.rule.translate.is_empty() && self.rule.otherwise.is_none() {
            return cell;
        }
        if let Cell::List(_) | Cell::Foreign = cell {
            return cell;
        }
        match (self.rule.translate.get(&plain(&cell)), &self.rule.otherwise) {
            (Some(meant), _) => Cell::Text(meant.as_str().into()),
            (None, Some(otherwise)) if !self.is_blank(&cell) => otherwise.cell(),
            (None, _) => cell,
        }
    }

    fn is_blank(&self, cell: &Cell<'_>) -> bool {
        match cell {
            Cell::Blank => true,
            Cell::Text(text) => self.blank.contains(text.trim()),
            Cell::List(items) => items.is_empty(),
            Cell::Number(number) => self.blank.contains(number),
            Cell::Foreign => false,
        }
    }
}

/// A cell as the text that is compared.
fn plain(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.clone(),
        Cell::Blank | Cell::List(_) | Cell::Foreign => String::new(),
    }
}

impl Scalar {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::Text(text.as_str().into()),
            Self::Number(number) => Cell::Number(number.clone()),
        }
    }
}

impl ReadValues {
    /// The fields that have a value.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn text(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            AttributeValue::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub fn texts(&self, field: &str) -> BTreeSet<String> {
        match self.0.get(field) {
            Some(AttributeValue::Texts(texts)) => texts.clone(),
            _ => BTreeSet::new(),
        }
    }

    pub fn integer(&self, field: &str) -> Option<i64> {
        match self.0.get(field)? {
            AttributeValue::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    pub fn number(&self, field: &str) -> Option<f64> {
        match self.0.get(field)? {
            AttributeValue::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn money(&self, field: &str) -> Option<i64> {
        match self.0.get(field)? {
            AttributeValue::Money(money) => Some(*money),
            _ => None,
        }
    }

    pub fn instant(&self, field: &str) -> Option<Micros> {
        match self.0.get(field)? {
            AttributeValue::Instant(at) => Some(*at),
            _ => None,
        }
    }

    /// The fields of a group such as `attributes.`, without its name.
    pub fn group(&self, group: &str) -> Attributes {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(group)?.to_owned(), value.clone())))
            .collect()
    }
}
