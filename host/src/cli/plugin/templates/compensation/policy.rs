//! What is decided, on plain data.

use stellwerk_plugin_sdk::prelude::*;

const ACCOUNT: &str = "commission";

/// What is paid for a won deal.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// The claimer's share of the deal's value, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self { rate: 30_000 }
    }
}

/// Pays a share of what is won.
pub struct Commission {
    config: Config,
    won: Word,
    cancelled: Word,
    account: Word,
}

impl Policy for Commission {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            env!("CARGO_PKG_NAME"),
            // `stellwerk plugin dev` gives each build a version of its own.
            option_env!("STELLWERK_PLUGIN_VERSION").unwrap_or(env!("CARGO_PKG_VERSION")),
            "Pays a share of what is won.",
        )
        .event("won")
        .event("cancelled")
        .account(Account {
            name: ACCOUNT.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Never,
            kind: "earning",
            about: "what won deals have earned",
        })
        .reason("won", "Share of {0}.", "Anteil an {0}.")
        .reason(
            "cancelled",
            "The deal was cancelled.",
            "Der Auftrag wurde storniert.",
        )
        .golden(include_str!("../golden/example.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        Ok(Self {
            config,
            won: Word::of("won"),
            cancelled: Word::of("cancelled"),
            account: Word::of(ACCOUNT),
        })
    }
}

impl Compensation for Commission {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let mut earnings = Earnings::none();
        if input.event.code == self.won && !input.payees.is_empty() {
            let value = input.event.value();
            let amount = value.times_millionths(self.config.rate);
            // The claimer comes first.
            earnings.post(
                self.account,
                Holder::Partner(0),
                amount.0,
                Reason::of("won").with(value),
            );
        } else if input.event.code == self.cancelled {
            // What was posted is taken back; nothing is computed anew.
            earnings.take_back(input, self.account, &Reason::of("cancelled"))?;
        }
        Ok(earnings)
    }

    fn settle(&self, _context: &Context, _input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(Settlement::none())
    }
}

#[cfg(test)]
mod tests {
    use stellwerk_plugin_sdk::compensation::{EarlierPosting, PaidEvent, Payee};
    use stellwerk_plugin_sdk::testing;

    use super::*;

    fn award(code: &str, value: i64, earlier: Vec<EarlierPosting>) -> Vec<i64> {
        let input = AwardInput {
            event: PaidEvent {
                code: Word::of(code),
                attributes: Attributes::new().with("value", Money(value)),
                ..PaidEvent::default()
            },
            payees: vec![Payee::default()],
            earlier,
            ..AwardInput::default()
        };
        testing::default::<Commission>()
            .award(&Context::default(), &input)
            .unwrap()
            .postings
            .iter()
            .map(|posting| posting.amount)
            .collect()
    }

    fn earlier(amount: i64, corrects: Option<u32>) -> EarlierPosting {
        EarlierPosting {
            account: Word::of(ACCOUNT),
            holder: Some(Holder::Partner(0)),
            amount,
            reason: Word::of("won"),
            event: Word::NONE,
            age: Age::default(),
            corrects,
        }
    }

    #[test]
    fn the_golden_example_comes_out() {
        testing::golden_compensation::<Commission>();
    }

    #[test]
    fn a_share_of_the_value_is_paid() {
        assert_eq!(award("won", 2_500_000, Vec::new()), [75_000]);
        assert!(award("contacted", 0, Vec::new()).is_empty());
    }

    #[test]
    fn a_cancellation_takes_back_what_was_paid_once() {
        assert_eq!(
            award("cancelled", 0, vec![earlier(75_000, None)]),
            [-75_000]
        );
        let both = vec![earlier(75_000, None), earlier(-75_000, Some(0))];
        assert!(award("cancelled", 0, both).is_empty());
    }
}
