//! Columns in the making.

use std::collections::HashMap;

/// Gives words numbers from 1, in the order of their first use.
#[derive(Default)]
pub(super) struct Words {
    pub(super) list: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Words {
    pub(super) fn number(&mut self, word: &str) -> u32 {
        if word.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        self.list.push(word.to_owned());
        let number = self.list.len() as u32;
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

/// Separates which rows have a value from the values.
pub(super) fn split<T: Default>(
    cells: impl IntoIterator<Item = Option<T>>,
) -> (Option<Vec<u8>>, Vec<T>) {
    let mut bits = Bits::default();
    let values = cells
        .into_iter()
        .map(|cell| {
            bits.push(cell.is_some());
            cell.unwrap_or_default()
        })
        .collect();
    (bits.finish(), values)
}

/// A presence bitmap in the making.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    rows: usize,
    missing: bool,
}

impl Bits {
    pub(super) fn push(&mut self, present: bool) {
        if self.rows.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let (true, Some(last)) = (present, self.bytes.last_mut()) {
            *last |= 1 << (self.rows % 8);
        }
        self.missing |= !present;
        self.rows += 1;
    }

    pub(super) fn finish(self) -> Option<Vec<u8>> {
        self.missing.then_some(self.bytes)
    }
}
