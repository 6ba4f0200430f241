use proptest::prelude::*;
use stellwerk_plugin_sdk::compensation::{Balance, Deal, EarlierPosting, PaidEvent, Payee, Period};
use stellwerk_plugin_sdk::{Age, Attributes, Column, testing};

use super::*;

const DAY: i64 = 86_400_000_000;

/// One deal of one partner, with the book and the wake-ups as the host keeps them.
struct Story {
    policy: Lifetime,
    balances: Vec<Balance>,
    earlier: Vec<EarlierPosting>,
    wake_ups: Vec<WakeUp>,
}

impl Story {
    fn of(config: &str) -> Self {
        let policy = testing::configured(config);
        Self {
            policy: policy.unwrap_or_else(|problems| panic!("{problems:?}")),
            balances: Vec::new(),
            earlier: Vec::new(),
            wake_ups: Vec::new(),
        }
    }

    fn input(&self, code: &str, on: Date, attributes: Attributes) -> AwardInput {
        let mut event = PaidEvent {
            code: Word::of(code),
            attributes,
            ..PaidEvent::default()
        };
        event.occurred.micros = i64::from(on.0) * DAY;
        AwardInput {
            event,
            deal: Some(Deal::default()),
            payees: vec![Payee {
                role: Word::of("claimer"),
                ..Payee::default()
            }],
            balances: self.balances.clone(),
            earlier: self.earlier.clone(),
            ..AwardInput::default()
        }
    }

    /// Books what an event earns, and answers what of it is money of the partner.
    fn happens(&mut self, code: &str, on: Date, attributes: Attributes) -> i64 {
        let input = self.input(code, on, attributes);
        let earnings = self.policy.award(&Context::default(), &input).unwrap();
        let again = self.policy.award(&Context::default(), &input).unwrap();
        assert_eq!(earnings, again, "asked again it answers the same");
        let mut paid = 0;
        for posting in &earnings.postings {
            if self.policy.accounts.is_earned(posting.account) {
                paid += posting.amount;
            }
            self.enter(posting);
            self.earlier.push(EarlierPosting {
                account: posting.account,
                holder: Some(posting.holder),
                amount: posting.amount,
                reason: earnings.reasons[posting.reason as usize].code,
                event: Word::of("event"),
                age: Age::default(),
                corrects: posting.corrects,
            });
        }
        for wake_up in earnings.wake_ups {
            self.wake_ups.retain(|open| open.key != wake_up.key);
            if !wake_up.after.is_none() {
                self.wake_ups.push(wake_up);
            }
        }
        paid
    }

    fn enter(&mut self, posting: &Posting) {
        let is_of = |balance: &&mut Balance| {
            balance.account == posting.account && balance.holder == posting.holder
        };
        match self.balances.iter_mut().find(is_of) {
            Some(balance) => balance.amount += posting.amount,
            None => self.balances.push(Balance {
                account: posting.account,
                holder: posting.holder,
                amount: posting.amount,
            }),
        }
    }

    fn won(&mut self, value: i64) -> i64 {
        let attributes = Attributes::new()
            .with("value", Money(value))
            .with("margin", Money(value / 10));
        self.happens("won", won_on(), attributes)
    }

    fn cancelled(&mut self, on: Date) -> i64 {
        self.happens("cancelled", on, Attributes::new())
    }

    /// The open wake-up of that key comes back.
    fn woken(&mut self, key: &str, on: Date) -> i64 {
        let is_it = |open: &WakeUp| open.key == Word::of(key);
        let position = self
            .wake_ups
            .iter()
            .position(is_it)
            .expect("an open wake-up");
        let attributes = self.wake_ups.remove(position).attributes.with("key", key);
        self.happens("due", on, attributes)
    }

    fn balance(&self, account: &str) -> i64 {
        let of = |balance: &&Balance| balance.account == Word::of(account);
        self.balances
            .iter()
            .find(of)
            .map_or(0, |balance| balance.amount)
    }

    /// Closes a whole April with a draw of so much; answers what the draw changes.
    fn closes(&mut self, draw: Option<f64>) -> i64 {
        let column = |amount| Column::integers([Some(amount)]);
        let input = SettleInput {
            period: Period {
                cadence: Word::of("month"),
                begins: Date::of(2026, 4, 1),
                ends: Date::of(2026, 5, 1),
                ..Period::default()
            },
            partners: Table::of([1])
                .with("target/draw", Column::numbers([draw]))
                .with("account/earned", column(self.balance("earned")))
                .with("account/draw", column(self.balance("draw"))),
            ..SettleInput::default()
        };
        let before = self.balance("draw");
        let settlement = self.policy.settle(&Context::default(), &input).unwrap();
        let again = self.policy.settle(&Context::default(), &input).unwrap();
        assert_eq!(settlement, again, "asked again it answers the same");
        for posting in &settlement.postings {
            self.enter(posting);
        }
        self.balance("draw") - before
    }
}

fn won_on() -> Date {
    Date::of(2026, 4, 10)
}

fn after_months(months: i32) -> Date {
    Date::of(2026, 4 + months, 10)
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<Lifetime>();
}

#[test]
fn a_tenth_is_held_and_released_when_the_liability_ends() {
    let mut story = Story::of("{}");
    assert_eq!(story.won(1_000_000), 27_000);
    assert_eq!(story.balance("reserve"), -3_000);
    assert_eq!(story.wake_ups[0].after.to_string(), "36 months");
    assert_eq!(story.woken("liability-ends", after_months(36)), 3_000);
    // Called off afterwards, nothing goes back.
    assert_eq!(story.cancelled(after_months(37)), 0);
    assert_eq!(story.balance("commission"), 30_000);
}

#[test]
fn what_is_left_of_the_liable_months_goes_back() {
    let back = |months| {
        let mut story = Story::of(r#"{ "commission": { "liable-months": 12 } }"#);
        story.won(1_000_000);
        let paid = story.cancelled(after_months(months));
        assert_eq!(
            story.balance("reserve"),
            if months < 12 { 0 } else { -3_000 }
        );
        (paid, story.balance("clawback"), story.wake_ups.len())
    };
    assert_eq!(back(0), (-27_000, 0, 0));
    assert_eq!(back(1), (3_000 - 27_500, -27_500, 0));
    assert_eq!(back(9), (3_000 - 7_500, -7_500, 0));
    // The wake-up that releases the reserve is left to come.
    assert_eq!(back(12), (0, 0, 1));
}

#[test]
fn a_draw_is_advanced_and_paid_back_by_a_part_of_the_excess() {
    let mut story = Story::of(r#"{ "draw": {} }"#);
    assert_eq!(story.closes(Some(20_000.0)), 20_000);
    assert_eq!(story.won(1_000_000), 27_000);
    assert_eq!(story.closes(Some(20_000.0)), -3_500);
    assert_eq!(story.balance("earned"), 0);
    // Without a draw any more, half of all that is earned pays back.
    story.won(1_000_000);
    assert_eq!(story.closes(None), -13_500);
    story.won(1_000_000);
    assert_eq!(story.closes(None), -3_000);
    assert_eq!(story.balance("draw"), 0);
}

#[test]
fn what_was_clawed_back_is_advanced_or_waits() {
    let mut story = Story::of(r#"{ "draw": {} }"#);
    story.won(1_000_000);
    assert_eq!(story.closes(None), 0);
    story.cancelled(won_on());
    assert_eq!(story.balance("earned"), -27_000);
    assert_eq!(story.closes(None), 0);
    assert_eq!(story.balance("earned"), -27_000);
    assert_eq!(story.closes(Some(10_000.0)), 37_000);
    assert_eq!(story.balance("earned"), 0);
}

#[test]
fn each_year_pays_its_share_while_the_customer_is_active() {
    let plan = r#"{ "commission": { "rate": 0 }, "tranches": { "shares": [100000, 50000] } }"#;
    let mut story = Story::of(plan);
    assert_eq!(story.won(1_000_000), 0);
    assert_eq!(story.woken("year-ends", after_months(12)), 10_000);
    assert_eq!(story.woken("year-ends", after_months(24)), 5_000);
    assert!(story.wake_ups.is_empty(), "there is no third year");
    let mut story = Story::of(plan);
    story.won(1_000_000);
    story.woken("year-ends", after_months(12));
    assert_eq!(story.cancelled(after_months(18)), 0);
    assert!(story.wake_ups.is_empty());
    assert_eq!(
        (story.balance("tranches"), story.balance("margin")),
        (10_000, 0)
    );
}

#[test]
fn a_plan_by_usage_pays_for_what_was_reported_in_the_year() {
    let mut story = Story::of(
        r#"{ "commission": { "rate": 0 },
             "tranches": { "shares": [100000, 100000, 100000], "reported-by": "usage" } }"#,
    );
    story.won(1_000_000);
    for margin in [40_000, 2_000] {
        let attributes = Attributes::new().with("margin", Money(margin));
        story.happens("usage", after_months(3), attributes);
    }
    assert_eq!(story.woken("year-ends", after_months(12)), 4_200);
    assert_eq!(story.woken("year-ends", after_months(24)), 0);
    assert_eq!(story.balance("margin"), 0);
    assert_eq!(story.wake_ups.len(), 1, "the third year goes on");
}

#[test]
fn without_a_claimer_or_a_value_nothing_is_earned() {
    let story = Story::of("{}");
    let said = |input: &AwardInput| {
        let earnings = story.policy.award(&Context::default(), input).unwrap();
        assert!(earnings.postings.is_empty() && earnings.wake_ups.is_empty());
        earnings.reasons[0].code.text()
    };
    let mut input = story.input("won", won_on(), Attributes::new());
    assert_eq!(said(&input), "no-value");
    input.payees.clear();
    assert_eq!(said(&input), "nobody");
}

#[test]
fn a_clawback_is_refused_where_somebody_paid_is_out_of_reach() {
    let mut story = Story::of("{}");
    story.won(1_000_000);
    story.earlier[0].holder = None;
    let input = story.input("cancelled", after_months(3), Attributes::new());
    let refused = story.policy.award(&Context::default(), &input);
    assert!(matches!(refused, Err(PolicyError::InvalidInput(_))));
}

const VALUE_MAX: i64 = 1_000_000_000_000;

/// With all three parts, and those in every size.
fn configs() -> impl Strategy<Value = String> {
    (
        0i64..=1_000_000,
        1u32..=60,
        0i64..=1_000_000,
        0i64..=1_000_000,
    )
        .prop_map(|(rate, liable_months, reserve, recovery)| {
            format!(
                r#"{{ "commission": {{ "rate": {rate}, "liable-months": {liable_months},
                    "reserve": {reserve} }}, "draw": {{ "recovery": {recovery} }},
                    "tranches": {{}} }}"#
            )
        })
}

proptest! {
    #[test]
    fn a_full_cancellation_brings_every_account_back_and_a_second_one_does_nothing(
        config in configs(), value in 1..VALUE_MAX, day in 0i32..30,
    ) {
        let mut story = Story::of(&config);
        let paid = story.won(value);
        prop_assert_eq!(story.cancelled(Date(won_on().0 + day)), -paid);
        prop_assert!(story.balances.iter().all(|balance| balance.amount == 0));
        prop_assert!(story.wake_ups.is_empty());
        let before = story.earlier.len();
        story.cancelled(Date(won_on().0 + day));
        prop_assert_eq!(story.earlier.len(), before);
    }

    #[test]
    fn the_later_it_is_called_off_the_less_goes_back(
        config in configs(), value in 1..VALUE_MAX, one in 0i32..70, two in 0i32..70,
    ) {
        let kept = |months| {
            let mut story = Story::of(&config);
            let paid = story.won(value);
            let kept = paid + story.cancelled(after_months(months));
            // What is still held is the partner's too.
            kept - story.balance("reserve")
        };
        let (sooner, later) = (kept(one.min(two)), kept(one.max(two)));
        prop_assert!(0 <= sooner && sooner <= later);
    }

    #[test]
    fn reserve_and_release_sum_to_nothing(config in configs(), value in 1..VALUE_MAX) {
        let mut story = Story::of(&config);
        story.won(value);
        if story.wake_ups.iter().any(|open| open.key == Word::of("liability-ends")) {
            story.woken("liability-ends", after_months(60));
        }
        prop_assert_eq!(story.balance("reserve"), 0);
        prop_assert_eq!(story.balance("liable-since"), 0);
        prop_assert_eq!(story.balance("earned"), story.balance("commission"));
    }

    #[test]
    fn with_a_draw_each_period_pays_it_at_least_and_no_more_is_recovered_than_was_advanced(
        config in configs(), periods in prop::collection::vec((0i64..10_000_000, 0u32..500_000), 1..10),
    ) {
        let mut story = Story::of(&config);
        for (value, draw) in periods {
            let earned = if value > 0 { story.won(value) } else { 0 };
            let changed = story.closes(Some(draw.into()));
            prop_assert!(earned + changed >= i64::from(draw));
            prop_assert!(earned <= i64::from(draw) || changed <= 0);
            prop_assert!(story.balance("draw") >= 0);
            prop_assert_eq!(story.balance("earned"), 0);
        }
    }

    #[test]
    fn two_deals_earn_no_more_than_one_of_their_size(
        config in configs(), one in 1..VALUE_MAX, two in 1..VALUE_MAX,
    ) {
        let paid = |value| {
            let mut story = Story::of(&config);
            story.won(value);
            story.balance("commission")
        };
        prop_assert!(paid(one) + paid(two) <= paid(one + two) + 1);
    }
}
