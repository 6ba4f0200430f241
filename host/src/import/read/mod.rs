//! Foreign files as rows, one after the other: however long a file or a line
//! is, no more than one row is held.

mod csv;
mod decode;
mod ndjson;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use self::csv::CsvRows;
pub use self::decode::Encoding;
use self::ndjson::NdjsonRows;

/// A row of more bytes is a reject.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;
/// A row of more columns is a reject.
pub const COLUMNS_MAX: usize = 1_000;
/// Bytes that are read at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub format: Format,
    pub encoding: Encoding,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    Csv {
        separator: u8,
        quote: u8,
        /// The columns' names where the file has no header.
        columns: Option<Vec<String>>,
    },
    /// One JSON object a line.
    Ndjson,
}

/// A row that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it begins in the file; the first line is 1.
    pub line: u64,
    content: Content,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    Fields(Vec<String>),
    Object {
        text: String,
        object: serde_json::Map<String, serde_json::Value>,
    },
}

/// A row that cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub line: u64,
    pub reason: String,
    /// As far as it could be read.
    pub original: Vec<String>,
}

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    /// A number of JSON: its decimal mark is a point, whatever the mapping says.
    Number(String),
    List(Vec<String>),
    /// Something that no field takes, such as an object.
    Foreign,
}

/// The rows of a file.
pub enum Rows<R: Read> {
    Csv(Box<CsvRows<decode::Decoded<R>>>),
    Ndjson(Box<NdjsonRows<decode::Decoded<R>>>),
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("the header {0}")]
    Header(String),
    #[error("the file is empty: it has not even a header")]
    Empty,
}

impl<R: Read> Rows<R> {
    /// Reads as far as the header.
    pub fn open(bytes: R, dialect: &Dialect) -> Result<Self, ReadError> {
        let decoded = BufReader::with_capacity(BUFFER_BYTES, dialect.encoding.decode(bytes));
        match &dialect.format {
            Format::Csv {
                separator,
                quote,
                columns,
            } => CsvRows::open(decoded, *separator, *quote, columns.clone())
                .map(|rows| Self::Csv(Box::new(rows))),
            Format::Ndjson => NdjsonRows::open(decoded).map(|rows| Self::Ndjson(Box::new(rows))),
        }
    }

    /// The columns' names, as far as they are known: of JSON those of the first
    /// rows.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::Csv(rows) => rows.columns(),
            Self::Ndjson(rows) => rows.columns(),
        }
    }

    /// The next row; none at the end.
    pub fn next(&mut self) -> Result<Option<Result<Row, BadRow>>, io::Error> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Ndjson(rows) => rows.next(),
        }
    }
}

impl Row {
    /// What stands in the column of that number and name.
    pub fn cell(&self, column: usize, name: &str) -> Cell<'_> {
        match &self.content {
            Content::Fields(fields) => match fields.get(column) {
                Some(field) => Cell::Text(Cow::Borrowed(field)),
                None => Cell::Blank,
            },
            Content::Object { object, .. } => ndjson::cell(object, name),
        }
    }

    /// How much of the file it is, about.
    pub fn bytes(&self) -> usize {
        match &self.content {
            Content::Fields(fields) => fields.iter().map(String::len).sum(),
            // As text, and taken apart.
            Content::Object { text, .. } => text.len() * 2,
        }
    }

    /// The row as it is given back where it is rejected.
    pub fn into_original(self) -> Vec<String> {
        match self.content {
            Content::Fields(fields) => fields,
            Content::Object { text, .. } => vec![text],
        }
    }
}

/// Decoded bytes as text; the reason where they are none.
fn text(bytes: &[u8]) -> Result<&str, String> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::REPLACEMENT_CHARACTER) => Ok(text),
        _ => Err("holds bytes that are no text in the file's encoding; \
             `file.encoding` in the mapping names another one, such as windows-1252"
            .to_owned()),
    }
}
