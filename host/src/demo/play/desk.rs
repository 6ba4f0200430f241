//! The manufacturer's desk: requests come in, qualifiers ask back, leads that
//! nobody took get a second chance.

use super::super::agenda::Task;
use super::super::chance;
use super::super::temper::ANSWERED;
use super::{Error, Known, Play};
use crate::domain::ids::LeadId;
use crate::domain::temperature::Temperature;
use crate::routing::release::{Release, release};
use crate::routing::{Origin, intake};

/// From a question to its answer, and from a lead in the manual queue to the
/// desk: medians, in minutes of working time.
const ANSWERED_AFTER: u32 = 360;
const RELEASED_AFTER: u32 = 240;

impl Play<'_> {
    pub(super) async fn arrive(&mut self, index: usize) -> Result<(), Error> {
        let Some(arrival) = self.arrivals.get(index) else {
            return Ok(());
        };
        let received = intake::receive(
            self.host,
            &self.world.manufacturer.id,
            &self.world.contract.id,
            &arrival.lead,
            &Origin::host(),
        )
        .await?;
        let known = Known {
            arrival: index,
            temperature: Temperature::Cold,
            holder: None,
            released: false,
        };
        self.leads.insert(received.lead.id, known);
        Ok(())
    }

    /// Some people answer, some do not.
    pub(super) fn asked_back(&mut self, lead: &LeadId) -> Result<(), Error> {
        let mut chance = chance::about(self.number(lead), "asked back");
        if chance.happens(ANSWERED) {
            let at = self.after_working(chance.around(ANSWERED_AFTER))?;
            self.agenda.add(at, Task::Answer(lead.clone()));
        }
        Ok(())
    }

    pub(super) async fn answer(&mut self, lead: &LeadId) -> Result<(), Error> {
        let Some(arrival) = self.arrival(lead) else {
            return Ok(());
        };
        intake::answer(
            self.host,
            &self.world.manufacturer.id,
            lead,
            &arrival.answers,
            Some(&arrival.contact),
            &Origin::host(),
        )
        .await?;
        Ok(())
    }

    /// The desk tries a lead once more, and then leaves it to direct sales.
    pub(super) fn queued(&mut self, lead: &LeadId) -> Result<(), Error> {
        let tried = self.leads.get_mut(lead).map(|known| {
            let before = known.released;
            known.released = true;
            before
        });
        if tried == Some(false) {
            let mut chance = chance::about(self.number(lead), "released");
            let at = self.after_working(chance.around(RELEASED_AFTER))?;
            self.agenda.add(at, Task::Release(lead.clone()));
        }
        Ok(())
    }

    pub(super) async fn release(&mut self, lead: &LeadId) -> Result<(), Error> {
        release(
            self.host,
            &self.world.manufacturer.id,
            lead,
            &Release::TryAgain,
            &Origin::host(),
        )
        .await?;
        Ok(())
    }
}
