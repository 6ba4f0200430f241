//! Where a generation stands, and the one table that says what may follow.

/// Where a generation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Its bytes are known.
    Uploaded,
    /// They are a component of the slot's kind that imports nothing else.
    Verified,
    /// They are native code.
    Compiled,
    /// It has its configuration and the contract's terms, and can be asked.
    Ready,
    /// It is asked beside what is in force, and never followed.
    Shadow,
    /// It decides for a share of the leads.
    Canary,
    /// It is in force, or will be at an instant that is fixed and is not tried until
    /// then.
    Active,
    /// Another one has taken its place.
    Retired,
    /// It has failed too often, or was rolled back.
    Quarantined,
}

impl Standing {
    pub const ALL: [Self; 9] = [
        Self::Uploaded,
        Self::Verified,
        Self::Compiled,
        Self::Ready,
        Self::Shadow,
        Self::Canary,
        Self::Active,
        Self::Retired,
        Self::Quarantined,
    ];

    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Verified => "verified",
            Self::Compiled => "compiled",
            Self::Ready => "ready",
            Self::Shadow => "shadow",
            Self::Canary => "canary",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Quarantined => "quarantined",
        }
    }

    /// The standing of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.as_str() == text)
    }

    /// Whether a generation that stands here may be put there next.
    pub fn may_become(self, next: Self) -> bool {
        use Standing::{
            Active, Canary, Compiled, Quarantined, Ready, Retired, Shadow, Uploaded, Verified,
        };
        match self {
            Uploaded => next == Verified,
            Verified => next == Compiled,
            Compiled => next == Ready,
            Ready => matches!(next, Shadow | Canary | Active),
            // Its share changes, or it is taken back.
            Shadow => matches!(next, Ready | Shadow | Canary | Active | Quarantined),
            Canary => matches!(next, Ready | Shadow | Canary | Active | Quarantined),
            Active => matches!(next, Retired | Quarantined | Ready),
            Retired => matches!(next, Shadow | Quarantined),
            // By a person's word.
            Quarantined => matches!(next, Shadow | Canary | Active),
        }
    }
}
