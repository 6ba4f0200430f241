//! One of the two that are compared: a component at work on a period, with a book and
//! wishes of its own.

use super::wishes::Wishes;
use crate::domain::book::{Entry, Line};
use crate::domain::calendar::Period;
use crate::domain::contract::Binding;
use crate::domain::decision::Decision;
use crate::domain::digest::sha256;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::PostingId;
use crate::pay::ask::{self, Awarded, Recorded};
use crate::pay::lane::Lane;
use crate::pay::recompute::Computation;
use crate::pay::settle::{Settled, Unsettled};
use crate::pay::{Error, wake};
use crate::store::changes::Changes;

pub(super) struct Side<'a> {
    pub computation: Computation<'a>,
    pub wishes: Wishes,
    component: &'a str,
}

/// What a side has answered.
pub(super) struct Said {
    /// What it would have posted; none where it failed.
    pub entries: Option<Vec<Entry>>,
    pub decision: Option<Decision>,
    /// `ok`, or the error's code.
    pub code: &'static str,
}

impl<'a> Side<'a> {
    pub async fn begin(
        lane: &'a Lane<'a>,
        period: &'a Period,
        component: &'a str,
        binding: Binding,
    ) -> Result<Self, Error> {
        let plan = lane.plans.of_one(lane.host, period.begins, binding).await?;
        Ok(Self {
            computation: Computation::unbooked(lane, period, plan),
            wishes: Wishes::default(),
            component,
        })
    }

    /// Makes sure that what these events are about is there. Nothing is forgotten: a
    /// wish is about what was there when it was made.
    pub async fn recall(&mut self, events: &[&Positioned]) -> Result<(), Error> {
        let lane = self.computation.lane;
        self.computation.books.recall_more(lane, events).await
    }

    /// Asks about an event, and notes what it wants to be woken about.
    pub async fn award(&mut self, event: &Event, recorded: Recorded) -> Result<Said, Error> {
        let (lane, plan) = (self.computation.lane, self.computation.plan.clone());
        let (component, books) = (self.component, &mut self.computation.books);
        let awarded = ask::award(lane, &plan, component, event, books, recorded, id_of);
        match awarded.await? {
            Awarded::Paid {
                entries,
                wake_ups,
                decision,
            } => {
                let mut changes = Changes::default();
                wake::set(lane, &plan, component, event, wake_ups, &mut changes);
                self.wishes.note(changes.deadlines);
                Ok(Said::well(entries, decision))
            }
            Awarded::Failed { code, decision, .. } => Ok(Said::failed(code, decision)),
        }
    }

    /// Asks what the period comes to. What it wants to be woken about lies behind the
    /// period.
    pub async fn settle(&mut self) -> Result<Said, Error> {
        let all = self.computation.all();
        let settled = self.computation.ask_settlement(self.component, &all, id_of);
        match settled.await {
            Ok(Ok(Settled {
                entries, decision, ..
            })) => Ok(Said::well(entries, Some(decision))),
            Ok(Err(Unsettled { code, decision, .. })) => Ok(Said::failed(code, decision)),
            Err(Error::NotSettled { code, .. }) => Ok(Said::failed(code, None)),
            Err(error) => Err(error),
        }
    }

    /// Takes in what the other side has posted, where this one could not answer, so that
    /// it can be asked about what follows.
    pub fn enter(&mut self, entries: &[Entry]) -> Result<(), Error> {
        Ok(self.computation.books.book.enter(entries)?)
    }
}

impl Said {
    fn well(entries: Vec<Entry>, decision: Option<Decision>) -> Self {
        Self {
            entries: Some(entries),
            decision,
            code: "ok",
        }
    }

    fn failed(code: &'static str, decision: Option<Decision>) -> Self {
        Self {
            entries: None,
            decision,
            code,
        }
    }
}

/// The same line has the same identifier on both sides, and whenever it is computed.
fn id_of(line: &Line) -> PostingId {
    PostingId::from(sha256(format!("{line:?}").as_bytes()))
}
