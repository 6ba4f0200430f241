//! Text from outside: what is taken and what is not.

/// Names and other short texts.
pub const NAME_CHARS_MAX: usize = 200;
/// Notes.
pub const NOTE_CHARS_MAX: usize = 4_000;

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
    check(text, chars_max, char::is_control)
}

/// Checks a text that may have several lines.
pub fn check_note(text: &str) -> Result<(), BadText> {
    check(text, NOTE_CHARS_MAX, |character| {
        character.is_control() && !matches!(character, '\n' | '\r' | '\t')
    })
}

fn check(text: &str, max: usize, refused: impl Fn(char) -> bool) -> Result<(), BadText> {
    if text.trim().is_empty() {
        return Err(BadText::Empty);
    }
    let count = text.chars().count();
    if count > max {
        return Err(BadText::TooLong { count, max });
    }
    for character in text.chars() {
        if refused(character) {
            return Err(BadText::Control(character));
        }
        // Marks that change the order in which text around them is shown, and
        // so can make one name look like another.
        if matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
        {
            return Err(BadText::Direction(character));
        }
    }
    Ok(())
}

/// Whether a text may be a code: letters, digits, hyphens and dots, no longer
/// than 64 characters.
pub fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

/// Whether a text may be a postcode.
pub fn is_postcode(text: &str) -> bool {
    (2..=12).contains(&text.len())
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
}

/// Whether a text may be an ISO 3166-1 alpha-2 code.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
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
    use super::*;

    #[test]
    fn what_could_mislead_a_reader_is_refused() {
        assert_eq!(check_line("Łucja Ötker-Ñandú", NAME_CHARS_MAX), Ok(()));
        assert_eq!(check_line(" ", 10), Err(BadText::Empty));
        assert_eq!(check_line("a\0b", 10), Err(BadText::Control('\0')));
        assert_eq!(
            check_line("a\u{202e}b", 10),
            Err(BadText::Direction('\u{202e}'))
        );
        assert_eq!(
            check_line("abc", 2),
            Err(BadText::TooLong { count: 3, max: 2 })
        );
        assert_eq!(check_note("two\nlines"), Ok(()));
    }
}
