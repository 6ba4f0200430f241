//! Receipts altered by hand, in the database: for those who look whether it is seen.

use crate::Database;

/// More than any receipt of a test has.
const BYTES_MAX: usize = 1 << 20;

/// What a decision has packed: who made it and what was logged, as JSON, then question
/// and answer.
pub type Packed = [Vec<u8>; 3];

/// Alters what a decision has packed.
///
/// # Panics
/// Where there is no such decision, or the database cannot be written.
pub fn alter_receipt(database: &Database, id: &str, alter: impl FnOnce(Packed) -> Packed) {
    let row = format!("decision WHERE id = '{id}'");
    let model = format!("model WHERE id = (SELECT model FROM {row})");
    let model = database.bytes("bytes", &model);
    let mut unpacking = zstd::bulk::Decompressor::with_dictionary(&model).expect("a model");
    let whole = unpacking.decompress(&database.bytes("packed", &row), BYTES_MAX);
    let altered = joined(&alter(split(&whole.expect("a packed receipt"))));
    let packed = zstd::bulk::compress(&altered, 0).expect("a packed receipt");
    let packed = database.literal(&packed);
    database.execute(&format!(
        "UPDATE decision SET packed = {packed} WHERE id = '{id}'"
    ));
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
