//! Plans that are tried over what has happened under a contract, beside the live system.

use super::ids::{ContractId, ManufacturerId, PlanTrialId, TokenId};
use super::time::Micros;

/// A trial as somebody has asked for it, and what has become of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanTrial {
    pub manufacturer: ManufacturerId,
    pub id: PlanTrialId,
    pub contract: ContractId,
    pub name: String,
    /// Why, for those who look at it later.
    pub comment: String,
    /// What is tried: JSON.
    pub request: String,
    pub wanted: Wanted,
    /// How often it was asked to run.
    pub asked: i64,
    pub created_at: Micros,
    pub created_by: Option<TokenId>,
    pub run: Run,
}

/// What is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Run,
    Stop,
}

/// What the host that runs it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Which of the times that it was asked has come to an end.
    pub ended: i64,
    pub leased_until: Micros,
    /// The host's name.
    pub host: Option<String>,
    /// What it does.
    pub step: Option<String>,
    pub started_at: Option<Micros>,
    /// The last end, if there was one.
    pub end: Option<End>,
    /// What was found: JSON.
    pub found: Option<String>,
}

/// How a run has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub at: Micros,
    /// Code and text of what it failed with; none where it is done.
    pub error: Option<(String, String)>,
}

/// Where a trial stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No host has begun it.
    Waiting,
    Running,
    /// Somebody has stopped it; it goes on where it was when it is resumed.
    Stopped,
    Done,
    Failed,
}

impl Wanted {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Stop => "stop",
        }
    }

    /// What has that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Run, Self::Stop]
            .into_iter()
            .find(|wanted| wanted.as_str() == text)
    }
}

impl State {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl PlanTrial {
    /// Where it stands. One whose host has gone without a word runs until another host
    /// takes it up.
    pub fn state(&self) -> State {
        let run = &self.run;
        if run.ended >= self.asked {
            let failed = run.end.as_ref().is_some_and(|end| end.error.is_some());
            return if failed { State::Failed } else { State::Done };
        }
        match (self.wanted, run.started_at) {
            (Wanted::Stop, _) => State::Stopped,
            (Wanted::Run, Some(_)) => State::Running,
            (Wanted::Run, None) => State::Waiting,
        }
    }
}
