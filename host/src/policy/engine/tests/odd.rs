//! Whatever a component is and a question says, it is told apart from a fault.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::component::Matching;
use super::{Arc, Bound, ENGINE, bind, rank};
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

/// Words of an answer of `rank` after the one that says whether it is given.
const RANKING_WORDS: usize = 17;

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

/// The words of an answer that `rank` gives: small numbers, places in the plugin's
/// memory, and whatever else there is.
fn answer_words() -> impl Strategy<Value = Vec<u32>> {
    let word = prop_oneof![
        4 => 0_u32..6,
        3 => 1_024_u32..1_400,
        1 => any::<u32>(),
    ];
    vec(word, RANKING_WORDS)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_answer_panics(
        // Whether it has one at all; else it is an error.
        given in proptest::bool::weighted(0.9),
        words in answer_words(),
        memory in vec(any::<u8>(), 0..200),
    ) {
        let mut matching = Matching::new();
        matching.put(&memory);
        let given = u32::from(!given);
        let words = std::iter::once(given).chain(words);
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        let address = matching.put(&bytes);
        let matching = matching.rank(&format!("i32.const {address}"));
        if let Err(failed) = rank(&bind(matching)) {
            prop_assert_ne!(failed.error.code, Code::HostInternal, "{}", failed.error);
            prop_assert!(!failed.error.message.is_empty());
        }
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
