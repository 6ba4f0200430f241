//! A policy of compensation that answers with all that it was told.

#[path = "../../told.rs"]
mod told;

use stellwerk_plugin_sdk::prelude::*;

pub struct Mirror;

impl Policy for Mirror {
    type Config = told::Config;

    fn manifest() -> Manifest {
        told::manifest("compensation")
            .account(account("partner"))
            .account(account("contract"))
            .account(account("plan"))
    }

    fn configure(_config: told::Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        told::configure();
        Ok(Self)
    }
}

/// One for each kind of holder that is always there, named after it.
fn account(holder: &'static str) -> Account {
    Account {
        name: holder.to_owned(),
        unit: Unit::Count,
        holder,
        resets: Resets::Never,
        kind: "base",
        about: "what a mirror posts",
    }
}

fn wake_ups() -> Vec<WakeUp> {
    vec![
        WakeUp {
            attributes: told::attributes(),
            ..WakeUp::after("due", told::every_leg())
        },
        WakeUp::drop("claim"),
    ]
}

impl Compensation for Mirror {
    fn award(&self, context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let mut earnings = Earnings::none();
        let told = || Reason::of("told");
        earnings.post(Word::of("contract"), Holder::Contract, 1, told());
        earnings.post(Word::of("plan"), Holder::Plan, -1, told());
        if !input.payees.is_empty() {
            earnings.post(Word::of("partner"), Holder::Partner(0), 7, told());
        }
        earnings.reasons.extend(told::reasons(context, input));
        earnings.wake_ups = wake_ups();
        Ok(earnings)
    }

    fn settle(&self, context: &Context, input: &SettleInput) -> Result<Settlement, PolicyError> {
        let mut settlement = Settlement::none();
        let rows = input.partners.len();
        if rows > 0 {
            settlement.post(Word::of("partner"), 0, 7, Reason::of("told"));
        }
        settlement.reasons.extend(told::reasons(context, input));
        settlement.terms = vec![(Word::of("part"), (1_i64..).take(rows).collect())];
        settlement.notices = [
            Notice::TargetMissed,
            Notice::TargetReached,
            Notice::Malus,
            Notice::Expiry,
            Notice::Statement,
        ]
        .map(|notice| (Holder::Contract, notice))
        .to_vec();
        settlement.wake_ups = wake_ups();
        Ok(settlement)
    }
}

stellwerk_plugin_sdk::export!(compensation: Mirror);
