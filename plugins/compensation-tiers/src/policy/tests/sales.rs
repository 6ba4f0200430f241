//! Sales by tiers.

use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{Balance, Deal, EarlierPosting, Line, PaidEvent, Payee};

use super::*;

/// 10 March 2026, 10:00 in Berlin.
const MARCH: i64 = 1_773_133_200_000_000;
const DAY: i64 = 86_400_000_000;

fn plan(base: Base, tiers: Tiers) -> TiersPlan {
    with(Config::Sales(Sales { base, tiers }))
}

fn rates(tiers: &[(i64, i64)]) -> Vec<RateTier> {
    let tier = |&(from, rate)| RateTier {
        from: Money(from),
        rate,
    };
    tiers.iter().map(tier).collect()
}

/// A book as the host keeps it: balances, and the postings on each deal.
struct Book {
    policy: TiersPlan,
    balances: Vec<(Word, Word, i64)>,
    deals: Vec<Vec<EarlierPosting>>,
}

impl Book {
    fn of(policy: TiersPlan) -> Self {
        Self {
            policy,
            balances: Vec::new(),
            deals: vec![Vec::new(); 8],
        }
    }

    /// The claimer is the same, whatever the deal.
    fn of_holder(deal: usize, holder: Holder) -> Word {
        match holder {
            Holder::Deal => Word::of(&format!("deal-{deal}")),
            _ => Word::of("claimer"),
        }
    }

    fn input(&self, deal: usize, code: &str, value: i64, at: i64) -> AwardInput {
        let mut input = AwardInput {
            event: PaidEvent {
                code: Word::of(code),
                attributes: stellwerk_plugin_sdk::Attributes::new().with("value", Money(value)),
                ..PaidEvent::default()
            },
            deal: Some(Deal::default()),
            payees: vec![Payee {
                role: Word::of("claimer"),
                ..Payee::default()
            }],
            earlier: self.deals[deal].clone(),
            ..AwardInput::default()
        };
        input.event.occurred.micros = at;
        for holder in [Holder::Deal, Holder::Partner(0)] {
            let of = Self::of_holder(deal, holder);
            let held = self
                .balances
                .iter()
                .filter(|(_, held_by, _)| *held_by == of);
            input
                .balances
                .extend(held.map(|(account, _, amount)| Balance {
                    account: *account,
                    holder,
                    amount: *amount,
                }));
        }
        input
    }

    /// Books what an event earns; answers what of it the partner is paid.
    fn happens(&mut self, deal: usize, code: &str, value: i64, at: i64) -> i64 {
        let input = self.input(deal, code, value, at);
        let earnings = self.policy.award(&Context::default(), &input).unwrap();
        let again = self.policy.award(&Context::default(), &input).unwrap();
        assert_eq!(earnings, again, "asked again it answers the same");
        let mut paid = 0;
        for posting in earnings.postings {
            if posting.account == Word::of(COMMISSION) {
                paid += posting.amount;
            }
            let of = Self::of_holder(deal, posting.holder);
            let is_known = |(account, held_by, _): &&mut (Word, Word, i64)| {
                *account == posting.account && *held_by == of
            };
            match self.balances.iter_mut().find(is_known) {
                Some((_, _, balance)) => *balance += posting.amount,
                None => self.balances.push((posting.account, of, posting.amount)),
            }
            self.deals[deal].push(EarlierPosting {
                account: posting.account,
                holder: Some(posting.holder),
                amount: posting.amount,
                reason: earnings.reasons[posting.reason as usize].code,
                event: Word::of("event"),
                age: stellwerk_plugin_sdk::Age::default(),
                corrects: posting.corrects,
            });
        }
        paid
    }

    fn won(&mut self, deal: usize, value: i64) -> i64 {
        self.happens(deal, "won", value, MARCH)
    }

    fn cancelled(&mut self, deal: usize) -> i64 {
        self.happens(deal, "cancelled", 0, MARCH + DAY)
    }
}

#[test]
fn what_is_accumulated_lifts_the_next_deal() {
    let tiers = rates(&[(0, 20_000), (100_000, 50_000)]);
    let mut book = Book::of(plan(Base::Month, Tiers::Marginal(tiers.clone())));
    assert_eq!(book.won(0, 80_000), 1_600);
    assert_eq!(book.won(1, 40_000), 400 + 1_000);
    let mut book = Book::of(plan(Base::Month, Tiers::Slab(tiers.clone())));
    assert_eq!(book.won(0, 80_000), 1_600);
    assert_eq!(book.won(1, 40_000), 6_000 - 1_600);
    let mut book = Book::of(plan(Base::Deal, Tiers::Marginal(tiers)));
    assert_eq!(book.won(0, 80_000), 1_600);
    assert_eq!(book.won(1, 40_000), 800);
}

#[test]
fn a_cancellation_takes_no_sales_from_a_month_that_never_had_them() {
    let tiers = rates(&[(0, 20_000), (100_000, 50_000)]);
    let mut book = Book::of(plan(Base::Month, Tiers::Marginal(tiers)));
    book.won(0, 100_000);
    // The host begins the account anew with the month.
    book.balances
        .retain(|(account, _, _)| *account != Word::of("month-sales"));
    let april = MARCH + 25 * DAY;
    assert_eq!(book.happens(0, "cancelled", 0, april), -2_000);
    // It fills the tiers from 0 on.
    assert_eq!(book.happens(1, "won", 150_000, april), 2_000 + 2_500);
    assert_eq!(book.happens(0, "cancelled", 0, april), 0);
}

#[test]
fn without_a_claimer_or_a_value_nothing_is_earned() {
    let book = Book::of(testing::default());
    let said = |input: &AwardInput| {
        let earnings = book.policy.award(&Context::default(), input).unwrap();
        assert!(earnings.postings.is_empty());
        earnings.reasons[0].code.text()
    };
    assert_eq!(said(&book.input(0, "won", 0, MARCH)), "no-value");
    let mut input = book.input(0, "won", 1, MARCH);
    input.payees.clear();
    assert_eq!(said(&input), "nobody");
}

#[test]
fn sales_that_cannot_be_are_refused() {
    let mut book = Book::of(testing::default());
    book.won(0, i64::MAX);
    let input = book.input(1, "won", 1, MARCH);
    let refused = book.policy.award(&Context::default(), &input);
    assert!(matches!(refused, Err(PolicyError::InvalidInput(_))));
}

const VALUE_MAX: i64 = 1_000_000_000_000;

fn bases() -> impl Strategy<Value = Base> {
    prop::sample::select(vec![
        Base::Line,
        Base::Deal,
        Base::Month,
        Base::Quarter,
        Base::Year,
    ])
}

/// From 0 on, in order; some rates fall.
fn rate_tiers() -> impl Strategy<Value = Vec<RateTier>> {
    let further = prop::collection::btree_map(1..VALUE_MAX, 0i64..=1_000_000, 0..4);
    (0i64..=1_000_000, further).prop_map(|(first, further)| {
        let tiers: Vec<_> = std::iter::once((0, first)).chain(further).collect();
        rates(&tiers)
    })
}

fn rising() -> impl Strategy<Value = Vec<RateTier>> {
    rate_tiers().prop_map(|mut tiers| {
        let mut rates: Vec<i64> = tiers.iter().map(|tier| tier.rate).collect();
        rates.sort();
        for (tier, rate) in tiers.iter_mut().zip(rates) {
            tier.rate = rate;
        }
        tiers
    })
}

fn amount_tiers() -> impl Strategy<Value = Vec<AmountTier>> {
    let tiers = prop::collection::btree_map(1..VALUE_MAX, 0i64..VALUE_MAX, 1..4);
    tiers.prop_map(|tiers| {
        let tier = |(to, amount)| AmountTier {
            to: Money(to),
            amount: Money(amount),
        };
        tiers.into_iter().map(tier).collect()
    })
}

fn any_tiers() -> impl Strategy<Value = Tiers> {
    prop_oneof![
        rate_tiers().prop_map(Tiers::Marginal),
        rate_tiers().prop_map(Tiers::Slab),
        amount_tiers().prop_map(Tiers::Interpolated),
    ]
}

proptest! {
    #[test]
    fn cancellations_bring_every_account_back_and_second_ones_do_nothing(
        base in bases(), tiers in any_tiers(),
        values in prop::collection::vec(1..VALUE_MAX, 1..8),
        order in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut book = Book::of(plan(base, tiers));
        for (deal, value) in values.iter().enumerate() {
            book.won(deal, *value);
        }
        for deal in &order {
            book.cancelled(*deal);
        }
        prop_assert!(book.balances.iter().all(|(_, _, balance)| *balance == 0));
        for deal in &order {
            prop_assert_eq!(book.cancelled(*deal), 0);
        }
    }

    #[test]
    fn parts_of_what_is_accumulated_sum_to_what_all_of_it_earns(
        tiers in any_tiers(), values in prop::collection::vec(1..VALUE_MAX, 1..8),
    ) {
        let mut book = Book::of(plan(Base::Quarter, tiers.clone()));
        let parts: i64 = values.iter().enumerate().map(|(deal, value)| book.won(deal, *value)).sum();
        let mut whole = Book::of(plan(Base::Quarter, tiers));
        prop_assert_eq!(parts, whole.won(0, values.iter().sum()));
    }

    #[test]
    fn two_deals_earn_no_more_than_one_of_their_size_by_rising_slices(
        tiers in rising(), one in 1..VALUE_MAX, two in 1..VALUE_MAX,
    ) {
        let mut book = Book::of(plan(Base::Deal, Tiers::Marginal(tiers)));
        let paid = book.won(0, one) + book.won(1, two);
        // Three sums are rounded by half a unit each; whole units differ by no more than one.
        prop_assert!(paid <= book.won(2, one + two) + 1);
    }

    #[test]
    fn lines_earn_what_deals_of_their_size_earn(
        tiers in any_tiers(), mut values in prop::collection::vec(-VALUE_MAX..VALUE_MAX, 0..5),
    ) {
        // Large enough for a deal whose other lines are discounts.
        values.push(5 * VALUE_MAX);
        let book = Book::of(plan(Base::Line, tiers));
        let mut input = book.input(0, "won", 0, MARCH);
        input.event.lines = values.iter().map(|value| Line {
            value: Money(*value),
            ..Line::default()
        }).collect();
        let paid = |input: &AwardInput| -> i64 {
            let earnings = book.policy.award(&Context::default(), input).unwrap();
            earnings.postings.iter().map(|posting| posting.amount).sum()
        };
        let apart: i64 = values.iter().map(|value| {
            paid(&book.input(0, "won", value.abs(), MARCH)) * value.signum()
        }).sum();
        prop_assert_eq!(paid(&input), apart);
    }

    #[test]
    fn more_sales_never_earn_less_by_slices_and_within_tiers(
        tiers in prop_oneof![
            rate_tiers().prop_map(Tiers::Marginal), amount_tiers().prop_map(Tiers::Interpolated),
        ],
        one in 0..i64::MAX, two in 0..i64::MAX,
    ) {
        let earned = |base: i64| tiers.earned(Money(base));
        prop_assert!(earned(one.min(two)) <= earned(one.max(two)));
        prop_assert!(earned(one) >= Money::ZERO);
    }
}
