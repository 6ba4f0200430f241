//! How rules are swapped: who has to agree, when a candidate is stopped, and what
//! follows when a policy keeps failing.

use serde::{Deserialize, Serialize};

use super::check::Problems;
use crate::domain::whole;

/// What a contract demands of a swap. Written only where it differs from the
/// default, so that policies are told what they were told before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Swaps {
    /// Whether a second person has to agree before a generation takes the place
    /// of another.
    pub four_eyes: bool,
    pub quarantine: Quarantine,
    pub gates: Gates,
}

/// When a generation is taken out of force for its failures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Quarantine {
    /// Failures within the window; 0: it is never taken out.
    #[serde(deserialize_with = "whole::count")]
    pub failures: i64,
    #[serde(deserialize_with = "whole::count")]
    pub window_minutes: i64,
    pub fallback: Fallback,
}

/// What decides where a generation was taken out of force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// What was in force before and was not bad; the manual queue where there is
    /// none.
    LastGood,
    /// A person.
    ManualQueue,
}

/// What a canary has to keep to. A gate that is not set is not watched; that of
/// errors is set unless it is said otherwise: a million lets all fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Gates {
    /// Answers that fail: parts per million of its decisions.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub errors_max: Option<i64>,
    /// Answers that differ from those of what is in force: parts per million.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub disagreement_max: Option<i64>,
    /// Leads that stay unworked: parts per million of those whose time is over.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub unworked_max: Option<i64>,
    /// What at most one in a hundred decisions may exceed.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub fuel_p99_max: Option<i64>,
    /// Likewise, in microseconds.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::maybe_count"
    )]
    pub micros_p99_max: Option<i64>,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            errors_max: Some(10_000),
            disagreement_max: None,
            unworked_max: None,
            fuel_p99_max: None,
            micros_p99_max: None,
        }
    }
}

impl Default for Quarantine {
    fn default() -> Self {
        Self {
            failures: 10,
            window_minutes: 10,
            fallback: Fallback::LastGood,
        }
    }
}

impl Swaps {
    pub(super) fn check(&self, problems: &mut Problems) {
        let Self {
            quarantine, gates, ..
        } = self;
        let share = (0, 1_000_000);
        let amount = (1, i64::MAX);
        for (name, value, (least, most)) in [
            ("quarantine/failures", Some(quarantine.failures), share),
            (
                "quarantine/window-minutes",
                Some(quarantine.window_minutes),
                (1, 10_080),
            ),
            ("gates/errors-max", gates.errors_max, share),
            ("gates/disagreement-max", gates.disagreement_max, share),
            ("gates/unworked-max", gates.unworked_max, share),
            ("gates/fuel-p99-max", gates.fuel_p99_max, amount),
            ("gates/micros-p99-max", gates.micros_p99_max, amount),
        ] {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                problems.add(
                    &format!("/swaps/{name}"),
                    format!("has to lie between {least} and {most}"),
                );
            }
        }
    }

    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
