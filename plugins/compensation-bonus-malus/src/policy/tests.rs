use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{EarlierPosting, PaidEvent, Payee};
use stellwerk_plugin_sdk::{Age, Attributes, Column, testing};

use super::*;

/// What the claimer does.
fn happened(code: &str, value: i64) -> AwardInput {
    AwardInput {
        event: PaidEvent {
            code: Word::of(code),
            attributes: Attributes::new().with("value", Money(value)),
            ..PaidEvent::default()
        },
        payees: vec![Payee {
            role: Word::of("claimer"),
            ..Payee::default()
        }],
        ..AwardInput::default()
    }
}

fn with(config: &str) -> BonusMalus {
    testing::configured(config).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn awarded(policy: &BonusMalus, input: &AwardInput) -> Earnings {
    policy.award(&Context::default(), input).unwrap()
}

/// What comes into the base.
fn into_base(policy: &BonusMalus, input: &AwardInput) -> i64 {
    let postings = awarded(policy, input).postings;
    postings.iter().map(|posting| posting.amount).sum()
}

/// A partner's base, satisfaction and share of rework.
type Row = (i64, Option<f64>, Option<f64>);

fn settled(policy: &BonusMalus, rows: &[Row]) -> Settlement {
    let input = SettleInput {
        partners: Table::of((1..=rows.len() as u64).collect::<Vec<_>>())
            .with(
                "account/base",
                Column::integers(rows.iter().map(|row| Some(row.0))),
            )
            .with(
                "measure/satisfaction",
                Column::numbers(rows.iter().map(|row| row.1)),
            )
            .with(
                "measure/rework-share",
                Column::numbers(rows.iter().map(|row| row.2)),
            ),
        ..SettleInput::default()
    };
    policy.settle(&Context::default(), &input).unwrap()
}

/// What a partner gets or loses.
fn paid(policy: &BonusMalus, row: Row) -> i64 {
    let postings = settled(policy, &[row]).postings;
    let beside_base = postings
        .iter()
        .filter(|posting| posting.account != Word::of(BASE));
    beside_base.map(|posting| posting.amount).sum()
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<BonusMalus>();
}

#[test]
fn the_base_is_what_the_other_component_pays() {
    let policy = with(
        r#"{ "base": { "rate": 24000, "events": [{ "event": "care-contact", "amount": 500 }] } }"#,
    );
    assert_eq!(into_base(&policy, &happened("won", 1_000_000)), 24_000);
    assert_eq!(into_base(&policy, &happened("care-contact", 0)), 500);
    assert_eq!(into_base(&policy, &happened("contacted", 0)), 0);
    let mut nobodys = happened("care-contact", 0);
    nobodys.payees.clear();
    assert_eq!(
        awarded(&policy, &nobodys).reasons[0].code,
        Word::of("nobody")
    );
    let free = awarded(&policy, &happened("won", 0));
    assert_eq!(free.reasons[0].code, Word::of("no-value"));
}

#[test]
fn inside_the_corridors_nothing_changes() {
    let policy = testing::default();
    assert_eq!(paid(&policy, (100_000, Some(8.0), Some(0.07))), 0);
    assert_eq!(paid(&policy, (100_000, None, None)), 0);
}

#[test]
fn better_and_worse_add_up_within_the_most() {
    let policy = testing::default();
    assert_eq!(paid(&policy, (100_000, Some(9.0), Some(0.07))), 5_000);
    assert_eq!(paid(&policy, (100_000, Some(9.5), Some(0.15))), 2_500);
    // 10 % and 15 % are more than the 20 % that are agreed.
    assert_eq!(paid(&policy, (100_000, Some(9.5), Some(0.0))), 20_000);
    assert_eq!(paid(&policy, (100_000, Some(1.0), Some(0.2))), -20_000);
}

#[test]
fn too_much_rework_knocks_any_bonus_out() {
    let policy = testing::default();
    assert_eq!(paid(&policy, (100_000, Some(10.0), Some(0.3))), -20_000);
    let only = with(r#"{ "criteria": [] }"#);
    assert_eq!(paid(&only, (100_000, None, Some(0.299))), 0);
    assert_eq!(paid(&only, (100_000, None, Some(0.3))), -20_000);
}

#[test]
fn a_base_below_0_waits() {
    assert!(
        settled(&testing::default(), &[(-1, Some(1.0), Some(0.5))])
            .postings
            .is_empty()
    );
}

#[test]
fn criteria_that_cannot_be_are_refused() {
    let criterion = |better: &str, from: f64, to: f64, bonus_at: f64, malus_at: f64| {
        let config = format!(
            r#"{{ "base": {{ "events": [{{ "event": "care-contact", "amount": -1 }}] }},
                "criteria": [{{ "measure": "m", "better": "{better}", "weight": 1,
                "corridor": {{ "from": {from}, "to": {to} }},
                "bonus-at": {bonus_at}, "malus-at": {malus_at} }}] }}"#
        );
        let problems = testing::configured::<BonusMalus>(&config).err().unwrap();
        problems.len()
    };
    // The amount is always wrong.
    assert_eq!(criterion("higher", 2.0, 3.0, 4.0, 1.0), 1);
    assert_eq!(criterion("lower", 2.0, 3.0, 1.0, 4.0), 1);
    assert_eq!(criterion("lower", 2.0, 3.0, 4.0, 1.0), 2);
    assert_eq!(criterion("higher", 3.0, 2.0, 4.0, 1.0), 2);
    assert_eq!(criterion("higher", 2.0, 3.0, 3.0, 1.0), 2);
}

const VALUE_MAX: i64 = 1_000_000_000_000;

fn rows() -> impl Strategy<Value = Row> {
    let number = || prop::option::of(prop_oneof![-1.0..12.0, any::<f64>()]);
    (-VALUE_MAX..VALUE_MAX, number(), number())
}

proptest! {
    #[test]
    fn a_cancellation_brings_the_base_back_and_a_second_one_does_nothing(
        values in prop::collection::vec(1..VALUE_MAX, 1..4),
    ) {
        let policy = testing::default::<BonusMalus>();
        let mut input = happened("won", 0);
        let mut book = |code: &str, value| {
            input.event = happened(code, value).event;
            let earnings = awarded(&policy, &input);
            assert_eq!(earnings, awarded(&policy, &input), "asked again it answers the same");
            input.earlier.extend(earnings.postings.iter().map(|posting| EarlierPosting {
                account: posting.account,
                holder: Some(posting.holder),
                amount: posting.amount,
                reason: earnings.reasons[posting.reason as usize].code,
                event: Word::of("event"),
                age: Age::default(),
                corrects: posting.corrects,
            }));
            earnings.postings.iter().map(|posting| posting.amount).sum::<i64>()
        };
        let base: i64 = values.iter().map(|value| book("won", *value)).sum();
        prop_assert_eq!(book("cancelled", 0), -base);
        prop_assert_eq!(book("cancelled", 0), 0);
    }

    #[test]
    fn two_deals_are_no_larger_a_base_than_one_of_their_size(
        one in 1..VALUE_MAX, two in 1..VALUE_MAX,
    ) {
        let policy = testing::default();
        let base = |value| into_base(&policy, &happened("won", value));
        // Each of the three is rounded by half a unit at most.
        prop_assert!(base(one) + base(two) <= base(one + two) + 1);
    }

    #[test]
    fn the_base_is_taken_in_the_most_holds_and_each_is_settled_for_itself(
        rows in prop::collection::vec(rows(), 1..6),
    ) {
        let policy = testing::default();
        let settlement = settled(&policy, &rows);
        prop_assert_eq!(&settlement, &settled(&policy, &rows), "asked again it answers the same");
        for (position, row) in (0..).zip(&rows) {
            let of = |is_base: bool| -> i64 {
                settlement
                    .postings
                    .iter()
                    .filter(|posting| posting.holder == Holder::Partner(position))
                    .filter(|posting| (posting.account == Word::of(BASE)) == is_base)
                    .map(|posting| posting.amount)
                    .sum()
            };
            prop_assert_eq!(of(true), -row.0.max(0));
            prop_assert_eq!(of(false), paid(&policy, *row));
            prop_assert!(of(false).abs() <= (row.0.max(0) + 4) / 5);
        }
    }

    #[test]
    fn who_does_better_is_paid_no_less(
        base in 1..VALUE_MAX, one in -1.0..12.0f64, two in -1.0..12.0f64, rework in 0.0..0.5f64,
        more_rework in 0.0..0.5f64,
    ) {
        let policy = testing::default();
        let (worse, better) = (one.min(two), one.max(two));
        let (less, more) = (rework.min(more_rework), rework.max(more_rework));
        prop_assert!(
            paid(&policy, (base, Some(worse), Some(more)))
                <= paid(&policy, (base, Some(better), Some(less)))
        );
    }
}
