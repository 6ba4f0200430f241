//! The events of the host; `wit/events.md` describes them. A contract may
//! declare more in its terms.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Defines the codes once, with their names.
macro_rules! events {
    ($($variant:ident $code:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventCode { $($variant,)+ }

        impl EventCode {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

events! {
    Received "received",
    Changed "changed",
    Answered "answered",
    Woken "woken",
    NeedsInfo "needs-info",
    Nurtured "nurtured",
    Qualified "qualified",
    Rejected "rejected",
    Merged "merged",
    Routed "routed",
    Offered "offered",
    Unmatched "unmatched",
    Lapsed "lapsed",
    Withdrawn "withdrawn",
    Reopened "reopened",
    Declined "declined",
    Claimed "claimed",
    Recalled "recalled",
    Breached "breached",
    Reminded "reminded",
    Told "told",
    Extended "extended",
    Blocked "blocked",
    Queued "queued",
    Released "released",
    Due "due",
    DealRegistered "deal-registered",
    Contacted "contacted",
    NotReached "not-reached",
    Appointment "appointment",
    Quoted "quoted",
    CareContact "care-contact",
    DataComplete "data-complete",
    Won "won",
    Lost "lost",
    Cancelled "cancelled",
    Unworked "unworked",
    Erased "lead.erased",
    PeriodClosed "period-closed",
    PolicyFailed "policy-failed",
    GenerationStopped "generation-stopped",
    NotReproduced "not-reproduced",
    Disputed "disputed",
    DisputeAnswered "dispute-answered",
}

impl EventCode {
    /// What the holder of a lead reports, apart from its outcome.
    pub const FEEDBACK: &[Self] = &[
        Self::Contacted,
        Self::NotReached,
        Self::Appointment,
        Self::Quoted,
        Self::CareContact,
        Self::DataComplete,
    ];

    /// What compensation is asked about, besides the contract's own events.
    pub const PAID: &[Self] = &[
        Self::Claimed,
        Self::Recalled,
        Self::Contacted,
        Self::NotReached,
        Self::Appointment,
        Self::Quoted,
        Self::CareContact,
        Self::DataComplete,
        Self::Won,
        Self::Lost,
        Self::Cancelled,
        Self::Unworked,
    ];

    /// The code of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// Whether it shows that the holder works the lead: a contact attempt, a
    /// care contact, or what follows from one.
    pub fn is_work(self) -> bool {
        matches!(
            self,
            Self::Contacted
                | Self::NotReached
                | Self::Appointment
                | Self::Quoted
                | Self::CareContact
                | Self::Won
                | Self::Lost
        )
    }
}

impl Serialize for EventCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EventCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("`{code}` is no event")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_lists_every_event() {
        let document = include_str!("../../../wit/events.md");
        let listed: Vec<&str> = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let known: Vec<&str> = EventCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(listed, known);
    }
}
