//! Pays a part at once, and more as long as the deal stands.

use stellwerk_plugin_sdk::Leg;
use stellwerk_plugin_sdk::prelude::*;

const PAID: &str = "paid";

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Of the deal's value when it is won, in parts per million.
    pub rate: i64,
    /// What each tranche pays.
    pub tranche: i64,
    /// Days from one tranche to the next.
    #[schemars(range(min = 1, max = 365))]
    pub days: u32,
    /// How many tranches there are.
    pub tranches: u32,
    /// Of what was paid in the period, in parts per million.
    pub bonus: i64,
    /// What people call it.
    pub name: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rate: 20_000,
            tranche: 5_000,
            days: 10,
            tranches: 3,
            bonus: 100_000,
            name: String::new(),
        }
    }
}

pub struct Tranches {
    config: Config,
    won: Word,
    cancelled: Word,
    due: Word,
    claimer: Word,
    key: Word,
    tranche: Word,
    paid: Word,
    balance_paid: Word,
}

impl Policy for Tranches {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "compensation-tranches",
            env!("CARGO_PKG_VERSION"),
            "Pays a part at once, and more as long as the deal stands.",
        )
        .event("won")
        .event("cancelled")
        .event("due")
        .attribute(AttributeUse {
            name: "value".to_owned(),
            of: "event",
            kind: "money",
            about: "the deal's value",
        })
        .account(Account {
            name: PAID.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Month,
            kind: "earning",
            about: "all that is paid",
        })
        .reason("first", "Won.", "Gewonnen.")
        .reason(
            "tranche",
            "The deal still stands.",
            "Der Auftrag besteht noch.",
        )
        .reason("cancelled", "The deal was called off.", "Storniert.")
        .reason("bonus", "A bonus on the period.", "Bonus auf den Zeitraum.")
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        Ok(Self {
            config,
            won: Word::of("won"),
            cancelled: Word::of("cancelled"),
            due: Word::of("due"),
            claimer: Word::of("claimer"),
            key: Word::of("next"),
            tranche: Word::of("tranche"),
            paid: Word::of(PAID),
            balance_paid: Word::of(&format!("account/{PAID}")),
        })
    }
}

impl Compensation for Tranches {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let mut earnings = Earnings::none();
        let Some(claimer) = input.payee(self.claimer) else {
            return Ok(earnings);
        };
        let code = input.event.code;
        if code == self.won {
            let first = input.event.value().times_millionths(self.config.rate);
            earnings.post(self.paid, claimer, first.0, Reason::of("first"));
            earnings.wake_ups.push(self.next());
        } else if code == self.due {
            let tranche = Reason::of("tranche");
            earnings.post(self.paid, claimer, self.config.tranche, tranche);
            let of_deal = input.earlier.iter();
            let before = of_deal.filter(|earlier| earlier.reason == self.tranche);
            if before.count() + 1 < self.config.tranches as usize {
                earnings.wake_ups.push(self.next());
            }
        } else if code == self.cancelled {
            earnings.take_back(input, self.paid, &Reason::of("cancelled"))?;
            earnings.wake_ups.push(WakeUp::drop(self.key));
        }
        Ok(earnings)
    }

    fn settle(&self, _context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        let mut settlement = Settlement::none();
        let paid = input.partners.integers(self.balance_paid);
        for row in 0..input.partners.len() {
            let paid = Money(paid.get(row).unwrap_or_default());
            let bonus = paid.times_millionths(self.config.bonus);
            if bonus != Money::ZERO {
                settlement.post(self.paid, row, bonus.0, Reason::of("bonus"));
            }
        }
        Ok(settlement)
    }
}

impl Tranches {
    fn next(&self) -> WakeUp {
        WakeUp::after(self.key, Span::of([Leg::CalendarDays(self.config.days)]))
    }
}

stellwerk_plugin_sdk::export!(compensation: Tranches);
