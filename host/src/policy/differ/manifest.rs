//! What two plugins say of themselves, part by part.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::policy::manifest::Manifest;

/// A part of a manifest that is not the same in both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    /// The list it stands in: accounts, reasons, golden …
    pub list: String,
    pub name: String,
    /// None: it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// None: it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// Lists of a manifest in the order in which they are told; what those who bind a
/// plugin have to know comes first.
const LISTS: [&str; 10] = [
    "accounts",
    "reasons",
    "attributes",
    "figures",
    "measures",
    "targets",
    "events",
    "declares",
    "counter",
    "golden",
];

/// The parts that differ, list by list and by name. The configuration's schema is
/// a document of its own: see [`super::document`].
pub fn parts(before: &Manifest, after: &Manifest) -> Vec<Part> {
    let (mut before, mut after) = (named(before), named(after));
    let mut found = Vec::new();
    for list in LISTS {
        let old = before.remove(list).unwrap_or_default();
        let mut new = after.remove(list).unwrap_or_default();
        let mut all: BTreeMap<String, (Option<Value>, Option<Value>)> = BTreeMap::new();
        for (name, value) in old {
            let new = new.remove(&name);
            all.insert(name, (Some(value), new));
        }
        all.extend(
            new.into_iter()
                .map(|(name, value)| (name, (None, Some(value)))),
        );
        let changed = all.into_iter().filter(|(_, (old, new))| old != new);
        found.extend(changed.map(|(name, (before, after))| Part {
            list: list.to_owned(),
            name,
            before,
            after,
        }));
    }
    found
}

/// The parts of a list by their names.
type Named = BTreeMap<String, Value>;

/// Everything that has a name, by list.
fn named(manifest: &Manifest) -> BTreeMap<&'static str, Named> {
    let words = |words: &[String]| -> Named {
        let words = words.iter();
        words.map(|word| (word.clone(), json!(true))).collect()
    };
    let accounts = manifest.accounts.iter();
    let reasons = manifest.reasons.iter();
    let attributes = manifest.attributes.iter().map(|attribute| {
        let of = json!(attribute.of);
        let of = of.as_str().unwrap_or_default();
        (format!("{of} {}", attribute.name), json!(attribute))
    });
    let golden = manifest.golden.iter();
    let counter = manifest.counter.as_slice();
    let lists: [(&'static str, Named); LISTS.len()] = [
        (
            "accounts",
            accounts
                .map(|account| (account.name.clone(), json!(account)))
                .collect(),
        ),
        (
            "reasons",
            reasons
                .map(|reason| (reason.code.clone(), json!(reason)))
                .collect(),
        ),
        ("attributes", attributes.collect()),
        ("figures", words(&manifest.figures)),
        ("measures", words(&manifest.measures)),
        ("targets", words(&manifest.targets)),
        ("events", words(&manifest.events)),
        ("declares", words(&manifest.declares)),
        ("counter", words(counter)),
        (
            "golden",
            golden
                .map(|golden| (golden.name.clone(), json!(golden)))
                .collect(),
        ),
    ];
    lists.into()
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (&self.before, &self.after) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        };
        write!(f, "{} {}: {what}", self.list, self.name)
    }
}
