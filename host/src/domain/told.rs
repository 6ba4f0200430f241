//! A lead as its events tell it: the state that they lead to, who holds it, and what
//! became of each offer. What is stored of a lead has to be the same.

use std::collections::BTreeMap;

use super::attribute::AttributeValue;
use super::deal::DealState;
use super::event::EventCode;
use super::happening::Event;
use super::ids::{DealId, PartnerId};
use super::lifecycle::State;
use super::offer::OfferState;

/// What follows from a lead's events, in the order of their positions.
#[derive(Debug, Default)]
pub struct Told {
    /// The states that it may be in: of most events one follows, of some either the
    /// state before or another one.
    states: Vec<State>,
    cycle: u32,
    holder: Option<PartnerId>,
    /// By cycle and partner, the last offer's.
    offers: BTreeMap<(u32, PartnerId), OfferState>,
    /// Cycle and partner of each claim.
    claims: Vec<(u32, PartnerId)>,
    /// With whose they are.
    deals: BTreeMap<DealId, (DealState, Option<PartnerId>)>,
}

impl Told {
    pub fn of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut told = Self::default();
        events.into_iter().for_each(|event| told.add(event));
        told
    }

    /// Whether the lead may be in that state, in that cycle.
    pub fn allows(&self, state: State, cycle: u32) -> bool {
        self.states.contains(&state) && self.cycle == cycle
    }

    /// In words.
    pub fn state(&self) -> String {
        let states: Vec<&str> = self.states.iter().map(|state| state.as_str()).collect();
        match states.as_slice() {
            [] => "nothing".to_owned(),
            _ => format!("{} in cycle {}", states.join(" or "), self.cycle),
        }
    }

    pub fn holder(&self) -> Option<&PartnerId> {
        self.holder.as_ref()
    }

    /// What has become of the partner's last offer of a cycle.
    pub fn offer(&self, cycle: u32, partner: &PartnerId) -> Option<OfferState> {
        self.offers.get(&(cycle, partner.clone())).copied()
    }

    /// How often the partner has claimed it in a cycle.
    pub fn claims(&self, cycle: u32, partner: &PartnerId) -> usize {
        let is_it = |claim: &&(u32, PartnerId)| claim.0 == cycle && claim.1 == *partner;
        self.claims.iter().filter(is_it).count()
    }

    pub fn deal(&self, deal: &DealId) -> Option<DealState> {
        self.deals.get(deal).map(|(state, _)| *state)
    }

    fn add(&mut self, event: &Event) {
        use State as S;
        self.note_deal(event);
        let code = event.code.as_str();
        match code {
            "received" | "answered" | "woken" => self.is(S::Received),
            "changed" if !self.is_seen() => self.is(S::Received),
            "needs-info" => self.is(S::NeedsInfo),
            "qualified" => self.is(S::Qualified),
            "rejected" | "merged" => self.is(S::Rejected),
            "nurtured" => self.end(S::Nurturing),
            "lead.erased" => self.end(S::Erased),
            // By a person: where it goes from there, the next events tell.
            "released" => self.may_be(S::Received),
            "offered" => {
                self.is(S::Offered);
                self.offers_are(event, OfferState::Open);
            }
            "reopened" => {
                self.is(S::Offered);
                self.offers_are(event, OfferState::Reopened);
            }
            "lapsed" => self.offers_are(event, OfferState::Lapsed),
            "withdrawn" => {
                self.is(S::Qualified);
                self.offers_are(event, OfferState::Withdrawn);
            }
            "declined" => {
                self.offer_is(event, OfferState::Declined);
                if !self.offers.values().any(|offer| offer.may_be_claimed()) {
                    self.is(S::Qualified);
                }
            }
            "claimed" => {
                self.offer_is(event, OfferState::Claimed);
                self.end(S::Claimed);
                self.holder = event.partner.clone();
                let partner = event.partner.iter().cloned();
                self.claims
                    .extend(partner.map(|partner| (event.cycle, partner)));
            }
            "recalled" => {
                self.is(S::Qualified);
                self.offer_is(event, OfferState::Recalled);
                self.holder = None;
            }
            "won" if self.ends_with(event) => self.end(S::Won),
            "lost" if self.ends_with(event) => self.end(S::Lost),
            "contacted" | "not-reached" | "appointment" | "quoted" | "care-contact" => {
                self.is(S::Working);
            }
            // Declared by the contract, and perhaps reported by the holder.
            _ if EventCode::parse(code).is_none() => self.may_be(S::Working),
            _ => {}
        }
        // What becomes of a deal is told of the cycle that it came of.
        self.cycle = self.cycle.max(event.cycle);
    }

    /// Whether nobody but the manufacturer has had to do with it yet.
    fn is_seen(&self) -> bool {
        let unseen = [State::Received, State::NeedsInfo, State::Nurturing];
        !self.states.iter().any(|state| unseen.contains(state))
    }

    /// Whether an outcome is the lead's own: not that of a deal beside the holder's
    /// work, nor of one of several that the holder has registered for it.
    fn ends_with(&self, event: &Event) -> bool {
        let is_holders = self.holder.is_some() && self.holder == event.partner;
        let goes_on = event.code == "lost"
            && event.deal.is_some()
            && self.deals.values().any(|(state, partner)| {
                *state == DealState::Registered && *partner == event.partner
            });
        is_holders && !goes_on
    }

    fn is(&mut self, state: State) {
        self.states = vec![state];
    }

    fn may_be(&mut self, state: State) {
        if !self.states.contains(&state) {
            self.states.push(state);
        }
    }

    /// Nobody holds it, and nobody sees it on offer any more.
    fn end(&mut self, state: State) {
        self.is(state);
        self.holder = None;
        for offer in self.offers.values_mut() {
            if offer.may_be_claimed() {
                *offer = OfferState::Withdrawn;
            }
        }
    }

    fn offers_are(&mut self, event: &Event, state: OfferState) {
        if let Some(AttributeValue::Texts(partners)) = event.attributes.get("partners") {
            for partner in partners {
                let key = (event.cycle, partner.as_str().into());
                self.offers.insert(key, state);
            }
        }
    }

    fn offer_is(&mut self, event: &Event, state: OfferState) {
        if let Some(partner) = &event.partner {
            self.offers.insert((event.cycle, partner.clone()), state);
        }
    }

    fn note_deal(&mut self, event: &Event) {
        let state = match event.code.as_str() {
            "deal-registered" => DealState::Registered,
            "won" => DealState::Won,
            "lost" => DealState::Lost,
            "cancelled" => DealState::Cancelled,
            _ => return,
        };
        if let Some(deal) = &event.deal {
            self.deals
                .insert(deal.clone(), (state, event.partner.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::Attributes;
    use crate::domain::time::Micros;

    fn event(code: &str, partner: &str, cycle: u32) -> Event {
        let texts = [partner.to_owned()].into_iter().collect();
        Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: Some("l".into()),
            cycle,
            deal: None,
            partner: (!partner.is_empty()).then(|| partner.into()),
            code: code.to_owned(),
            occurred_at: Micros(0),
            recorded_at: Micros(0),
            attributes: Attributes::from([("partners".to_owned(), AttributeValue::Texts(texts))]),
            lines: Vec::new(),
            decision: None,
            actor: None,
        }
    }

    /// State, holder and the offers of a and b, after the events.
    fn told(events: &[(&str, &str, u32)]) -> (String, Option<String>, [Option<OfferState>; 2]) {
        let events: Vec<Event> = events
            .iter()
            .map(|(code, partner, cycle)| event(code, partner, *cycle))
            .collect();
        let told = Told::of(&events);
        let offers = ["a", "b"].map(|partner| told.offer(told.cycle, &partner.into()));
        let holder = told.holder().map(|holder| holder.as_str().to_owned());
        (told.state(), holder, offers)
    }

    #[test]
    fn a_lead_is_where_its_events_have_led_it() {
        use OfferState as O;
        let mut life = vec![("received", "", 1), ("qualified", "", 1)];
        life.extend([("offered", "a", 1), ("offered", "b", 1)]);
        let text = |state: &str| state.to_owned();
        let open = [Some(O::Open), Some(O::Open)];
        assert_eq!(told(&life), (text("offered in cycle 1"), None, open));
        life.push(("declined", "a", 1));
        assert_eq!(told(&life).0, "offered in cycle 1");
        let mut declined = life.clone();
        declined.push(("declined", "b", 1));
        assert_eq!(told(&declined).0, "qualified in cycle 1");
        life.push(("claimed", "b", 1));
        let offers = [Some(O::Declined), Some(O::Claimed)];
        assert_eq!(
            told(&life),
            (text("claimed in cycle 1"), Some(text("b")), offers)
        );
        life.push(("contacted", "b", 1));
        // What becomes of another's deal is nothing to it.
        life.push(("won", "a", 1));
        assert_eq!(told(&life).0, "working in cycle 1");
        let mut recalled = life.clone();
        recalled.push(("recalled", "b", 1));
        let offers = [Some(O::Declined), Some(O::Recalled)];
        assert_eq!(
            told(&recalled),
            (text("qualified in cycle 1"), None, offers)
        );
        life.push(("lost", "b", 1));
        assert_eq!(told(&life).0, "lost in cycle 1");
        life.push(("woken", "", 2));
        life.push(("cancelled", "b", 1));
        assert_eq!(
            told(&life),
            (text("received in cycle 2"), None, [None, None])
        );
        assert_eq!(told(&[]).0, "nothing");
    }

    #[test]
    fn of_two_deals_the_first_that_is_lost_ends_nothing() {
        let of_deal = |code: &str, deal: &str| Event {
            deal: Some(deal.into()),
            ..event(code, "a", 1)
        };
        let mut events = vec![event("received", "", 1), event("claimed", "a", 1)];
        events.extend([
            of_deal("deal-registered", "1"),
            of_deal("deal-registered", "2"),
            of_deal("lost", "1"),
        ]);
        assert!(Told::of(&events).allows(State::Claimed, 1));
        events.push(of_deal("lost", "2"));
        let told = Told::of(&events);
        assert!(told.allows(State::Lost, 1) && told.holder().is_none());
        assert_eq!(told.deal(&"1".into()), Some(DealState::Lost));
    }
}
