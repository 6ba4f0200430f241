//! What became of a lead, as it was known at an instant.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::domain::attribute::AttributeValue;
use crate::domain::contract::Contract;
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store;

/// Events read at once.
const EVENTS_AT_ONCE: u32 = 2_000;

/// How a lead ended, as far as somebody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    Won,
    Lost,
    /// It is open for so long that the trial takes it as lost.
    TakenAsLost,
    /// It is open, or nobody was asked.
    Unknown,
}

impl Ending {
    /// As results name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::TakenAsLost => "taken-as-lost",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it was won; none where that is not known.
    pub fn won(self) -> Option<bool> {
        match self {
            Self::Won => Some(true),
            Self::Lost | Self::TakenAsLost => Some(false),
            Self::Unknown => None,
        }
    }
}

/// The way of a lead. A lead that was rejected ended without anybody trying it: what it
/// was worth is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Who had it last.
    pub holder: Option<PartnerId>,
    /// When it was offered first.
    pub offered_at: Option<Micros>,
    /// When it was claimed first.
    pub claimed_at: Option<Micros>,
    /// When the first report of it came in; none where history knows of none.
    pub worked_at: Option<Micros>,
    won_at: Option<Micros>,
    /// What was sold, in minor units.
    pub won_value: Option<i64>,
    lost_at: Option<Micros>,
}

impl Course {
    fn add(&mut self, event: &Event) {
        let at = Some(event.occurred_at);
        match EventCode::parse(&event.code) {
            Some(EventCode::Offered) => self.offered_at = self.offered_at.or(at),
            Some(EventCode::Claimed) => {
                self.claimed_at = self.claimed_at.or(at);
                self.holder.clone_from(&event.partner);
            }
            Some(code) if EventCode::FEEDBACK.contains(&code) => {
                self.worked_at = self.worked_at.or(at);
            }
            Some(EventCode::Won) => {
                self.won_at = at;
                if let Some(AttributeValue::Money(value)) = event.attributes.get("value") {
                    self.won_value = Some(*value);
                }
            }
            Some(EventCode::Lost) => self.lost_at = at,
            _ => {}
        }
    }

    /// How it had ended by `now`. What was lost once and won when it came round again is
    /// won; what was called off later was won, too.
    /// From `stale_at` on what is open is taken as lost.
    pub fn ending(&self, now: Micros, stale_at: Option<Micros>) -> Ending {
        let by_now = |at: Option<Micros>| at.is_some_and(|at| at <= now);
        match (by_now(self.won_at), by_now(self.lost_at)) {
            (true, _) => Ending::Won,
            (false, true) => Ending::Lost,
            (false, false) if by_now(stale_at) => Ending::TakenAsLost,
            (false, false) => Ending::Unknown,
        }
    }
}

/// What became of each lead of a contract, all its events taken in.
///
/// # Errors
/// Where the store cannot be read.
pub async fn courses(
    host: &Host,
    contract: &Contract,
) -> Result<HashMap<LeadId, Course>, store::Error> {
    let mut courses: HashMap<LeadId, Course> = HashMap::new();
    let mut after = 0;
    loop {
        let events = host
            .store
            .events_of_contract(&contract.manufacturer, &contract.id, after, EVENTS_AT_ONCE)
            .await?;
        let Some(last) = events.last() else {
            return Ok(courses);
        };
        after = last.position;
        for positioned in &events {
            if let Some(lead) = &positioned.event.lead {
                courses
                    .entry(lead.clone())
                    .or_default()
                    .add(&positioned.event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_not_known_before_it_was() {
        let course = Course {
            won_at: Some(Micros(40)),
            ..Course::default()
        };
        let endings = [39, 40].map(|now| course.ending(Micros(now), None));
        assert_eq!(endings, [Ending::Unknown, Ending::Won]);
    }

    #[test]
    fn what_is_open_for_long_is_taken_as_lost_until_it_is_won() {
        let course = Course {
            won_at: Some(Micros(40)),
            ..Course::default()
        };
        let endings = [29, 30, 40].map(|now| course.ending(Micros(now), Some(Micros(30))));
        assert_eq!(endings, [Ending::Unknown, Ending::TakenAsLost, Ending::Won]);
    }

    #[test]
    fn what_was_lost_and_came_round_again_is_won() {
        let course = Course {
            lost_at: Some(Micros(3)),
            won_at: Some(Micros(5)),
            ..Course::default()
        };
        let endings = [4, 5].map(|now| course.ending(Micros(now), Some(Micros(1))));
        assert_eq!(endings, [Ending::Lost, Ending::Won]);
    }
}
