//! The accounts of the plan: its memory, and what it pays.

use stellwerk_plugin_sdk::prelude::*;

const COMMISSION: &str = "commission";
const RESERVE: &str = "reserve";
const CLAWBACK: &str = "clawback";
const TRANCHES: &str = "tranches";
pub const DRAW: &str = "draw";
pub const EARNED: &str = "earned";
const LIABLE_SINCE: &str = "liable-since";
const MARGIN: &str = "margin";

/// Their names as words.
pub struct Accounts {
    pub commission: Word,
    pub reserve: Word,
    pub clawback: Word,
    pub tranches: Word,
    pub draw: Word,
    pub earned: Word,
    pub liable_since: Word,
    pub margin: Word,
}

impl Accounts {
    pub fn named() -> Self {
        Self {
            commission: Word::of(COMMISSION),
            reserve: Word::of(RESERVE),
            clawback: Word::of(CLAWBACK),
            tranches: Word::of(TRANCHES),
            draw: Word::of(DRAW),
            earned: Word::of(EARNED),
            liable_since: Word::of(LIABLE_SINCE),
            margin: Word::of(MARGIN),
        }
    }

    /// Whether what is posted there is earned, and so compared with a draw.
    pub fn is_earned(&self, account: Word) -> bool {
        [self.commission, self.reserve, self.clawback, self.tranches].contains(&account)
    }
}

/// As the manifest declares them.
pub fn declared() -> Vec<Account> {
    vec![
        of_partner(COMMISSION, "earning", "commissions on won deals"),
        of_partner(
            RESERVE,
            "reserve",
            "below 0: what of them is held until the liability ends",
        ),
        of_partner(
            CLAWBACK,
            "clawback",
            "what deals take back that are called off while liable",
        ),
        of_partner(
            TRANCHES,
            "earning",
            "shares in the margins of a customer's years",
        ),
        of_partner(DRAW, "draw", "advanced, and not paid back yet"),
        of_partner(
            EARNED,
            "base",
            "earned since the last close, to be compared with the draw",
        ),
        Account {
            unit: Unit::Count,
            ..of_deal(
                LIABLE_SINCE,
                "the day from which the deal is liable, in days since 1970; 0: it is not",
            )
        },
        of_deal(MARGIN, "the margin of the customer's year"),
    ]
}

fn of_partner(name: &str, kind: &'static str, about: &'static str) -> Account {
    Account {
        name: name.to_owned(),
        unit: Unit::Money,
        holder: "partner",
        resets: Resets::Never,
        kind,
        about,
    }
}

fn of_deal(name: &str, about: &'static str) -> Account {
    Account {
        holder: "deal",
        ..of_partner(name, "base", about)
    }
}
