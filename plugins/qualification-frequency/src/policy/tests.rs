use proptest::prelude::*;
use stellwerk_plugin_sdk::testing;

use super::*;

fn count(value: &str, won: u64, lost: u64) -> ValueCount {
    ValueCount {
        value: Word::of(value),
        won,
        lost,
    }
}

fn field(name: &str, values: Vec<ValueCount>) -> FieldCounts {
    FieldCounts {
        field: Word::of(name),
        values,
    }
}

fn counts() -> Counts {
    Counts {
        won: 100,
        lost: 300,
        fields: vec![
            field(
                "source",
                vec![count("configurator", 60, 60), count("trade-fair", 10, 150)],
            ),
            field("roof", vec![count("flat", 5, 95), count("steep", 95, 205)]),
            field(
                "interests",
                vec![count("solar", 40, 40), count("storage", 20, 10)],
            ),
            field(
                "owner",
                vec![count("true", 90, 150), count("false", 10, 150)],
            ),
        ],
    }
}

fn with(counts: Counts) -> Frequency {
    let config = Config {
        counts,
        ..Config::default()
    };
    Frequency::configure(config, &testing::terms())
        .ok()
        .unwrap()
}

fn assess(policy: &Frequency, lead: &str) -> Assessment {
    let input = testing::input(&format!(r#"{{ "lead": {lead} }}"#));
    policy.assess(&Context::default(), &input).unwrap()
}

/// The formula once more, in plain numbers.
fn by_hand(won: u64, lost: u64, values: &[(u64, u64)]) -> i64 {
    let (won, lost) = (won as f64, lost as f64);
    let evidence = values
        .iter()
        .map(|(w, l)| ((*w as f64 + 0.1) / won / ((*l as f64 + 0.1) / lost)).ln());
    let log_odds = (won / lost).ln() + evidence.sum::<f64>();
    (1_000.0 / (1.0 + (-log_odds).exp())).round() as i64
}

#[test]
fn golden_examples_come_out() {
    testing::golden_qualification::<Frequency>();
}

#[test]
fn every_value_of_a_lead_is_evidence() {
    let lead = r#"{ "source": "configurator", "attributes": {
        "roof": { "text": "steep" }, "interests": { "texts": ["solar", "storage"] },
        "owner": { "flag": true }
    } }"#;
    let expected = by_hand(
        100,
        300,
        &[(60, 60), (95, 205), (40, 40), (20, 10), (90, 150)],
    );
    assert_eq!(assess(&with(counts()), lead).score, expected);
}

#[test]
fn what_is_empty_or_was_never_seen_says_nothing() {
    let policy = with(counts());
    assert_eq!(assess(&policy, "{}").score, 250);
    let strange = r#"{ "source": "newsletter", "attributes": { "pool": { "flag": true } } }"#;
    assert_eq!(assess(&policy, strange).score, 250);
}

#[test]
fn a_chance_large_enough_goes_out_and_a_larger_one_is_warmer() {
    let outcome = |lead| {
        let assessment = assess(&with(counts()), lead);
        (assessment.outcome, assessment.temperature)
    };
    let qualified = |temperature| (Outcome::qualified(), Some(temperature));
    assert_eq!(outcome("{}"), qualified(Temperature::Warm));
    let configured = r#"{ "source": "configurator" }"#;
    assert_eq!(outcome(configured), qualified(Temperature::Hot));
    let rests = Outcome::Nurture {
        until: "30 days".parse().unwrap(),
    };
    let met = r#"{ "source": "trade-fair" }"#;
    assert_eq!(outcome(met), (rests, Some(Temperature::Cold)));
}

#[test]
fn counts_that_cannot_be_are_refused_with_their_place() {
    let refused = |change: fn(&mut Config)| {
        let mut config = Config {
            counts: counts(),
            ..Config::default()
        };
        change(&mut config);
        let problems = Frequency::configure(config, &testing::terms())
            .err()
            .unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].pointer.clone()
    };
    assert_eq!(
        refused(|config| config.qualified_from = 1_001),
        "/qualified-from"
    );
    assert_eq!(refused(|config| config.warm_from = 500), "/warm-from");
    let none_lost = |config: &mut Config| {
        config.counts = Counts {
            won: 3,
            ..Counts::default()
        }
    };
    assert_eq!(refused(none_lost), "/counts/lost");
    let twice = |config: &mut Config| config.counts.fields[1].field = Word::of("source");
    assert_eq!(refused(twice), "/counts/fields/1/field");
    let value = |config: &mut Config| config.counts.fields[1].values[1] = count("flat", 1, 1);
    assert_eq!(refused(value), "/counts/fields/1/values/1/value");
    let more = |config: &mut Config| config.counts.fields[0].values[0].won = 101;
    assert_eq!(refused(more), "/counts/fields/0/values/0/won");
}

const VALUES: [&str; 3] = ["one", "two", "three"];

/// Fields with counts for three values each, and all leads that they are of.
fn any_counts() -> impl Strategy<Value = Counts> {
    let value = (0_u64..50, 0_u64..50);
    prop::collection::vec(prop::collection::vec(value, VALUES.len()), 1..5).prop_map(|fields| {
        let fields = fields.iter().zip(1..).map(|(values, number)| {
            let values = VALUES.iter().zip(values);
            let values = values.map(|(name, (won, lost))| count(name, *won, *lost));
            field(&format!("field-{number}"), values.collect())
        });
        Counts {
            won: 200,
            lost: 150,
            fields: fields.collect(),
        }
    })
}

/// A lead that has one of the values in each field.
fn any_lead() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&VALUES[..]), 5).prop_map(|values| {
        let attributes: Vec<String> = values
            .iter()
            .zip(1..)
            .map(|(value, number)| format!(r#""field-{number}": {{ "text": "{value}" }}"#))
            .collect();
        format!(r#"{{ "attributes": {{ {} }} }}"#, attributes.join(", "))
    })
}

proptest! {
    #[test]
    fn the_order_of_the_counts_changes_nothing(counts in any_counts(), lead in any_lead()) {
        let score = assess(&with(counts.clone()), &lead).score;
        let mut turned = counts;
        turned.fields.reverse();
        for field in &mut turned.fields {
            field.values.reverse();
        }
        prop_assert_eq!(assess(&with(turned), &lead).score, score);
    }

    #[test]
    fn who_won_more_often_is_never_judged_worse(counts in any_counts(), lead in any_lead()) {
        let score = assess(&with(counts.clone()), &lead).score;
        let mut better = counts;
        for value in &mut better.fields[0].values {
            value.won += 1;
        }
        prop_assert!(assess(&with(better), &lead).score >= score);
    }

    #[test]
    fn won_and_lost_exchanged_is_the_opposite_chance(counts in any_counts(), lead in any_lead()) {
        let score = assess(&with(counts.clone()), &lead).score;
        let mut exchanged = counts;
        std::mem::swap(&mut exchanged.won, &mut exchanged.lost);
        for value in exchanged.fields.iter_mut().flat_map(|field| &mut field.values) {
            std::mem::swap(&mut value.won, &mut value.lost);
        }
        let opposite = 1_000 - assess(&with(exchanged), &lead).score;
        // Both are rounded.
        prop_assert!((opposite - score).abs() <= 1, "{opposite} {score}");
    }

    #[test]
    fn what_is_said_adds_up_to_the_chance(counts in any_counts(), lead in any_lead()) {
        let assessment = assess(&with(counts), &lead);
        let log_odds: i64 = assessment.reasons.iter().map(|reason| reason.weight).sum();
        let chance = 1_000.0 / (1.0 + (-log_odds as f64 / 1_000.0).exp());
        // Each part is rounded to a thousandth.
        prop_assert!((chance - assessment.score as f64).abs() < 2.0);
    }
}
