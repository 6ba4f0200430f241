//! Words as numbers: 0 is the empty word, then come the vocabulary, the words
//! of the call's context, and those of the answer.

use std::collections::HashMap;

use crate::policy::question::Vocabulary;

/// Gives the words of a question their numbers.
pub struct Encoder<'a> {
    vocabulary: &'a Vocabulary,
    numbers: HashMap<&'a str, u32>,
    // In the order of their first use.
    context: Vec<&'a str>,
}

impl<'a> Encoder<'a> {
    pub fn new(vocabulary: &'a Vocabulary) -> Self {
        Self {
            vocabulary,
            numbers: HashMap::new(),
            context: Vec::new(),
        }
    }

    pub fn word(&mut self, word: &'a str) -> u32 {
        if word.is_empty() {
            return 0;
        }
        if let Some(number) = self.vocabulary.number(word) {
            return number;
        }
        *self.numbers.entry(word).or_insert_with(|| {
            self.context.push(word);
            // A question's size is limited far below 2^32 words.
            (self.vocabulary.words().len() + self.context.len()) as u32
        })
    }

    pub fn option(&mut self, word: &'a Option<String>) -> Option<u32> {
        word.as_deref().map(|word| self.word(word))
    }

    /// A set: by ascending number, each once.
    pub fn set(&mut self, words: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
        let mut numbers: Vec<u32> = words.into_iter().map(|word| self.word(word)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The words of the context, each ended by U+0000; the first word that holds
    /// one itself is the error.
    pub fn finish(self) -> Result<(String, KnownWords<'a>), String> {
        let mut text = String::with_capacity(self.context.iter().map(|word| word.len() + 1).sum());
        for word in &self.context {
            if word.contains('\0') {
                return Err((*word).to_owned());
            }
            text.push_str(word);
            text.push('\0');
        }
        let known = KnownWords {
            vocabulary: self.vocabulary,
            context: self.context,
        };
        Ok((text, known))
    }
}

/// What both sides know before the answer.
pub struct KnownWords<'a> {
    vocabulary: &'a Vocabulary,
    context: Vec<&'a str>,
}

/// Reads the words of an answer.
pub struct Decoder<'a> {
    known: KnownWords<'a>,
    answer: Vec<&'a str>,
}

/// An answer that breaks the interface's rules: where, and how.
#[derive(Debug)]
pub struct Invalid(pub String);

impl<'a> Decoder<'a> {
    /// With the answer's own words.
    pub fn new(known: KnownWords<'a>, words: &'a str) -> Result<Self, Invalid> {
        let answer = match words.strip_suffix('\0') {
            Some(words) => words.split('\0').collect(),
            None if words.is_empty() => Vec::new(),
            None => return Err(Invalid("words: the last one is not ended by U+0000".into())),
        };
        if answer.contains(&"") {
            return Err(Invalid("words: one is empty".into()));
        }
        Ok(Self { known, answer })
    }

    pub fn word(&self, number: u32) -> Result<&str, Invalid> {
        let Some(position) = (number as usize).checked_sub(1) else {
            return Ok("");
        };
        let vocabulary = self.known.vocabulary.words();
        if let Some(word) = vocabulary.get(position) {
            return Ok(word);
        }
        let position = position - vocabulary.len();
        let context = &self.known.context;
        context
            .get(position)
            .or_else(|| self.answer.get(position - context.len()))
            .copied()
            .ok_or_else(|| Invalid(format!("word {number} is out of range")))
    }

    pub fn owned(&self, number: u32) -> Result<String, Invalid> {
        self.word(number).map(str::to_owned)
    }

    /// How many numbers have a word, the empty one included.
    pub fn count(&self) -> usize {
        1 + self.known.vocabulary.words().len() + self.known.context.len() + self.answer.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_through_vocabulary_context_and_answer() {
        let vocabulary = Vocabulary::new(vec!["level".into(), "gold".into()]).unwrap();
        let mut encoder = Encoder::new(&vocabulary);
        let numbers = ["gold", "89073", "", "L-1", "89073"].map(|word| encoder.word(word));
        assert_eq!(numbers, [2, 3, 0, 4, 3]);
        assert_eq!(encoder.set(["silver", "level"]), [1, 5]);
        let (text, known) = encoder.finish().unwrap();
        assert_eq!(text, "89073\0L-1\0silver\0");

        let decoder = Decoder::new(known, "too-far\0").unwrap();
        let words: Vec<_> = (0..7).map(|number| decoder.word(number).unwrap()).collect();
        assert_eq!(
            words,
            ["", "level", "gold", "89073", "L-1", "silver", "too-far"]
        );
        assert!(decoder.word(7).is_err());
        assert!(decoder.word(u32::MAX).is_err());
    }

    #[test]
    fn a_word_has_no_separator_in_it() {
        let vocabulary = Vocabulary::default();
        let mut encoder = Encoder::new(&vocabulary);
        encoder.word("a\0b");
        assert!(encoder.finish().is_err());
        for words in ["a", "a\0\0", "\0"] {
            let (_, known) = Encoder::new(&vocabulary).finish().unwrap();
            assert!(Decoder::new(known, words).is_err(), "{words:?}");
        }
    }
}
