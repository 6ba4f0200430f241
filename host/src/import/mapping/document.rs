//! The mapping as it is written.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::keys::{Keys, Scalar, below, scalar, text, unknown};
use super::{MappingProblem, MappingProblems};
use crate::domain::digest::sha256;
use crate::domain::text::place_in;
use crate::import::read::{Dialect, Encoding, Format};

/// Bytes of a mapping.
const MAPPING_BYTES_MAX: usize = 256 * 1024;

/// A mapping whose settings are well formed.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// SHA-256 of its text, hexadecimal.
    pub digest: String,
    pub dialect: Dialect,
    /// For every field that does not say otherwise.
    pub values: Formats,
    /// Which rows count; none: all.
    pub only: Option<Only>,
    pub without_history: WithoutHistory,
    /// By field.
    pub fields: BTreeMap<String, Rule>,
}

/// What becomes of leads that have no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutHistory {
    /// They are assessed and offered, as if they had just come in.
    Route,
    /// They wait until their outcome is imported, or until they are released.
    Wait,
}

/// Where a field comes from, and how its values are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub source: Source,
    /// From what is written to what is meant.
    pub translate: BTreeMap<String, String>,
    /// What is not translated becomes this; none: it stays as it is.
    pub otherwise: Option<Scalar>,
    /// What a blank becomes; none: the field is left out.
    pub if_blank: Option<Scalar>,
    /// Whether a row with a blank is a reject.
    pub required: bool,
    /// Whether a code is made of the text.
    pub as_code: bool,
    pub formats: Formats,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Column(String),
    Constant(Scalar),
}

/// How values are written, as far as the mapping says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formats {
    pub decimal: Option<char>,
    pub date: Option<String>,
    pub time_zone: Option<String>,
    pub minor_units: Option<bool>,
    pub list: Option<String>,
    pub yes: Option<Vec<String>>,
    pub no: Option<Vec<String>>,
    pub blank: Option<Vec<String>>,
}

/// Rows that have one of the texts in a column, or none of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    pub column: String,
    pub texts: Vec<String>,
    pub which: Which,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Is,
    IsNot,
}

impl Mapping {
    /// For a file that comes as text already: its bytes are those of no encoding
    /// but UTF-8.
    pub fn of_text(mut self) -> Self {
        self.dialect.encoding = Encoding::UTF_8;
        self
    }

    /// Reads a mapping. `format` is what the file's name tells, for mappings
    /// that say nothing.
    pub fn parse(toml: &str, format: Option<&str>) -> Result<Self, MappingProblems> {
        if toml.len() > MAPPING_BYTES_MAX {
            return Err(MappingProblems(vec![MappingProblem {
                place: "the mapping".to_owned(),
                message: format!("has more than {MAPPING_BYTES_MAX} bytes"),
            }]));
        }
        let table: Table = toml.parse().map_err(|error: toml::de::Error| {
            MappingProblems(vec![MappingProblem {
                place: place_in(toml, error.span().map_or(0, |span| span.start)),
                message: error.message().to_owned(),
            }])
        })?;
        let mut problems = Vec::new();
        let mut keys = Keys::new(String::new(), table, &mut problems);
        let file = keys.table("file").unwrap_or_default();
        let values = keys.table("values").unwrap_or_default();
        let only = keys.table("rows");
        let leads = keys.table("leads").unwrap_or_default();
        let fields = keys.table("fields");
        if fields.is_none() {
            keys.problem("fields", "is missing: which column feeds which field?");
        }
        keys.finish();
        let dialect = dialect(file, format, &mut problems);
        let mut keys = Keys::new("values".to_owned(), values, &mut problems);
        let values = formats(&mut keys);
        keys.finish();
        let only = only.and_then(|table| rows(table, &mut problems));
        let mut keys = Keys::new("leads".to_owned(), leads, &mut problems);
        let without_history = keys.take("without-history", "route or wait", |value| {
            match value.as_str()? {
                "route" => Some(WithoutHistory::Route),
                "wait" => Some(WithoutHistory::Wait),
                _ => None,
            }
        });
        keys.finish();
        let mut rules = BTreeMap::new();
        add_rules("", fields.unwrap_or_default(), &mut rules, &mut problems);
        if !problems.is_empty() {
            return Err(MappingProblems(problems));
        }
        Ok(Self {
            digest: sha256(toml.as_bytes()),
            dialect,
            values,
            only,
            without_history: without_history.unwrap_or(WithoutHistory::Route),
            fields: rules,
        })
    }
}

fn dialect(table: Table, named: Option<&str>, problems: &mut Vec<MappingProblem>) -> Dialect {
    let mut keys = Keys::new("file".to_owned(), table, problems);
    let format = keys.text("format");
    let encoding = keys.text("encoding").map(|name| {
        let encoding = Encoding::parse(&name);
        if encoding.is_none() {
            let usual = Encoding::USUAL.iter().copied();
            keys.problem("encoding", unknown("encoding", &name, usual));
        }
        encoding.unwrap_or(Encoding::UTF_8)
    });
    let mut character = |key: &'static str, default: u8| {
        keys.take(key, "one character of ASCII", |value| {
            match value.as_str()?.as_bytes() {
                [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Some(*byte),
                _ => None,
            }
        })
        .unwrap_or(default)
    };
    let separator = character("separator", b',');
    let quote = character("quote", b'"');
    let columns = keys.texts("columns");
    if separator == quote {
        keys.problem("separator", "is the same as `quote`");
    }
    let format = match format.as_deref().or(named) {
        None | Some("csv") => Format::Csv {
            separator,
            quote,
            columns,
        },
        Some("ndjson") => Format::Ndjson,
        Some(other) => {
            let known = ["csv", "ndjson"].into_iter();
            keys.problem("format", unknown("format", other, known));
            Format::Ndjson
        }
    };
    keys.finish();
    Dialect {
        format,
        encoding: encoding.unwrap_or(Encoding::UTF_8),
    }
}

fn formats(keys: &mut Keys<'_>) -> Formats {
    Formats {
        decimal: keys.take("decimal", "\".\" or \",\"", |value| {
            match value.as_str()? {
                "." => Some('.'),
                "," => Some(','),
                _ => None,
            }
        }),
        date: keys.text("date"),
        time_zone: keys.text("time-zone"),
        minor_units: keys.take("unit", "\"major\" or \"minor\"", |value| {
            match value.as_str()? {
                "major" => Some(false),
                "minor" => Some(true),
                _ => None,
            }
        }),
        list: keys
            .take("list", "what stands between the items", text)
            .filter(|list| !list.is_empty()),
        yes: keys.texts("yes"),
        no: keys.texts("no"),
        blank: keys.texts("blank"),
    }
}

fn rows(table: Table, problems: &mut Vec<MappingProblem>) -> Option<Only> {
    let mut keys = Keys::new("rows".to_owned(), table, problems);
    let column = keys.text("column");
    let (is, is_not) = (keys.texts("is"), keys.texts("is-not"));
    let (texts, which) = match (is, is_not) {
        (Some(texts), None) => (texts, Which::Is),
        (None, Some(texts)) => (texts, Which::IsNot),
        _ => {
            keys.problem("is", "one of `is` and `is-not` says which rows count");
            (Vec::new(), Which::Is)
        }
    };
    if column.is_none() {
        keys.problem("column", "is missing");
    }
    keys.finish();
    Some(Only {
        column: column?,
        texts,
        which,
    })
}

/// Fields may be grouped: `contact.email`, `attributes.building-year`.
fn add_rules(
    above: &str,
    table: Table,
    rules: &mut BTreeMap<String, Rule>,
    problems: &mut Vec<MappingProblem>,
) {
    for (key, value) in table {
        let name = below(above, &key);
        match value {
            Value::Table(table) if is_group(above, &key) => {
                add_rules(&name, table, rules, problems);
            }
            Value::Table(table) => {
                let keys = Keys::new(below("fields", &name), table, problems);
                if let Some(rule) = rule(keys) {
                    rules.insert(name, rule);
                }
            }
            Value::String(column) => {
                rules.insert(name, Rule::of(Source::Column(column)));
            }
            _ => problems.push(MappingProblem {
                place: below("fields", &name),
                message: "has to be a column's name, or a table with `column` or `constant`"
                    .to_owned(),
            }),
        }
    }
}

fn is_group(above: &str, key: &str) -> bool {
    matches!(
        (above, key),
        ("", "contact" | "attributes") | ("contact", "attributes")
    )
}

impl Rule {
    fn of(source: Source) -> Self {
        Self {
            source,
            translate: BTreeMap::new(),
            otherwise: None,
            if_blank: None,
            required: false,
            as_code: false,
            formats: Formats::default(),
        }
    }
}

fn rule(mut keys: Keys<'_>) -> Option<Rule> {
    let source = match (keys.text("column"), keys.scalar("constant")) {
        (Some(column), None) => Some(Source::Column(column)),
        (None, Some(constant)) => Some(Source::Constant(constant)),
        _ => {
            keys.problem("column", "one of `column` and `constant` has to be there");
            None
        }
    };
    let mut translate = BTreeMap::new();
    for (from, to) in keys.table("translate").unwrap_or_default() {
        match scalar(to) {
            Some(Scalar::Text(to) | Scalar::Number(to)) => {
                translate.insert(from, to);
            }
            None => keys.problem("translate", format!("`{from}` has to become one value")),
        }
    }
    let rule = Rule {
        translate,
        otherwise: keys.scalar("otherwise"),
        if_blank: keys.scalar("if-blank"),
        required: keys.flag("required"),
        as_code: keys.flag("as-code"),
        formats: formats(&mut keys),
        ..Rule::of(source.clone().unwrap_or(Source::Column(String::new())))
    };
    keys.finish();
    source.map(|_| rule)
}
