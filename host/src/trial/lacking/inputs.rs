//! What a plan may go by, by its name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that a plan goes by, and that history may not tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Input {
    /// A report, that nobody worked a lead, or when it was claimed.
    Event(String),
    Measure(String),
    Target(String),
}

impl Input {
    /// What is written such as `measure/satisfaction`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once('/')?;
        let name = name.to_owned();
        match kind {
            "event" => Some(Self::Event(name)),
            "measure" => Some(Self::Measure(name)),
            "target" => Some(Self::Target(name)),
            _ => None,
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(name) => write!(f, "event/{name}"),
            Self::Measure(name) => write!(f, "measure/{name}"),
            Self::Target(name) => write!(f, "target/{name}"),
        }
    }
}

impl From<Input> for String {
    fn from(input: Input) -> Self {
        input.to_string()
    }
}

impl TryFrom<String> for Input {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(text)
    }
}
