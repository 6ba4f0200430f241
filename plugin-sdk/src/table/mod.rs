//! Many partners at once, column by column.

pub(crate) mod column;
mod views;

use crate::Word;

pub use column::Column;
pub use views::{Flags, Integers, Numbers, Sets, Texts};

/// One row per partner. The order of the rows means nothing.
///
/// A column is looked up once and read row by row; one that is missing, or of
/// another type, has no values.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: RankInput = testing::input(
///     r#"{ "candidates": { "keys": [7, 9, 12], "columns": {
///         "level": { "texts": ["gold", "silver", "gold"] },
///         "distance-km": { "numbers": [80.5, 3.2, null] },
///         "figure/open": { "integers": [2, 0, 1] },
///         "attribute/emergency-service": { "flags": [true, false, true] },
///         "certificates": { "sets": [["f-gas"], [], ["f-gas", "solar"]] }
///     } } }"#,
/// );
/// let candidates = &input.candidates;
/// let level = candidates.texts(Word::of("level"));
/// let distance = candidates.numbers(Word::of("distance-km"));
/// let open = candidates.integers(Word::of("figure/open"));
/// let emergency = candidates.flags(Word::of("attribute/emergency-service"));
/// let certificates = candidates.sets(Word::of("certificates"));
/// let fitting: Vec<u64> = (0..candidates.len())
///     .filter(|row| level.get(*row) == Some(Word::of("gold")))
///     .filter(|row| distance.get(*row).is_none_or(|km| km < 100.0))
///     .filter(|row| open.get(*row) < Some(3) && emergency.get(*row) == Some(true))
///     .filter(|row| certificates.has(*row, Word::of("f-gas")))
///     .map(|row| candidates.key(row))
///     .collect();
/// assert_eq!(fitting, [7, 12]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub(crate) keys: Vec<u64>,
    pub(crate) columns: Vec<(Word, Column)>,
}

impl Table {
    /// A table of these partners without columns yet, as tests make it.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::{Column, Table, Word};
    /// let candidates = Table::of([7, 9]).with("distance-km", Column::numbers([Some(3.0), None]));
    /// assert_eq!(candidates.numbers(Word::of("distance-km")).get(0), Some(3.0));
    /// ```
    pub fn of(keys: impl Into<Vec<u64>>) -> Self {
        Self {
            keys: keys.into(),
            columns: Vec::new(),
        }
    }

    /// The same with one more column, which has a value or none for each row.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::{Column, Table, Word};
    /// let states = ["declined", "lapsed"].map(Some);
    /// let candidates = Table::of([7, 9]).with("this-cycle", Column::texts(states));
    /// assert_eq!(candidates.texts(Word::of("this-cycle")).get(1), Some(Word::of("lapsed")));
    /// ```
    pub fn with(mut self, name: impl Into<Word>, column: Column) -> Self {
        self.columns.push((name.into(), column));
        self
    }

    /// How many partners there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is nobody.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// let input: RankInput = testing::input(r#"{ "candidates": { "keys": [] } }"#);
    /// let mut ranking = Ranking::of(&input.candidates);
    /// if input.candidates.is_empty() {
    ///     ranking.reasons.push(Reason::of("nobody-there"));
    /// }
    /// assert_eq!(ranking.reasons, [Reason::of("nobody-there")]);
    /// ```
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

    /// The numbers that stand for the partners, row by row: the same in every call
    /// of the contract.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// let context: Context = testing::input(r#"{ "now": { "micros": 0 }, "seed": 42 }"#);
    /// let candidates = Table::of([7, 9]);
    /// // The lead is drawn for one of them.
    /// let drawn = candidates.keys().iter().max_by_key(|key| context.draw(**key));
    /// assert!([7, 9].contains(drawn.unwrap()));
    /// ```
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The row of a partner; none where it is not at hand.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::testing;
    /// // Qualification has found the partner that sold to this customer before.
    /// let input: RankInput = testing::input(
    ///     r#"{ "assessed": { "attributes": { "known-to": { "integer": 9 } } },
    ///          "candidates": { "keys": [7, 9] } }"#,
    /// );
    /// let known_to = input.assessed.attributes.integer(Word::of("known-to"));
    /// let row = known_to.and_then(|key| input.candidates.row_of(key as u64));
    /// assert_eq!(row, Some(1));
    /// ```
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
