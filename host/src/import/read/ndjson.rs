//! Rows of JSON: an object a line. A column is a field of the object; a field
//! within a field is named with a point, `contact.email`.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::{BadRow, COLUMNS_MAX, Cell, Content, ROW_BYTES_MAX, ReadError, Row, text};

/// The columns are those of so many rows at the file's beginning.
const ROWS_LOOKED_AT: usize = 1_000;
/// Of no more bytes together.
const BYTES_LOOKED_AT: usize = 2 * ROW_BYTES_MAX;

pub struct NdjsonRows<R> {
    input: R,
    columns: Vec<String>,
    /// Rows that were read to find the columns.
    ahead: VecDeque<Result<Row, BadRow>>,
    line: u64,
}

impl<R: BufRead> NdjsonRows<R> {
    pub fn open(input: R) -> Result<Self, ReadError> {
        let mut rows = Self {
            input,
            columns: Vec::new(),
            ahead: VecDeque::new(),
            line: 1,
        };
        let mut columns = Vec::new();
        let mut bytes = 0;
        while rows.ahead.len() < ROWS_LOOKED_AT && bytes < BYTES_LOOKED_AT {
            let Some(row) = rows.read()? else { break };
            match &row {
                Ok(Row {
                    content: Content::Object { object, text },
                    ..
                }) => {
                    bytes += text.len();
                    add_columns(object, "", &mut columns);
                }
                Ok(_) => {}
                Err(bad) => bytes += bad.original.iter().map(String::len).sum::<usize>(),
            }
            rows.ahead.push_back(row);
        }
        rows.columns = columns;
        Ok(rows)
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub fn next(&mut self) -> io::Result<Option<Result<Row, BadRow>>> {
        match self.ahead.pop_front() {
            Some(row) => Ok(Some(row)),
            None => self.read(),
        }
    }

    fn read(&mut self) -> io::Result<Option<Result<Row, BadRow>>> {
        loop {
            let line = self.line;
            let bad = |reason: String, original: Vec<String>| {
                Ok(Some(Err(BadRow {
                    line,
                    reason,
                    original,
                })))
            };
            let Some(bytes) = self.line_bytes()? else {
                return Ok(None);
            };
            let Some(bytes) = bytes else {
                return bad(format!("is longer than {ROW_BYTES_MAX} bytes"), Vec::new());
            };
            let found = match text(&bytes) {
                Ok(found) => found.trim(),
                Err(reason) => {
                    let original = String::from_utf8_lossy(&bytes).into_owned();
                    return bad(reason, vec![original]);
                }
            };
            if found.is_empty() {
                continue;
            }
            return match serde_json::from_str(found) {
                Ok(object) => Ok(Some(Ok(Row {
                    line,
                    content: Content::Object {
                        text: found.to_owned(),
                        object,
                    },
                }))),
                Err(error) => bad(
                    format!("is no JSON object: {error}"),
                    vec![found.to_owned()],
                ),
            };
        }
    }

    /// The next line without its end; the inner none where it is too long.
    fn line_bytes(&mut self) -> io::Result<Option<Option<Vec<u8>>>> {
        let mut bytes = Vec::new();
        let mut too_long = false;
        let mut any = false;
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(any.then_some((!too_long).then_some(bytes)));
            }
            any = true;
            let end = input.iter().position(|byte| *byte == b'\n');
            let part = &input[..end.unwrap_or(input.len())];
            too_long |= bytes.len() + part.len() > ROW_BYTES_MAX;
            if !too_long {
                bytes.extend_from_slice(part);
            }
            let read = end.map_or(input.len(), |end| end + 1);
            self.input.consume(read);
            if end.is_some() {
                self.line += 1;
                return Ok(Some((!too_long).then_some(bytes)));
            }
        }
    }
}

fn add_columns(object: &Map<String, Value>, above: &str, columns: &mut Vec<String>) {
    for (name, value) in object {
        let name = format!("{above}{name}");
        match value {
            Value::Object(within) => add_columns(within, &format!("{name}."), columns),
            _ if columns.len() < COLUMNS_MAX && !columns.contains(&name) => columns.push(name),
            _ => {}
        }
    }
}

/// What an object has in a column.
pub fn cell<'a>(object: &'a Map<String, Value>, name: &str) -> Cell<'a> {
    match found(object, name) {
        None | Some(Value::Null) => Cell::Blank,
        Some(Value::String(text)) => Cell::Text(text.into()),
        Some(Value::Number(number)) => Cell::Number(number.to_string()),
        Some(Value::Bool(flag)) => Cell::Text(flag.to_string().into()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect::<Option<_>>()
            .map_or(Cell::Foreign, Cell::List),
        Some(Value::Object(_)) => Cell::Foreign,
    }
}

/// The field of that name, or along that path.
fn found<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    object.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        found(object.get(first)?.as_object()?, rest)
    })
}
