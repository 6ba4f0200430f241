//! Numbers as people read them.

use std::collections::BTreeMap;

/// `count` of `of` in per cent, with one decimal; a dash of nothing.
pub fn per_cent(count: u32, of: u32) -> String {
    match of {
        0 => "–".to_owned(),
        of => share(i64::from(count) * 1_000 / i64::from(of)),
    }
}

/// Thousandths as per cent.
pub fn share(thousandths: i64) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// Cents as whole euros, with separators.
pub fn euros(cents: i64) -> String {
    let half = if cents < 0 { -50 } else { 50 };
    let euros = (cents + half) / 100;
    let digits = euros.unsigned_abs().to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match euros < 0 {
        true => format!("-{text}"),
        false => text,
    }
}

/// Seconds in the unit that fits.
pub fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => tenths(seconds, 3_600, "h"),
        _ => tenths(seconds, 86_400, "d"),
    }
}

fn tenths(seconds: i64, unit: i64, name: &str) -> String {
    let tenths = seconds * 10 / unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// Counts by name, or that there are none.
pub fn counted(counts: &BTreeMap<String, u32>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(per_cent(1, 8), "12.5 %");
        assert_eq!(per_cent(0, 0), "–");
        assert_eq!(euros(-123_456_789), "-1,234,568");
        assert_eq!(euros(49), "0");
        assert_eq!(span(90), "90 s");
        assert_eq!(span(900), "15 min");
        assert_eq!(span(9_000), "2.5 h");
        assert_eq!(span(259_200), "3.0 d");
    }
}
