//! What a table's columns hold, and how tests make them.

use crate::Word;

/// A column's values, one per row: what tests make tables of, where JSON would be
/// too long.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::Column;
///
/// // Fifty partners, each one kilometre farther away than the one before.
/// let keys: Vec<u64> = (1..=50).collect();
/// let far = Column::numbers(keys.iter().map(|key| Some(*key as f64)));
/// let open = Column::integers(keys.iter().map(|_| Some(0)));
/// let emergency = Column::flags(keys.iter().map(|key| Some(key % 2 == 0)));
/// // The first is silver; the level of the others is not told.
/// let level = Column::texts(keys.iter().map(|key| (*key == 1).then_some("silver")));
/// let certificates = Column::sets(keys.iter().map(|_| ["f-gas", "solar"]));
/// let candidates = Table::of(keys)
///     .with("distance-km", far)
///     .with("figure/open", open)
///     .with("attribute/emergency-service", emergency)
///     .with("level", level)
///     .with("certificates", certificates);
/// assert_eq!(candidates.numbers(Word::of("distance-km")).get(49), Some(50.0));
/// assert_eq!(candidates.texts(Word::of("level")).get(49), None);
/// assert!(candidates.sets(Word::of("certificates")).has(49, Word::of("solar")));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// One bit per row, lowest first; none where every row has a value.
    pub(crate) present: Option<Vec<u8>>,
    pub(crate) cells: Cells,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cells {
    Numbers(Vec<f64>),
    Integers(Vec<i64>),
    Flags(Vec<u8>),
    Texts(Vec<Word>),
    Sets { ends: Vec<u32>, members: Vec<Word> },
}

impl Column {
    /// Of numbers.
    pub fn numbers(cells: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (present, cells) = split(cells);
        Self {
            present,
            cells: Cells::Numbers(cells),
        }
    }

    /// Of whole numbers.
    pub fn integers(cells: impl IntoIterator<Item = Option<i64>>) -> Self {
        let (present, cells) = split(cells);
        Self {
            present,
            cells: Cells::Integers(cells),
        }
    }

    /// Of yes or no.
    pub fn flags(cells: impl IntoIterator<Item = Option<bool>>) -> Self {
        let (present, cells) = split(cells.into_iter().map(|cell| cell.map(u8::from)));
        Self {
            present,
            cells: Cells::Flags(cells),
        }
    }

    /// Of words.
    pub fn texts<W: Into<Word>>(cells: impl IntoIterator<Item = Option<W>>) -> Self {
        let (present, cells) = split(cells.into_iter().map(|cell| cell.map(Into::into)));
        Self {
            present,
            cells: Cells::Texts(cells),
        }
    }

    /// Of sets of words; that of a row without any is empty.
    pub fn sets<W: Into<Word>, S: IntoIterator<Item = W>>(
        cells: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut ends = Vec::new();
        let mut members: Vec<Word> = Vec::new();
        for cell in cells {
            let begin = members.len();
            members.extend(cell.into_iter().map(Into::into));
            members[begin..].sort();
            ends.push(members.len() as u32);
        }
        Self {
            present: None,
            cells: Cells::Sets { ends, members },
        }
    }
}

fn split<T: Default>(cells: impl IntoIterator<Item = Option<T>>) -> (Option<Vec<u8>>, Vec<T>) {
    let mut present = Vec::new();
    let mut missing = false;
    let mut values = Vec::new();
    for (row, cell) in cells.into_iter().enumerate() {
        if row % 8 == 0 {
            present.push(0u8);
        }
        match cell {
            Some(value) => {
                if let Some(byte) = present.last_mut() {
                    *byte |= 1 << (row % 8);
                }
                values.push(value);
            }
            None => {
                missing = true;
                values.push(T::default());
            }
        }
    }
    (missing.then_some(present), values)
}
