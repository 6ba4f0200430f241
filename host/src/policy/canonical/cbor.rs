//! A writer of deterministic CBOR (RFC 8949, 4.2).
//!
//! Values go straight into the output. A map's entries are sorted when it ends,
//! which moves bytes only where they did not come in order. Fields of records
//! that are empty lists or maps are left out: a receipt has many of them, and
//! their readers take them as empty.

mod items;
mod lists;
mod maps;

use serde::Serialize;
use serde::ser::{self, Error as _};

use self::items::{FALSE, NULL, TRUE, float, head, major};
use self::lists::Elements;
use self::maps::Entries;
use super::CanonicalError;

pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let mut bytes = Vec::with_capacity(1024);
    value.serialize(Writer { out: &mut bytes })?;
    Ok(bytes)
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
        Ok(Entries::begin(self.out, length(known)?))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::items::HALF;
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
