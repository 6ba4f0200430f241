//! How policies read the columns of a table.

use super::column::Cells;
use super::{Column, Table};
use crate::Word;

/// Views of one column; a column that is missing, or of another type, has no
/// values.
macro_rules! views {
    ($(
        $(#[$doc:meta])*
        pub struct $view:ident: $case:ident($cell:ty) -> $value:ty = $read:expr;
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<'a> {
            present: Option<&'a [u8]>,
            cells: &'a [$cell],
        }

        impl<'a> $view<'a> {
            fn of(column: Option<&'a Column>) -> Self {
                match column {
                    Some(Column { present, cells: Cells::$case(cells) }) => Self {
                        present: present.as_deref(),
                        cells,
                    },
                    _ => Self { present: None, cells: &[] },
                }
            }

            /// The row's value, if it has one.
            pub fn get(&self, row: usize) -> Option<$value> {
                let read: fn($cell) -> $value = $read;
                is_present(self.present, row)
                    .then(|| self.cells.get(row).copied().map(read))
                    .flatten()
            }
        }
    )+};
}

views! {
    /// A column of numbers.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::{Numbers, testing};
    ///
    /// /// 1000 next door, 0 from a hundred kilometres on.
    /// fn nearness(distance: Numbers<'_>, row: usize) -> Option<i64> {
    ///     let km = distance.get(row)?;
    ///     Some((1_000.0 * (1.0 - km / 100.0).max(0.0)) as i64)
    /// }
    /// let candidates: Table = testing::input(
    ///     r#"{ "keys": [7, 9], "columns": { "distance-km": { "numbers": [25, null] } } }"#,
    /// );
    /// let distance = candidates.numbers(Word::of("distance-km"));
    /// assert_eq!(nearness(distance, 0), Some(750));
    /// assert_eq!(nearness(distance, 1), None);
    /// ```
    pub struct Numbers: Numbers(f64) -> f64 = |cell| cell;

    /// A column of whole numbers: counts, minor units, days, microseconds.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::{Integers, testing};
    ///
    /// /// No capacity told means no limit.
    /// fn has_room(capacity: Integers<'_>, used: Integers<'_>, row: usize) -> bool {
    ///     capacity.get(row).is_none_or(|capacity| used.get(row).unwrap_or(0) < capacity)
    /// }
    /// let candidates: Table = testing::input(
    ///     r#"{ "keys": [7, 9], "columns": {
    ///         "capacity": { "integers": [5, null] },
    ///         "capacity-used": { "integers": [5, 8] } } }"#,
    /// );
    /// let capacity = candidates.integers(Word::of("capacity"));
    /// let used = candidates.integers(Word::of("capacity-used"));
    /// assert!(!has_room(capacity, used, 0) && has_room(capacity, used, 1));
    /// ```
    pub struct Integers: Integers(i64) -> i64 = |cell| cell;

    /// A column of yes or no.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::{Flags, testing};
    ///
    /// /// Who has not said that it comes at night does not.
    /// fn comes_at_night(emergency: Flags<'_>, row: usize) -> bool {
    ///     emergency.get(row) == Some(true)
    /// }
    /// let candidates: Table = testing::input(
    ///     r#"{ "keys": [7, 9], "columns": {
    ///         "attribute/emergency-service": { "flags": [true, null] } } }"#,
    /// );
    /// let emergency = candidates.flags(Word::of("attribute/emergency-service"));
    /// assert!(comes_at_night(emergency, 0) && !comes_at_night(emergency, 1));
    /// ```
    pub struct Flags: Flags(u8) -> bool = |cell| cell != 0;

    /// A column of words.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// use stellwerk_plugin_sdk::{Texts, testing};
    ///
    /// /// Whoever declined in this cycle is left in peace.
    /// fn has_declined(this_cycle: Texts<'_>, row: usize) -> bool {
    ///     this_cycle.get(row) == Some(Word::of("declined"))
    /// }
    /// let candidates: Table = testing::input(
    ///     r#"{ "keys": [7, 9], "columns": { "this-cycle": { "texts": ["declined", null] } } }"#,
    /// );
    /// let this_cycle = candidates.texts(Word::of("this-cycle"));
    /// assert!(has_declined(this_cycle, 0) && !has_declined(this_cycle, 1));
    /// ```
    pub struct Texts: Texts(Word) -> Word = |cell| cell;
}

/// A column of sets of words.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::{Sets, testing};
///
/// /// The share of the certificates asked for that the partner holds, in thousandths.
/// fn certified(held: Sets<'_>, row: usize, asked: &[Word]) -> usize {
///     let count = asked.iter().filter(|asked| held.has(row, **asked)).count();
///     count * 1_000 / asked.len().max(1)
/// }
/// let candidates: Table = testing::input(
///     r#"{ "keys": [7, 9], "columns": { "certificates": { "sets": [["f-gas"], []] } } }"#,
/// );
/// let held = candidates.sets(Word::of("certificates"));
/// assert_eq!(certified(held, 0, &["f-gas", "solar"].map(Word::of)), 500);
/// assert!(held.get(1).is_empty());
/// ```
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
    /// The column of that name, of numbers: `distance-km`, `measure/…`, `target/…`.
    pub fn numbers(&self, name: Word) -> Numbers<'_> {
        Numbers::of(self.column(name))
    }

    /// The column of that name, of whole numbers: `capacity`, `leave-until`,
    /// `figure/…`, `account/…` and the like.
    pub fn integers(&self, name: Word) -> Integers<'_> {
        Integers::of(self.column(name))
    }

    /// The column of that name, of yes or no, as attributes of partners may be.
    pub fn flags(&self, name: Word) -> Flags<'_> {
        Flags::of(self.column(name))
    }

    /// The column of that name, of words: `level`, `this-cycle`, `country`.
    pub fn texts(&self, name: Word) -> Texts<'_> {
        Texts::of(self.column(name))
    }

    /// The column of that name, of sets of words: `certificates`.
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

fn is_present(present: Option<&[u8]>, row: usize) -> bool {
    present.is_none_or(|bits| {
        bits.get(row / 8)
            .is_some_and(|byte| byte & (1 << (row % 8)) != 0)
    })
}
