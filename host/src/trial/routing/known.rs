//! What was known at an instant of history: its events are taken in as they happened, and
//! whoever asks sees those before.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::calendar::Calendar;
use crate::domain::contract::Contract;
use crate::domain::event::EventCode;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{LeadId, PartnerId};
use crate::domain::lead::Lead;
use crate::domain::time::Micros;
use crate::host::{Held, Host, KnownFacts};
use crate::store;

/// Leads read at once.
const LEADS_AT_ONCE: u32 = 500;
/// Events read at once.
const EVENTS_AT_ONCE: u32 = 2_000;

/// A contract's leads in the order in which they came in. Equal instants go by their
/// numbers, which are the same in every run.
fn in_order(leads: &mut [Lead]) {
    leads.sort_by(|one, other| {
        let key = |lead: &Lead| (lead.received_at, number(lead));
        key(one).cmp(&key(other))
    });
}

/// As its sender knows it.
pub fn number(lead: &Lead) -> String {
    let own = lead.external_id.clone();
    own.unwrap_or_else(|| lead.id.to_string())
}

/// All leads of a contract, in order.
pub async fn leads(host: &Host, contract: &Contract) -> Result<Vec<Lead>, store::Error> {
    let mut leads = Vec::new();
    let mut after = String::new();
    loop {
        let page = host
            .store
            .leads_after(&contract.manufacturer, &after, LEADS_AT_ONCE)
            .await?;
        let Some((last, _)) = page.last() else {
            in_order(&mut leads);
            return Ok(leads);
        };
        after.clone_from(last);
        for (_, lead) in page {
            leads.push(lead?);
        }
    }
}

/// The last instant of a local day.
pub fn end_of(calendar: &Calendar, day: Date) -> Option<Micros> {
    let next = calendar.midnight(day.tomorrow().ok()?)?;
    Some(Micros(next.0 - 1))
}

/// When a lead that is open is taken as lost: so many local days after it came in.
pub fn stale_at(calendar: &Calendar, lead: &Lead, lost_after_days: Option<u32>) -> Option<Micros> {
    let days = jiff::Span::new().try_days(lost_after_days?).ok()?;
    let day = calendar
        .local(lead.received_at)
        .date()
        .checked_add(days)
        .ok()?;
    calendar.midnight(day)
}

/// What has happened up to an instant that moves on.
pub struct Known<'a> {
    host: &'a Host,
    contract: &'a Contract,
    /// Read, and not taken in yet.
    waiting: VecDeque<Positioned>,
    /// Instant and identifier of the last event that was read.
    after: (Micros, String),
    is_over: bool,
    taken_in: i64,
    pub facts: Arc<KnownFacts>,
    /// Open claims: who holds the lead, and whether it was reported on.
    claims: HashMap<LeadId, (PartnerId, bool)>,
}

impl<'a> Known<'a> {
    /// Nothing yet.
    pub fn new(host: &'a Host, contract: &'a Contract) -> Self {
        Self {
            host,
            contract,
            waiting: VecDeque::new(),
            after: (Micros(i64::MIN), String::new()),
            is_over: false,
            taken_in: 0,
            facts: Arc::default(),
            claims: HashMap::new(),
        }
    }

    /// Takes in what happened before `now`. It never goes back.
    pub async fn move_to(&mut self, now: Micros) -> Result<(), store::Error> {
        loop {
            let mut passed = Vec::new();
            while let Some(next) = self
                .waiting
                .pop_front_if(|next| next.event.occurred_at < now)
            {
                self.claim_or_end(&next.event);
                // Facts are counted in the order of positions; here it is that of time.
                self.taken_in += 1;
                passed.push(Positioned {
                    position: self.taken_in,
                    event: next.event,
                });
            }
            self.facts.add(&passed);
            if !self.waiting.is_empty() || self.is_over {
                return Ok(());
            }
            self.read_on().await?;
        }
    }

    async fn read_on(&mut self) -> Result<(), store::Error> {
        let Contract {
            manufacturer, id, ..
        } = self.contract;
        let after = (self.after.0, self.after.1.as_str());
        let end = Micros(i64::MAX);
        let events = self
            .host
            .store
            .events_occurred(manufacturer, id, after, end, EVENTS_AT_ONCE)
            .await?;
        match events.last() {
            Some(last) => {
                let event = &last.event;
                self.after = (event.occurred_at, event.id.as_str().to_owned());
            }
            None => self.is_over = true,
        }
        self.waiting.extend(events);
        Ok(())
    }

    fn claim_or_end(&mut self, event: &Event) {
        let Some(lead) = &event.lead else { return };
        match EventCode::parse(&event.code) {
            Some(EventCode::Claimed) => {
                let holder = event.partner.clone();
                self.claims
                    .extend(holder.map(|holder| (lead.clone(), (holder, false))));
            }
            Some(code) if EventCode::FEEDBACK.contains(&code) => {
                if let Some((_, is_reported)) = self.claims.get_mut(lead) {
                    *is_reported = true;
                }
            }
            Some(
                EventCode::Won
                | EventCode::Lost
                | EventCode::Recalled
                | EventCode::Nurtured
                | EventCode::Released,
            ) => {
                self.claims.remove(lead);
            }
            _ => {}
        }
    }

    /// How many leads each partner holds. When feedback is due is no event: none counts
    /// as overdue.
    pub fn held(&self) -> Arc<Held> {
        let mut held = Held::new();
        for (holder, is_reported) in self.claims.values() {
            let counts = held.entry(holder.clone()).or_default();
            counts.open += 1;
            counts.without_feedback += i64::from(!is_reported);
        }
        Arc::new(held)
    }
}
