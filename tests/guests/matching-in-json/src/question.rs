//! A question's text, read straight into what the policy is told. The shapes are
//! those of the SDK's types, which know JSON natively only.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use stellwerk_plugin_sdk::matching::RankInput;
use stellwerk_plugin_sdk::{
    Age, Assessed, Attributes, Column, Context, Coordinate, Date, Instant, Lead, Money, Span,
    Table, Temperature, Value, Word,
};

use crate::values::{Name, Whole, whole};

#[derive(Deserialize)]
pub struct Question {
    #[serde(with = "ContextShape")]
    pub context: Context,
    #[serde(with = "InputShape")]
    pub input: RankInput,
}

#[derive(Deserialize)]
#[serde(remote = "Context")]
struct ContextShape {
    #[serde(with = "InstantShape")]
    now: Instant,
    #[serde(default, deserialize_with = "whole")]
    seed: u64,
}

#[derive(Deserialize)]
#[serde(remote = "Instant", rename_all = "kebab-case")]
struct InstantShape {
    #[serde(deserialize_with = "whole")]
    micros: i64,
    #[serde(default)]
    offset_seconds: i32,
    #[serde(default)]
    in_working_time: bool,
}

#[derive(Deserialize)]
#[serde(remote = "RankInput")]
struct InputShape {
    #[serde(with = "LeadShape")]
    lead: Lead,
    #[serde(default, with = "AssessedShape")]
    assessed: Assessed,
    wave: u32,
    #[serde(default, deserialize_with = "table")]
    candidates: Table,
}

#[derive(Deserialize)]
#[serde(remote = "Lead")]
struct LeadShape {
    reference: Word,
    cycle: u32,
    #[serde(default, with = "AgeShape")]
    age: Age,
    #[serde(default)]
    product: Option<Word>,
    #[serde(default)]
    source: Option<Word>,
    #[serde(default)]
    country: Option<Word>,
    #[serde(default)]
    postcode: Option<Word>,
    #[serde(default, deserialize_with = "coordinate")]
    centroid: Option<Coordinate>,
    #[serde(default)]
    value: Option<Money>,
    #[serde(default, deserialize_with = "attributes")]
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(remote = "Assessed", rename_all = "kebab-case")]
struct AssessedShape {
    #[serde(default)]
    temperature: Option<Temperature>,
    #[serde(default, deserialize_with = "whole")]
    score: i64,
    #[serde(default)]
    expected_value: Option<Money>,
    #[serde(default, deserialize_with = "attributes")]
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(remote = "Age", rename_all = "kebab-case")]
struct AgeShape {
    #[serde(deserialize_with = "whole")]
    elapsed_seconds: i64,
    #[serde(default, deserialize_with = "whole")]
    working_seconds: i64,
}

#[derive(Deserialize)]
#[serde(remote = "Coordinate")]
struct CoordinateShape {
    latitude: f64,
    longitude: f64,
}

fn coordinate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Coordinate>, D::Error> {
    #[derive(Deserialize)]
    struct Known(#[serde(with = "CoordinateShape")] Coordinate);
    Ok(Option::<Known>::deserialize(deserializer)?.map(|known| known.0))
}

fn attributes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attributes, D::Error> {
    #[derive(Deserialize)]
    struct Named(#[serde(with = "ValueShape")] Value);
    let named = BTreeMap::<Name, Named>::deserialize(deserializer)?;
    let mut attributes = Attributes::new();
    for (name, value) in named {
        attributes.set(name.0, value.0);
    }
    Ok(attributes)
}

#[derive(Deserialize)]
#[serde(remote = "Value", rename_all = "kebab-case")]
enum ValueShape {
    Text(Word),
    Texts(Vec<Word>),
    Integer(#[serde(deserialize_with = "whole")] i64),
    Number(f64),
    Flag(bool),
    Money(Money),
    Date(#[serde(with = "DateShape")] Date),
    Instant(#[serde(with = "InstantShape")] Instant),
    Span(Span),
}

#[derive(Deserialize)]
#[serde(remote = "Date")]
struct DateShape(i32);

fn table<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Table, D::Error> {
    #[derive(Deserialize)]
    struct Written {
        #[serde(default)]
        keys: Vec<Whole<u64>>,
        #[serde(default)]
        columns: BTreeMap<Name, Cells>,
    }
    let written = Written::deserialize(deserializer)?;
    let keys: Vec<u64> = written.keys.into_iter().map(|key| key.0).collect();
    let table = Table::of(keys);
    Ok(written
        .columns
        .into_iter()
        .fold(table, |table, (name, cells)| {
            table.with(name.0, cells.into())
        }))
}

/// The values of a column, row by row, null where there is none.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Cells {
    Numbers(Vec<Option<f64>>),
    Integers(Vec<Option<Whole<i64>>>),
    Flags(Vec<Option<bool>>),
    Texts(Vec<Option<Name>>),
    Sets(Vec<Option<Vec<Name>>>),
}

impl From<Cells> for Column {
    fn from(cells: Cells) -> Self {
        fn word(name: Name) -> Word {
            name.0
        }
        match cells {
            Cells::Numbers(cells) => Self::numbers(cells),
            Cells::Integers(cells) => {
                Self::integers(cells.into_iter().map(|cell| cell.map(|cell| cell.0)))
            }
            Cells::Flags(cells) => Self::flags(cells),
            Cells::Texts(cells) => Self::texts(cells.into_iter().map(|cell| cell.map(word))),
            Cells::Sets(cells) => Self::sets(
                cells
                    .into_iter()
                    .map(|cell| cell.into_iter().flatten().map(word)),
            ),
        }
    }
}
