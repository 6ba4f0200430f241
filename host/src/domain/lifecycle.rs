//! A lead's states.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Received,
    NeedsInfo,
    Nurturing,
    Qualified,
    Offered,
    Claimed,
    Working,
    Won,
    Lost,
    Rejected,
    Erased,
}

impl State {
    pub const ALL: [Self; 11] = [
        Self::Received,
        Self::NeedsInfo,
        Self::Nurturing,
        Self::Qualified,
        Self::Offered,
        Self::Claimed,
        Self::Working,
        Self::Won,
        Self::Lost,
        Self::Rejected,
        Self::Erased,
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::NeedsInfo => "needs-info",
            Self::Nurturing => "nurturing",
            Self::Qualified => "qualified",
            Self::Offered => "offered",
            Self::Claimed => "claimed",
            Self::Working => "working",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Rejected => "rejected",
            Self::Erased => "erased",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}
