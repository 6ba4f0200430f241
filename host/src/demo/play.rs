//! The play: the clock moves from one thing that happens to the next, whether
//! somebody does it or a deadline is due, and those that are concerned take note.

mod desk;
mod holders;
mod offers;

use std::collections::{BTreeMap, HashMap};

use super::agenda::{Agenda, Task};
use super::chance::{self, Chance};
use super::leads::{self, Arrival};
use super::summary::LookTooLate;
use super::swap::{Stage, Swapping};
use super::world::World;
use super::{BEGINS, ENDS, Error, FIRST_DAY, PERIOD};
use crate::domain::attribute::AttributeValue;
use crate::domain::calendar::Calendar;
use crate::domain::happening::Event;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::span::{Leg, Span};
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::{pay, worker};

/// Events read at once.
const EVENTS_AT_ONCE: u32 = 500;
/// When a deadline that could not be worked is looked at again.
const RETRY_MICROS: i64 = 60_000_000;
/// How often what has happened is paid.
const PAY_EVERY_MICROS: i64 = 24 * 3_600_000_000;

/// What happened that no event tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Looks at offers that another had taken, or that had lapsed.
    pub looks_too_late: Vec<LookTooLate>,
    /// Claims that the policy refused, by what would have unlocked them.
    pub claims_refused: BTreeMap<String, u32>,
}

/// A lead as those around it know it.
struct Known {
    arrival: usize,
    temperature: Temperature,
    /// Who holds it: then nobody else sees it any more.
    holder: Option<PartnerId>,
    /// Whether the desk has sent it on once.
    released: bool,
}

struct Play<'a> {
    host: &'a Host,
    world: &'a World,
    calendar: Calendar,
    arrivals: Vec<Arrival>,
    agenda: Agenda,
    leads: HashMap<LeadId, Known>,
    /// Of the last event that was taken note of.
    position: i64,
    /// Deadlines are not looked at before.
    rested_until: Micros,
    tally: Tally,
    swapping: Swapping,
}

/// Plays to the end, and closes the period.
pub async fn play(host: &Host, world: &World) -> Result<(Tally, Swapping), Error> {
    let force = host
        .contract(&world.manufacturer.id, &world.contract.id)
        .await?;
    let calendar = Calendar::clone(&force.calendar);
    let mut play = Play {
        arrivals: leads::arrivals(&calendar, FIRST_DAY, &world.agency),
        calendar,
        host,
        world,
        agenda: Agenda::default(),
        leads: HashMap::new(),
        position: 0,
        rested_until: BEGINS,
        tally: Tally::default(),
        swapping: Swapping::default(),
    };
    for (index, arrival) in play.arrivals.iter().enumerate() {
        play.agenda.add(arrival.at, Task::Arrive(index));
    }
    play.agenda
        .add(Micros(BEGINS.0 + PAY_EVERY_MICROS), Task::Pay);
    for stage in Stage::ALL {
        let at = play.calendar.instant_at(stage.at()).unwrap_or(ENDS);
        play.agenda.add(at, Task::Swap(stage));
    }
    while play.step().await? {}
    host.clock.advance_to(ENDS);
    pay::pay_waiting(host).await?;
    pay::close(
        host,
        &world.manufacturer.id,
        &world.contract.id,
        PERIOD,
        None,
    )
    .await?;
    Ok((play.tally, play.swapping))
}

impl Play<'_> {
    /// The next thing that happens; false when the play is over.
    async fn step(&mut self) -> Result<bool, Error> {
        let due = self.host.store.next_due().await?;
        let due = due.map(|due| due.max(self.rested_until));
        let task = self.agenda.next_at();
        let Some(at) = due.into_iter().chain(task).min().filter(|at| *at <= ENDS) else {
            return Ok(false);
        };
        self.host.clock.advance_to(at);
        if due == Some(at) {
            if worker::work_due(self.host).await? == 0 {
                self.rested_until = Micros(at.0 + RETRY_MICROS);
            }
        } else if let Some(task) = self.agenda.take() {
            self.perform(task).await?;
        }
        self.take_note().await?;
        Ok(true)
    }

    async fn perform(&mut self, task: Task) -> Result<(), Error> {
        match task {
            Task::Arrive(index) => self.arrive(index).await,
            Task::Answer(lead) => self.answer(&lead).await,
            Task::Release(lead) => self.release(&lead).await,
            Task::Look(look) => self.look(look).await,
            Task::Reach(working, attempt) => self.reach(working, attempt).await,
            Task::Report(working, code) => self.report(&working, code).await.map(drop),
            Task::Conclude(working) => self.conclude(&working).await,
            Task::CallOff(deal) => self.call_off(&deal).await,
            Task::Swap(stage) => self.swapping.take(self.host, self.world, stage).await,
            Task::Pay => {
                pay::pay_waiting(self.host).await?;
                let next = Micros(self.host.clock.now().0 + PAY_EVERY_MICROS);
                self.agenda.add(next, Task::Pay);
                Ok(())
            }
        }
    }

    /// Reads what has happened since, and lets those concerned plan.
    async fn take_note(&mut self) -> Result<(), Error> {
        loop {
            let events = self
                .host
                .store
                .events_of_contract(
                    &self.world.manufacturer.id,
                    &self.world.contract.id,
                    self.position,
                    EVENTS_AT_ONCE,
                )
                .await?;
            for positioned in &events {
                self.position = positioned.position;
                self.plan(&positioned.event)?;
            }
            if (events.len() as u32) < EVENTS_AT_ONCE {
                return Ok(());
            }
        }
    }

    fn plan(&mut self, event: &Event) -> Result<(), Error> {
        let Some(lead) = &event.lead else {
            return Ok(());
        };
        match (event.code.as_str(), &event.partner) {
            ("qualified", _) => {
                let told = event.attributes.get("temperature");
                if let Some(AttributeValue::Text(told)) = told
                    && let Some(temperature) = Temperature::parse(told)
                    && let Some(known) = self.leads.get_mut(lead)
                {
                    known.temperature = temperature;
                }
                Ok(())
            }
            ("offered", _) => self.offered(lead, event),
            ("claimed", Some(partner)) => self.claimed(lead, partner),
            ("recalled", _) => {
                self.note_holder(lead, None);
                Ok(())
            }
            ("won", _) => self.won(lead, event),
            ("needs-info", _) => self.asked_back(lead),
            ("queued", _) => self.queued(lead),
            _ => Ok(()),
        }
    }

    /// Somebody has looked when it was gone.
    fn too_late(&mut self, lead: &LeadId) {
        self.tally.looks_too_late.push(LookTooLate {
            lead: lead.clone(),
            at: self.host.clock.now(),
        });
    }

    fn note_holder(&mut self, lead: &LeadId, holder: Option<&PartnerId>) {
        if let Some(known) = self.leads.get_mut(lead) {
            known.holder = holder.cloned();
        }
    }

    /// The number of a lead.
    fn number(&self, lead: &LeadId) -> &str {
        self.arrival(lead)
            .map_or("", |arrival| arrival.number.as_str())
    }

    fn arrival(&self, lead: &LeadId) -> Option<&Arrival> {
        self.arrivals.get(self.leads.get(lead)?.arrival)
    }

    fn temperature(&self, lead: &LeadId) -> Temperature {
        self.leads
            .get(lead)
            .map_or(Temperature::Cold, |known| known.temperature)
    }

    /// What is drawn about a lead at a partner's on an occasion.
    fn chance(&self, lead: &LeadId, partner: &PartnerId, occasion: &str) -> Chance {
        let code = match self.world.partners.get(partner) {
            Some(player) => player.partner.code.as_str(),
            None => "",
        };
        chance::about(self.number(lead), &format!("{occasion} {code}"))
    }

    /// When so many minutes of working time are over, from now.
    fn after_working(&self, minutes: u32) -> Result<Micros, Error> {
        let span = Span(vec![Leg::WorkingSeconds(minutes.saturating_mul(60))]);
        Ok(self.calendar.resolve(&span, self.host.clock.now())?)
    }
}
