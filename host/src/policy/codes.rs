//! The codes of outcomes, actions, refusals and notices that the host knows:
//! wit/actions.md and wit/refusals.md describe them. An answer with another
//! code, or without an attribute that its code needs, is `guest.output_invalid`.

use super::question::shared::{OpenCase, Value};

/// A code with the attributes that the host reads. A policy may add others.
#[derive(Clone, Copy, Debug)]
pub struct KnownCode {
    pub code: &'static str,
    /// Without them the code means nothing.
    pub needs: &'static [(&'static str, Type)],
}

/// What an attribute has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Texts,
    Integer,
    Span,
}

impl Type {
    /// As in the documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Integer => "integer",
            Self::Span => "span",
        }
    }

    fn fits(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Text, Value::Text(_))
                | (Self::Texts, Value::Texts(_))
                | (Self::Integer, Value::Integer(_))
                | (Self::Span, Value::Span(_))
        )
    }
}

const fn bare(code: &'static str) -> KnownCode {
    KnownCode { code, needs: &[] }
}

const fn with(code: &'static str, needs: &'static [(&'static str, Type)]) -> KnownCode {
    KnownCode { code, needs }
}

/// Outcomes of `assess`.
pub const ASSESSMENTS: &[KnownCode] = &[
    bare("qualified"),
    with("needs-info", &[("questions", Type::Texts)]),
    with("nurture", &[("until", Type::Span)]),
    bare("reject"),
    with("merge", &[("into", Type::Text)]),
    with("route", &[("to", Type::Integer)]),
];

/// Outcomes of `rank`.
pub const RANKINGS: &[KnownCode] = &[bare("offer"), bare("assign"), bare("nobody")];

/// Actions of `escalate`.
pub const ACTIONS: &[KnownCode] = &[
    bare("remind"),
    bare("recall"),
    bare("next-wave"),
    with("reopen", &[("for", Type::Span)]),
    with("assign", &[("to", Type::Integer)]),
    with("extend", &[("by", Type::Span)]),
    with("tell", &[("role", Type::Text)]),
    bare("tell-customer"),
    with("block", &[("for", Type::Span)]),
    with("nurture", &[("until", Type::Span)]),
    bare("fallback"),
];

/// Refusals of `admit`: what would unlock the claim.
pub const REFUSALS: &[KnownCode] = &[
    with("feedback", &[("leads", Type::Texts)]),
    bare("capacity"),
    with("wait", &[("for", Type::Span)]),
    bare("never"),
];

/// Notices of `settle`.
pub const NOTICES: &[KnownCode] = &[
    bare("target-missed"),
    bare("target-reached"),
    bare("malus"),
    bare("expiry"),
    bare("statement"),
];

/// What is wrong with a case, in the words of a message; none where it is known
/// and has what its code needs.
pub fn objection(known: &[KnownCode], case: &OpenCase) -> Option<String> {
    let Some(code) = known.iter().find(|known| known.code == case.code) else {
        let codes: Vec<_> = known.iter().map(|known| known.code).collect();
        return Some(format!("`{}` is none of {}", case.code, codes.join(", ")));
    };
    code.needs.iter().find_map(|(name, needed)| {
        let fits = case
            .attributes
            .get(name)
            .is_some_and(|value| needed.fits(value));
        (!fits).then(|| {
            format!(
                "`{}` needs the attribute `{name}` as {}",
                case.code,
                needed.as_str()
            )
        })
    })
}
