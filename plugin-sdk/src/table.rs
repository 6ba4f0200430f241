//! Many partners at once, column by column.

use crate::Word;

/// One row per partner. The order of the rows means nothing.
///
/// ```
/// use stellwerk_plugin_sdk::{Column, Table, Word};
/// let table = Table::of([7, 9]).with("distance-km", Column::numbers([Some(3.0), None]));
/// let distance = table.numbers(Word::of("distance-km"));
/// assert_eq!(distance.get(0), Some(3.0));
/// assert_eq!(distance.get(1), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(crate) keys: Vec<u64>,
    pub(crate) columns: Vec<(Word, Column)>,
}

/// A column's values, one per row.
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

impl Table {
    /// A table of these partners without columns yet.
    pub fn of(keys: impl Into<Vec<u64>>) -> Self {
        Self {
            keys: keys.into(),
            columns: Vec::new(),
        }
    }

    /// The same with one more column.
    pub fn with(mut self, name: impl Into<Word>, column: Column) -> Self {
        self.columns.push((name.into(), column));
        self
    }

    /// How many partners there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The number that stands for the row's partner.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn key(&self, row: usize) -> u64 {
        self.keys[row]
    }

    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The row of a partner.
    pub fn row_of(&self, key: u64) -> Option<usize> {
        self.keys.iter().position(|known| *known == key)
    }

    fn column(&self, name: Word) -> Option<&Column> {
        self.columns
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, column)| column)
    }
}

/// Views of one column; a column that is missing, or of another type, has no
/// values.
macro_rules! views {
    ($($(#[$doc:meta])* $view:ident, $method:ident: $case:ident($cell:ty) -> $value:ty = $read:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<'a> {
            present: Option<&'a [u8]>,
            cells: &'a [$cell],
        }

        impl $view<'_> {
            /// The row's value, if it has one.
            pub fn get(&self, row: usize) -> Option<$value> {
                let read: fn($cell) -> $value = $read;
                is_present(self.present, row)
                    .then(|| self.cells.get(row).copied().map(read))
                    .flatten()
            }
        }

        impl Table {
            $(#[$doc])*
            pub fn $method(&self, name: Word) -> $view<'_> {
                match self.column(name) {
                    Some(Column { present, cells: Cells::$case(cells) }) => $view {
                        present: present.as_deref(),
                        cells,
                    },
                    _ => $view { present: None, cells: &[] },
                }
            }
        }
    )+};
}

views! {
    /// A column of numbers.
    Numbers, numbers: Numbers(f64) -> f64 = |cell| cell;
    /// A column of whole numbers: counts, minor units, days, microseconds.
    Integers, integers: Integers(i64) -> i64 = |cell| cell;
    /// A column of yes or no.
    Flags, flags: Flags(u8) -> bool = |cell| cell != 0;
    /// A column of words.
    Texts, texts: Texts(Word) -> Word = |cell| cell;
}

/// A column of sets of words.
#[derive(Clone, Copy, Debug)]
pub struct Sets<'a> {
    ends: &'a [u32],
    members: &'a [Word],
}

impl<'a> Sets<'a> {
    /// The row's words; nothing where it has none.
    pub fn get(&self, row: usize) -> &'a [Word] {
        let end = self.ends.get(row).copied().unwrap_or(0) as usize;
        let begin = match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0) as usize,
            None => 0,
        };
        self.members.get(begin..end).unwrap_or(&[])
    }

    /// Whether the row's set has the word.
    pub fn has(&self, row: usize, word: Word) -> bool {
        self.get(row).contains(&word)
    }
}

impl Table {
    /// A column of sets of words.
    pub fn sets(&self, name: Word) -> Sets<'_> {
        match self.column(name) {
            Some(Column {
                cells: Cells::Sets { ends, members },
                ..
            }) => Sets { ends, members },
            _ => Sets {
                ends: &[],
                members: &[],
            },
        }
    }
}

impl Column {
    pub fn numbers(cells: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (present, cells) = split(cells);
        Self {
            present,
            cells: Cells::Numbers(cells),
        }
    }

    pub fn integers(cells: impl IntoIterator<Item = Option<i64>>) -> Self {
        let (present, cells) = split(cells);
        Self {
            present,
            cells: Cells::Integers(cells),
        }
    }

    pub fn flags(cells: impl IntoIterator<Item = Option<bool>>) -> Self {
        let (present, cells) = split(cells.into_iter().map(|cell| cell.map(u8::from)));
        Self {
            present,
            cells: Cells::Flags(cells),
        }
    }

    pub fn texts<W: Into<Word>>(cells: impl IntoIterator<Item = Option<W>>) -> Self {
        let (present, cells) = split(cells.into_iter().map(|cell| cell.map(Into::into)));
        Self {
            present,
            cells: Cells::Texts(cells),
        }
    }

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

fn is_present(present: Option<&[u8]>, row: usize) -> bool {
    present.is_none_or(|bits| {
        bits.get(row / 8)
            .is_some_and(|byte| byte & (1 << (row % 8)) != 0)
    })
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
