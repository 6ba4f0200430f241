//! A lead at work: what has been read of it, and what a command is going to
//! commit. Asking policies changes the draft only; nothing is written before
//! the whole command is decided.

use std::sync::Arc;

use super::Error;
use crate::domain::attribute::Attributes;
use crate::domain::deadline::{Deadline, Subject};
use crate::domain::happening::Event;
use crate::domain::ids::{DecisionId, LeadId, ManufacturerId, PartnerId, TokenId};
use crate::domain::lead::{Contact, Lead, Manual, Stage};
use crate::domain::lead_key::LeadKey;
use crate::domain::lifecycle::{self, Trigger};
use crate::domain::offer::{Claim, ClaimEnding, Offer, OfferState};
use crate::domain::partner::{Participant, Position};
use crate::domain::span::Span;
use crate::domain::time::Micros;
use crate::host::{Aside, Host, InForce, telling};
use crate::policy::Kind;
use crate::store::KeyUses;
use crate::store::changes::{Changes, Command, DeadlineChange, Guard};

/// How often one command may ask a policy; a ladder that never comes to rest
/// ends in the manual queue.
const QUESTIONS_MAX: u32 = 12;

pub(super) struct Draft<'a> {
    pub host: &'a Host,
    /// As it is in force for the lead: with the generations of its cycle, those of a
    /// kind as soon as it is asked ([`Self::keep_to`]).
    pub force: Arc<InForce>,
    /// As it is in force for whoever begins now.
    pub snapshot: Arc<InForce>,
    /// When what is being decided happens: now, or an instant of a lead's past.
    pub now: Micros,
    recorded_at: Micros,
    pub actor: Option<TokenId>,
    pub lead: Lead,
    pub contact: Contact,
    /// Where the lead is.
    pub seat: Option<Position>,
    /// Other leads that are likely the same.
    pub likely_same: KeyUses,
    /// Offers of this cycle, oldest first.
    pub offers: Vec<Offer>,
    pub claim: Option<Claim>,
    /// Events of this cycle, oldest first, those of this draft included.
    pub history: Vec<Event>,
    /// The decision that what comes next follows from.
    pub follows: Option<DecisionId>,
    pub changes: Changes,
    /// Under which it is kept what a policy is told in free text; none where it is told
    /// none.
    pub(super) key: Option<LeadKey>,
    /// What is asked beside what was decided.
    pub(super) asides: Vec<Aside>,
    questions: u32,
}

impl<'a> Draft<'a> {
    /// A lead that is not stored yet.
    pub fn new(
        host: &'a Host,
        snapshot: Arc<InForce>,
        now: Micros,
        actor: Option<TokenId>,
        mut lead: Lead,
        contact: Contact,
    ) -> Self {
        lead.began_with = snapshot.begin(&lead.id);
        let force = snapshot.beginning(&lead.began_with);
        let changes = Changes {
            guards: vec![Guard::Lead(lead.id.clone(), None)],
            ..Changes::default()
        };
        Self {
            host,
            force,
            snapshot,
            now,
            recorded_at: now,
            actor,
            lead,
            contact,
            seat: None,
            likely_same: KeyUses::new(),
            offers: Vec::new(),
            claim: None,
            history: Vec::new(),
            follows: None,
            changes,
            key: None,
            asides: Vec::new(),
            questions: 0,
        }
    }

    /// The lead as it is stored, with everything that its policies are told.
    pub async fn load(
        host: &'a Host,
        manufacturer: &ManufacturerId,
        id: &LeadId,
        actor: Option<TokenId>,
    ) -> Result<Self, Error> {
        let now = host.clock.now();
        let lead = host
            .store
            .lead(manufacturer, id)
            .await?
            .ok_or(Error::NotFound { what: "lead" })?;
        let snapshot = host.contract(manufacturer, &lead.contract).await?;
        let contact = host
            .store
            .contact(manufacturer, id)
            .await?
            .unwrap_or_default();
        let seat = telling::seat(host, &lead).await?;
        let offers = host
            .store
            .offers_of_lead(manufacturer, id, lead.cycle)
            .await?;
        let claim = host.store.open_claim(manufacturer, id).await?;
        let history = host
            .store
            .events_of_lead(manufacturer, id)
            .await?
            .into_iter()
            .map(|positioned| positioned.event)
            .filter(|event| event.cycle == lead.cycle)
            .collect();
        let changes = Changes {
            guards: vec![Guard::Lead(lead.id.clone(), Some(lead.version))],
            ..Changes::default()
        };
        Ok(Self {
            host,
            force: snapshot.clone(),
            snapshot,
            now,
            recorded_at: now,
            actor,
            lead,
            contact,
            seat,
            likely_same: KeyUses::new(),
            offers,
            claim,
            history,
            follows: None,
            changes,
            key: None,
            asides: Vec::new(),
            questions: 0,
        })
    }

    /// What is asked next is of that kind: by the generation that the lead's cycle began
    /// with, which may have to be loaded first.
    pub async fn keep_to(&mut self, kind: Kind) -> Result<(), Error> {
        let began = &self.lead.began_with;
        self.force = self.host.for_cycle(&self.force, began, kind).await?;
        Ok(())
    }

    /// Moves the lead as the life cycle's table says.
    pub fn move_by(&mut self, trigger: Trigger, wanted: &'static str) -> Result<(), Error> {
        let next = lifecycle::next(self.lead.state, trigger).map_err(|_| Error::WrongState {
            state: self.lead.state,
            wanted,
        })?;
        if next.new_cycle {
            self.begin_cycle();
        }
        self.lead.state = next.state;
        Ok(())
    }

    /// A new round: nothing of the last one counts any more.
    fn begin_cycle(&mut self) {
        self.lead.cycle += 1;
        self.lead.began_with = self.snapshot.begin(&self.lead.id);
        self.force = self.snapshot.beginning(&self.lead.began_with);
        self.lead.wave = 0;
        self.lead.step = 0;
        self.lead.routed_to = None;
        self.lead.manual = None;
        self.lead.qualified_at = None;
        self.lead.claimed_at = None;
        self.lead.first_worked_at = None;
        self.lead.last_feedback_at = None;
        self.lead.ended_at = None;
        self.offers.clear();
        self.history.clear();
    }

    /// A new identifier, of the instant that is recorded.
    pub fn next_id<T: From<String>>(&self) -> T {
        self.host.ids.next(self.recorded_at)
    }

    /// Adds an event of the lead; it has happened now.
    pub fn record(&mut self, code: &str, partner: Option<&PartnerId>, attributes: Attributes) {
        self.record_at(code, partner, attributes, self.now);
    }

    /// Adds an event of the lead that happened at `occurred_at`.
    pub fn record_at(
        &mut self,
        code: &str,
        partner: Option<&PartnerId>,
        attributes: Attributes,
        occurred_at: Micros,
    ) {
        let event = Event {
            manufacturer: self.lead.manufacturer.clone(),
            id: self.next_id(),
            contract: self.lead.contract.clone(),
            lead: Some(self.lead.id.clone()),
            cycle: self.lead.cycle,
            deal: None,
            partner: partner.cloned(),
            code: code.to_owned(),
            occurred_at,
            recorded_at: self.recorded_at,
            attributes,
            lines: Vec::new(),
            decision: self.follows.clone(),
            actor: self.actor.clone(),
        };
        self.history.push(event.clone());
        self.changes.events.push(event);
    }

    /// Counts a question; false when the command has asked too many.
    pub fn may_ask(&mut self) -> bool {
        self.questions += 1;
        self.questions <= QUESTIONS_MAX
    }

    /// Puts the lead into the manual queue: a person has to look at it.
    pub fn queue(&mut self, stage: Stage, code: &str, detail: String) {
        self.lead.manual = Some(Manual {
            stage,
            code: code.to_owned(),
            detail,
            since: self.now,
        });
        self.record(
            "queued",
            None,
            Attributes::from([(
                "code".to_owned(),
                crate::domain::attribute::AttributeValue::Text(code.to_owned()),
            )]),
        );
    }

    /// Adds to what is known about the person: a policy sees it only where the terms
    /// allow free text.
    pub fn keep_note(&mut self, note: &str) {
        let kept = self.contact.note.get_or_insert_default();
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(note);
        self.changes
            .contacts
            .push((self.lead.id.clone(), self.contact.clone()));
    }

    /// Ends the open offers, in the state that tells why.
    pub fn end_offers(&mut self, state: OfferState) -> Vec<PartnerId> {
        let mut partners = Vec::new();
        for offer in &mut self.offers {
            if offer.state.may_be_claimed() {
                offer.state = state;
                offer.ended_at = Some(self.now);
                partners.push(offer.partner.clone());
                self.changes.offers.push(offer.clone());
            }
        }
        partners
    }

    /// Ends the claim, if there is one, and tells whose it was. The store
    /// counts the participant's version up, so that a claim that was decided
    /// beside it is decided again.
    pub fn end_claim(&mut self, ending: ClaimEnding) -> Option<PartnerId> {
        let mut claim = self.claim.take()?;
        claim.ended_at = Some(self.now);
        claim.ending = Some(ending);
        self.lead.holder = None;
        self.lead.feedback_due_at = None;
        let partner = claim.partner.clone();
        self.changes.claims.push(claim);
        Some(partner)
    }

    /// When `span`, counted from `since`, is over by the contract's calendar.
    pub fn resolve(&self, span: &Span, since: Micros) -> Result<Micros, String> {
        self.force
            .calendar
            .resolve(span, since)
            .map_err(|error| error.to_string())
    }

    /// Sets a deadline; it takes the place of the open one of the same key.
    pub fn set_deadline(
        &mut self,
        subject: Subject,
        key: &str,
        due_at: Micros,
        attributes: Attributes,
    ) {
        self.changes.deadlines.push(DeadlineChange::Set(Deadline {
            manufacturer: self.lead.manufacturer.clone(),
            id: self.next_id(),
            contract: self.lead.contract.clone(),
            subject,
            key: key.to_owned(),
            due_at,
            attributes,
        }));
    }

    /// Drops every deadline: the cycle is over.
    pub fn drop_deadlines(&mut self) {
        self.changes.deadlines.push(DeadlineChange::DropAll {
            lead: self.lead.id.clone(),
        });
    }

    /// Adds the participant, changed, to what is committed, guarded by the
    /// version it was read with.
    pub fn change_participant(&mut self, participant: Participant) {
        self.changes.guards.push(Guard::Participant(
            participant.contract.clone(),
            participant.partner.clone(),
            participant.version,
        ));
        self.changes.participants.push(participant);
    }

    /// What has to be committed.
    pub fn into_command(mut self) -> Command {
        self.ask_afterwards();
        self.changes.leads.push(self.lead.clone());
        if let Some(claim) = self.claim {
            self.changes.claims.push(claim);
        }
        Command {
            manufacturer: self.lead.manufacturer,
            changes: self.changes,
        }
    }
}
