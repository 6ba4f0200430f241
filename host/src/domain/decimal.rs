//! Decimal numbers as people write them.

/// A number digit by digit, so that nothing is lost before it is known what it
/// becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub negative: bool,
    /// At least one digit.
    pub whole: String,
    /// Without zeros at its end; empty for a whole number.
    pub fraction: String,
}

impl Decimal {
    /// Reads a number whose decimal mark is `mark`. The other one of point and
    /// comma, spaces and apostrophes may group thousands.
    ///
    /// ```
    /// use stellwerk::domain::decimal::Decimal;
    /// let number = Decimal::parse("-1.234,50", ',').unwrap();
    /// assert_eq!((number.whole.as_str(), number.fraction.as_str()), ("1234", "5"));
    /// ```
    pub fn parse(text: &str, mark: char) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
        let groups_by = |character: char| {
            matches!(
                character,
                '.' | ',' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}'
            ) && character != mark
        };
        let whole: String = if whole.contains(groups_by) {
            let groups: Vec<&str> = whole.split(groups_by).collect();
            let (first, others) = groups.split_first()?;
            let well_grouped =
                (1..=3).contains(&first.len()) && others.iter().all(|group| group.len() == 3);
            if !well_grouped {
                return None;
            }
            groups.concat()
        } else {
            whole.to_owned()
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(&whole) || !all_digits(fraction) {
            return None;
        }
        Some(Self {
            negative,
            whole,
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }

    /// The number, if it is whole and 64 bits hold it.
    pub fn as_integer(&self) -> Option<i64> {
        if !self.fraction.is_empty() {
            return None;
        }
        format!("{}{}", self.sign(), self.whole).parse().ok()
    }

    /// The nearest floating-point number; none beyond all of them.
    pub fn as_number(&self) -> Option<f64> {
        let number: f64 = format!("{}{}.{}", self.sign(), self.whole, self.fraction)
            .parse()
            .ok()?;
        number.is_finite().then_some(number)
    }

    /// What stands before the digits.
    pub fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let cases = [
            ("100.0", '.', Some(100), Some(100.0)),
            ("-1\u{a0}234,5", ',', None, Some(-1_234.5)),
            ("1'000'000", '.', Some(1_000_000), Some(1e6)),
            ("+7", ',', Some(7), Some(7.0)),
            ("99999999999999999999", '.', None, Some(1e20)),
        ];
        for (text, mark, integer, number) in cases {
            let decimal = Decimal::parse(text, mark).unwrap();
            assert_eq!(decimal.as_integer(), integer, "{text}");
            assert_eq!(decimal.as_number(), number, "{text}");
        }
        for text in ["", "-", "1,2,3", "12.34.5", "1e3", "NaN", "٣", "1 2"] {
            assert_eq!(Decimal::parse(text, '.'), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_again(number: i64) {
            let decimal = Decimal::parse(&number.to_string(), ',').unwrap();
            prop_assert_eq!(decimal.as_integer(), Some(number));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = Decimal::parse(&text, ',').map(|decimal| decimal.as_number());
        }
    }
}
