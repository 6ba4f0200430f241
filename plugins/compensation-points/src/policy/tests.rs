use std::collections::BTreeSet;

use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{Balance, PaidEvent, Payee, Period};
use stellwerk_plugin_sdk::{Attributes, Column, testing};

use super::*;

/// Complete feedback of the claimer on a lead in its first cycle.
fn complete(temperature: &str, worked_after: Option<i64>) -> AwardInput {
    let mut attributes = Attributes::new().with("claim/temperature", temperature);
    if let Some(seconds) = worked_after {
        attributes.set("claim/worked-after-seconds", seconds);
    }
    AwardInput {
        event: PaidEvent {
            code: Word::of("data-complete"),
            attributes,
            ..PaidEvent::default()
        },
        lead: Some(Lead {
            cycle: 1,
            ..Lead::default()
        }),
        payees: vec![Payee {
            role: Word::of("claimer"),
            ..Payee::default()
        }],
        ..AwardInput::default()
    }
}

fn awarded(policy: &Points, input: &AwardInput) -> Earnings {
    policy.award(&Context::default(), input).unwrap()
}

fn points(policy: &Points, input: &AwardInput) -> i64 {
    let postings = awarded(policy, input).postings;
    let of_partner = postings
        .iter()
        .filter(|posting| posting.account == Word::of(POINTS));
    of_partner.map(|posting| posting.amount).sum()
}

fn settled(policy: &Points, ends: Date, balances: &[i64]) -> Result<Settlement, PolicyError> {
    let input = SettleInput {
        period: Period {
            ends,
            ..Period::default()
        },
        partners: Table::of((1..=balances.len() as u64).collect::<Vec<_>>()).with(
            "account/points",
            Column::integers(balances.iter().map(|balance| Some(*balance))),
        ),
        ..SettleInput::default()
    };
    policy.settle(&Context::default(), &input)
}

/// Points and funds that a close changes for one partner.
fn changed(policy: &Points, ends: Date, balance: i64) -> (i64, i64) {
    let postings = settled(policy, ends, &[balance]).unwrap().postings;
    let of = |account: &str| {
        let of_account = postings
            .iter()
            .filter(|posting| posting.account == Word::of(account));
        of_account.map(|posting| posting.amount).sum()
    };
    (of(POINTS), of(FUND))
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<Points>();
}

#[test]
fn colder_and_faster_is_worth_more() {
    let policy = testing::default();
    let worth = |temperature: &str| {
        [60, 3_600, 3_601, 86_400, 86_401]
            .map(|seconds| points(&policy, &complete(temperature, Some(seconds))))
    };
    assert_eq!(worth("hot"), [15, 15, 10, 10, 5]);
    // 22.5 and 7.5 are rounded away from 0.
    assert_eq!(worth("warm"), [23, 23, 15, 15, 8]);
    assert_eq!(worth("cold"), [38, 38, 25, 25, 13]);
    assert_eq!(points(&policy, &complete("cold", None)), 13);
    assert_eq!(points(&policy, &complete("", Some(60))), 15);
}

#[test]
fn only_complete_feedback_on_a_lead_that_somebody_holds_gives_points() {
    let policy = testing::default();
    let mut other = complete("cold", Some(60));
    other.event.code = Word::of("contacted");
    assert_eq!(awarded(&policy, &other), Earnings::none());
    let mut nobodys = complete("cold", Some(60));
    nobodys.payees.clear();
    assert_eq!(
        awarded(&policy, &nobodys).reasons[0].code,
        Word::of("nobody")
    );
}

#[test]
fn enough_points_turn_and_too_few_wait_until_they_expire() {
    let policy = testing::default();
    let (march, december) = (Date::of(2026, 4, 1), Date::of(2027, 1, 1));
    assert_eq!(changed(&policy, march, 99), (0, 0));
    assert_eq!(changed(&policy, march, 100), (-100, 10_000));
    assert_eq!(changed(&policy, december, 99), (-99, 0));
    assert_eq!(changed(&policy, december, 100), (-100, 10_000));
    let quarterly: Points = testing::configured(r#"{ "expire": "quarter" }"#)
        .ok()
        .unwrap();
    assert_eq!(changed(&quarterly, march, 99), (-99, 0));
    assert_eq!(changed(&quarterly, Date::of(2026, 3, 1), 99), (0, 0));
    // The old plan's part of a month in which the plan has changed.
    assert_eq!(changed(&quarterly, Date::of(2026, 4, 15), 99), (0, 0));
    let never: Points = testing::configured(r#"{ "expire": "never" }"#)
        .ok()
        .unwrap();
    assert_eq!(changed(&never, december, 99), (0, 0));
}

#[test]
fn what_cannot_be_is_refused() {
    let config = r#"{ "fund": { "per-point": -1 }, "contacts": [
        { "within-seconds": 9, "factor": 2 }, { "within-seconds": 9, "factor": 1 }] }"#;
    let problems = testing::configured::<Points>(config).err().unwrap();
    let pointers: Vec<&str> = problems
        .iter()
        .map(|problem| problem.pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/fund/per-point", "/contacts/1/within-seconds"]);
    let too_many = settled(&testing::default(), Date::of(2026, 4, 1), &[i64::MAX]);
    assert!(matches!(too_many, Err(PolicyError::InvalidInput(_))));
}

proptest! {
    #[test]
    fn a_cycle_gives_points_once_however_often_it_is_reported(
        reports in prop::collection::vec((any::<bool>(), prop::option::of(0i64..200_000)), 1..12),
    ) {
        let policy = testing::default::<Points>();
        let mut input = complete("cold", None);
        let mut cycles = BTreeSet::new();
        let mut given = 0;
        for (comes_round, worked_after) in reports {
            input.event = complete("cold", worked_after).event;
            let lead = input.lead.as_mut().unwrap();
            lead.cycle += u32::from(comes_round);
            cycles.insert(lead.cycle);
            let earnings = awarded(&policy, &input);
            prop_assert_eq!(&earnings, &awarded(&policy, &input), "asked again it answers the same");
            for posting in earnings.postings {
                match posting.holder {
                    Holder::Lead => match input.balances.first_mut() {
                        Some(balance) => balance.amount += posting.amount,
                        None => input.balances.push(Balance {
                            account: posting.account,
                            holder: Holder::Lead,
                            amount: posting.amount,
                        }),
                    },
                    _ => given += 1,
                }
            }
        }
        prop_assert_eq!(given, cycles.len());
    }

    #[test]
    fn faster_and_colder_is_never_worth_less(one in 0i64..200_000, two in 0i64..200_000) {
        let policy = testing::default();
        let worth = |temperature, seconds| points(&policy, &complete(temperature, Some(seconds)));
        for temperature in ["hot", "warm", "cold"] {
            prop_assert!(worth(temperature, one.min(two)) >= worth(temperature, one.max(two)));
        }
        prop_assert!(worth("hot", one) <= worth("warm", one));
        prop_assert!(worth("warm", one) <= worth("cold", one));
    }

    #[test]
    fn no_point_is_lost_but_by_expiry_and_each_is_settled_for_itself(
        balances in prop::collection::vec(0i64..1_000, 1..6), month in 1i32..=12,
    ) {
        let policy = testing::default();
        let ends = Date::of(2026, month + 1, 1);
        let settlement = settled(&policy, ends, &balances).unwrap();
        prop_assert_eq!(&settlement, &settled(&policy, ends, &balances).unwrap());
        for (position, balance) in (0..).zip(&balances) {
            let (points, fund) = changed(&policy, ends, *balance);
            let of: i64 = settlement
                .postings
                .iter()
                .filter(|posting| posting.holder == Holder::Partner(position))
                .map(|posting| posting.amount)
                .sum();
            prop_assert_eq!(of, points + fund);
            prop_assert!(points == 0 || points == -balance);
            let is_turned = *balance >= 100;
            prop_assert_eq!(fund, if is_turned { balance * 100 } else { 0 });
            prop_assert_eq!(points != 0, *balance > 0 && (is_turned || month == 12));
        }
    }
}
