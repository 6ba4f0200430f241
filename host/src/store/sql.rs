//! Many rows a statement: what costs is the number of statements, not of rows.

use std::collections::HashMap;
use std::fmt::Write;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use super::pool::Engine;
use super::{Error, Store};

/// SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
const VALUES_MAX: usize = 30_000;
/// Beyond about a hundred rows a statement SQLite slows down.
const ROWS_MAX: usize = 64;
/// Identifiers that one statement looks for.
pub(super) const IDS_AT_ONCE: usize = 256;

/// A value of a row. Missing ones keep their type: PostgreSQL wants to know it.
#[derive(Clone, Debug)]
pub(super) enum Bind {
    Integer(Option<i64>),
    Number(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl From<i64> for Bind {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<u32> for Bind {
    fn from(value: u32) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}

impl From<Option<i64>> for Bind {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Bind {
    fn from(value: bool) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}

impl From<f64> for Bind {
    fn from(value: f64) -> Self {
        Self::Number(Some(value))
    }
}

impl From<Option<f64>> for Bind {
    fn from(value: Option<f64>) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Bind {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Bind {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Bind {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Option<&str>> for Bind {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<Vec<u8>> for Bind {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<Option<Vec<u8>>> for Bind {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}

type Statement<'q> = Query<'q, Any, AnyArguments>;

/// Gives a statement its next value.
pub(super) fn bind<'q>(statement: Statement<'q>, value: Bind) -> Statement<'q> {
    match value {
        Bind::Integer(value) => statement.bind(value),
        Bind::Number(Some(value)) => statement.bind(value),
        // The driver sends a missing f64 with a type that PostgreSQL refuses.
        Bind::Number(None) => statement.bind(None::<f32>),
        Bind::Text(value) => statement.bind(value),
        Bind::Bytes(value) => statement.bind(value),
    }
}

/// A statement made here, of fixed text and numbered places alone.
pub(super) fn statement<'q>(text: String) -> Statement<'q> {
    sqlx::query(AssertSqlSafe(text))
}

/// The rows that a statement made here finds.
pub(super) async fn fetch(
    store: &Store,
    text: String,
    values: Vec<Bind>,
) -> Result<Vec<AnyRow>, Error> {
    let mut query = statement(text);
    for value in values {
        query = bind(query, value);
    }
    Ok(query.fetch_all(&store.pool).await?)
}

/// ` AND column IN (…)`: of these identifiers only, where any are given.
pub(super) fn only<Id: AsRef<str>>(
    column: &str,
    among: Option<&[Id]>,
    values: &mut Vec<Bind>,
) -> String {
    match among {
        None => String::new(),
        Some([]) => " AND 1 = 0".to_owned(),
        Some(ids) => {
            let first = values.len() + 1;
            values.extend(ids.iter().map(|id| Bind::from(id.as_ref())));
            format!(" AND {column} IN ({})", numbered(first, ids.len()))
        }
    }
}

/// What happens where a row with the same key is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum OnConflict {
    /// The new row replaces it; the key's columns are named.
    Replace(&'static str),
    Keep,
    Fail,
}

/// Rows of one table that are written together.
pub(super) struct Rows {
    pub table: &'static str,
    pub columns: &'static str,
    /// The first so many columns are the key: of rows with the same one the
    /// last is written.
    pub key_columns: usize,
    pub on_conflict: OnConflict,
    pub rows: Vec<Vec<Bind>>,
}

impl Rows {
    pub(super) async fn write(self, connection: &mut AnyConnection) -> Result<(), Error> {
        let Self {
            table,
            columns,
            key_columns,
            on_conflict,
            rows,
        } = self;
        let rows = last_of_each(rows, key_columns);
        let width = columns.split(',').count();
        let suffix = match on_conflict {
            OnConflict::Fail => String::new(),
            OnConflict::Keep => " ON CONFLICT DO NOTHING".to_owned(),
            OnConflict::Replace(key) => {
                let sets: Vec<String> = columns
                    .split(',')
                    .map(str::trim)
                    .filter(|column| !key.split(',').any(|part| part.trim() == *column))
                    .map(|column| format!("{column} = excluded.{column}"))
                    .collect();
                format!(" ON CONFLICT ({key}) DO UPDATE SET {}", sets.join(", "))
            }
        };
        let engine = Engine::of(connection);
        let most = ROWS_MAX.min(VALUES_MAX / width).max(1);
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            // By powers of two: a driver keeps the statements that it has prepared,
            // and so finds them again, however many rows there are.
            let count = power_of_two(rows.len().min(most));
            let chunk: Vec<Vec<Bind>> = rows.by_ref().take(count).collect();
            let places: Vec<String> = (0..chunk.len())
                .map(|row| format!("({})", engine.places(row * width + 1, width)))
                .collect();
            let text = format!(
                "INSERT INTO {table} ({columns}) VALUES {}{suffix}",
                places.join(", ")
            );
            let mut statement = statement(text);
            for value in chunk.into_iter().flatten() {
                statement = bind(statement, value);
            }
            statement.execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// `$5, $6, $7`: that many places from `first`.
pub(super) fn numbered(first: usize, count: usize) -> String {
    (first..first + count)
        .map(|number| format!("${number}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The largest power of two that is not above the number.
fn power_of_two(number: usize) -> usize {
    1 << number.max(1).ilog2()
}

/// Of identifiers that a statement looks for as many as a power of two, the last
/// one several times: it finds the same, and is prepared already.
pub(super) fn padded<T: Clone>(ids: &[T]) -> Vec<T> {
    let mut padded = ids.to_vec();
    if let Some(last) = ids.last() {
        padded.resize(ids.len().next_power_of_two(), last.clone());
    }
    padded
}

fn last_of_each(rows: Vec<Vec<Bind>>, key_columns: usize) -> Vec<Vec<Bind>> {
    if rows.len() < 2 {
        return rows;
    }
    let key = |row: &[Bind]| {
        let mut key = String::new();
        for value in &row[..key_columns] {
            // Into memory: it cannot fail.
            let _ = match value {
                Bind::Text(Some(text)) => write!(key, "{}:{text}", text.len()),
                other => write!(key, "{other:?}"),
            };
        }
        key
    };
    let keys: Vec<String> = rows.iter().map(|row| key(row)).collect();
    let last: HashMap<&str, usize> = keys.iter().map(String::as_str).zip(0..).collect();
    if last.len() == rows.len() {
        return rows;
    }
    rows.into_iter()
        .zip(&keys)
        .enumerate()
        .filter(|(position, (_, key))| last.get(key.as_str()) == Some(position))
        .map(|(_, (row, _))| row)
        .collect()
}

/// Reads a row's columns by name, with the errors of a corrupt one named.
pub(super) struct Columns<'r>(pub &'r AnyRow);

impl Columns<'_> {
    pub(super) fn text(&self, name: &str) -> Result<String, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn maybe_text(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn integer(&self, name: &str) -> Result<i64, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn maybe_integer(&self, name: &str) -> Result<Option<i64>, Error> {
        Ok(self.0.try_get(name)?)
    }

    /// A SMALLINT that is 0 or 1.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Error> {
        // SQLite knows one integer type, PostgreSQL sends 16 bits.
        match self.0.try_get::<i64, _>(name) {
            Ok(value) => Ok(value != 0),
            Err(_) => Ok(self.0.try_get::<i16, _>(name)? != 0),
        }
    }

    pub(super) fn maybe_number(&self, name: &str) -> Result<Option<f64>, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn number(&self, name: &str) -> Result<f64, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, Error> {
        Ok(self.0.try_get(name)?)
    }

    pub(super) fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.try_get(name)?)
    }

    /// A small whole number.
    pub(super) fn small(&self, name: &str) -> Result<u32, Error> {
        let value = self.integer(name)?;
        u32::try_from(value).map_err(|_| Error::corrupt(name, &value.to_string()))
    }

    /// JSON text.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let text = self.text(name)?;
        serde_json::from_str(&text).map_err(|error| Error::corrupt(name, &error.to_string()))
    }

    /// A code of a closed list.
    pub(super) fn code<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let text = self.text(name)?;
        parse(&text).ok_or_else(|| Error::corrupt(name, &text))
    }
}

/// A structure as JSON text; structures of the domain have no form that fails.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
