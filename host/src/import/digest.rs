//! By what a file is known again.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::domain::digest::Pieces;

/// Bytes that are read at once.
const BYTES_AT_ONCE: usize = 64 * 1024;

/// A file's SHA-256, in hexadecimal.
///
/// # Errors
/// Where it cannot be read.
pub fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut pieces = Pieces::default();
    let mut buffer = vec![0; BYTES_AT_ONCE];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(pieces.digest()),
            read => pieces.add(&buffer[..read]),
        }
    }
}
