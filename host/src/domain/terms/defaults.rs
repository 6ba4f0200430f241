//! What holds where terms say nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hours, Periods, ServiceLevel, ServiceLevels};
use crate::domain::calendar::Cadence;
use crate::domain::span::{Leg, Span};

impl Default for Hours {
    fn default() -> Self {
        Self {
            working_hours: default_working_hours(),
            holidays: BTreeSet::new(),
        }
    }
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            cadence: Cadence::Month,
            grace_business_days: 5,
            late_days_max: 365,
        }
    }
}

impl Default for ServiceLevels {
    /// Hot leads cool fast; warm and cold ones wait for working hours.
    fn default() -> Self {
        let level = |claim, contact| ServiceLevel {
            claim: Span(vec![claim]),
            contact: Span(vec![contact]),
        };
        Self {
            hot: level(Leg::ElapsedSeconds(900), Leg::ElapsedSeconds(3_600)),
            warm: level(Leg::WorkingSeconds(14_400), Leg::ElapsedSeconds(86_400)),
            cold: level(Leg::BusinessDays(2), Leg::BusinessDays(5)),
        }
    }
}

pub(super) fn default_working_hours() -> BTreeMap<String, Vec<[String; 2]>> {
    ["monday", "tuesday", "wednesday", "thursday", "friday"]
        .into_iter()
        .map(|day| {
            (
                day.to_owned(),
                vec![["08:00".to_owned(), "17:00".to_owned()]],
            )
        })
        .collect()
}

pub(super) fn default_languages() -> Vec<String> {
    vec!["en".to_owned()]
}

pub(super) fn default_feedback_every() -> Span {
    Span(vec![Leg::BusinessDays(10)])
}

pub(super) fn default_unworked_after_days() -> u32 {
    30
}

pub(super) fn default_roles() -> Vec<String> {
    ["channel-manager", "head-of-channel", "direct-sales"]
        .map(str::to_owned)
        .to_vec()
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn is_yes(flag: &bool) -> bool {
    *flag
}
