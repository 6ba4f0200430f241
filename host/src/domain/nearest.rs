//! The known name that a mistyped one is nearest to.

/// One change for so many characters, and no more than that, make a name a
/// mistyped one.
const CHARS_PER_CHANGE: usize = 3;
const CHANGES_MAX: usize = 2;

/// The known name that needs the fewest changes, or begins with this one; none
/// where all are too far.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let changes_max = (name.chars().count() / CHARS_PER_CHANGE).clamp(1, CHANGES_MAX);
    let distance = |candidate: &str| match candidate.strip_prefix(name) {
        Some(_) if !name.is_empty() => changes_max,
        _ => changes(name, candidate),
    };
    known
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(changes, _)| *changes <= changes_max)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that make one
/// name of the other (optimal string alignment).
fn changes(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut fewest = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                fewest = fewest.min(before_last[j - 1] + 1);
            }
            row.push(fewest);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_recognised_and_a_strange_one_is_not() {
        let known = ["listen", "data", "postgres", "cache"];
        let cases = [
            ("listen", Some("listen")),
            ("listne", Some("listen")),
            ("liste", Some("listen")),
            ("dta", Some("data")),
            ("postgress", Some("postgres")),
            ("post", Some("postgres")),
            ("colour", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }

    #[test]
    fn changes_are_counted() {
        for (one, other, count) in [("", "abc", 3), ("ab", "ba", 1), ("kitten", "sitting", 3)] {
            assert_eq!(changes(one, other), count, "{one} {other}");
            assert_eq!(changes(other, one), count, "{other} {one}");
        }
    }
}
