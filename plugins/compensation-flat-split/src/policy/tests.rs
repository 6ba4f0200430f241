use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{EarlierPosting, PaidEvent, Payee};
use stellwerk_plugin_sdk::testing;

use super::*;

/// Who is there, by role; the position is the partner.
fn asked(code: &str, value: i64, roles: &[&str]) -> AwardInput {
    AwardInput {
        event: PaidEvent {
            code: Word::of(code),
            attributes: Attributes::new().with("value", Money(value)),
            ..PaidEvent::default()
        },
        payees: roles
            .iter()
            .map(|role| Payee {
                role: Word::of(role),
                ..Payee::default()
            })
            .collect(),
        ..AwardInput::default()
    }
}

fn with(config: Config) -> FlatSplit {
    FlatSplit::configure(config, &testing::terms())
        .unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn awarded(policy: &FlatSplit, input: &AwardInput) -> Earnings {
    policy.award(&Context::default(), input).unwrap()
}

/// What each payee gets.
fn per_payee(policy: &FlatSplit, input: &AwardInput) -> Vec<i64> {
    let mut sums = vec![0; input.payees.len()];
    for posting in awarded(policy, input).postings {
        match posting.holder {
            Holder::Partner(position) => sums[position as usize] += posting.amount,
            other => panic!("{other:?} is no partner"),
        }
    }
    sums
}

/// Puts what was answered among the earlier postings, as the host does.
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
    }
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<FlatSplit>();
}

#[test]
fn claimer_partner_above_and_agency_share_the_commission() {
    let input = asked("won", 2_500_000, &["claimer", "above", "agency"]);
    assert_eq!(
        per_payee(&testing::default(), &input),
        [60_000, 11_250, 3_750]
    );
}

#[test]
fn the_share_of_a_role_that_nobody_has_goes_where_the_contract_says() {
    let input = asked("won", 2_500_000, &["claimer", "agency"]);
    let paid = |missing| {
        per_payee(
            &with(Config {
                missing,
                ..Config::default()
            }),
            &input,
        )
    };
    assert_eq!(paid(Missing::Claimer), [71_250, 3_750]);
    assert_eq!(paid(Missing::Others), [70_588, 4_412]);
    assert_eq!(paid(Missing::Nobody), [60_000, 3_750]);
}

#[test]
fn a_role_named_twice_means_the_nearest_and_the_next() {
    let share = |role: &str, weight| Share {
        role: Word::of(role),
        weight,
    };
    let policy = with(Config {
        shares: vec![
            share("claimer", 70),
            share("above", 20),
            share("above", 10),
            share("planner", 0),
        ],
        ..Config::default()
    });
    let input = asked("won", 1_000_000, &["claimer", "above", "above", "above"]);
    assert_eq!(per_payee(&policy, &input), [21_000, 6_000, 3_000, 0]);
}

#[test]
fn a_deal_without_a_value_earns_nothing() {
    let earnings = awarded(&testing::default(), &asked("won", 0, &["claimer"]));
    assert!(earnings.postings.is_empty());
    assert_eq!(earnings.reasons[0].code, Word::of("no-value"));
}

#[test]
fn a_cancellation_is_refused_where_somebody_paid_is_out_of_reach() {
    let mut input = asked("won", 1_000_000, &["claimer"]);
    let policy = testing::default::<FlatSplit>();
    let earnings = awarded(&policy, &input);
    book(&mut input, &earnings);
    input.earlier[0].holder = None;
    input.event.code = Word::of("cancelled");
    assert!(matches!(
        policy.award(&Context::default(), &input),
        Err(PolicyError::InvalidInput(_))
    ));
}

#[test]
fn shares_without_weight_are_refused() {
    let config = Config {
        shares: Vec::new(),
        ..Config::default()
    };
    let problems = FlatSplit::configure(config, &testing::terms())
        .err()
        .unwrap();
    assert_eq!(problems[0].pointer, "/shares");
}

const ROLES: [&str; 4] = ["claimer", "above", "agency", "planner"];

fn configs() -> impl Strategy<Value = Config> {
    let share = (prop::sample::select(&ROLES[..]), 1i64..1_000);
    let missing = [Missing::Claimer, Missing::Others, Missing::Nobody];
    (
        0i64..=1_000_000,
        prop::collection::vec(share, 1..6),
        prop::sample::select(missing.to_vec()),
    )
        .prop_map(|(rate, shares, missing)| Config {
            rate,
            shares: shares
                .into_iter()
                .map(|(role, weight)| Share {
                    role: Word::of(role),
                    weight,
                })
                .collect(),
            missing,
        })
}

/// A claimer, and others.
fn chains() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&ROLES[1..]), 0..5).prop_map(|mut roles| {
        roles.insert(0, "claimer");
        roles
    })
}

const VALUE_MAX: i64 = 1_000_000_000_000;

proptest! {
    #[test]
    fn the_shares_sum_to_the_commission(
        mut config in configs(), roles in chains(), value in 1..VALUE_MAX,
    ) {
        let amount = Money(value).times_millionths(config.rate).0;
        let paid = |config: Config| -> i64 {
            per_payee(&with(config), &asked("won", value, &roles)).iter().sum()
        };
        config.missing = Missing::Claimer;
        prop_assert_eq!(paid(config.clone()), amount);
        config.missing = Missing::Others;
        let somebody = config.shares.iter().any(|share| {
            roles.iter().any(|role| Word::of(role) == share.role)
        });
        prop_assert_eq!(paid(config.clone()), if somebody { amount } else { 0 });
        config.missing = Missing::Nobody;
        prop_assert!(paid(config) <= amount);
    }

    #[test]
    fn a_cancellation_brings_every_account_back_and_a_second_one_does_nothing(
        config in configs(), roles in chains(), value in 1..VALUE_MAX,
        corrections in prop::collection::vec((0usize..8, -1_000i64..1_000), 0..4),
    ) {
        let policy = with(config);
        let mut input = asked("won", value, &roles);
        let earnings = awarded(&policy, &input);
        book(&mut input, &earnings);
        // What closing a period has corrected meanwhile, and corrected again.
        for (corrects, amount) in corrections {
            if let Some(posting) = input.earlier.get(corrects).cloned() {
                input.earlier.push(EarlierPosting {
                    amount,
                    corrects: Some(corrects as u32),
                    ..posting
                });
            }
        }
        input.event.code = Word::of("cancelled");
        let cancelled = awarded(&policy, &input);
        book(&mut input, &cancelled);
        for position in 0..roles.len() as u32 {
            let balance: i64 = input
                .earlier
                .iter()
                .filter(|posting| posting.holder == Some(Holder::Partner(position)))
                .map(|posting| posting.amount)
                .sum();
            prop_assert_eq!(balance, 0);
        }
        prop_assert!(cancelled.postings.iter().all(|posting| posting.corrects.is_some()));
        prop_assert!(awarded(&policy, &input).postings.is_empty());
    }

    #[test]
    fn asking_again_answers_the_same(
        config in configs(), roles in chains(), value in 0..VALUE_MAX,
    ) {
        let input = asked("won", value, &roles);
        let once = awarded(&with(config.clone()), &input);
        prop_assert_eq!(once, awarded(&with(config), &input));
    }

    #[test]
    fn two_deals_earn_no_more_than_one_of_their_size(
        config in configs(), roles in chains(), one in 1..VALUE_MAX, two in 1..VALUE_MAX,
    ) {
        let policy = with(config);
        let paid = |value| -> i64 { per_payee(&policy, &asked("won", value, &roles)).iter().sum() };
        // Each of the three deals rounds each share by less than a minor unit, and the
        // three commissions, in whole units, differ by no more than one.
        let shares = policy.config.shares.len() as i64;
        prop_assert!(paid(one) + paid(two) <= paid(one + two) + 3 * shares);
    }
}
