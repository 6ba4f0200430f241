//! Text from outside: what is taken and what is not.

/// Names and other short texts.
pub const NAME_CHARS_MAX: usize = 200;
/// Notes.
pub const NOTE_CHARS_MAX: usize = 4_000;
/// As much of a text as a message shows.
const SHOWN_CHARS_MAX: usize = 60;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("is empty")]
    Empty,
    #[error("has {count} characters; at most {max} are taken")]
    TooLong { count: usize, max: usize },
    #[error("holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    #[error("holds U+{:04X}, which turns the direction of reading", u32::from(*.0))]
    Direction(char),
}

/// Checks a text of one line.
pub fn check_line(text: &str, chars_max: usize) -> Result<(), BadText> {
    check(text, chars_max, |character| {
        is_control(character) || ends_line(character)
    })
}

/// Checks a text that may have several lines.
pub fn check_note(text: &str) -> Result<(), BadText> {
    check(text, NOTE_CHARS_MAX, is_no_note)
}

/// Checks the characters of a text whose length is checked elsewhere.
pub fn check_characters(text: &str) -> Result<(), BadText> {
    characters(text, is_no_note)
}

fn is_no_note(character: char) -> bool {
    is_control(character) && !matches!(character, '\n' | '\r' | '\t')
}

fn check(text: &str, max: usize, refused: impl Fn(char) -> bool) -> Result<(), BadText> {
    if text.trim().is_empty() {
        return Err(BadText::Empty);
    }
    let count = text.chars().count();
    if count > max {
        return Err(BadText::TooLong { count, max });
    }
    characters(text, refused)
}

fn characters(text: &str, refused: impl Fn(char) -> bool) -> Result<(), BadText> {
    for character in text.chars() {
        if refused(character) {
            return Err(BadText::Control(character));
        }
        if turns_direction(character) {
            return Err(BadText::Direction(character));
        }
    }
    Ok(())
}

/// Control characters, and code points that will never be a character.
fn is_control(character: char) -> bool {
    let code = u32::from(character);
    character.is_control() || code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

fn ends_line(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Marks that change the order in which text around them is shown, and so can
/// make one name look like another. Letters that are read from right to left
/// are none of them.
fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A text as a message repeats it: not all of a long one, and without what
/// could mislead its reader.
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == SHOWN_CHARS_MAX {
            shown.push('…');
            break;
        }
        if is_control(character) || ends_line(character) || turns_direction(character) {
            shown.push_str(&format!("<U+{:04X}>", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a text may be a code: letters, digits, hyphens, dots and underscores,
/// no longer than 64 characters.
pub fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Where in a text a byte stands, as people count: `line 3, column 5`.
pub fn place_in(text: &str, byte: usize) -> String {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    let before = String::from_utf8_lossy(before);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_may_be_called_what_they_are_called() {
        for name in [
            "Łucja Ötker-Ñandú",
            "מרים כהן",
            "ليلى الأحمد",
            "Μαρία O'Neill (geb. Ἀριάδνη)",
            "神谷 🌸",
            // Joins letters in many scripts.
            "می\u{200c}خواهم",
        ] {
            assert_eq!(check_line(name, NAME_CHARS_MAX), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_could_mislead_a_reader_is_refused() {
        assert_eq!(check_line(" ", 10), Err(BadText::Empty));
        for character in ['\0', '\n', '\u{85}', '\u{2028}', '\u{fffe}', '\u{fdd0}'] {
            let text = format!("a{character}b");
            assert_eq!(check_line(&text, 10), Err(BadText::Control(character)));
        }
        for character in ['\u{202e}', '\u{200f}', '\u{61c}', '\u{2067}'] {
            let text = format!("a{character}b");
            assert_eq!(check_line(&text, 10), Err(BadText::Direction(character)));
            assert_eq!(check_note(&text), Err(BadText::Direction(character)));
        }
        assert_eq!(
            check_line("abc", 2),
            Err(BadText::TooLong { count: 3, max: 2 })
        );
        assert_eq!(check_note("two\nlines"), Ok(()));
        assert_eq!(check_note("a\0b"), Err(BadText::Control('\0')));
    }

    #[test]
    fn a_message_repeats_no_more_than_can_be_read() {
        assert_eq!(shown("a\0b\u{202e}c"), "a<U+0000>b<U+202E>c");
        assert_eq!(shown(&"x".repeat(100)), format!("{}…", "x".repeat(60)));
    }

    proptest! {
        #[test]
        fn what_is_shown_may_stand_in_a_line(text: String) {
            let shown = shown(&text);
            let misleads = shown.chars().any(|character| {
                is_control(character) || ends_line(character) || turns_direction(character)
            });
            prop_assert!(!misleads);
            prop_assert!(shown.chars().count() <= SHOWN_CHARS_MAX * "<U+10FFFF>".len() + 1);
        }

        #[test]
        fn no_place_in_a_text_panics(text: String, byte in 0usize..100) {
            let _ = place_in(&text, byte);
        }
    }
}
