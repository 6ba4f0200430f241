//! Partners look at what they are offered: they take it, decline, or let it
//! lapse. Who is refused because it owes feedback reports, and tries again.

use super::super::agenda::{Look, Task};
use super::{Error, Play};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::happening::Event;
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::offer::{Decline, DeclineReason};
use crate::routing::claim::{Claiming, claim};
use crate::routing::decline::{Declining, decline};
use crate::routing::feedback::{Report, report};
use crate::routing::{self, Origin};

/// Claims that a partner catches up with at once.
const CLAIMS_MAX: u32 = 100;
/// From catching up to the next try, in minutes of working time.
const AGAIN_AFTER: u32 = 10;

impl Play<'_> {
    /// Everybody who is offered the lead looks at it in its own time.
    pub(super) fn offered(&mut self, lead: &LeadId, event: &Event) -> Result<(), Error> {
        let Some(AttributeValue::Texts(partners)) = event.attributes.get("partners") else {
            return Ok(());
        };
        let wave = match event.attributes.get("wave") {
            Some(AttributeValue::Integer(wave)) => u32::try_from(*wave).unwrap_or(0),
            _ => 0,
        };
        for partner in partners {
            let partner = PartnerId::from(partner.as_str());
            let Some(temper) = self.temper(&partner) else {
                continue;
            };
            let mut chance = self.chance(lead, &partner, &format!("sees wave {wave}"));
            let at = self.after_working(chance.around(temper.looks_after))?;
            let look = Look {
                lead: lead.clone(),
                partner,
                wave,
                again: false,
            };
            self.agenda.add(at, Task::Look(look));
        }
        Ok(())
    }

    pub(super) async fn look(&mut self, look: Look) -> Result<(), Error> {
        let Some(temper) = self.temper(&look.partner) else {
            return Ok(());
        };
        let known = self.leads.get(&look.lead);
        if known.is_some_and(|known| known.holder.is_some()) {
            self.too_late(&look.lead);
            return Ok(());
        }
        let value = self
            .arrival(&look.lead)
            .and_then(|arrival| arrival.lead.teaser.value)
            .unwrap_or(0);
        let occasion = format!("looks at wave {}", look.wave);
        let mut chance = self.chance(&look.lead, &look.partner, &occasion);
        let takes = temper.takes_of(self.temperature(&look.lead));
        if value >= temper.value_min && chance.happens(takes) {
            self.claim(look).await
        } else if chance.happens(temper.declines) {
            self.decline(look).await
        } else {
            Ok(())
        }
    }

    async fn claim(&mut self, look: Look) -> Result<(), Error> {
        let claiming = Claiming {
            manufacturer: self.world.manufacturer.id.clone(),
            lead: look.lead.clone(),
            partner: look.partner.clone(),
            user: None,
            attributes: Attributes::new(),
        };
        match claim(self.host, &claiming, &Origin::host()).await {
            Ok(_) => Ok(()),
            Err(routing::Error::Refused(refusals)) => {
                for refusal in &refusals {
                    let count = self.tally.claims_refused.entry(refusal.code.clone());
                    *count.or_default() += 1;
                }
                let owes = refusals.iter().any(|refusal| refusal.code == "feedback");
                match owes && !look.again {
                    true => self.catch_up(look).await,
                    false => Ok(()),
                }
            }
            Err(routing::Error::Policy { .. }) => Ok(()),
            Err(error) if is_too_late(&error) => {
                self.too_late(&look.lead);
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn decline(&mut self, look: Look) -> Result<(), Error> {
        let declining = Declining {
            manufacturer: self.world.manufacturer.id.clone(),
            lead: look.lead,
            partner: look.partner,
            decline: Decline {
                reason: DeclineReason::NotForMe,
                note: None,
            },
        };
        match decline(self.host, &declining, &Origin::host()).await {
            Ok(_) => Ok(()),
            Err(error) if is_too_late(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reports on everything that it owes a report on, and tries again: reporting
    /// unlocks at once. Who never reports does not.
    async fn catch_up(&mut self, look: Look) -> Result<(), Error> {
        if self
            .temper(&look.partner)
            .is_none_or(|temper| temper.reports == 0)
        {
            return Ok(());
        }
        let now = self.host.clock.now();
        let claims = self
            .host
            .store
            .open_claims(
                &self.world.manufacturer.id,
                std::slice::from_ref(&look.partner),
                None,
                CLAIMS_MAX,
            )
            .await?;
        for claim in claims {
            let overdue = claim.feedback_due_at.is_some_and(|due| due < now);
            if overdue || claim.last_feedback_at.is_none() {
                let owed = Report {
                    manufacturer: self.world.manufacturer.id.clone(),
                    lead: claim.lead,
                    partner: look.partner.clone(),
                    code: "not-reached".to_owned(),
                    occurred_at: None,
                    attributes: Attributes::new(),
                    note: None,
                };
                report(self.host, &owed, &Origin::host()).await?;
            }
        }
        let at = self.after_working(AGAIN_AFTER)?;
        self.agenda.add(
            at,
            Task::Look(Look {
                again: true,
                ..look
            }),
        );
        Ok(())
    }

    pub(super) fn temper(
        &self,
        partner: &PartnerId,
    ) -> Option<&'static super::super::temper::Temper> {
        self.world.partners.get(partner)?.temper
    }
}

/// The offer is no more.
fn is_too_late(error: &routing::Error) -> bool {
    matches!(
        error,
        routing::Error::Taken
            | routing::Error::NotOffered
            | routing::Error::NotFound { .. }
            | routing::Error::WrongState { .. }
    )
}
