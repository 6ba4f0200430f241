//! A file as a request carries it: whole, and as text.

use std::io::{self, Read};

use super::mapping::Mapping;
use super::read::{Format, Rows};

/// More is a file for the command line, where the data is.
pub const TEXT_BYTES_MAX: u64 = 3 * 1024 * 1024;

/// A file's text and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub text: String,
    /// Of a table; none of NDJSON.
    pub columns: Vec<String>,
}

/// Reads a file in the mapping's encoding.
///
/// # Errors
/// Where it is too large for a request, no text in that encoding, or without a
/// header.
pub fn carry(mapping: &Mapping, file: impl Read) -> io::Result<Carried> {
    let mut bytes = Vec::new();
    let decoded = mapping.dialect.encoding.decode(file);
    decoded.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        return Err(io::Error::other(format!(
            "is more than the {TEXT_BYTES_MAX} bytes that a server takes at once; split it, or \
             import it where the data is"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        io::Error::other(
            "holds bytes that are no UTF-8; `file.encoding` in the mapping names another \
             encoding, such as windows-1252",
        )
    })?;
    let columns = match mapping.dialect.format {
        Format::Csv { .. } => {
            let dialect = mapping.clone().of_text().dialect;
            let rows = Rows::open(text.as_bytes(), &dialect).map_err(io::Error::other)?;
            rows.columns().to_vec()
        }
        Format::Ndjson => Vec::new(),
    };
    Ok(Carried { text, columns })
}
