//! Free text: what a lead's note says, which `assess` is told where the terms allow it.
//!
//! Receipts do not keep it in plain, but encrypted in its place, so that it can be
//! destroyed and they still be proved. So that it goes nowhere else, a policy that was told
//! some answers in words that were named before.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::canonical::{self, CanonicalError};
use super::codes::ASSESSMENTS;
use super::kind::Function;
use super::manifest::Manifest;
use super::question::{AssessInput, Assessment, Attributes, Question, Value, Vocabulary};
use crate::domain::temperature::Temperature;

/// The name by which `assess` reads it among the lead's attributes. Terms cannot declare
/// one like it.
pub const NAME: &str = "contact/note";
/// Under which receipts keep it encrypted.
const ENCRYPTED: &str = "encrypted";

/// A receipt's question, and its free text apart from it.
pub struct Apart {
    question: Question<AssessInput>,
    pub text: String,
}

/// Takes the free text out of a receipt's question; none where there is none in plain.
pub fn apart(function: Function, question: &[u8]) -> Option<Apart> {
    let mut question = assessed(function, question, NAME)?;
    match question.input.lead.attributes.0.remove(NAME)? {
        Value::Text(text) => Some(Apart { question, text }),
        _ => None,
    }
}

impl Apart {
    /// The question as receipts keep it: with the text encrypted, in hexadecimal digits.
    ///
    /// # Errors
    /// None: it was written before.
    pub fn encrypted(mut self, text: String) -> Result<Vec<u8>, CanonicalError> {
        self.question.input.encrypted = Some(text);
        canonical::to_cbor(&self.question)
    }
}

/// The question without free text: for records that are never asked again.
pub fn left_out(function: Function, question: Vec<u8>) -> Vec<u8> {
    match apart(function, &question) {
        // What was read can be written; nothing is kept where it cannot.
        Some(apart) => canonical::to_cbor(&apart.question).unwrap_or_default(),
        None => question,
    }
}

/// A receipt's question whose free text is encrypted.
pub struct Encrypted {
    question: Question<AssessInput>,
    /// In hexadecimal digits.
    pub text: String,
}

/// A question whose free text is encrypted; none where there is none of it.
pub fn encrypted(function: Function, question: &[u8]) -> Option<Encrypted> {
    let mut question = assessed(function, question, ENCRYPTED)?;
    let text = question.input.encrypted.take()?;
    Some(Encrypted { question, text })
}

impl Encrypted {
    /// The question as it was put to the policy.
    ///
    /// # Errors
    /// None: it was written before.
    pub fn in_plain(mut self, text: String) -> Result<Vec<u8>, CanonicalError> {
        let attributes = &mut self.question.input.lead.attributes;
        attributes.insert(NAME, Value::Text(text));
        canonical::to_cbor(&self.question)
    }
}

/// A question to `assess` that may have something under a name.
fn assessed(function: Function, question: &[u8], name: &str) -> Option<Question<AssessInput>> {
    let mut parts = question.windows(name.len());
    // Most questions have none, and need not be read for it.
    if function != Function::Assess || !parts.any(|part| part == name.as_bytes()) {
        return None;
    }
    canonical::from_cbor(question).ok()
}

/// Whether the lead's free text is in what a policy is told.
pub(super) fn is_in(input: &AssessInput) -> bool {
    input.lead.attributes.get(NAME).is_some()
}

/// Whether an answer has words that nobody has named before: they may be those of the
/// free text. Named are the words of the vocabulary, of the manifest's reasons, of the
/// interface, and of the rest of the question.
pub(super) fn is_repeated(
    input: &AssessInput,
    manifest: &Manifest,
    vocabulary: &Vocabulary,
    answer: &Assessment,
) -> bool {
    let mut rest = input.clone();
    rest.lead.attributes.0.remove(NAME);
    let mut told = HashSet::new();
    if let Ok(rest) = canonical::to_json(&rest) {
        add_texts(&rest, &mut told);
    }
    let is_of_interface = |word: &str| {
        ASSESSMENTS
            .iter()
            .any(|known| known.code == word || known.needs.iter().any(|(name, _)| *name == word))
            || Temperature::parse(word).is_some()
    };
    words(answer).any(|word| {
        !(vocabulary.contains(word)
            || manifest.reason(word).is_some()
            || is_of_interface(word)
            || told.contains(word))
    })
}

/// All words of an answer.
fn words(answer: &Assessment) -> impl Iterator<Item = &str> {
    let reasons = answer.reasons.iter();
    let reasons = reasons.flat_map(|reason| {
        let args = reason.args.iter().flat_map(texts);
        std::iter::once(reason.code.as_str()).chain(args)
    });
    std::iter::once(answer.outcome.code.as_str())
        .chain(named(&answer.outcome.attributes))
        .chain(reasons)
        // No word says nothing.
        .filter(|word| !word.is_empty())
}

fn named(attributes: &Attributes) -> impl Iterator<Item = &str> {
    attributes
        .iter()
        .flat_map(|(name, value)| std::iter::once(name).chain(texts(value)))
}

fn texts(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::Text(text) => Box::new(std::iter::once(text.as_str())),
        Value::Texts(texts) => Box::new(texts.iter().map(String::as_str)),
        Value::Integer(_)
        | Value::Number(_)
        | Value::Flag(_)
        | Value::Money(_)
        | Value::Date(_)
        | Value::Instant(_)
        | Value::Span(_) => Box::new(std::iter::empty()),
    }
}

/// All texts of a document, names included.
fn add_texts(document: &Json, texts: &mut HashSet<String>) {
    match document {
        Json::String(text) => {
            texts.insert(text.clone());
        }
        Json::Array(elements) => elements.iter().for_each(|one| add_texts(one, texts)),
        Json::Object(members) => members.iter().for_each(|(name, value)| {
            texts.insert(name.clone());
            add_texts(value, texts);
        }),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn question(attributes: Json) -> Question<AssessInput> {
        canonical::from_json(json!({
            "context": { "now": { "micros": "0", "offset-seconds": 0, "in-working-time": true } },
            "input": { "lead": {
                "reference": "l", "cycle": 1, "source": "fair", "attributes": attributes,
            } },
        }))
        .unwrap()
    }

    fn written() -> Vec<u8> {
        let told = json!({ "contact/note": { "text": "ring twice" }, "roof": { "text": "slate" } });
        canonical::to_cbor(&question(told)).unwrap()
    }

    #[test]
    fn what_is_taken_out_comes_back_to_the_bit() {
        let apart = apart(Function::Assess, &written()).unwrap();
        assert_eq!(apart.text, "ring twice");
        let kept = apart.encrypted("0badc0de".to_owned()).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("ring"));
        assert!(super::apart(Function::Assess, &kept).is_none());
        let encrypted = encrypted(Function::Assess, &kept).unwrap();
        assert_eq!(encrypted.text, "0badc0de");
        let again = encrypted.in_plain("ring twice".to_owned()).unwrap();
        assert_eq!(again, written());
    }

    #[test]
    fn a_question_without_it_stays_as_it_is() {
        let without =
            canonical::to_cbor(&question(json!({ "roof": { "text": "slate" } }))).unwrap();
        assert_eq!(left_out(Function::Assess, written()), without);
        assert_eq!(left_out(Function::Assess, without.clone()), without);
        assert_eq!(left_out(Function::Rank, vec![1]), [1]);
        // A text that only says the name is none.
        let said = json!({ "roof": { "text": "contact/note, encrypted" } });
        let said = canonical::to_cbor(&question(said)).unwrap();
        assert!(apart(Function::Assess, &said).is_none());
        assert!(encrypted(Function::Assess, &said).is_none());
    }

    #[test]
    fn an_answer_in_words_that_were_named_repeats_nothing() {
        let manifest = Manifest::parse(
            &json!({
                "name": "qualification-x", "version": "0.1.0", "kind": "qualification",
                "summary": "s",
                "configuration": { "schema": {}, "default": {} },
                "reasons": [{ "code": "urgent", "en": "Urgent: {0}.", "de": "Eilig: {0}." }],
            })
            .to_string(),
        )
        .unwrap();
        let vocabulary = Vocabulary::new(vec!["contact/note".into(), "heating".into()]).unwrap();
        let input = question(json!({
            "contact/note": { "text": "ring twice" }, "roof": { "text": "slate" },
        }))
        .input;
        let is_repeated = |answer: Json| {
            let answer = canonical::from_json(answer).unwrap();
            super::is_repeated(&input, &manifest, &vocabulary, &answer)
        };
        let saying = |word: &str| {
            json!({
                "outcome": { "code": "qualified" }, "score": "1",
                "reasons": [{ "code": "urgent", "args": [{ "text": word }] }],
            })
        };
        for word in ["heating", "slate", "fair", "l", "hot", ""] {
            assert!(!is_repeated(saying(word)), "{word}");
        }
        for word in ["ring twice", "ring"] {
            assert!(is_repeated(saying(word)), "{word}");
        }
        let outcome = |outcome: Json| json!({ "outcome": outcome, "score": "1" });
        assert!(!is_repeated(outcome(
            json!({ "code": "needs-info", "attributes": { "questions": { "texts": ["roof"] } } })
        )));
        assert!(is_repeated(outcome(
            json!({ "code": "qualified", "attributes": { "ring": { "flag": true } } })
        )));
        assert!(is_repeated(json!({
            "outcome": { "code": "qualified" }, "score": "1",
            "reasons": [{ "code": "twice" }],
        })));
    }
}
