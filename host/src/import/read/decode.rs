//! Bytes of any encoding as UTF-8. What a byte order mark says counts more than
//! what the mapping says.

use std::io::{BufReader, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

pub type Decoded<R> = BufReader<DecodeReaderBytes<R, Vec<u8>>>;

/// A way to write text as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encodings that exported files usually have.
    pub const USUAL: &[&str] = &[
        "utf-8",
        "windows-1252",
        "iso-8859-1",
        "iso-8859-15",
        "utf-16le",
        "utf-16be",
    ];
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// The encoding of that name, as browsers know them; `iso-8859-1` is read as
    /// windows-1252, of which it is a part.
    pub fn parse(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self)
    }

    pub fn decode<R: Read>(self, bytes: R) -> DecodeReaderBytes<R, Vec<u8>> {
        // UTF-8 is passed on as it is: what is none is found row by row.
        let declared = (self != Self::UTF_8).then_some(self.0);
        DecodeReaderBytesBuilder::new()
            .encoding(declared)
            .bom_override(true)
            .utf8_passthru(declared.is_none())
            .strip_bom(true)
            .build(bytes)
    }
}
