//! Words: names and codes that cross the sandbox's border as numbers.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name or code. Equal words are equal numbers, so comparing is free.
///
/// Words made in `configure`, those of the configuration included, tell the
/// host which attributes, figures and columns the policy reads: what no word
/// names is not passed.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // Made once, in `configure` …
/// let won = Word::of("won");
/// // … and compared in each call.
/// let input: AwardInput = testing::input(r#"{ "event": { "code": "won" } }"#);
/// assert!(input.event.code == won);
/// assert_eq!(input.event.code.text(), "won");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Word(pub(crate) u32);

/// The texts of all words: the vocabulary, then the words of this call's
/// context, then those that the answer adds.
#[derive(Default)]
struct Words {
    vocabulary: Vec<String>,
    numbers: BTreeMap<String, u32>,
    /// None while `configure` runs, and natively.
    call: Option<Call>,
}

/// The words of one call beside the vocabulary.
#[derive(Default)]
struct Call {
    /// Each ended by U+0000.
    context: String,
    context_count: u32,
    added: Vec<String>,
}

thread_local! {
    static WORDS: RefCell<Words> = RefCell::default();
}

impl Word {
    /// No word: what stands where a word is missing, as does an empty text.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::Word;
    /// assert_eq!(Word::of(""), Word::NONE);
    /// ```
    pub const NONE: Self = Self(0);

    /// The word of that text.
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self::NONE;
        }
        WORDS.with_borrow_mut(|words| words.number(text))
    }

    /// The text of the word.
    pub fn text(self) -> String {
        WORDS.with_borrow(|words| words.text(self).unwrap_or_default().to_owned())
    }

    /// Whether there is no word.
    ///
    /// ```
    /// use stellwerk_plugin_sdk::prelude::*;
    /// // By configuration: the attribute of the contact's consent; empty: none is needed.
    /// fn may_call(consent: Word, lead: &Lead) -> bool {
    ///     consent.is_none() || lead.attributes.flag(consent) == Some(true)
    /// }
    /// assert!(may_call(Word::NONE, &Lead::default()));
    /// assert!(!may_call(Word::of("consent"), &Lead::default()));
    /// ```
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl Words {
    fn number(&mut self, text: &str) -> Word {
        if let Some(number) = self.numbers.get(text) {
            return Word(*number);
        }
        let known = self.vocabulary.len() as u32;
        let Some(call) = &mut self.call else {
            self.vocabulary.push(text.to_owned());
            self.numbers.insert(text.to_owned(), known + 1);
            return Word(known + 1);
        };
        if let Some(position) = call.context().position(|word| word == text) {
            return Word(known + 1 + position as u32);
        }
        let position = call
            .added
            .iter()
            .position(|word| word == text)
            .unwrap_or_else(|| {
                call.added.push(text.to_owned());
                call.added.len() - 1
            });
        Word(known + call.context_count + 1 + position as u32)
    }

    fn text(&self, word: Word) -> Option<&str> {
        let index = word.0.checked_sub(1)? as usize;
        if let Some(text) = self.vocabulary.get(index) {
            return Some(text);
        }
        let call = self.call.as_ref()?;
        let index = index - self.vocabulary.len();
        match index.checked_sub(call.context_count as usize) {
            None => call.context().nth(index),
            Some(index) => call.added.get(index).map(String::as_str),
        }
    }
}

impl Call {
    fn context(&self) -> impl Iterator<Item = &str> {
        self.context.split_terminator('\0')
    }
}

/// Begins `configure`: what is named from here on is the vocabulary.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn begin_vocabulary() {
    WORDS.with_borrow_mut(|words| *words = Words::default());
}

/// The vocabulary, in the order of the words' numbers.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn vocabulary() -> Vec<String> {
    WORDS.with_borrow(|words| words.vocabulary.clone())
}

/// Begins a call with the words of its context.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn begin_call(context: String) {
    let context_count = context.bytes().filter(|byte| *byte == 0).count() as u32;
    WORDS.with_borrow_mut(|words| {
        words.call = Some(Call {
            context,
            context_count,
            added: Vec::new(),
        });
    });
}

/// The words that the answer adds, each ended by U+0000.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn added() -> String {
    WORDS.with_borrow(|words| {
        let mut texts = String::new();
        for word in words.call.iter().flat_map(|call| &call.added) {
            texts.push_str(word);
            texts.push('\0');
        }
        texts
    })
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self::of(text)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Cow::<str>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "pattern": "^[^\\u0000]*$" })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_adds_to_the_vocabulary_without_changing_it() {
        begin_vocabulary();
        let level = Word::of("level");
        assert_eq!(vocabulary(), ["level"]);
        begin_call("gold\0silver\0".to_owned());
        assert_eq!(Word::of("level"), level);
        assert_eq!(Word::of("silver"), Word(3));
        assert_eq!(Word(2).text(), "gold");
        assert_eq!(Word::of("new"), Word(4));
        assert_eq!(Word::of("new"), Word(4));
        assert_eq!(added(), "new\0");
        assert_eq!(Word::of("new").text(), "new");
        begin_vocabulary();
    }
}
