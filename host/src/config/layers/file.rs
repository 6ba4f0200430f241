//! The settings of a file, each with its line.

use std::path::Path;

use serde_json::Value;
use toml::de::DeTable;

use super::super::Problem;
use super::{Entry, FOLDERS, Given, Origin, unknown};

/// What a file sets, and what is wrong with it.
#[derive(Default)]
pub struct Found {
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
}

/// Reads the file's text.
pub fn entries(path: &Path, text: &str, defaults: &Value, keys: &[String]) -> Found {
    let mut reading = Reading {
        path,
        text,
        keys,
        found: Found::default(),
    };
    // Once for the values and once for their lines.
    match (text.parse::<toml::Table>(), DeTable::parse(text)) {
        (Ok(values), Ok(lines)) => reading.table("", &values, lines.get_ref(), defaults),
        (Err(error), _) | (_, Err(error)) => {
            let start = error.span().map_or(0, |span| span.start);
            let origin = reading.origin(start);
            reading.found.problems.push(Problem {
                origin,
                message: error.message().to_owned(),
            });
        }
    }
    reading.found
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    keys: &'a [String],
    found: Found,
}

impl Reading<'_> {
    fn origin(&self, at: usize) -> Origin {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        Origin::File {
            path: self.path.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        }
    }

    /// `known` is the same table of the defaults.
    fn table(&mut self, above: &str, values: &toml::Table, lines: &DeTable, known: &Value) {
        for (name, line) in lines {
            let origin = self.origin(name.span().start);
            let name = name.get_ref().as_ref();
            let key = match above {
                "" => name.to_owned(),
                above => format!("{above}.{name}"),
            };
            let Some(value) = values.get(name) else {
                continue;
            };
            match (known.get(name), line.get_ref().as_table(), value) {
                (None, _, _) => {
                    let problem = unknown(origin, &key, self.keys);
                    self.found.problems.push(problem);
                }
                (Some(known @ Value::Object(_)), Some(lines), toml::Value::Table(values)) => {
                    self.table(&key, values, lines, known);
                }
                (Some(Value::Object(_)), _, _) => self.found.problems.push(Problem {
                    origin,
                    message: format!("`{key}` is a table: write [{key}]"),
                }),
                (Some(_), _, value) => {
                    let value = self.value(&key, value);
                    self.found.entries.push(Entry { key, value, origin });
                }
            }
        }
    }

    fn value(&self, key: &str, value: &toml::Value) -> Given {
        if let (true, Some(folder)) = (FOLDERS.contains(&key), value.as_str()) {
            let beside = self.path.parent().unwrap_or(Path::new(""));
            return Given::Typed(Value::String(beside.join(folder).display().to_string()));
        }
        // No value of TOML has no form in JSON, but for numbers that are none.
        Given::Typed(serde_json::to_value(value).unwrap_or_default())
    }
}
