//! The four questions, and the functions by which they are asked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a plugin decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Qualification,
    Matching,
    Escalation,
    Compensation,
}

impl Kind {
    pub const ALL: [Self; 4] = [
        Self::Qualification,
        Self::Matching,
        Self::Escalation,
        Self::Compensation,
    ];

    /// As in slots, manifests and the names of the interface's packages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qualification => "qualification",
            Self::Matching => "matching",
            Self::Escalation => "escalation",
            Self::Compensation => "compensation",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The kind of plugin that a slot takes: `compensation/bonus` takes a
    /// compensation.
    pub fn of_slot(slot: &str) -> Option<Self> {
        match slot.split_once('/') {
            None => Self::parse(slot).filter(|kind| *kind != Self::Compensation),
            Some((kind, component)) => Self::parse(kind)
                .filter(|kind| *kind == Self::Compensation && !component.is_empty()),
        }
    }

    /// What a plugin of this kind can be asked.
    pub fn functions(self) -> &'static [Function] {
        match self {
            Self::Qualification => &[Function::Assess],
            Self::Matching => &[Function::Rank],
            Self::Escalation => &[Function::Escalate, Function::Admit],
            Self::Compensation => &[Function::Award, Function::Settle],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One question of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    Assess,
    Rank,
    Escalate,
    Admit,
    Award,
    Settle,
}

impl Function {
    pub const ALL: [Self; 6] = [
        Self::Assess,
        Self::Rank,
        Self::Escalate,
        Self::Admit,
        Self::Award,
        Self::Settle,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assess => "assess",
            Self::Rank => "rank",
            Self::Escalate => "escalate",
            Self::Admit => "admit",
            Self::Award => "award",
            Self::Settle => "settle",
        }
    }

    /// The function of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|function| function.as_str() == text)
    }

    pub fn kind(self) -> Kind {
        match self {
            Self::Assess => Kind::Qualification,
            Self::Rank => Kind::Matching,
            Self::Escalate | Self::Admit => Kind::Escalation,
            Self::Award | Self::Settle => Kind::Compensation,
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_takes_one_kind() {
        assert_eq!(Kind::of_slot("matching"), Some(Kind::Matching));
        assert_eq!(
            Kind::of_slot("compensation/commission"),
            Some(Kind::Compensation)
        );
        for slot in [
            "compensation",
            "compensation/",
            "matching/second",
            "sorting",
        ] {
            assert_eq!(Kind::of_slot(slot), None, "{slot}");
        }
    }
}
