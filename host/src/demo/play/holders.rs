//! Holders work their leads, each in its own way: they try to reach the contact,
//! complete the data, look after it, and win or lose.

use super::super::agenda::{Task, Working};
use super::super::temper::{ATTEMPTS_MAX, CALLED_OFF, LEFT_AFTER_A_DAY, REACHED, won_of};
use super::{Error, Play};
use crate::domain::attribute::Attributes;
use crate::domain::deal::{DealState, Line};
use crate::domain::happening::Event;
use crate::domain::ids::{DealId, LeadId, PartnerId};
use crate::domain::temperature::Temperature;
use crate::routing::deals::{self, Altering, Ending, Outcome};
use crate::routing::feedback::{Report, report};
use crate::routing::{self, Origin};

/// A working day, in minutes of working time.
const DAY: u32 = 600;
/// From one attempt to the next.
const TRIES_AGAIN_AFTER: u32 = 400;
/// From the first contact to complete data.
const COMPLETES_AFTER: u32 = 90;
/// From a won deal to its being called off.
const CALLED_OFF_AFTER: u32 = 4 * DAY;

impl Play<'_> {
    /// The new holder sets to work, or does not.
    pub(super) fn claimed(&mut self, lead: &LeadId, partner: &PartnerId) -> Result<(), Error> {
        self.note_holder(lead, Some(partner));
        let Some(temper) = self.temper(partner) else {
            return Ok(());
        };
        let mut chance = self.chance(lead, partner, "sets to work");
        let works = chance.happens(temper.reports);
        let pretends = chance.happens(temper.pretends);
        let minutes = chance.around(temper.contacts_after);
        let working = Working {
            lead: lead.clone(),
            partner: partner.clone(),
            prompt: minutes < DAY,
            reached: false,
        };
        let task = match (works, pretends) {
            (true, _) => Task::Reach(working, 1),
            (false, true) => Task::Report(working, "data-complete"),
            (false, false) => return Ok(()),
        };
        let at = self.after_working(minutes)?;
        self.agenda.add(at, task);
        Ok(())
    }

    /// Tries to reach the contact; what follows is planned from there.
    pub(super) async fn reach(&mut self, working: Working, attempt: u32) -> Result<(), Error> {
        let occasion = format!("attempt {attempt}");
        let mut chance = self.chance(&working.lead, &working.partner, &occasion);
        let reached = chance.happens(REACHED);
        let code = if reached { "contacted" } else { "not-reached" };
        if !self.report(&working, code).await? {
            return Ok(());
        }
        if reached {
            return self.plan_from_contact(working);
        }
        let at = self.after_working(chance.around(TRIES_AGAIN_AFTER))?;
        let next = match attempt < ATTEMPTS_MAX {
            true => Task::Reach(working, attempt + 1),
            false => Task::Conclude(working),
        };
        self.agenda.add(at, next);
        Ok(())
    }

    fn plan_from_contact(&mut self, working: Working) -> Result<(), Error> {
        let Some(temper) = self.temper(&working.partner) else {
            return Ok(());
        };
        let mut chance = self.chance(&working.lead, &working.partner, "plans");
        let product = self
            .arrival(&working.lead)
            .and_then(|arrival| arrival.lead.teaser.product.as_deref());
        let days = match (product, self.temperature(&working.lead)) {
            (Some("service"), _) => 2,
            (_, Temperature::Hot) => 4,
            (_, Temperature::Warm) => 6,
            (_, Temperature::Cold) => 8,
        };
        let decides_after = chance.around(days * DAY);
        let working = Working {
            reached: true,
            ..working
        };
        let mut reports = Vec::new();
        for (minutes, code) in [
            (decides_after / 3, "appointment"),
            (decides_after * 2 / 3, "quoted"),
        ] {
            if chance.happens(temper.tells) {
                reports.push((minutes, code));
            }
        }
        if chance.happens(temper.completes) {
            reports.push((chance.around(COMPLETES_AFTER), "data-complete"));
        }
        if chance.happens(temper.cares) {
            reports.push((decides_after / 2, "care-contact"));
        }
        for (minutes, code) in reports {
            let at = self.after_working(minutes)?;
            self.agenda.add(at, Task::Report(working.clone(), code));
        }
        let at = self.after_working(decides_after)?;
        self.agenda.add(at, Task::Conclude(working));
        Ok(())
    }

    /// Reports; false where the lead is no longer the partner's.
    pub(super) async fn report(&mut self, working: &Working, code: &str) -> Result<bool, Error> {
        let reported = Report {
            manufacturer: self.world.manufacturer.id.clone(),
            lead: working.lead.clone(),
            partner: working.partner.clone(),
            code: code.to_owned(),
            occurred_at: None,
            attributes: Attributes::new(),
            note: None,
        };
        match report(self.host, &reported, &Origin::host()).await {
            Ok(_) => Ok(true),
            Err(error) if is_gone(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The customer has decided, or was never reached.
    pub(super) async fn conclude(&mut self, working: &Working) -> Result<(), Error> {
        let result = if working.reached && self.wins(working) {
            self.sold(working)
        } else {
            Ending::Lost
        };
        let outcome = Outcome {
            manufacturer: self.world.manufacturer.id.clone(),
            lead: working.lead.clone(),
            partner: working.partner.clone(),
            result,
            occurred_at: None,
            attributes: Attributes::new(),
        };
        match deals::conclude(self.host, &outcome, &Origin::host()).await {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn wins(&self, working: &Working) -> bool {
        let wins = self
            .temper(&working.partner)
            .map_or(0, |temper| temper.wins);
        let left = if working.prompt {
            100
        } else {
            LEFT_AFTER_A_DAY
        };
        let of_a_million = won_of(self.temperature(&working.lead)) * wins * left;
        let mut chance = self.chance(&working.lead, &working.partner, "wins");
        chance.below(1_000_000) < u64::from(of_a_million)
    }

    /// What was sold is worth a little less, or more, than what was asked for.
    fn sold(&self, working: &Working) -> Ending {
        let teaser = self
            .arrival(&working.lead)
            .map(|arrival| &arrival.lead.teaser);
        let asked = teaser.and_then(|teaser| teaser.value).unwrap_or(0);
        let mut chance = self.chance(&working.lead, &working.partner, "sells");
        let value = asked * chance.between(85, 112) / 10_000 * 100;
        Ending::Won {
            value: None,
            lines: vec![Line {
                product: teaser
                    .and_then(|teaser| teaser.product.clone())
                    .unwrap_or_default(),
                quantity: 1_000,
                value,
                attributes: Attributes::new(),
            }],
            external_id: None,
        }
    }

    pub(super) fn won(&mut self, lead: &LeadId, event: &Event) -> Result<(), Error> {
        let (Some(partner), Some(deal)) = (&event.partner, &event.deal) else {
            return Ok(());
        };
        let mut chance = self.chance(lead, partner, "regrets");
        if chance.happens(CALLED_OFF) {
            let at = self.after_working(chance.around(CALLED_OFF_AFTER))?;
            self.agenda.add(at, Task::CallOff(deal.clone()));
        }
        Ok(())
    }

    pub(super) async fn call_off(&mut self, deal: &DealId) -> Result<(), Error> {
        let altering = Altering {
            manufacturer: self.world.manufacturer.id.clone(),
            deal: deal.clone(),
            to: DealState::Cancelled,
            occurred_at: None,
            attributes: Attributes::new(),
            expected: None,
        };
        deals::change(self.host, &altering, &Origin::host()).await?;
        Ok(())
    }
}

/// The lead was taken back, or is somebody else's by now.
fn is_gone(error: &routing::Error) -> bool {
    matches!(
        error,
        routing::Error::Taken
            | routing::Error::NotHeld
            | routing::Error::NotFound { .. }
            | routing::Error::WrongState { .. }
    )
}
