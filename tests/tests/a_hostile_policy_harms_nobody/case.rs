//! One hostile policy, and how it has to end.

use std::fmt;

use serde_json::{Value, json};
use stellwerk::policy::{Code, Function};

pub struct Case {
    pub name: String,
    /// What is hostile about it, as a sentence without its subject.
    pub does: String,
    /// What it is asked where it comes so far.
    pub asked: Function,
    pub component: Vec<u8>,
    /// What it is bound with.
    pub configuration: Value,
    pub ends: End,
}

impl Case {
    /// A case about `rank`, bound with a configuration other than its default.
    pub fn new(name: &str, does: &str, component: Vec<u8>, ends: End) -> Self {
        Self {
            name: name.to_owned(),
            does: does.to_owned(),
            asked: Function::Rank,
            component,
            configuration: json!({ "bound": true }),
            ends,
        }
    }
}

/// How far a policy comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    AtUpload(Code),
    AtBinding(Code),
    WhenAsked(Code),
    /// It does no harm, and has its answer.
    Answered,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtUpload(code) => write!(f, "{code} at upload"),
            Self::AtBinding(code) => write!(f, "{code} at binding"),
            Self::WhenAsked(code) => write!(f, "{code} when asked"),
            Self::Answered => f.write_str("answered"),
        }
    }
}

impl End {
    /// As it is written in a case's file.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, when) = match text.split_once(' ') {
            None => return (text == "answered").then_some(Self::Answered),
            Some((code, when)) => (Code::parse(code)?, when),
        };
        match when {
            "at upload" => Some(Self::AtUpload(code)),
            "at binding" => Some(Self::AtBinding(code)),
            "when asked" => Some(Self::WhenAsked(code)),
            _ => None,
        }
    }
}
