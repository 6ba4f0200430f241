//! The list that people read, held against the instruments.

use std::collections::BTreeSet;

use super::*;

const LIST: &str = include_str!("../../metrics.md");

/// The rows of the list's tables: name, kind, labels, and what alerts say.
fn rows() -> Vec<[String; 4]> {
    LIST.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let cell = |place: usize| cells.get(place).map_or("", |cell| cell.trim());
            let name = cell(0).trim_matches('`').to_owned();
            [
                name,
                cell(1).to_owned(),
                cell(2).to_owned(),
                cell(4).to_owned(),
            ]
        })
        .collect()
}

#[test]
fn every_instrument_is_in_the_list_and_the_other_way_round() {
    let listed: BTreeSet<[String; 3]> = rows()
        .into_iter()
        .map(|[name, kind, labels, _]| [name, kind, labels])
        .collect();
    let there: BTreeSet<[String; 3]> = all()
        .map(|instrument| {
            [
                instrument.name.to_owned(),
                instrument.kind.as_str().to_owned(),
                instrument.labels.join(", "),
            ]
        })
        .collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "host/metrics.md misses {missing:?} and has {gone:?}"
    );
}

#[test]
fn no_two_instruments_have_one_name_and_names_say_what_they_are() {
    let mut seen = BTreeSet::new();
    for instrument in all() {
        let name = instrument.name;
        assert!(seen.insert(name), "{name} is there twice");
        let is_counter = instrument.kind == Kind::Counter;
        assert_eq!(name.ends_with("_total"), is_counter, "{name}");
        if let Kind::Histogram(buckets) = instrument.kind {
            assert!(buckets.is_sorted_by(|one, next| one < next), "{name}");
        }
    }
}

#[test]
fn alerts_speak_of_instruments_that_are_there() {
    let known: BTreeSet<&str> = all().map(|instrument| instrument.name).collect();
    let mut alerts = 0;
    for [name, _, _, alert] in rows() {
        for expression in alert.split('`').skip(1).step_by(2) {
            alerts += 1;
            let words = expression
                .split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
            let named: Vec<&str> = words
                .filter(|word| word.starts_with("stellwerk_") || word.starts_with("process_"))
                .map(|word| match known.contains(word) {
                    true => word,
                    // A histogram's own series.
                    false => word
                        .trim_end_matches("_bucket")
                        .trim_end_matches("_sum")
                        .trim_end_matches("_count"),
                })
                .collect();
            assert!(named.contains(&name.as_str()), "{name}: `{expression}`");
            for word in named {
                assert!(known.contains(word), "{name}: there is no {word}");
            }
        }
    }
    assert!(alerts > 10, "{alerts}");
}

#[test]
fn contracts_beyond_the_limit_are_counted_together() {
    for number in 0..CONTRACTS {
        let (_, contract) = contracts::bounded("maker", &number.to_string());
        let is_apart = number < contracts::CONTRACTS_MAX;
        assert_eq!(contract != contracts::OTHERS, is_apart, "{number}");
    }
    assert_eq!(contracts::bounded("maker", "0").1, "0");
}

const CONTRACTS: usize = contracts::CONTRACTS_MAX + 3;
