//! What accounts are for, as statements tell it.

/// Defines the kinds once, with their names.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)+) => {
        /// What an account is for; its plugin's manifest says which.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum AccountKind { $($(#[$doc])* $variant,)+ }

        impl AccountKind {
            /// In the order in which statements have them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As manifests have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

kinds! {
    /// Earned with business or work.
    Earning "earning",
    /// Paid on top, for results that were agreed on.
    Bonus "bonus",
    /// Taken off, because results were missed.
    Malus "malus",
    /// Put right by hand or by agreement.
    Adjustment "adjustment",
    /// Taken back of what was paid, because business did not last.
    Clawback "clawback",
    /// Held back of what was earned.
    Reserve "reserve",
    /// Given out of what was held back.
    Release "release",
    /// Paid in advance, and recovered from what is earned later.
    Draw "draw",
    /// Collected, and worth something later.
    Points "points",
    /// Budget for marketing.
    Mdf "mdf",
    /// Paid out.
    Payout "payout",
    /// What the plan remembers; due to nobody.
    Base "base",
}

impl AccountKind {
    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether what the account holds is due to its holder, or owed by it.
    pub fn is_due(self) -> bool {
        self != Self::Base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_may_name_every_kind_and_no_other() {
        let schema = include_str!("../../../wit/manifest.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let kinds = &schema["properties"]["accounts"]["items"]["properties"]["kind"]["enum"];
        let known: Vec<&str> = AccountKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(*kinds, serde_json::json!(known));
    }
}
