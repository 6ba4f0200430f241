//! Declared attributes: named, typed values that leads, partners and other
//! entities carry beside their fixed fields.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::time::Micros;

/// What an attribute may hold; which of them is declared in the terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeValue {
    Text(String),
    Texts(BTreeSet<String>),
    Integer(i64),
    Number(f64),
    Flag(bool),
    /// Minor units of the contract's currency.
    Money(i64),
    /// Days since 1970-01-01.
    Date(i32),
    Instant(Micros),
}

/// Attributes by name.
pub type Attributes = BTreeMap<String, AttributeValue>;
