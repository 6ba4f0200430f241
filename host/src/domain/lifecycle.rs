//! A lead's states, and the one table that says what leads from which to which.
//!
//! A lead's life is no funnel: after a loss or a rest it may come round again,
//! in a new cycle.

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

impl State {
    /// Whether nothing follows unless somebody takes the lead up again.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Won | Self::Lost | Self::Rejected | Self::Erased)
    }

    /// Whether somebody holds the lead.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Claimed | Self::Working)
    }
}

/// What moves a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// Its sender has changed it, or a qualifier has answered.
    Answered,
    /// It has rested long enough.
    Woken,
    NeedsInfo,
    Nurtured,
    Qualified,
    Rejected,
    Merged,
    Offered,
    /// All offers have ended without a claim.
    Lapsed,
    Claimed,
    /// The holder has worked it.
    Worked,
    Recalled,
    /// A person has taken it out of the partners' hands, to be decided anew.
    Released,
    Won,
    Lost,
    Erased,
}

impl Trigger {
    pub const ALL: [Self; 16] = [
        Self::Answered,
        Self::Woken,
        Self::NeedsInfo,
        Self::Nurtured,
        Self::Qualified,
        Self::Rejected,
        Self::Merged,
        Self::Offered,
        Self::Lapsed,
        Self::Claimed,
        Self::Worked,
        Self::Recalled,
        Self::Released,
        Self::Won,
        Self::Lost,
        Self::Erased,
    ];
}

/// Where a trigger leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    pub state: State,
    /// Whether a new round through the lead's life begins.
    pub new_cycle: bool,
}

/// A trigger that a state does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a lead that is {} cannot be {trigger:?}", state.as_str())]
pub struct IllegalTransition {
    pub state: State,
    pub trigger: Trigger,
}

/// The table.
pub fn next(state: State, trigger: Trigger) -> Result<Next, IllegalTransition> {
    use State as S;
    use Trigger as T;
    let to = match (state, trigger) {
        (S::Erased, _) => None,
        (_, T::Erased) => Some(S::Erased),
        (S::Received | S::NeedsInfo | S::Nurturing, T::Answered) => Some(S::Received),
        (S::Nurturing | S::Lost, T::Woken) => {
            return Ok(Next {
                state: S::Received,
                new_cycle: true,
            });
        }
        (S::Received, T::NeedsInfo) => Some(S::NeedsInfo),
        (S::Received, T::Qualified) => Some(S::Qualified),
        (S::Received | S::NeedsInfo | S::Qualified, T::Rejected) => Some(S::Rejected),
        (S::Received, T::Merged) => Some(S::Rejected),
        (
            S::Received
            | S::NeedsInfo
            | S::Qualified
            | S::Offered
            | S::Claimed
            | S::Working
            | S::Lost,
            T::Nurtured,
        ) => Some(S::Nurturing),
        (S::Qualified | S::Offered, T::Offered) => Some(S::Offered),
        (S::Qualified | S::Offered, T::Lapsed) => Some(S::Qualified),
        (S::Offered, T::Claimed) => Some(S::Claimed),
        (S::Claimed | S::Working, T::Worked) => Some(S::Working),
        (S::Claimed | S::Working, T::Recalled) => Some(S::Qualified),
        (S::Claimed | S::Working, T::Won) => Some(S::Won),
        (S::Claimed | S::Working, T::Lost) => Some(S::Lost),
        (
            S::Received
            | S::NeedsInfo
            | S::Nurturing
            | S::Qualified
            | S::Offered
            | S::Claimed
            | S::Working,
            T::Released,
        ) => Some(S::Received),
        _ => None,
    };
    to.map(|state| Next {
        state,
        new_cycle: false,
    })
    .ok_or(IllegalTransition { state, trigger })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_as_people_read_it() {
        let mut table = String::new();
        for state in State::ALL {
            for trigger in Trigger::ALL {
                if let Ok(next) = next(state, trigger) {
                    let cycle = if next.new_cycle { ", new cycle" } else { "" };
                    table.push_str(&format!(
                        "{} -- {trigger:?} -> {}{cycle}\n",
                        state.as_str(),
                        next.state.as_str()
                    ));
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn nothing_leads_out_of_erasure() {
        for trigger in Trigger::ALL {
            assert!(next(State::Erased, trigger).is_err());
        }
    }
}
