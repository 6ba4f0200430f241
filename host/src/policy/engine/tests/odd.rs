//! Whatever a component is and a question says, it is told apart from a fault.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::component::Matching;
use super::{Arc, Bound, ENGINE, bind};
use crate::policy::error::Code;
use crate::policy::kind::Function;
use crate::policy::limits::Limits;
use crate::policy::view;
use crate::testing::{cases, edited};

/// What a plugin in the making is asked.
const QUESTIONS: [(Function, &str); 4] = [
    (
        Function::Assess,
        include_str!("../../../cli/plugin/templates/qualification/input.json"),
    ),
    (
        Function::Rank,
        include_str!("../../../cli/plugin/templates/matching/input.json"),
    ),
    (
        Function::Escalate,
        include_str!("../../../cli/plugin/templates/escalation/input.json"),
    ),
    (
        Function::Award,
        include_str!("../../../cli/plugin/templates/compensation/input.json"),
    ),
];

/// Answers `nobody` to whatever is asked.
static NOBODY: LazyLock<Arc<Bound>> = LazyLock::new(|| bind(Matching::new()));

/// Bytes that differ from a component in a few places.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let edits = vec((any::<(u8, Index, u8)>(), vec(any::<u8>(), 0..8)), 1..6);
    edits.prop_map(|edits| {
        let mut bytes = Matching::new().component();
        for ((how, at, byte), piece) in edits {
            let at = at.index(bytes.len() + 1);
            match how % 4 {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, piece)),
                2 => drop(bytes.splice(at..(at + 1).min(bytes.len()), piece)),
                _ => {
                    if let Some(there) = bytes.get_mut(at) {
                        *there = byte;
                    }
                }
            }
        }
        bytes
    })
}

/// A component is refused by what is wrong with it, never by a fault of ours.
fn is_judged(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    if let Err(error) = ENGINE.load_blocking(bytes.into()) {
        prop_assert_ne!(error.code, Code::HostInternal, "{}", error);
        prop_assert!(!error.message.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_bytes_panic(
        bytes in vec(any::<u8>(), 0..300),
        header in proptest::sample::select(vec![
            b"".as_slice(),
            // A core module, and a component.
            b"\0asm\x01\0\0\0",
            b"\0asm\x0d\0\x01\0",
        ]),
    ) {
        is_judged([header, bytes.as_slice()].concat())?;
    }

    #[test]
    fn no_broken_component_panics(bytes in broken()) {
        is_judged(bytes)?;
    }

    #[test]
    fn no_answer_of_describe_panics(text: String) {
        let mut matching = Matching::new();
        matching.manifest = text.into();
        is_judged(matching.component())?;
    }
}

/// A question that differs from a good one in a few places.
fn question() -> impl Strategy<Value = (Function, String)> {
    let one = |(function, good): (Function, &'static str)| {
        edited(good).prop_map(move |text| (function, text)).boxed()
    };
    proptest::strategy::Union::new(QUESTIONS.map(one))
}

proptest! {
    #[test]
    fn no_question_panics((function, text) in question()) {
        let Ok(document) = serde_json::from_str(&text) else { return Ok(()) };
        let Ok(asked) = view::question_cbor(function, document) else { return Ok(()) };
        prop_assert!(view::rows(function, &asked).is_ok());
        prop_assert!(view::question_json(function, &asked).is_ok());
        if function == Function::Rank {
            let answer = view::ask_blocking(&NOBODY, &Limits::default(), function, &asked);
            if let Ok(Err(failed)) = answer {
                prop_assert_ne!(failed.error.code, Code::HostInternal);
            }
        }
    }
}
