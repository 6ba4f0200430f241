//! The two writings of tables: a list with gaps per column for people; for
//! receipts words by number, with the presence bitmap.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::super::wide::{self, AsWide};
use super::building::Bits;
use super::{Cells, Column, Sets, Table, Texts};

#[derive(Serialize)]
struct TableRef<'a> {
    #[serde(with = "wide::list")]
    keys: &'a [u64],
    columns: BTreeMap<&'a str, &'a Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableOwned {
    #[serde(default, with = "wide::list")]
    keys: Vec<u64>,
    #[serde(default)]
    columns: BTreeMap<String, Column>,
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TableRef {
            keys: &self.keys,
            columns: self
                .columns
                .iter()
                .map(|(name, column)| (name.as_str(), column.as_ref()))
                .collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = TableOwned::deserialize(deserializer)?;
        Ok(Self {
            keys: table.keys,
            columns: table
                .columns
                .into_iter()
                .map(|(name, column)| (name, Arc::new(column)))
                .collect(),
        })
    }
}

/// As people write a column.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Listed {
    Numbers(Vec<Option<f64>>),
    Integers(Vec<Option<AsWide<i64>>>),
    Flags(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
    Sets(Vec<Option<Vec<String>>>),
}

/// As receipts keep a column.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none", with = "bytes")]
    present: Option<Cow<'a, [u8]>>,
    cells: PackedCells<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PackedCells<'a> {
    Numbers(Cow<'a, [f64]>),
    Integers(Cow<'a, [i64]>),
    Flags(Cow<'a, [u8]>),
    Texts(PackedTexts<'a>),
    Sets(PackedSets<'a>),
}

/// Invariant: the words are those in use, in the order of their first use, so
/// that equal columns are equal bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackedTexts<'a> {
    #[serde(default)]
    words: Vec<Cow<'a, str>>,
    #[serde(default)]
    rows: Vec<u32>,
}

/// As with texts; within a row the words are sorted as text before they are
/// counted.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackedSets<'a> {
    #[serde(default)]
    words: Vec<Cow<'a, str>>,
    #[serde(default)]
    ends: Vec<u32>,
    #[serde(default)]
    members: Vec<u32>,
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.listed().serialize(serializer)
        } else {
            self.packed().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Ok(Listed::deserialize(deserializer)?.into())
        } else {
            Packed::deserialize(deserializer)?
                .unpack()
                .map_err(D::Error::custom)
        }
    }
}

impl Column {
    fn listed(&self) -> Listed {
        fn list<T>(column: &Column, cell: impl Fn(usize) -> T) -> Vec<Option<T>> {
            (0..column.rows())
                .map(|row| column.has(row).then(|| cell(row)))
                .collect()
        }
        match &self.cells {
            Cells::Numbers(cells) => Listed::Numbers(list(self, |row| cells[row])),
            Cells::Integers(cells) => Listed::Integers(list(self, |row| AsWide(cells[row]))),
            Cells::Flags(cells) => Listed::Flags(list(self, |row| cells[row] != 0)),
            Cells::Texts(cells) => Listed::Texts(list(self, |row| {
                cells.get(row).unwrap_or_default().to_owned()
            })),
            Cells::Sets(cells) => Listed::Sets(list(self, |row| {
                cells.get(row).into_iter().map(str::to_owned).collect()
            })),
        }
    }

    fn packed(&self) -> Packed<'_> {
        Packed {
            present: self.present.as_deref().map(Cow::Borrowed),
            cells: match &self.cells {
                Cells::Numbers(cells) => PackedCells::Numbers(Cow::Borrowed(cells)),
                Cells::Integers(cells) => PackedCells::Integers(Cow::Borrowed(cells)),
                Cells::Flags(cells) => PackedCells::Flags(Cow::Borrowed(cells)),
                Cells::Texts(cells) => PackedCells::Texts(pack_texts(cells)),
                Cells::Sets(cells) => PackedCells::Sets(pack_sets(cells)),
            },
        }
    }
}

impl From<Listed> for Column {
    fn from(listed: Listed) -> Self {
        match listed {
            Listed::Numbers(cells) => Self::numbers(cells),
            Listed::Integers(cells) => {
                Self::integers(cells.into_iter().map(|cell| cell.map(|cell| cell.0)))
            }
            Listed::Flags(cells) => Self::flags(cells),
            Listed::Texts(cells) => Self::texts(cells.iter().map(Option::as_deref)),
            Listed::Sets(cells) => Self::sets(
                cells
                    .iter()
                    .map(|cell| cell.as_ref().map(|cell| cell.iter().map(String::as_str))),
            ),
        }
    }
}

/// Numbers words anew, those in use only.
struct Renumber<'a> {
    words: &'a [String],
    numbers: Vec<u32>,
    used: Vec<Cow<'a, str>>,
}

impl<'a> Renumber<'a> {
    fn new(words: &'a [String]) -> Self {
        Self {
            words,
            numbers: vec![0; words.len() + 1],
            used: Vec::new(),
        }
    }

    fn number(&mut self, old: u32) -> u32 {
        let Some(position) = (old as usize).checked_sub(1) else {
            return 0;
        };
        let number = &mut self.numbers[old as usize];
        if *number == 0 {
            self.used.push(Cow::Borrowed(&self.words[position]));
            *number = self.used.len() as u32;
        }
        *number
    }
}

fn pack_texts(texts: &Texts) -> PackedTexts<'_> {
    let mut renumber = Renumber::new(&texts.words);
    let rows = texts.rows.iter().map(|old| renumber.number(*old)).collect();
    PackedTexts {
        words: renumber.used,
        rows,
    }
}

fn pack_sets(sets: &Sets) -> PackedSets<'_> {
    let mut renumber = Renumber::new(&sets.words);
    let mut members = Vec::with_capacity(sets.members.len());
    for row in 0..sets.ends.len() {
        let mut row: Vec<u32> = sets.members_of(row).to_vec();
        row.sort_unstable_by_key(|number| &sets.words[*number as usize - 1]);
        let begin = members.len();
        members.extend(row.into_iter().map(|old| renumber.number(old)));
        members[begin..].sort_unstable();
    }
    PackedSets {
        words: renumber.used,
        ends: sets.ends.clone(),
        members,
    }
}

impl Packed<'_> {
    /// Whatever was read, the invariants of [`Column`] hold afterwards.
    fn unpack(self) -> Result<Column, &'static str> {
        let cells = match self.cells {
            PackedCells::Numbers(cells) => Cells::Numbers(cells.into_owned()),
            PackedCells::Integers(cells) => Cells::Integers(cells.into_owned()),
            PackedCells::Flags(cells) => Cells::Flags(cells.into_owned()),
            PackedCells::Texts(cells) => Cells::Texts(cells.unpack()?),
            PackedCells::Sets(cells) => Cells::Sets(cells.unpack()?),
        };
        let present = match self.present {
            None => None,
            Some(bytes) => {
                let rows = cells.rows();
                if bytes.len() != rows.div_ceil(8) {
                    return Err("the presence bitmap does not fit the rows");
                }
                let mut bits = Bits::default();
                for row in 0..rows {
                    bits.push(bytes[row / 8] & (1 << (row % 8)) != 0);
                }
                bits.finish()
            }
        };
        Ok(Column { present, cells })
    }
}

impl PackedTexts<'_> {
    fn unpack(self) -> Result<Texts, &'static str> {
        if self
            .rows
            .iter()
            .any(|number| *number as usize > self.words.len())
        {
            return Err("a word number is out of range");
        }
        Ok(Texts {
            words: self.words.into_iter().map(Cow::into_owned).collect(),
            rows: self.rows,
        })
    }
}

impl PackedSets<'_> {
    fn unpack(self) -> Result<Sets, &'static str> {
        let ends_ascend = self.ends.is_sorted()
            && self.ends.last().copied().unwrap_or_default() as usize == self.members.len();
        if !ends_ascend {
            return Err("the ends of sets do not ascend to their members' count");
        }
        if self
            .members
            .iter()
            .any(|number| *number == 0 || *number as usize > self.words.len())
        {
            return Err("a word number is out of range");
        }
        Ok(Sets {
            words: self.words.into_iter().map(Cow::into_owned).collect(),
            ends: self.ends,
            members: self.members,
        })
    }
}

/// One word per row: a list of words for people, with "" for none; packed in
/// receipts.
pub mod words {
    use super::{
        Deserialize, Deserializer, Error, PackedTexts, Serialize, Serializer, Texts, pack_texts,
    };

    pub fn serialize<S: Serializer>(texts: &Texts, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_seq(texts.iter().map(Option::unwrap_or_default))
        } else {
            pack_texts(texts).serialize(serializer)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        if deserializer.is_human_readable() {
            let list = Vec::<String>::deserialize(deserializer)?;
            Ok(Texts::new(list.iter().map(String::as_str)))
        } else {
            PackedTexts::deserialize(deserializer)?
                .unpack()
                .map_err(D::Error::custom)
        }
    }
}

/// Bytes as bytes, not as a list of numbers.
mod bytes {
    use std::borrow::Cow;
    use std::fmt;

    use serde::de::{self, Deserializer, Visitor};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(
        bytes: &Option<Cow<'_, [u8]>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_bytes(bytes),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, 'a, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Cow<'a, [u8]>>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        deserializer
            .deserialize_byte_buf(Bytes)
            .map(|bytes| Some(Cow::Owned(bytes)))
    }
}
