//! What is decided, on plain data.

#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;

const COMMISSION: &str = "commission";

/// What is paid for a won deal, and who gets which part of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// The commission, in parts per million of the deal's value.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
    /// Who has a share in it. A role that stands there twice means the first and
    /// the second partner of that role: with `above`, the nearest and the next.
    pub shares: Vec<Share>,
    /// Who gets the share of a role that nobody has.
    pub missing: Missing,
}

/// A part of the commission.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Share {
    /// claimer, above, agency, or a role that the terms name.
    pub role: Word,
    /// Its part of the sum of all weights.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub weight: i64,
}

/// Who gets the share of a role that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The claimer, as a posting of its own.
    Claimer,
    /// All that are there, by their weights.
    Others,
    /// Nobody: the manufacturer keeps it.
    Nobody,
}

impl Default for Config {
    fn default() -> Self {
        let share = |role: &str, weight| Share {
            role: Word::of(role),
            weight,
        };
        Self {
            rate: 30_000,
            shares: vec![share("claimer", 80), share("above", 15), share("agency", 5)],
            missing: Missing::Claimer,
        }
    }
}

/// Flat commission, split by largest remainder.
pub struct FlatSplit {
    config: Config,
    won: Word,
    cancelled: Word,
    claimer: Word,
    above: Word,
    agency: Word,
    commission: Word,
}

impl Policy for FlatSplit {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            "compensation-flat-split",
            env!("CARGO_PKG_VERSION"),
            "Pays a commission on won deals, shared by claimer, partner above and agency.",
        )
        .event("won")
        .event("cancelled")
        .attribute(AttributeUse {
            name: "value".to_owned(),
            of: "event",
            kind: "money",
            about: "the deal's value, where it has no lines",
        })
        .account(Account {
            name: COMMISSION.to_owned(),
            unit: Unit::Money,
            holder: "partner",
            resets: Resets::Never,
            kind: "earning",
            about: "shares in the commissions on won deals",
        })
        .reason(
            "claimer-share",
            "Share of the commission of {0} on a deal of {1}.",
            "Anteil an der Provision von {0} auf einen Auftrag über {1}.",
        )
        .reason(
            "above-share",
            "Share of the partner above in the commission of {0} on a deal of {1}.",
            "Anteil des übergeordneten Partners an der Provision von {0} auf einen Auftrag über {1}.",
        )
        .reason(
            "agency-share",
            "Share of the agency in the commission of {0} on a deal of {1}.",
            "Anteil der Agentur an der Provision von {0} auf einen Auftrag über {1}.",
        )
        .reason(
            "role-share",
            "Share as {2} in the commission of {0} on a deal of {1}.",
            "Anteil ({2}) an der Provision von {0} auf einen Auftrag über {1}.",
        )
        .reason(
            "missing-share",
            "Nobody is {2}: that share of the commission of {0} on a deal of {1} goes to the claimer.",
            "Niemand hat die Rolle {2}: der Anteil an der Provision von {0} auf einen Auftrag über {1} geht an den Übernehmenden.",
        )
        .reason(
            "kept-share",
            "Nobody is {2}: that share of the commission of {0} on a deal of {1} is not paid.",
            "Niemand hat die Rolle {2}: der Anteil an der Provision von {0} auf einen Auftrag über {1} wird nicht gezahlt.",
        )
        .reason(
            "no-value",
            "The deal has no value to take a commission of.",
            "Der Auftrag hat keinen Wert, auf den es Provision gäbe.",
        )
        .reason(
            "cancelled",
            "The deal was called off.",
            "Der Auftrag wurde storniert.",
        )
        .golden(include_str!("../golden/shared-by-three.json"))
        .golden(include_str!("../golden/nobody-above.json"))
        .golden(include_str!("../golden/called-off.json"))
    }

    fn configure(config: Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        if config.shares.iter().all(|share| share.weight <= 0) {
            return Err(vec![Problem::at(
                "/shares",
                "needs one share with a weight above 0",
            )]);
        }
        Ok(Self {
            config,
            won: Word::of("won"),
            cancelled: Word::of("cancelled"),
            claimer: Word::of("claimer"),
            above: Word::of("above"),
            agency: Word::of("agency"),
            commission: Word::of(COMMISSION),
        })
    }
}

impl Compensation for FlatSplit {
    fn award(&self, _context: &Context, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let mut earnings = Earnings::none();
        if input.event.code == self.won {
            self.share_out(input, &mut earnings);
        } else if input.event.code == self.cancelled {
            let reason = Reason::of("cancelled");
            earnings.take_back(input, self.commission, &reason)?;
        }
        Ok(earnings)
    }

    fn settle(&self, _context: &Context, _input: &SettleInput) -> Result<Settlement, PolicyError> {
        Ok(Settlement::none())
    }
}

impl FlatSplit {
    /// amount = round(value * rate), in parts that sum to it.
    fn share_out(&self, input: &AwardInput, earnings: &mut Earnings) {
        let value = input.event.value();
        if value <= Money::ZERO {
            earnings.reasons.push(Reason::of("no-value"));
            return;
        }
        let amount = value.times_millionths(self.config.rate);
        let shares = &self.config.shares;
        let holders = self.holders(input);
        let weights: Vec<i64> = shares
            .iter()
            .zip(&holders)
            .map(|(share, holder)| match (holder, self.config.missing) {
                (None, Missing::Others) => 0,
                _ => share.weight,
            })
            .collect();
        if weights.iter().all(|weight| *weight <= 0) {
            return;
        }
        let said = |code: &str| Reason::of(code).with(amount).with(value);
        let claimer = input.payee(self.claimer);
        for ((share, holder), part) in shares.iter().zip(holders).zip(split(amount, &weights)) {
            let heir = match self.config.missing {
                Missing::Claimer => claimer,
                Missing::Others | Missing::Nobody => None,
            };
            match (holder, heir) {
                (Some(holder), _) => {
                    let reason = self.reason_of(share.role, said);
                    earnings.post(self.commission, holder, part.0, reason.weighing(part.0));
                }
                (None, Some(heir)) => {
                    let reason = said("missing-share").with(share.role);
                    earnings.post(self.commission, heir, part.0, reason.weighing(part.0));
                }
                (None, None) if part != Money::ZERO => {
                    earnings
                        .reasons
                        .push(said("kept-share").with(share.role).weighing(part.0));
                }
                (None, None) => {}
            }
        }
    }

    /// Who has each share: of those of one role, one after another.
    fn holders(&self, input: &AwardInput) -> Vec<Option<Holder>> {
        let shares = &self.config.shares;
        (0..shares.len())
            .map(|position| {
                let role = shares[position].role;
                let before = shares[..position]
                    .iter()
                    .filter(|share| share.role == role)
                    .count();
                (0..)
                    .zip(&input.payees)
                    .filter(|(_, payee)| payee.role == role)
                    .nth(before)
                    .map(|(payee, _)| Holder::Partner(payee))
            })
            .collect()
    }

    fn reason_of(&self, role: Word, said: impl Fn(&str) -> Reason) -> Reason {
        if role == self.claimer {
            said("claimer-share")
        } else if role == self.above {
            said("above-share")
        } else if role == self.agency {
            said("agency-share")
        } else {
            said("role-share").with(role)
        }
    }
}
