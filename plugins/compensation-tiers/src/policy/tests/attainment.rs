//! Weighted attainment.

use proptest::prelude::*;
use stellwerk_plugin_sdk::Column;
use stellwerk_plugin_sdk::compensation::Period;

use super::*;

fn goal(actual: Actual, target: &str, weight: i64) -> Goal {
    Goal {
        actual,
        target: Word::of(target),
        weight,
    }
}

/// Deals won and satisfaction, by weights, with the other settings of the default.
fn deals_and_satisfaction(weights: (i64, i64)) -> Attainment {
    Attainment {
        goals: vec![
            goal(Actual::Figure(Word::of("won")), "deals", weights.0),
            goal(
                Actual::Measure(Word::of("satisfaction")),
                "satisfaction",
                weights.1,
            ),
        ],
        ..Attainment::default()
    }
}

/// One partner: won, its target, satisfaction, its target.
type Row = (i64, Option<f64>, Option<f64>, Option<f64>);

fn input(days: i32, rows: &[Row]) -> SettleInput {
    SettleInput {
        period: Period {
            cadence: Word::of("month"),
            begins: Date::of(2026, 4, 1),
            ends: Date(Date::of(2026, 4, 1).0 + days),
            ..Period::default()
        },
        partners: Table::of((1..=rows.len() as u64).collect::<Vec<_>>())
            .with(
                "figure/won",
                Column::integers(rows.iter().map(|row| Some(row.0))),
            )
            .with(
                "target/deals",
                Column::numbers(rows.iter().map(|row| row.1)),
            )
            .with(
                "measure/satisfaction",
                Column::numbers(rows.iter().map(|row| row.2)),
            )
            .with(
                "target/satisfaction",
                Column::numbers(rows.iter().map(|row| row.3)),
            ),
        ..SettleInput::default()
    }
}

fn settled(config: Attainment, days: i32, rows: &[Row]) -> Settlement {
    let policy = with(Config::Attainment(config));
    policy
        .settle(&Context::default(), &input(days, rows))
        .unwrap()
}

/// What one partner is paid.
fn paid(config: Attainment, days: i32, row: Row) -> i64 {
    let postings = settled(config, days, &[row]).postings;
    postings.iter().map(|posting| posting.amount).sum()
}

#[test]
fn attainment_is_weighted() {
    let config = || deals_and_satisfaction((3, 1));
    // 3/4 of 80 %, and 1/4 of all.
    assert_eq!(
        paid(config(), 30, (8, Some(10.0), Some(8.0), Some(8.0))),
        85_000
    );
    // Beyond all it counts half as much again: 3/4 of 200 % and 1/4 are 175 %.
    assert_eq!(
        paid(config(), 30, (20, Some(10.0), Some(8.0), Some(8.0))),
        200_000
    );
    assert_eq!(
        paid(config(), 30, (12, Some(10.0), Some(8.0), Some(8.0))),
        122_500
    );
    assert_eq!(paid(config(), 30, (3, Some(10.0), Some(8.0), Some(8.0))), 0);
}

#[test]
fn a_goal_without_target_or_measure_counts_as_missed_and_without_any_nothing_is_settled() {
    let config = || deals_and_satisfaction((3, 1));
    assert_eq!(
        paid(config(), 30, (10, Some(10.0), Some(8.0), None)),
        75_000
    );
    assert_eq!(
        paid(config(), 30, (10, Some(10.0), None, Some(8.0))),
        75_000
    );
    let settlement = settled(config(), 30, &[(10, None, Some(8.0), Some(0.0))]);
    assert!(settlement.notices.is_empty() && settlement.reasons.is_empty());
}

#[test]
fn a_part_of_a_period_pays_its_days_for_its_part_of_the_targets() {
    let config = || deals_and_satisfaction((1, 1));
    assert_eq!(
        paid(config(), 30, (10, Some(10.0), Some(8.0), Some(8.0))),
        100_000
    );
    assert_eq!(
        paid(config(), 12, (4, Some(10.0), Some(8.0), Some(8.0))),
        40_000
    );
}

fn configs() -> impl Strategy<Value = Attainment> {
    let accelerators = prop::collection::btree_map(1i64..10_000_000, 0i64..10_000_000, 0..3);
    (
        0i64..1_000_000_000_000,
        (1i64..1_000_000, 1i64..1_000_000),
        0i64..2_000_000,
        accelerators,
        0i64..10_000_000,
    )
        .prop_map(
            |(nominal, weights, threshold, accelerators, cap)| Attainment {
                nominal: Money(nominal),
                threshold,
                accelerators: accelerators
                    .into_iter()
                    .map(|(from, factor)| Accelerator { from, factor })
                    .collect(),
                cap,
                ..deals_and_satisfaction(weights)
            },
        )
}

fn rows() -> impl Strategy<Value = Row> {
    let number = || prop::option::of(prop_oneof![-10.0..100.0, any::<f64>()]);
    (0i64..1_000_000, number(), number(), number())
}

proptest! {
    #[test]
    fn cap_and_threshold_hold_and_each_is_settled_for_itself(
        config in configs(), rows in prop::collection::vec(rows(), 1..5), days in 1i32..=30,
    ) {
        let settlement = settled(config.clone(), days, &rows);
        prop_assert_eq!(&settlement, &settled(config.clone(), days, &rows));
        let most = Money(config.nominal.0).times_millionths(config.cap).0;
        for (position, row) in (0..).zip(&rows) {
            let amount: i64 = settlement
                .postings
                .iter()
                .filter(|posting| posting.holder == Holder::Partner(position))
                .map(|posting| posting.amount)
                .sum();
            prop_assert_eq!(amount, paid(config.clone(), days, *row));
            prop_assert!((0..=most).contains(&amount));
        }
    }

    #[test]
    fn who_reaches_more_is_paid_no_less(
        config in configs(), one in 0i64..1_000_000, two in 0i64..1_000_000, target in 1.0..1e6f64,
    ) {
        let row = |won| (won, Some(target), Some(1.0), Some(1.0));
        let (less, more) = (one.min(two), one.max(two));
        prop_assert!(paid(config.clone(), 30, row(less)) <= paid(config, 30, row(more)));
    }
}
