use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{Balance, EarlierPosting, PaidEvent, Payee};
use stellwerk_plugin_sdk::{Column, testing};

use super::*;

fn policy() -> CareFirst {
    testing::default()
}

/// What the claimer reports of a lead in its first cycle.
fn happened(code: &str) -> AwardInput {
    AwardInput {
        event: PaidEvent {
            code: Word::of(code),
            ..PaidEvent::default()
        },
        lead: Some(Lead {
            cycle: 1,
            ..Lead::default()
        }),
        payees: ["claimer", "above"]
            .map(|role| Payee {
                role: Word::of(role),
                ..Payee::default()
            })
            .to_vec(),
        ..AwardInput::default()
    }
}

fn complete(within_sla: bool) -> AwardInput {
    let mut input = happened("data-complete");
    input.event.attributes = Attributes::new().with("within-sla", within_sla);
    input
}

fn won(value: i64) -> AwardInput {
    let mut input = happened("won");
    input.event.attributes = Attributes::new().with("value", Money(value));
    input
}

fn awarded(input: &AwardInput) -> Earnings {
    policy().award(&Context::default(), input).unwrap()
}

/// What the claimer gets, and the first reason.
fn paid(input: &AwardInput) -> (i64, String) {
    let earnings = awarded(input);
    let amount = earnings
        .postings
        .iter()
        .filter(|posting| posting.holder == Holder::Partner(0))
        .map(|posting| posting.amount)
        .sum();
    let reason = earnings.reasons.first().map(|reason| reason.code.text());
    (amount, reason.unwrap_or_default())
}

/// Books an answer as the host does: the balances move, and the postings are
/// the earlier ones of the next question.
fn book(input: &mut AwardInput, earnings: &Earnings) {
    for posting in &earnings.postings {
        input.earlier.push(EarlierPosting {
            account: posting.account,
            holder: Some(posting.holder),
            amount: posting.amount,
            reason: earnings.reasons[posting.reason as usize].code,
            event: Word::of("event-1"),
            age: Age::default(),
            corrects: posting.corrects,
        });
        let known = input
            .balances
            .iter_mut()
            .find(|balance| balance.account == posting.account && balance.holder == posting.holder);
        match known {
            Some(balance) => balance.amount += posting.amount,
            None => input.balances.push(Balance {
                account: posting.account,
                holder: posting.holder,
                amount: posting.amount,
            }),
        }
    }
}

/// A period's partners: claimed, unworked, and earned with projects.
fn settled(rows: &[(i64, i64, i64)]) -> Settlement {
    let column = |cell: fn(&(i64, i64, i64)) -> i64| {
        Column::integers(rows.iter().map(|row| Some(cell(row))))
    };
    let input = SettleInput {
        partners: Table::of((1..=rows.len() as u64).collect::<Vec<_>>())
            .with("figure/claimed", column(|row| row.0))
            .with("figure/unworked", column(|row| row.1))
            .with("account/project", column(|row| row.2)),
        ..SettleInput::default()
    };
    policy().settle(&Context::default(), &input).unwrap()
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<CareFirst>();
}

#[test]
fn complete_data_pays_where_the_lead_was_worked_in_time() {
    assert_eq!(paid(&complete(true)), (800, "complete".to_owned()));
    assert_eq!(paid(&complete(false)), (0, "complete-late".to_owned()));
}

#[test]
fn complete_data_pays_again_when_the_lead_has_come_round() {
    let mut input = complete(true);
    let earnings = awarded(&input);
    book(&mut input, &earnings);
    assert_eq!(paid(&input), (0, "complete-before".to_owned()));
    input.lead.as_mut().unwrap().cycle = 2;
    assert_eq!(paid(&input).0, 800);
}

#[test]
fn every_care_contact_pays_and_an_unworked_lead_costs() {
    assert_eq!(paid(&happened("care-contact")).0, 500);
    assert_eq!(paid(&happened("unworked")).0, -1_500);
    assert_eq!(paid(&happened("contacted")).0, 0);
}

#[test]
fn a_project_pays_its_share_within_bounds() {
    assert_eq!(paid(&won(2_500_000)), (37_500, "project".to_owned()));
    assert_eq!(paid(&won(100_000)), (4_000, "project-least".to_owned()));
    assert_eq!(paid(&won(9_000_000)), (90_000, "project-most".to_owned()));
    assert_eq!(paid(&won(0)), (0, "no-value".to_owned()));
}

#[test]
fn a_lead_that_nobody_holds_costs_nobody() {
    let mut input = happened("unworked");
    input.payees.clear();
    assert_eq!(paid(&input), (0, "nobody".to_owned()));
}

#[test]
fn more_than_a_tenth_unworked_costs_a_fifth_of_the_projects() {
    let malus = |rows: &[_]| -> Vec<i64> {
        let postings = settled(rows).postings;
        postings.iter().map(|posting| posting.amount).collect()
    };
    assert!(malus(&[(10, 1, 50_000)]).is_empty());
    assert_eq!(malus(&[(10, 2, 50_000)]), [-10_000]);
    // Claimed before the period, unworked in it.
    assert_eq!(malus(&[(0, 1, 50_000)]), [-10_000]);
    assert!(malus(&[(10, 9, 0), (10, 9, -4_000)]).is_empty());
}

#[test]
fn periods_that_are_no_months_are_refused() {
    let mut terms = testing::terms();
    terms.periods.cadence = "quarter".to_owned();
    let problems = CareFirst::configure(Config::default(), &terms)
        .err()
        .unwrap();
    assert_eq!(problems[0].pointer, "terms:/periods/cadence");
}

#[test]
fn amounts_that_cannot_be_are_refused() {
    let config = Config {
        complete: Money(-1),
        project: Project {
            least: Money(2),
            most: Money(1),
            ..Project::default()
        },
        ..Config::default()
    };
    let problems = CareFirst::configure(config, &testing::terms())
        .err()
        .unwrap();
    let pointers: Vec<&str> = problems
        .iter()
        .map(|problem| problem.pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/complete", "/project/most"]);
}

const VALUE_MAX: i64 = 10_000_000_000;

/// Values whose share lies within the project's bounds.
fn unbounded() -> std::ops::RangeInclusive<i64> {
    266_700..=2_999_900
}

proptest! {
    #[test]
    fn a_cancellation_takes_back_the_project_and_nothing_else(
        value in 1..VALUE_MAX, cared in 0usize..4,
    ) {
        let mut input = complete(true);
        for code in std::iter::once("data-complete").chain(std::iter::repeat_n("care-contact", cared)) {
            input.event.code = Word::of(code);
            let earnings = awarded(&input);
            book(&mut input, &earnings);
        }
        let before: Vec<i64> = input.balances.iter().map(|balance| balance.amount).collect();
        input.event = won(value).event;
        let earnings = awarded(&input);
        book(&mut input, &earnings);
        input.event = happened("cancelled").event;
        let earnings = awarded(&input);
        book(&mut input, &earnings);
        let mut after: Vec<i64> = input.balances.iter().map(|balance| balance.amount).collect();
        prop_assert_eq!(after.pop(), Some(0), "the project account");
        prop_assert_eq!(after, before);
        prop_assert!(awarded(&input).postings.is_empty(), "a second one does nothing");
    }

    #[test]
    fn complete_data_is_paid_once_a_cycle_however_often_it_is_reported(
        reports in prop::collection::vec((any::<bool>(), any::<bool>()), 1..12),
    ) {
        let mut input = complete(true);
        let mut in_time = std::collections::BTreeSet::new();
        let mut sum = 0;
        for (within_sla, comes_round) in reports {
            let lead = input.lead.as_mut().unwrap();
            lead.cycle += u32::from(comes_round);
            if within_sla {
                in_time.insert(lead.cycle);
            }
            input.event = complete(within_sla).event;
            sum += paid(&input).0;
            let earnings = awarded(&input);
            book(&mut input, &earnings);
        }
        prop_assert_eq!(sum, 800 * in_time.len() as i64);
    }

    #[test]
    fn two_projects_earn_no_more_than_one_of_their_size(one in unbounded(), two in unbounded()) {
        let apart = paid(&won(one)).0 + paid(&won(two)).0;
        prop_assert!(apart <= paid(&won(one + two)).0 + 1);
    }

    #[test]
    fn floor_and_cap_hold_and_more_value_never_pays_less(one in 1..VALUE_MAX, two in 1..VALUE_MAX) {
        let (less, more) = (paid(&won(one.min(two))).0, paid(&won(one.max(two))).0);
        prop_assert!((4_000..=90_000).contains(&less) && less <= more && more <= 90_000);
    }

    #[test]
    fn settling_costs_at_most_the_part_that_is_not_kept_and_each_row_for_itself(
        rows in prop::collection::vec((0i64..50, 0i64..50, -1_000_000i64..1_000_000), 1..8),
    ) {
        let settlement = settled(&rows);
        prop_assert_eq!(&settlement, &settled(&rows), "asked again it answers the same");
        for (row, partner) in (0..).zip(&rows) {
            let malus: i64 = settlement
                .postings
                .iter()
                .filter(|posting| posting.holder == Holder::Partner(row))
                .map(|posting| posting.amount)
                .sum();
            let alone: i64 = settled(&[*partner]).postings.iter().map(|posting| posting.amount).sum();
            prop_assert_eq!(malus, alone);
            prop_assert!(malus <= 0 && -malus <= (partner.2.max(0) + 4) / 5);
        }
    }
}
