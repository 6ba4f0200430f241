//! Takes a table of TOML apart, key by key; what is left over is unknown.

use toml::{Table, Value};

use super::MappingProblem;
use crate::domain::nearest::nearest;

/// A table, the keys that were asked for, and what is wrong so far.
pub struct Keys<'a> {
    pub place: String,
    table: Table,
    asked: Vec<&'static str>,
    problems: &'a mut Vec<MappingProblem>,
}

/// A single value: a text, or a number with a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    Text(String),
    Number(String),
}

impl<'a> Keys<'a> {
    pub fn new(place: String, table: Table, problems: &'a mut Vec<MappingProblem>) -> Self {
        Self {
            place,
            table,
            asked: Vec::new(),
            problems,
        }
    }

    pub fn problem(&mut self, key: &str, message: impl Into<String>) {
        let place = below(&self.place, key);
        self.problems.push(MappingProblem {
            place,
            message: message.into(),
        });
    }

    /// Takes the value of a key; `expected` says what it has to be.
    pub fn take<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key);
        let value = self.table.remove(key)?;
        let read = read(value);
        if read.is_none() {
            self.problem(key, format!("has to be {expected}"));
        }
        read
    }

    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.take(key, "a text", text)
    }

    pub fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.take(key, "a list of texts", |value| match value {
            Value::Array(items) => items.into_iter().map(text).collect(),
            _ => None,
        })
    }

    pub fn flag(&mut self, key: &'static str) -> bool {
        self.take(key, "true or false", |value| value.as_bool())
            .unwrap_or(false)
    }

    pub fn scalar(&mut self, key: &'static str) -> Option<Scalar> {
        self.take(key, "a text, a number, or true or false", scalar)
    }

    pub fn table(&mut self, key: &'static str) -> Option<Table> {
        self.take(key, "a table", |value| match value {
            Value::Table(table) => Some(table),
            _ => None,
        })
    }

    /// Every key has been asked for: what is left is unknown.
    pub fn finish(mut self) {
        let left: Vec<String> = self.table.keys().cloned().collect();
        for key in left {
            let message = unknown("setting", &key, self.asked.iter().copied());
            self.problem(&key, message);
        }
    }
}

/// That something is not known, with the nearest name, or all where none is near.
pub fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None => {
            let known: Vec<&str> = known.collect();
            format!(
                "there is no {what} `{name}`; there are {}",
                known.join(", ")
            )
        }
    }
}

pub fn below(place: &str, key: &str) -> String {
    match place {
        "" => key.to_owned(),
        place => format!("{place}.{key}"),
    }
}

pub fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

pub fn scalar(value: Value) -> Option<Scalar> {
    Some(match value {
        Value::String(text) => Scalar::Text(text),
        Value::Integer(integer) => Scalar::Number(integer.to_string()),
        Value::Float(number) => Scalar::Number(number.to_string()),
        Value::Boolean(flag) => Scalar::Text(flag.to_string()),
        Value::Datetime(at) => Scalar::Text(at.to_string()),
        Value::Array(_) | Value::Table(_) => return None,
    })
}
