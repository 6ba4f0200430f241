//! Receipts as they are stored: read, and altered by hand, for those who look whether it is
//! seen.

use std::collections::HashMap;

use serde_json::Value;

use crate::Database;

/// More than any receipt of a test has.
const BYTES_MAX: usize = 1 << 20;

/// What a decision has packed: who made it and what was logged, as JSON, then question
/// and answer.
pub type Packed = [Vec<u8>; 3];

/// Who made a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub slot: String,
    pub generation: String,
    /// Of the plugin, and of its configuration.
    pub digests: [String; 2],
}

/// Decisions that were not made by what their generation is.
///
/// # Panics
/// Where a receipt cannot be read.
pub fn strangers(database: &Database) -> Vec<Made> {
    let columns = [
        "slot",
        "generation",
        "plugin_digest",
        "configuration_digest",
    ];
    let bound: HashMap<_, _> = database
        .rows(columns, "binding")
        .into_iter()
        .map(|row| row.map(|value| value.expect("a value")))
        .map(|[slot, generation, plugin, configuration]| {
            ((slot, generation), [plugin, configuration])
        })
        .collect();
    let mut made = makers(database);
    assert_eq!(made.len() as u64, database.count("decision"));
    made.retain(|made| {
        let generation = (made.slot.clone(), made.generation.clone());
        bound.get(&generation) != Some(&made.digests)
    });
    made
}

/// Who made each decision, as its receipt has it.
fn makers(database: &Database) -> Vec<Made> {
    let [packed, model] = ["packed", "bytes"].map(|column| database.hexadecimal(column));
    let all = "decision JOIN model ON model.manufacturer = decision.manufacturer \
        AND model.id = decision.model";
    let rows = database.rows(["slot", "generation", &packed, &model], all);
    rows.into_iter()
        .map(|row| {
            let [slot, generation, packed, model] = row.map(|value| value.expect("a value"));
            let [packed, model] = [packed, model].map(|digits| hex::decode(digits).expect("bytes"));
            let [made, ..] = unpack(&packed, &model);
            let made: Value = serde_json::from_slice(&made).expect("who made it");
            let digest = |name: &str| made[name].as_str().expect("a digest").to_owned();
            Made {
                slot,
                generation,
                digests: ["plugin-digest", "configuration-digest"].map(digest),
            }
        })
        .collect()
}

/// Alters what a decision has packed.
///
/// # Panics
/// Where there is no such decision, or the database cannot be written.
pub fn alter_receipt(database: &Database, id: &str, alter: impl FnOnce(Packed) -> Packed) {
    let row = format!("decision WHERE id = '{id}'");
    let model = format!("model WHERE id = (SELECT model FROM {row})");
    let model = database.bytes("bytes", &model);
    let altered = joined(&alter(unpack(&database.bytes("packed", &row), &model)));
    let packed = zstd::bulk::compress(&altered, 0).expect("a packed receipt");
    let packed = database.literal(&packed);
    database.execute(&format!(
        "UPDATE decision SET packed = {packed} WHERE id = '{id}'"
    ));
}

fn unpack(packed: &[u8], model: &[u8]) -> Packed {
    let mut unpacking = zstd::bulk::Decompressor::with_dictionary(model).expect("a model");
    let whole = unpacking.decompress(packed, BYTES_MAX);
    split(&whole.expect("a packed receipt"))
}

fn split(mut whole: &[u8]) -> Packed {
    std::array::from_fn(|_| {
        let (length, rest) = whole.split_first_chunk::<4>().expect("a length");
        let (value, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        whole = rest;
        value.to_vec()
    })
}

fn joined(values: &Packed) -> Vec<u8> {
    let with_length = |value: &Vec<u8>| {
        let length = (value.len() as u32).to_le_bytes();
        [&length[..], value].concat()
    };
    values.iter().flat_map(with_length).collect()
}
