//! Many partners at once, column by column.
//!
//! A column of words holds each distinct word once and one small number per
//! row, so that giving the words the numbers of a call is a look-up per
//! distinct word and not per partner. Columns are shared, so that a contract's
//! partners can be kept in memory and asked about without being copied.

mod building;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::building::{Bits, Words, split};
use super::vocabulary::Vocabulary;
use super::{PolicyError, Value, invalid};

pub(super) use writing::words;

/// One row per partner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// A number that stands for the row's partner, below 2^63.
    pub keys: Vec<u64>,
    /// By name. Each has as many rows as there are keys.
    pub columns: BTreeMap<String, Arc<Column>>,
}

impl Table {
    /// A table of these partners without columns yet.
    pub fn new(keys: Vec<u64>) -> Self {
        Self {
            keys,
            columns: BTreeMap::new(),
        }
    }

    /// The same with one more column.
    pub fn with(mut self, name: impl Into<String>, column: impl Into<Arc<Column>>) -> Self {
        self.columns.insert(name.into(), column.into());
        self
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name).map(Arc::as_ref)
    }

    pub(super) fn keep_named(&mut self, vocabulary: &Vocabulary) {
        self.columns.retain(|name, _| vocabulary.contains(name));
    }

    /// Whether every column has a row per key, and every key stands once.
    pub(super) fn check(&self, pointer: &str) -> Result<(), PolicyError> {
        if u32::try_from(self.keys.len()).is_err() {
            return Err(invalid(format!("{pointer}/keys"), "has too many rows"));
        }
        let mut sorted = self.keys.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(invalid(format!("{pointer}/keys"), "has a key twice"));
        }
        if sorted.last().is_some_and(|key| *key >= 1 << 63) {
            return Err(invalid(format!("{pointer}/keys"), "has a key beyond 2^63"));
        }
        for (name, column) in &self.columns {
            if column.rows() != self.keys.len() {
                return Err(invalid(
                    format!("{pointer}/columns/{}", escape(name)),
                    format!("has {} rows of {}", column.rows(), self.keys.len()),
                ));
            }
        }
        Ok(())
    }
}

/// A name as part of a JSON pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A column's values, one per row. Money is in minor units, a date in days and
/// an instant in microseconds since 1970-01-01: all of them integers.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    // Invariant: one bit per row, lowest first, where any value is missing, and
    // no bits beyond the rows; a cell without a value holds 0, or no words.
    present: Option<Vec<u8>>,
    cells: Cells,
}

/// The values of a column, by what they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    Numbers(Vec<f64>),
    Integers(Vec<i64>),
    /// 0 or 1.
    Flags(Vec<u8>),
    Texts(Texts),
    Sets(Sets),
}

impl Cells {
    fn rows(&self) -> usize {
        match self {
            Self::Numbers(cells) => cells.len(),
            Self::Integers(cells) => cells.len(),
            Self::Flags(cells) => cells.len(),
            Self::Texts(cells) => cells.rows.len(),
            Self::Sets(cells) => cells.ends.len(),
        }
    }
}

impl Column {
    /// A column of numbers, none where a row has no value.
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
        let (present, cells) = split(cells.into_iter().map(|flag| flag.map(u8::from)));
        Self {
            present,
            cells: Cells::Flags(cells),
        }
    }

    /// A column of words, none where a row has none.
    ///
    /// ```
    /// use stellwerk::policy::question::Column;
    /// let level = Column::texts([Some("gold"), None, Some("gold")]);
    /// assert_eq!(level.text(2), Some("gold"));
    /// assert_eq!(level.text(1), None);
    /// ```
    pub fn texts<'a>(cells: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut words = Words::default();
        let (present, rows) = split(
            cells
                .into_iter()
                .map(|text| text.map(|text| words.number(text))),
        );
        let words = words.list;
        Self {
            present,
            cells: Cells::Texts(Texts { words, rows }),
        }
    }

    /// A column of sets of words.
    pub fn sets<'a, I>(cells: impl IntoIterator<Item = Option<I>>) -> Self
    where
        I: IntoIterator<Item = &'a str>,
    {
        let mut words = Words::default();
        let mut members = Vec::new();
        let mut bits = Bits::default();
        let mut ends = Vec::new();
        for cell in cells {
            bits.push(cell.is_some());
            let distinct: BTreeSet<&str> = cell.into_iter().flatten().collect();
            members.extend(distinct.into_iter().map(|word| words.number(word)));
            // More than 2^32 words do not fit into the input's size limit.
            ends.push(members.len() as u32);
        }
        let words = words.list;
        Self {
            present: bits.finish(),
            cells: Cells::Sets(Sets {
                words,
                ends,
                members,
            }),
        }
    }

    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// One bit per row, lowest first; none where every row has a value.
    pub fn presence(&self) -> Option<&[u8]> {
        self.present.as_deref()
    }

    /// Whether the row has a value.
    pub fn has(&self, row: usize) -> bool {
        row < self.rows()
            && self
                .present
                .as_ref()
                .is_none_or(|bits| bits[row / 8] & (1 << (row % 8)) != 0)
    }

    /// The row's word; none where it has none, or the column holds no words.
    pub fn text(&self, row: usize) -> Option<&str> {
        match &self.cells {
            Cells::Texts(texts) if self.has(row) => texts.get(row).or(Some("")),
            _ => None,
        }
    }

    /// The row's integer; none where it has none, or the column holds others.
    pub fn integer(&self, row: usize) -> Option<i64> {
        match &self.cells {
            Cells::Integers(cells) if self.has(row) => cells.get(row).copied(),
            _ => None,
        }
    }

    /// The row's value; none where it has none. Money, dates and instants have
    /// become the integers that they cross the border as.
    pub fn value(&self, row: usize) -> Option<Value> {
        if !self.has(row) {
            return None;
        }
        Some(match &self.cells {
            Cells::Numbers(cells) => Value::Number(cells[row]),
            Cells::Integers(cells) => Value::Integer(cells[row]),
            Cells::Flags(cells) => Value::Flag(cells[row] != 0),
            Cells::Texts(_) => Value::Text(self.text(row)?.to_owned()),
            Cells::Sets(sets) => Value::Texts(
                sets.members_of(row)
                    .iter()
                    .filter_map(|number| sets.words.get(number.checked_sub(1)? as usize))
                    .cloned()
                    .collect(),
            ),
        })
    }

    /// The column with another value in one row, or with none there. A value of another
    /// kind than the column's is none.
    pub fn with(&self, row: usize, value: Option<&Value>) -> Self {
        let of = |at: usize| match at == row {
            true => value.cloned(),
            false => self.value(at),
        };
        let rows = 0..self.rows();
        match &self.cells {
            Cells::Numbers(_) => Self::numbers(rows.map(|at| match of(at) {
                Some(Value::Number(number)) => Some(number),
                _ => None,
            })),
            Cells::Integers(_) => Self::integers(rows.map(|at| match of(at) {
                Some(Value::Integer(integer)) => Some(integer),
                _ => None,
            })),
            Cells::Flags(_) => Self::flags(rows.map(|at| match of(at) {
                Some(Value::Flag(flag)) => Some(flag),
                _ => None,
            })),
            Cells::Texts(_) => {
                let texts: Vec<Option<String>> = rows
                    .map(|at| match of(at) {
                        Some(Value::Text(text)) => Some(text),
                        _ => None,
                    })
                    .collect();
                Self::texts(texts.iter().map(Option::as_deref))
            }
            Cells::Sets(_) => {
                let sets: Vec<Option<BTreeSet<String>>> = rows
                    .map(|at| match of(at) {
                        Some(Value::Texts(texts)) => Some(texts),
                        _ => None,
                    })
                    .collect();
                let sets = sets.iter().map(Option::as_ref);
                Self::sets(sets.map(|set| set.map(|set| set.iter().map(String::as_str))))
            }
        }
    }

    /// The column of some of its rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Self {
        let mut bits = Bits::default();
        for row in rows {
            bits.push(self.has(*row));
        }
        let cells = match &self.cells {
            Cells::Numbers(cells) => Cells::Numbers(rows.iter().map(|row| cells[*row]).collect()),
            Cells::Integers(cells) => Cells::Integers(rows.iter().map(|row| cells[*row]).collect()),
            Cells::Flags(cells) => Cells::Flags(rows.iter().map(|row| cells[*row]).collect()),
            Cells::Texts(texts) => Cells::Texts(Texts {
                words: texts.words.clone(),
                rows: rows.iter().map(|row| texts.rows[*row]).collect(),
            }),
            Cells::Sets(sets) => {
                let mut members = Vec::new();
                let mut ends = Vec::with_capacity(rows.len());
                for row in rows {
                    members.extend_from_slice(sets.members_of(*row));
                    ends.push(members.len() as u32);
                }
                Cells::Sets(Sets {
                    words: sets.words.clone(),
                    ends,
                    members,
                })
            }
        };
        Self {
            present: bits.finish(),
            cells,
        }
    }
}

/// One word per row, or none.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    // Each word once. There may be words that no row has.
    words: Vec<String>,
    // 0 for no word, else the position in `words` plus 1.
    rows: Vec<u32>,
}

impl Texts {
    /// From one word per row; the empty word stands for none.
    pub fn new<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = Words::default();
        let rows = cells.into_iter().map(|cell| words.number(cell)).collect();
        Self {
            words: words.list,
            rows,
        }
    }

    /// The distinct words; some may be of no row.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Per row 0 for no word, else the position in [`Self::words`] plus 1.
    pub fn numbers(&self) -> &[u32] {
        &self.rows
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row's word.
    pub fn get(&self, row: usize) -> Option<&str> {
        let number = *self.rows.get(row)?;
        Some(&self.words[number.checked_sub(1)? as usize])
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.rows.len()).map(|row| self.get(row))
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.rows.len() == other.rows.len() && self.iter().eq(other.iter())
    }
}

/// A set of words per row.
#[derive(Clone, Debug, Default)]
pub struct Sets {
    // Each word once. There may be words that no row has.
    words: Vec<String>,
    ends: Vec<u32>,
    // Positions in `words` plus 1, distinct within a row.
    members: Vec<u32>,
}

impl Sets {
    /// The distinct words; some may be of no row.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The row's words as positions in [`Self::words`] plus 1, in no order.
    pub fn members_of(&self, row: usize) -> &[u32] {
        let begin = match row.checked_sub(1) {
            Some(before) => self.ends[before] as usize,
            None => 0,
        };
        &self.members[begin..self.ends[row] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The row's words.
    pub fn get(&self, row: usize) -> BTreeSet<&str> {
        self.members_of(row)
            .iter()
            .map(|number| self.words[*number as usize - 1].as_str())
            .collect()
    }
}

impl PartialEq for Sets {
    fn eq(&self, other: &Self) -> bool {
        self.ends.len() == other.ends.len()
            && (0..self.ends.len()).all(|row| self.get(row) == other.get(row))
    }
}
