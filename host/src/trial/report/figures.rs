//! Figures as people of a report's language write them.

use crate::policy::reason::{self, Language};
use crate::trial::behaviour;

/// Parts per million in one per cent.
const PER_CENT: i64 = 10_000;

/// How a report writes its figures.
#[derive(Clone, Copy)]
pub(super) struct Figures<'a> {
    pub language: Language,
    /// ISO 4217.
    pub currency: &'a str,
}

impl Figures<'_> {
    pub fn money(self, minor_units: i64) -> String {
        reason::amount(minor_units, self.language, self.currency)
    }

    /// With its sign, also where it is more.
    pub fn signed_money(self, minor_units: i64) -> String {
        let amount = self.money(minor_units);
        match minor_units > 0 {
            true => format!("+{amount}"),
            false => amount,
        }
    }

    pub fn whole(self, count: impl std::fmt::Display) -> String {
        self.decimal(&count.to_string())
    }

    /// As many digits as it has.
    pub fn number(self, value: f64) -> String {
        self.decimal(&value.to_string())
    }

    /// The same of millionths.
    pub fn millionths(self, millionths: i64) -> String {
        self.number(millionths as f64 / 1_000_000.0)
    }

    /// Parts per million, to a tenth.
    pub fn per_cent(self, parts: i64) -> String {
        self.decimal(&behaviour::per_cent(parts))
    }

    /// A factor in parts per million as whole per cent.
    pub fn per_cent_of(self, factor: i64) -> String {
        format!("{} %", factor / PER_CENT)
    }

    /// A part of a whole, to a tenth of a per cent.
    pub fn percent(self, part: u64, of: u64) -> String {
        match of {
            0 => "–".to_owned(),
            of => {
                let per_cent = part as f64 * 100.0 / of as f64;
                format!("{} %", self.decimal(&format!("{per_cent:.1}")))
            }
        }
    }

    /// Parts per million as per cent points, with their sign.
    pub fn signed_points(self, parts: i64) -> String {
        let tenths = (parts.abs() + 500) / 1_000;
        let sign = if parts < 0 { '-' } else { '+' };
        let points = format!("{}.{}", tenths / 10, tenths % 10);
        format!("{sign}{}", self.decimal(&points))
    }

    /// Thousandths of hours, to a hundredth.
    pub fn hours(self, thousandths: i64) -> String {
        let hundredths = (thousandths + 5) / 10;
        let hours = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        format!("{} h", self.decimal(&hours))
    }

    pub fn hundredths(self, value: f64) -> String {
        self.decimal(&format!("{value:.2}"))
    }

    pub fn tenths(self, value: f64) -> String {
        self.decimal(&format!("{value:.1}"))
    }

    /// With its sign, also where it is more.
    pub fn signed_tenths(self, value: f64) -> String {
        let text = self.tenths(value);
        match text.starts_with('-') {
            true => text,
            false => format!("+{text}"),
        }
    }

    pub fn date(self, date: jiff::civil::Date) -> String {
        reason::date(date, self.language)
    }

    fn decimal(self, plain: &str) -> String {
        reason::decimal(plain, self.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_marks_of_its_own() {
        let in_language = |language| {
            let figures = Figures {
                language,
                currency: "EUR",
            };
            [
                figures.money(-123_456_789),
                figures.signed_money(100),
                figures.whole(12_345),
                figures.number(1_250.75),
                figures.per_cent(12_300),
                figures.per_cent_of(1_250_000),
                figures.percent(1, 3),
                figures.percent(0, 0),
                figures.signed_points(-55_100),
                figures.hours(1_250),
                figures.hundredths(1_234.5),
                figures.signed_tenths(0.04),
                figures.signed_tenths(-1.25),
                figures.date(jiff::civil::date(2026, 3, 9)),
            ]
            .join("; ")
        };
        assert_eq!(
            in_language(Language::English),
            "-1,234,567.89 EUR; +1.00 EUR; 12,345; 1,250.75; 1.2 %; 125 %; 33.3 %; –; -5.5; 1.25 h; \
             1,234.50; +0.0; -1.2; 2026-03-09"
        );
        assert_eq!(
            in_language(Language::German),
            "-1.234.567,89 EUR; +1,00 EUR; 12.345; 1.250,75; 1,2 %; 125 %; 33,3 %; –; -5,5; 1,25 h; \
             1.234,50; +0,0; -1,2; 09.03.2026"
        );
    }
}
