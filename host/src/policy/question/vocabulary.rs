//! The names and codes that a configuration reads and answers.

use std::collections::HashMap;
use std::sync::Arc;

/// Words with their numbers: what `configure` has answered. Number 0 is the
/// empty word; the first word of the vocabulary is number 1.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    words: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Vocabulary {
    /// Takes each word once; answers the first that is empty, holds U+0000, or
    /// stands there twice.
    pub fn new(words: Vec<String>) -> Result<Self, String> {
        let words: Vec<Arc<str>> = words.into_iter().map(Arc::from).collect();
        let mut numbers = HashMap::with_capacity(words.len());
        for (number, word) in (1..).zip(&words) {
            let whole = !word.is_empty() && !word.contains('\0');
            if !whole || numbers.insert(word.clone(), number).is_some() {
                return Err(word.to_string());
            }
        }
        Ok(Self { words, numbers })
    }

    pub fn contains(&self, word: &str) -> bool {
        self.numbers.contains_key(word)
    }

    /// The word's number; none where it is not of the vocabulary.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// In the order of their numbers, from 1.
    pub fn words(&self) -> &[Arc<str>] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_from_one() {
        let vocabulary = Vocabulary::new(vec!["level".into(), "gold".into()]).unwrap();
        assert_eq!(vocabulary.number("level"), Some(1));
        assert_eq!(vocabulary.number("gold"), Some(2));
        assert_eq!(vocabulary.number(""), None);
        for words in [vec!["a", "a"], vec![""], vec!["a\0b"]] {
            let words = words.into_iter().map(String::from).collect();
            assert!(Vocabulary::new(words).is_err());
        }
    }
}
