//! A lead as its events tell it.

use super::Event;

/// What follows from the events alone.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub state: String,
    pub cycle: i64,
    pub holder: Option<String>,
    /// The code with which it waits for a person.
    pub manual: Option<String>,
    pub offers: Vec<ToldOffer>,
    pub claims: usize,
    pub wins: usize,
    pub was_qualified: bool,
    /// The deadlines that have been worked: key, and when they were due.
    pub dues: Vec<(String, i64)>,
    pub codes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ToldOffer {
    pub partner: String,
    pub cycle: i64,
    pub wave: i64,
    pub state: String,
}

impl ToldOffer {
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "open" | "reopened")
    }
}

impl Told {
    /// What happens next to it. Answers what cannot be.
    pub fn add(&mut self, event: &Event) -> Option<String> {
        let mut wrong = None;
        self.cycle = event.cycle;
        match event.code.as_str() {
            "received" | "answered" | "woken" => self.is("received"),
            "needs-info" | "rejected" => self.is(&event.code),
            "qualified" => {
                self.is("qualified");
                self.manual = None;
                self.was_qualified = true;
            }
            "nurtured" => {
                self.is("nurturing");
                self.holder = None;
                self.end_open("withdrawn");
            }
            "lead.erased" => {
                self.is("erased");
                self.manual = None;
                self.holder = None;
                self.end_open("withdrawn");
            }
            "offered" => {
                self.is("offered");
                let wave = event.attribute("wave", "integer").as_i64();
                self.offers
                    .extend(event.texts("partners").map(|partner| ToldOffer {
                        partner: partner.to_owned(),
                        cycle: event.cycle,
                        wave: wave.unwrap_or_default(),
                        state: "open".to_owned(),
                    }));
            }
            "lapsed" => {
                for partner in event.texts("partners") {
                    wrong = wrong.or(self.end(partner, "open", "lapsed"));
                }
            }
            "withdrawn" => {
                for partner in event.texts("partners") {
                    wrong = wrong.or(self.end(partner, "open", "withdrawn"));
                }
                self.is("qualified");
            }
            "declined" => {
                wrong = self.end(of(event), "open", "declined");
                if !self.offers.iter().any(ToldOffer::is_open) {
                    self.is("qualified");
                }
            }
            "claimed" => {
                self.is("claimed");
                wrong = self.end(of(event), "open", "claimed");
                self.end_open("withdrawn");
                self.holder = event.partner.clone();
                self.claims += 1;
            }
            "recalled" => {
                self.is("qualified");
                wrong = self.end(of(event), "claimed", "recalled");
                self.holder = None;
            }
            "contacted" | "not-reached" | "appointment" | "quoted" | "care-contact" => {
                self.is("working");
            }
            "won" | "lost" => {
                self.is(&event.code);
                self.end_open("withdrawn");
                self.holder = None;
                self.wins += usize::from(event.code == "won");
            }
            "queued" => {
                let code = event.attribute("code", "text").as_str();
                self.manual = code.map(str::to_owned);
            }
            // By a person; what follows is told for itself.
            "released" => self.manual = None,
            "due" => {
                let key = event.attribute("key", "text").as_str().unwrap_or_default();
                self.dues.push((key.to_owned(), event.occurred_at));
            }
            _ => {}
        }
        self.codes.push(event.code.clone());
        wrong
    }

    fn is(&mut self, state: &str) {
        state.clone_into(&mut self.state);
    }

    /// Ends the partner's last offer that is in a state; says so where none is.
    fn end(&mut self, partner: &str, from: &str, to: &str) -> Option<String> {
        let offer = self.offers.iter_mut().rev().find(|offer| {
            offer.partner == partner && (offer.state == from || from == "open" && offer.is_open())
        });
        match offer {
            Some(offer) => {
                to.clone_into(&mut offer.state);
                None
            }
            None => Some(format!("{to} without an offer that is {from}")),
        }
    }

    fn end_open(&mut self, state: &str) {
        for offer in self.offers.iter_mut().filter(|offer| offer.is_open()) {
            state.clone_into(&mut offer.state);
        }
    }
}

fn of(event: &Event) -> &str {
    event.partner.as_deref().unwrap_or_default()
}
