//! What the host counts of a partner's work, under fixed names that policies
//! read; `wit/figures.md` describes them.

mod facts;
pub mod marks;
mod sources;
mod stages;
mod tally;

use serde::{Deserialize, Serialize};

use super::time::Micros;

pub use facts::{Facts, Work};

/// The word of a vocabulary that asks how earlier leads have ended.
pub const ENDINGS: &str = "figure/endings";
/// The word of a vocabulary that asks how long leads stay in a stage.
pub const STAGE_MEDIANS: &str = "figure/stage-medians";

const DAY_MICROS: i64 = 86_400_000_000;

/// Defines the figures once, with their names.
macro_rules! figures {
    ($($variant:ident $name:literal,)+) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum Figure { $($variant,)+ }

        impl Figure {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As policies name it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

figures! {
    Received "received",
    Eligible "eligible",
    Claimed "claimed",
    Declined "declined",
    Lapsed "lapsed",
    Recalled "recalled",
    Contacted "contacted",
    CareContacts "care-contacts",
    DataComplete "data-complete",
    Won "won",
    Lost "lost",
    Cancelled "cancelled",
    Unworked "unworked",
    Sales "sales",
    WithinSla "within-sla",
    Open "open",
    OpenWithoutFeedback "open-without-feedback",
    FeedbackOverdue "feedback-overdue",
    WonLastForCustomerDays "won-last-for-customer-days",
}

impl Figure {
    /// What is counted of the leads of a source, too.
    pub const OF_SOURCE: [Self; 4] = [Self::Received, Self::Won, Self::Lost, Self::Sales];

    /// Whether events are counted, in a window; the others are of the present
    /// moment.
    pub fn is_of_events(self) -> bool {
        !matches!(
            self,
            Self::Open
                | Self::OpenWithoutFeedback
                | Self::FeedbackOverdue
                | Self::WonLastForCustomerDays
        )
    }

    /// The figure of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|figure| figure.as_str() == text)
    }
}

/// A figure as a vocabulary names it: `figure/won@365d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub figure: Figure,
    /// How many days back is counted; none: all the time.
    pub days: Option<u32>,
}

impl Asked {
    /// Reads a column's name; none where it is no figure.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix("figure/")?;
        match name.split_once('@') {
            None => Figure::parse(name).map(|figure| Self { figure, days: None }),
            Some((figure, window)) => {
                let days = window.strip_suffix('d')?.parse().ok()?;
                Figure::parse(figure).map(|figure| Self {
                    figure,
                    days: Some(days),
                })
            }
        }
    }

    /// The span that is counted, up to and without `now`'s future.
    pub fn window(self, now: Micros) -> Window {
        Window {
            from: self.days.map_or(Micros(i64::MIN), |days| {
                Micros(now.0.saturating_sub(i64::from(days) * DAY_MICROS))
            }),
            until: Micros(now.0.saturating_add(1)),
        }
    }
}

/// From `from` until before `until`, by the events' own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Micros,
    pub until: Micros,
}

impl Window {
    fn holds(self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_figure() {
        let document = include_str!("../../../../wit/figures.md");
        let listed: Vec<&str> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let names = |figures: &[Figure]| figures.iter().map(|figure| figure.as_str()).collect();
        let mut known: Vec<&str> = names(Figure::ALL);
        known.extend::<Vec<&str>>(names(&Figure::OF_SOURCE));
        known.extend([ENDINGS, STAGE_MEDIANS].map(|name| name.trim_start_matches("figure/")));
        assert_eq!(listed, known);
    }

    #[test]
    fn names_carry_a_window() {
        assert_eq!(
            Asked::parse("figure/won@365d"),
            Some(Asked {
                figure: Figure::Won,
                days: Some(365)
            })
        );
        assert_eq!(
            Asked::parse("figure/open"),
            Some(Asked {
                figure: Figure::Open,
                days: None
            })
        );
        for name in ["won", "figure/luck", "figure/won@1y", "figure/won@-1d"] {
            assert_eq!(Asked::parse(name), None, "{name}");
        }
    }
}
