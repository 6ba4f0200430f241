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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::question::Attributes;

    /// Codes of the table under a heading, with the attributes they need.
    fn documented(document: &str, heading: &str) -> Vec<String> {
        document
            .lines()
            .skip_while(|line| *line != heading)
            .skip(1)
            .take_while(|line| !line.starts_with('#'))
            .filter_map(|line| line.strip_prefix("| `"))
            .map(|row| {
                let (code, rest) = row.split_once("` |").unwrap();
                let attributes = rest.split('|').next().unwrap();
                let needs = attributes.split("`* (").collect::<Vec<_>>();
                let needs = needs.windows(2).map(|pair| {
                    let name = pair[0].rsplit('`').next().unwrap();
                    let kind = pair[1].split([')', ';', ':']).next().unwrap();
                    format!(" {name}: {kind}")
                });
                format!("{code}{}", needs.collect::<String>())
            })
            .collect()
    }

    fn known(codes: &[KnownCode]) -> Vec<String> {
        codes
            .iter()
            .map(|known| {
                let needs = known
                    .needs
                    .iter()
                    .map(|(name, kind)| format!(" {name}: {}", kind.as_str()));
                format!("{}{}", known.code, needs.collect::<String>())
            })
            .collect()
    }

    #[test]
    fn the_documents_say_what_the_host_knows() {
        let actions = include_str!("../../../wit/actions.md");
        let refusals = include_str!("../../../wit/refusals.md");
        for (document, heading, codes) in [
            (actions, "## Outcomes of `assess`", ASSESSMENTS),
            (actions, "## Outcomes of `rank`", RANKINGS),
            (actions, "## Actions of `escalate`", ACTIONS),
            (actions, "## Notices of `settle`", NOTICES),
            (refusals, "# Refusals", REFUSALS),
        ] {
            assert_eq!(documented(document, heading), known(codes), "{heading}");
        }
    }

    #[test]
    fn a_code_needs_its_attributes() {
        let wait = |attributes| OpenCase {
            code: "wait".into(),
            attributes,
        };
        let missing = wait(Attributes::default());
        assert_eq!(
            objection(REFUSALS, &missing).as_deref(),
            Some("`wait` needs the attribute `for` as span")
        );
        let wrong = wait(Attributes::default().with("for", Value::Integer(1)));
        assert!(objection(REFUSALS, &wrong).is_some());
        let right = wait(Attributes::default().with("for", Value::Span("1 day".parse().unwrap())));
        assert_eq!(objection(REFUSALS, &right), None);
        assert!(objection(RANKINGS, &right).is_some());
    }
}
