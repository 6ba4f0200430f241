//! A good component, cut off or with a bit of it turned.

use std::collections::BTreeSet;

use stellwerk::policy::Code;

use crate::guest;
use crate::judge::Judge;

const CUTS: usize = 50;
const FLIPS: usize = 150;

/// The codes with which it is refused; `loaded` where it is not.
pub fn cut(judge: &Judge) -> BTreeSet<&'static str> {
    let whole = guest::harmless("cut-off");
    codes(
        judge,
        (0..CUTS).map(|part| whole[..whole.len() * part / CUTS].to_vec()),
    )
}

pub fn flipped(judge: &Judge) -> BTreeSet<&'static str> {
    let whole = guest::harmless("turned");
    let flipped = (0..FLIPS).map(|part| {
        let mut bytes = whole.clone();
        bytes[whole.len() * part / FLIPS] ^= 1 << (part % 8);
        bytes
    });
    codes(judge, flipped)
}

fn codes(judge: &Judge, all: impl Iterator<Item = Vec<u8>>) -> BTreeSet<&'static str> {
    all.map(|bytes| {
        judge
            .upload(bytes)
            .map_or("loaded", |error| error.code.as_str())
    })
    .inspect(|code| assert_ne!(*code, Code::HostInternal.as_str()))
    .collect()
}
