//! What is assumed, as plain data. Money is minor units, hours are thousandths, shares
//! and probabilities parts per million.

use std::fmt;

use crate::domain::event::EventCode;
use crate::domain::temperature::Temperature;

/// One simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Each draws a world of its own; from their differences come intervals.
    pub seeds: Vec<u64>,
    pub weeks: u32,
    /// After so many weeks the plan settles.
    pub period_weeks: u32,
    /// In so many weeks, the one of its arrival among them, a lead is worked, or it is
    /// unworked.
    pub open_weeks: u32,
    /// How many leads come in altogether.
    pub lead_count: u32,
    /// Seconds from the claim within which a lead is worked in time.
    pub promised: Promised,
    pub providers: Vec<Provider>,
    pub kinds: Vec<Kind>,
    /// What the plan is told of a provider's period beside what is counted.
    pub measures: Vec<Measure>,
    /// In millionths.
    pub targets: Vec<Target>,
}

/// Seconds from the claim to the first work, by how warm the lead is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    pub hot: u32,
    pub warm: u32,
    pub cold: u32,
}

impl Promised {
    /// That of such a lead.
    pub fn of(self, temperature: Temperature) -> u32 {
        match temperature {
            Temperature::Hot => self.hot,
            Temperature::Warm => self.warm,
            Temperature::Cold => self.cold,
        }
    }
}

/// Providers that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub count: u32,
    /// Thousandths of hours that each may work on leads in a week.
    pub budget: i64,
    /// What an hour costs it, in minor units.
    pub cost_per_hour: i64,
    /// The median of the seconds from a claim to the first work on it, where it is taken
    /// up in the week in which it came.
    pub response_seconds: u32,
    /// How many leads each gets, in relation to the others.
    pub weight: u32,
}

/// Leads that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Where they come from, as the contract's terms name it.
    pub source: String,
    pub temperature: Temperature,
    /// What is sold, as the terms name it.
    pub product: Option<String>,
    /// How many of all leads are such, in relation to the others.
    pub weight: u32,
    /// The median of the project's value, in minor units.
    pub value: i64,
    /// What the manufacturer keeps of it before the plan is paid, in parts per million.
    pub project_margin: i64,
    /// What the manufacturer earns later with a customer who stays, in minor units.
    pub customer_value: i64,
    /// How likely the customer stays where nobody does anything.
    pub stays_if_ignored: i64,
    pub keep_data: Work,
    pub care_contact: Work,
    pub pursue_project: Work,
}

impl Kind {
    /// What an action takes and brings.
    pub fn work(&self, action: Action) -> &Work {
        match action {
            Action::KeepData => &self.keep_data,
            Action::CareContact => &self.care_contact,
            Action::PursueProject => &self.pursue_project,
        }
    }
}

/// What an action takes and brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Thousandths of hours.
    pub effort: i64,
    /// What comes of it, one of these; with what is left of the probability, nothing.
    pub outcomes: Vec<Chances>,
    /// How likely the customer stays after it.
    pub stays: i64,
}

/// How often something comes of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chances {
    pub event: EventCode,
    pub probability: i64,
}

/// What can be done with a lead besides ignoring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    KeepData,
    CareContact,
    PursueProject,
}

impl Action {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::KeepData, Self::CareContact, Self::PursueProject];

    /// As parameters and reports name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeepData => "keep-data",
            Self::CareContact => "care-contact",
            Self::PursueProject => "pursue-project",
        }
    }

    /// Whether the lead is worked by it. To keep data is no work for the host either:
    /// see [`EventCode::is_work`].
    pub fn is_work(self) -> bool {
        self != Self::KeepData
    }

    /// What may come of it.
    pub fn may_bring(self) -> &'static [EventCode] {
        match self {
            Self::KeepData => &[EventCode::DataComplete],
            Self::CareContact => &[EventCode::CareContact, EventCode::Contacted],
            Self::PursueProject => &[
                EventCode::Won,
                EventCode::Lost,
                EventCode::Quoted,
                EventCode::Appointment,
                EventCode::Contacted,
            ],
        }
    }

    /// What is reported where nothing comes of it.
    pub fn in_vain(self) -> Option<EventCode> {
        self.is_work().then_some(EventCode::NotReached)
    }
}

/// A number that is told of each provider's period, in millionths of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    pub name: String,
    pub course: Course,
}

/// How a measure comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    Fixed(i64),
    /// In a straight line, from its value where no lead of the period is treated so to
    /// that where all are.
    By {
        share: Share,
        none: i64,
        all: i64,
    },
}

/// A share of the leads that were claimed in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    Worked,
    InTime,
    CaredFor,
    DataComplete,
}

impl Share {
    pub const ALL: [Self; 4] = [
        Self::Worked,
        Self::InTime,
        Self::CaredFor,
        Self::DataComplete,
    ];

    /// As parameters name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::InTime => "in-time",
            Self::CaredFor => "cared-for",
            Self::DataComplete => "data-complete",
        }
    }
}

/// What a provider is to reach in a period, in millionths of its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub value: i64,
}

/// A value that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter {
    /// Where it is in the document, such as `leads[1].pursue-project.effort-hours`.
    pub field: String,
    pub message: String,
}

impl fmt::Display for BadParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for BadParameter {}
