//! Long values, stored once where they say the same. A question of a hundred partners is
//! nearly the one before it, made by the same policy under the same limits: so each is
//! kept as what it differs by from a model, an earlier one of its kind, compressed.
//!
//! A model never changes, and is written by the commit that uses it first. What is read is
//! byte for byte what was packed.

use std::cell::RefCell;
use std::collections::HashMap;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use super::Error;
use super::sql::{Columns, OnConflict, Rows};
use crate::domain::digest::sha256_of;
use crate::domain::ids::ManufacturerId;

/// zstd's own default.
const LEVEL: i32 = 3;
/// What is packed is like its model where it takes at most one part in so many of itself.
const LIKE: usize = 4;
/// Values that are packed by a model before another one may take its place: the models of
/// what is never alike stay few beside it.
const USES_MIN: u32 = 64;
/// Kinds whose models are held ready, each with as much memory as some of its values.
const KINDS_MAX: usize = 128;
/// A question and an answer of the largest size, with what was logged.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Enough of a SHA-256 to tell models of one manufacturer apart.
const ID_BYTES: usize = 16;

/// The models that the writer packs by.
#[derive(Default)]
pub(super) struct Models {
    kept: HashMap<(ManufacturerId, String), Model>,
    /// Those that no commit is known to hold.
    unsaved: Vec<(ManufacturerId, Vec<u8>, Vec<u8>)>,
}

struct Model {
    id: Vec<u8>,
    compressor: Compressor<'static>,
    uses: u32,
}

/// A value as it is stored.
pub(super) struct Packed {
    /// The model's identifier.
    pub model: Vec<u8>,
    pub bytes: Vec<u8>,
}

impl Models {
    /// Packs a value of a kind.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn pack(&mut self, of: &ManufacturerId, kind: &str, value: &[u8]) -> Result<Packed, Error> {
        let key = (of.clone(), kind.to_owned());
        if let Some(model) = self.kept.get_mut(&key) {
            let bytes = model.compressor.compress(value).map_err(Error::Packing)?;
            model.uses = model.uses.saturating_add(1);
            if bytes.len() <= value.len() / LIKE || model.uses < USES_MIN {
                let model = model.id.clone();
                return Ok(Packed { model, bytes });
            }
        }
        if self.kept.len() >= KINDS_MAX {
            self.kept.clear();
        }
        let id = sha256_of(&[value])[..ID_BYTES].to_vec();
        let mut compressor = Compressor::with_dictionary(LEVEL, value).map_err(Error::Packing)?;
        let bytes = compressor.compress(value).map_err(Error::Packing)?;
        self.unsaved.push((of.clone(), id.clone(), value.to_vec()));
        let model = Model {
            id: id.clone(),
            compressor,
            uses: 1,
        };
        self.kept.insert(key, model);
        Ok(Packed { model: id, bytes })
    }

    /// The rows of all models that a manufacturer's values may name and no commit holds.
    pub fn rows(&self, of: &ManufacturerId) -> Rows {
        let unsaved = self.unsaved.iter().filter(|(owner, ..)| owner == of);
        let rows = unsaved.map(|(owner, id, bytes)| {
            vec![
                owner.as_str().into(),
                id.clone().into(),
                bytes.clone().into(),
            ]
        });
        Rows {
            table: "model",
            columns: "manufacturer, id, bytes",
            key_columns: 2,
            on_conflict: OnConflict::Keep,
            rows: rows.collect(),
        }
    }

    /// What was written of a manufacturer is there.
    pub fn committed(&mut self, of: &ManufacturerId) {
        self.unsaved.retain(|(owner, ..)| owner != of);
    }

    /// After an outage nobody knows what the database has kept.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// The value that a row holds packed, if it does: by its columns `packed` and
/// `model_bytes`.
///
/// # Errors
/// `Corrupt` where it, or its model, is not what was written.
pub(super) fn unpacked(row: &Columns<'_>) -> Result<Option<Vec<u8>>, Error> {
    let Some(packed) = row.maybe_bytes("packed")? else {
        return Ok(None);
    };
    let model = row.maybe_bytes("model_bytes")?;
    let model = model.ok_or_else(|| Error::corrupt("model", "a model that is not there"))?;
    unpack(model, &packed).map(Some)
}

fn unpack(model: Vec<u8>, packed: &[u8]) -> Result<Vec<u8>, Error> {
    let corrupt = |found: &str| Error::corrupt("packed", found);
    let length = get_frame_content_size(packed).ok().flatten();
    let length = length.filter(|length| *length <= BYTES_MAX);
    let length = length.ok_or_else(|| corrupt("bytes of no length"))?;
    let unpacked = UNPACKER.with_borrow_mut(|kept| {
        // One that has failed is not used again.
        let mut unpacker = Unpacker::of(model, kept.take())?;
        let value = unpacker.decompressor.decompress(packed, length as usize)?;
        *kept = Some(unpacker);
        Ok(value)
    });
    unpacked.map_err(|error: std::io::Error| corrupt(&error.to_string()))
}

thread_local! {
    /// Making one takes more time than most values, and many values have one model.
    static UNPACKER: RefCell<Option<Unpacker>> = const { RefCell::new(None) };
}

/// What a thread unpacks with, ready for the values of one model.
struct Unpacker {
    model: Vec<u8>,
    decompressor: Decompressor<'static>,
}

impl Unpacker {
    /// What was used before is made ready for another model.
    fn of(model: Vec<u8>, used: Option<Self>) -> std::io::Result<Self> {
        let decompressor = match used {
            Some(used) if used.model == model => return Ok(used),
            Some(mut used) => {
                used.decompressor.set_dictionary(&model)?;
                used.decompressor
            }
            None => Decompressor::with_dictionary(&model)?,
        };
        Ok(Self {
            model,
            decompressor,
        })
    }
}

/// Values as one, each with its length before it, little-endian.
pub(super) fn joined(values: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(values.iter().map(|value| value.len() + 4).sum());
    for value in values {
        // No value is that long: what a policy is told and answers has limits.
        whole.extend((value.len() as u32).to_le_bytes());
        whole.extend_from_slice(value);
    }
    whole
}

/// The values of which one was made; none where it was made otherwise.
pub(super) fn split<const N: usize>(mut whole: &[u8]) -> Option<[&[u8]; N]> {
    let mut values = [&[][..]; N];
    for value in &mut values {
        let (length, rest) = whole.split_first_chunk::<4>()?;
        (*value, whole) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    }
    whole.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpack(models: &Models, packed: &Packed) -> Vec<u8> {
        let stored = models.unsaved.iter().find(|(_, id, _)| *id == packed.model);
        let (_, _, model) = stored.expect("every model is written");
        super::unpack(model.clone(), &packed.bytes).unwrap()
    }

    /// Partners in a question: numbers that are nearly those of the one before.
    fn question(number: u32, partners: u32) -> Vec<u8> {
        let partner = |key: u32| format!("{key}:{},", key.wrapping_mul(2_654_435_761));
        let partners = (0..partners).map(partner).collect::<String>();
        format!("lead {number} {partners}").into_bytes()
    }

    #[test]
    fn what_is_alike_takes_next_to_nothing() {
        let mut models = Models::default();
        for number in 0..10 {
            let question = question(number, 100);
            let packed = models.pack(&"m".into(), "rank", &question).unwrap();
            assert!(packed.bytes.len() < 40, "{} bytes", packed.bytes.len());
            assert_eq!(unpack(&models, &packed), question);
        }
        assert_eq!(models.unsaved.len(), 1);
    }

    #[test]
    fn a_model_gives_way_where_values_are_others_for_long() {
        let mut models = Models::default();
        let mut pack = |seed: u32| {
            let value: Vec<u8> = (0..200_u32)
                .flat_map(|at| sha256_of(&[&seed.to_le_bytes(), &at.to_le_bytes()]))
                .collect();
            let packed = models.pack(&"m".into(), "rank", &value).unwrap();
            assert_eq!(unpack(&models, &packed), value);
            models.unsaved.len()
        };
        assert_eq!(pack(1), 1);
        for _ in 2..USES_MIN {
            assert_eq!(pack(2), 1);
        }
        assert_eq!([pack(2), pack(2)], [2, 2]);
    }

    #[test]
    fn what_cannot_be_unpacked_is_in_nobodys_way() {
        let mut models = Models::default();
        let (one, other) = (question(1, 9), question(2, 5));
        for value in [&one, &other] {
            let packed = models.pack(&"m".into(), "rank", value).unwrap();
            let altered = [&packed.bytes[..packed.bytes.len() - 2], b"!!"].concat();
            let model = models.unsaved[0].2.clone();
            assert!(matches!(
                super::unpack(model, &altered),
                Err(Error::Corrupt { .. })
            ));
            assert_eq!(unpack(&models, &packed), *value);
        }
    }

    #[test]
    fn a_model_is_written_until_a_commit_holds_it() {
        let mut models = Models::default();
        for of in ["a", "b"] {
            models.pack(&of.into(), "rank", b"value").unwrap();
        }
        let rows = |models: &Models, of: &str| models.rows(&of.into()).rows.len();
        models.committed(&"a".into());
        assert_eq!((rows(&models, "a"), rows(&models, "b")), (0, 1));
        models.forget();
        models.pack(&"a".into(), "rank", b"value").unwrap();
        assert_eq!((rows(&models, "a"), rows(&models, "b")), (1, 0));
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(values in prop::collection::vec(any::<Vec<u8>>(), 1..20)) {
            let mut models = Models::default();
            for value in values {
                let packed = models.pack(&"m".into(), "k", &value).unwrap();
                prop_assert_eq!(unpack(&models, &packed), value);
            }
        }

        #[test]
        fn what_is_joined_is_split(one in any::<Vec<u8>>(), two in any::<Vec<u8>>()) {
            let whole = joined(&[&one, &two]);
            prop_assert_eq!(split::<2>(&whole), Some([&one[..], &two[..]]));
            prop_assert_eq!(split::<3>(&whole), None);
            prop_assert_eq!(split::<2>(&whole[..whole.len() - 1]), None);
        }
    }
}
