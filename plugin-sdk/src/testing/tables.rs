//! Tables as JSON: `{"keys": ["1"], "columns": {"level": {"texts": ["gold"]}}}`,
//! null where a row has no value.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::{Column, Table, Word};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    keys: Vec<Wide>,
    #[serde(default)]
    columns: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Wide(#[serde(with = "super::wide")] u64);

#[derive(Deserialize)]
#[serde(transparent)]
struct WideSigned(#[serde(with = "super::wide")] i64);

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let mut table = Self::of(
            written
                .keys
                .into_iter()
                .map(|key| key.0)
                .collect::<Vec<_>>(),
        );
        for (name, column) in written.columns {
            let column =
                read(column).map_err(|error| D::Error::custom(format!("{name}: {error}")))?;
            table = table.with(Word::of(&name), column);
        }
        Ok(table)
    }
}

fn read(column: Value) -> Result<Column, serde_json::Error> {
    let Value::Object(column) = column else {
        return Err(serde_json::Error::custom(
            "no object such as {\"numbers\": […]}",
        ));
    };
    let Some((kind, cells)) = column.into_iter().next() else {
        return Err(serde_json::Error::custom("has no cells"));
    };
    Ok(match kind.as_str() {
        "numbers" => Column::numbers(serde_json::from_value::<Vec<Option<f64>>>(cells)?),
        "integers" => Column::integers(
            serde_json::from_value::<Vec<Option<WideSigned>>>(cells)?
                .into_iter()
                .map(|cell| cell.map(|cell| cell.0)),
        ),
        "flags" => Column::flags(serde_json::from_value::<Vec<Option<bool>>>(cells)?),
        "texts" => Column::texts(serde_json::from_value::<Vec<Option<Word>>>(cells)?),
        "sets" => Column::sets(
            serde_json::from_value::<Vec<Option<Vec<Word>>>>(cells)?
                .into_iter()
                .map(Option::unwrap_or_default),
        ),
        other => {
            return Err(serde_json::Error::custom(format!(
                "`{other}` is none of numbers, integers, flags, texts, sets"
            )));
        }
    })
}

impl Serialize for Table {
    /// Keys alone: no answer holds a table.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys: Vec<String> = self.keys().iter().map(u64::to_string).collect();
        json!({ "keys": keys }).serialize(serializer)
    }
}
