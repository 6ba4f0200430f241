//! Maps, by the order of their keys.

use serde::{Serialize, ser, ser::Error as _};

use super::items::{EMPTY_ARRAY, EMPTY_MAP, head, major};
use super::{CanonicalError, Writer};

/// Entries of a map: where each begins in the output, and where its key ends.
pub struct Entries<'a> {
    out: &'a mut Vec<u8>,
    /// Where the map's head stands, and the length that it names.
    begin: usize,
    length: u64,
    entries: Vec<(usize, usize)>,
}

impl<'a> Entries<'a> {
    /// A map of so many entries.
    pub(super) fn begin(out: &'a mut Vec<u8>, length: u64) -> Self {
        let begin = out.len();
        head(out, major::MAP, length);
        Self {
            out,
            begin,
            length,
            entries: Vec::with_capacity(length as usize),
        }
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonicalError> {
        let begin = self.out.len();
        key.serialize(Writer { out: self.out })?;
        self.entries.push((begin, self.out.len()));
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(Writer { out: self.out })
    }

    /// A field of a record; none where its value is empty.
    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        let begin = self.out.len();
        self.key(name)?;
        let value_begin = self.out.len();
        self.value(value)?;
        if matches!(self.out[value_begin..], [EMPTY_ARRAY | EMPTY_MAP]) {
            self.out.truncate(begin);
            self.entries.pop();
        }
        Ok(())
    }

    /// Puts the entries into the order of their keys' bytes.
    fn finish(self) -> Result<(), CanonicalError> {
        let Self {
            out,
            begin,
            length,
            entries,
        } = self;
        let key = |(begin, end): (usize, usize)| &out[begin..end];
        let complete = entries.len() as u64 == length;
        if complete && entries.is_sorted_by(|a, b| key(*a) < key(*b)) {
            return Ok(());
        }
        // Each entry reaches to where the next one begins.
        let ends = entries
            .iter()
            .skip(1)
            .map(|(begin, _)| *begin)
            .chain([out.len()]);
        let mut spans: Vec<_> = entries.iter().copied().zip(ends).collect();
        spans.sort_unstable_by_key(|(entry, _)| key(*entry));
        if spans
            .windows(2)
            .any(|pair| key(pair[0].0) == key(pair[1].0))
        {
            return Err(CanonicalError::custom("a map has a key twice"));
        }
        let mut sorted = Vec::with_capacity(out.len() - begin);
        head(&mut sorted, major::MAP, spans.len() as u64);
        for ((begin, _), end) in spans {
            sorted.extend_from_slice(&out[begin..end]);
        }
        out.truncate(begin);
        out.extend(sorted);
        Ok(())
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonicalError> {
        self.key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.value(value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.field(name, value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Entries<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.field(name, value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        self.finish()
    }
}
