//! A writer of deterministic CBOR (RFC 8949, 4.2).
//!
//! Values go straight into the output. A map's entries are sorted when it ends,
//! which moves bytes only where they did not come in order. Fields of records
//! that are empty lists or maps are left out: a receipt has many of them, and
//! their readers take them as empty.

use serde::Serialize;
use serde::ser::{self, Error as _};

use super::CanonicalError;

pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let mut bytes = Vec::with_capacity(1024);
    value.serialize(Writer { out: &mut bytes })?;
    Ok(bytes)
}

/// Major types (RFC 8949, 3.1), shifted to their place.
mod major {
    pub const UNSIGNED: u8 = 0 << 5;
    pub const NEGATIVE: u8 = 1 << 5;
    pub const BYTES: u8 = 2 << 5;
    pub const TEXT: u8 = 3 << 5;
    pub const ARRAY: u8 = 4 << 5;
    pub const MAP: u8 = 5 << 5;
    pub const SIMPLE: u8 = 7 << 5;
}

const EMPTY_ARRAY: u8 = major::ARRAY;
const EMPTY_MAP: u8 = major::MAP;
const FALSE: u8 = major::SIMPLE | 20;
const TRUE: u8 = major::SIMPLE | 21;
const NULL: u8 = major::SIMPLE | 22;
const HALF: u8 = major::SIMPLE | 25;
const SINGLE: u8 = major::SIMPLE | 26;
const DOUBLE: u8 = major::SIMPLE | 27;

/// The head of an item, in the shortest form.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    match argument {
        0..=23 => out.push(major | argument as u8),
        24..=0xff => out.extend([major | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend((argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend((argument as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend(argument.to_be_bytes());
        }
    }
}

/// The shortest float of the same value; every NaN is the one quiet NaN.
fn float(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        out.extend([HALF, 0x7e, 0x00]);
        return;
    }
    let single = value as f32;
    if f64::from(single).to_bits() != value.to_bits() {
        out.push(DOUBLE);
        out.extend(value.to_be_bytes());
    } else if let Some(half) = exact_half(single) {
        out.push(HALF);
        out.extend(half.to_be_bytes());
    } else {
        out.push(SINGLE);
        out.extend(single.to_be_bytes());
    }
}

/// The bits of a half-precision float (IEEE 754 binary16) of exactly that value.
fn exact_half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exponent = (bits >> 23 & 0xff) as i32 - 127;
    let fraction = bits & 0x7f_ffff;
    match exponent {
        128 => (fraction == 0).then_some(sign | 0x7c00),
        -14..=15 => (fraction.trailing_zeros() >= 13)
            .then_some(sign | ((exponent + 15) as u16) << 10 | (fraction >> 13) as u16),
        // Subnormal halves: the hidden bit moves into the fraction.
        -24..=-15 => {
            let shift = (-1 - exponent) as u32;
            let whole = fraction | 0x80_0000;
            (whole.trailing_zeros() >= shift).then_some(sign | (whole >> shift) as u16)
        }
        _ if value == 0.0 => Some(sign),
        _ => None,
    }
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

/// A list whose length was not known at its start would need one.
fn length(known: Option<usize>) -> Result<u64, CanonicalError> {
    known
        .map(|length| length as u64)
        .ok_or_else(|| CanonicalError::custom("a list does not know its length"))
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = Entries<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), CanonicalError> {
        self.out.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), CanonicalError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), CanonicalError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), CanonicalError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), CanonicalError> {
        match u64::try_from(value) {
            Ok(value) => head(self.out, major::UNSIGNED, value),
            // -1 - n, which is what all bits flipped are.
            Err(_) => head(self.out, major::NEGATIVE, !value as u64),
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), CanonicalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), CanonicalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), CanonicalError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), CanonicalError> {
        head(self.out, major::UNSIGNED, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), CanonicalError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), CanonicalError> {
        float(self.out, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), CanonicalError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), CanonicalError> {
        head(self.out, major::TEXT, value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), CanonicalError> {
        head(self.out, major::BYTES, value.len() as u64);
        self.out.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), CanonicalError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CanonicalError> {
        self.out.push(NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), CanonicalError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), CanonicalError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        head(self.out, major::MAP, 1);
        Writer { out: self.out }.serialize_str(variant)?;
        value.serialize(self)
    }

    fn serialize_seq(self, known: Option<usize>) -> Result<Elements<'a>, CanonicalError> {
        head(self.out, major::ARRAY, length(known)?);
        Ok(Elements { out: self.out })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, CanonicalError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, CanonicalError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, CanonicalError> {
        head(self.out, major::MAP, 1);
        Writer { out: self.out }.serialize_str(variant)?;
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, known: Option<usize>) -> Result<Entries<'a>, CanonicalError> {
        let length = length(known)?;
        let begin = self.out.len();
        head(self.out, major::MAP, length);
        Ok(Entries {
            out: self.out,
            begin,
            length,
            entries: Vec::with_capacity(length as usize),
        })
    }

    fn serialize_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Entries<'a>, CanonicalError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Entries<'a>, CanonicalError> {
        head(self.out, major::MAP, 1);
        Writer { out: self.out }.serialize_str(variant)?;
        self.serialize_map(Some(length))
    }
}

struct Elements<'a> {
    out: &'a mut Vec<u8>,
}

impl Elements<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(Writer { out: self.out })
    }
}

impl ser::SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.element(value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        Ok(())
    }
}

impl ser::SerializeTuple for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.element(value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        Ok(())
    }
}

impl ser::SerializeTupleStruct for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.element(value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        Ok(())
    }
}

impl ser::SerializeTupleVariant for Elements<'_> {
    type Ok = ();
    type Error = CanonicalError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        self.element(value)
    }
    fn end(self) -> Result<(), CanonicalError> {
        Ok(())
    }
}

/// Entries of a map: where each begins in the output, and where its key ends.
struct Entries<'a> {
    out: &'a mut Vec<u8>,
    /// Where the map's head stands, and the length that it names.
    begin: usize,
    length: u64,
    entries: Vec<(usize, usize)>,
}

impl Entries<'_> {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn hex(value: &impl Serialize) -> String {
        write(value)
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    #[test]
    fn numbers_take_their_shortest_form() {
        // Examples of RFC 8949, appendix A.
        for (number, bytes) in [
            (0_i64, "00"),
            (23, "17"),
            (24, "1818"),
            (1000, "1903e8"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (-1, "20"),
            (-1000, "3903e7"),
        ] {
            assert_eq!(hex(&number), bytes);
        }
        for (number, bytes) in [
            (0.0, "f90000"),
            (-0.0, "f98000"),
            (1.5, "f93e00"),
            (65504.0, "f97bff"),
            (100000.0, "fa47c35000"),
            (1.1, "fb3ff199999999999a"),
            (5.960464477539063e-8, "f90001"),
            (0.00006103515625, "f90400"),
            (-4.1, "fbc010666666666666"),
            (f64::INFINITY, "f97c00"),
            (f64::NAN, "f97e00"),
        ] {
            assert_eq!(hex(&number), bytes, "{number}");
        }
    }

    #[test]
    fn keys_are_sorted_by_their_bytes() {
        #[derive(Serialize)]
        struct Record {
            bb: u8,
            a: u8,
            c: BTreeMap<&'static str, u8>,
        }
        let record = Record {
            bb: 1,
            a: 2,
            c: BTreeMap::from([("long", 1), ("z", 2)]),
        };
        // {"a": 2, "c": {"z": 2, "long": 1}, "bb": 1}
        assert_eq!(
            hex(&record),
            "a36161026163a2617a02646c6f6e6701626262 01".replace(' ', "")
        );
    }

    #[test]
    fn empty_fields_are_left_out_and_empty_values_are_not() {
        #[derive(Serialize)]
        struct Record {
            a: Vec<u8>,
            b: BTreeMap<&'static str, Vec<u8>>,
            c: u8,
        }
        let record = Record {
            a: Vec::new(),
            b: BTreeMap::from([("x", Vec::new())]),
            c: 0,
        };
        // {"b": {"x": []}, "c": 0}
        assert_eq!(hex(&record), "a26162a1617880616300");
        assert_eq!(hex(&(Vec::<u8>::new(),)), "8180");
    }

    proptest! {
        #[test]
        fn every_float_is_read_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let read: f64 = super::super::from_cbor(&write(&value).unwrap()).unwrap();
            prop_assert!(read.to_bits() == bits || value.is_nan());
        }

        #[test]
        fn every_half_is_written_as_one(bits in any::<u16>()) {
            // A half of that sign, exponent and fraction, computed by its definition.
            let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
            let exponent = i32::from(bits >> 10 & 0x1f);
            let fraction = f64::from(bits & 0x3ff);
            prop_assume!(exponent != 31);
            let value = sign * match exponent {
                0 => fraction * 2_f64.powi(-24),
                _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
            };
            prop_assert_eq!(write(&value).unwrap(), [[HALF].as_slice(), &bits.to_be_bytes()].concat());
        }
    }
}
