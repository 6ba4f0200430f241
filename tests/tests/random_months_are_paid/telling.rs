//! A history is told to the server: late, twice, and in no order but that of each
//! deal's own life; months are closed and measures corrected in between.

use std::collections::VecDeque;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use stellwerk_tests::{Answer, Chance, Client, partner_code, until};

use super::history::{Deal, End, History, Lead, Months};
use super::plans::Plans;
use super::{CLOSED_MONTHS, Measured, PARTNERS, Quality, draw};

const MAPPING: &str = r#"
[fields]
external-id = "id"
partner = "by"
temperature = "warmth"
claimed-at = "claimed"
contacted-at = "contacted"
data-complete-at = "complete"
outcome = "outcome"
outcome-at = "on"
cancelled-at = "off"
won-value = "value"
contact.name = "id"
"#;

pub struct Telling<'a> {
    pub maker: &'a Client,
    pub contract: String,
    /// Of the contract.
    pub path: String,
    pub months: &'a Months,
    pub measured: Measured,
}

/// The next thing to tell of a deal or lead.
#[derive(Clone, Copy)]
enum Chapter<'h> {
    Registered(&'h Deal),
    Ended(End),
    CalledOff(Timestamp),
    Lived(&'h Lead),
}

impl Telling<'_> {
    /// What is planned before anything happens.
    pub fn plan(&self, plans: &Plans) {
        for begins in &plans.0 {
            let (component, from) = (begins.component, begins.from);
            let slot = format!("compensation/{}", component.name());
            let mut wanted = json!({
                "plugin": component.plugin(), "configuration": component.configuration(2),
                "comment": "another plan",
            });
            let Some(with) = &begins.with else {
                wanted["from"] = json!(format!("{from}T00:00"));
                let bound = self
                    .maker
                    .put(&format!("{}/bindings/{slot}", self.path), &wanted);
                assert_eq!(bound.status, 200, "{bound:?}");
                continue;
            };
            wanted["slot"] = json!(slot);
            let made = self
                .maker
                .post(&format!("{}/generations", self.path), &wanted);
            assert_eq!(made.status, 201, "{made:?}");
            let partners: Vec<String> = with.iter().copied().map(partner_code).collect();
            let canary = json!({
                "slot": slot, "generation": made.body["generation"], "action": "canary",
                "partners": partners, "from": format!("{from}T00:00"), "comment": "tried",
            });
            let taken = self.maker.post(&format!("{}/steps", self.path), &canary);
            assert_eq!(taken.status, 201, "{taken:?}");
        }
    }

    /// Of every partner in every month, and what each is paid at least.
    pub fn measure_all(&mut self, chance: &mut Chance) {
        let far = self.months.midnight(self.months.after(24)).to_string();
        for partner in 1..=PARTNERS {
            for month in 0..CLOSED_MONTHS {
                self.measure(chance, self.months.after(month), partner);
            }
            if let Some(draw) = draw(partner) {
                self.put(&[json!({
                    "kind": "target", "partner": partner_code(partner), "name": "draw",
                    "value": draw, "until": far,
                    "from": self.months.midnight(self.months.first).to_string(),
                })]);
            }
        }
    }

    fn measure(&mut self, chance: &mut Chance, month: Date, partner: usize) {
        let quality = Quality {
            satisfaction: Some(50 + chance.below(51) as i64),
            rework: (chance.below(4) > 0).then(|| chance.below(36) as i64),
        };
        let of = |name: &str, value: f64| {
            json!({
                "kind": "measure", "partner": partner_code(partner), "name": name, "value": value,
                "from": self.months.midnight(month).to_string(),
                "until": self.months.midnight(month + 1.month()).to_string(),
            })
        };
        let before = self
            .measured
            .get(&(month, partner))
            .and_then(|known| known.rework);
        let mut measures = Vec::new();
        if let Some(tenths) = quality.satisfaction {
            measures.push(of("satisfaction", tenths as f64 / 10.0));
        }
        if let Some(hundredths) = quality.rework {
            measures.push(of("rework-share", hundredths as f64 / 100.0));
        }
        self.put(&measures);
        // What is not said again stays.
        let rework = quality.rework.or(before);
        let known = Quality { rework, ..quality };
        self.measured.insert((month, partner), known);
    }

    fn put(&self, measures: &[Value]) {
        let set = self.maker.put(
            &format!("{}/measures", self.path),
            &json!({ "measures": measures }),
        );
        assert_eq!(set.status, 200, "{set:?}");
    }

    pub fn tell(&mut self, history: &History, chance: &mut Chance) {
        let mut tales: Vec<(String, VecDeque<Chapter<'_>>)> = Vec::new();
        for (number, deal) in history.deals.iter().enumerate() {
            let mut chapters = VecDeque::from([Chapter::Registered(deal)]);
            chapters.extend(deal.end.map(Chapter::Ended));
            if let Some(End::Won(_, _, Some(at))) = deal.end {
                chapters.push_back(Chapter::CalledOff(at));
            }
            tales.push((format!("d-{number}"), chapters));
        }
        for (number, lead) in history.leads.iter().enumerate() {
            tales.push((format!("l-{number}"), [Chapter::Lived(lead)].into()));
        }
        // The first deal first, and what keeps the last month from being closed for
        // want of anything to do.
        self.registered("first", &history.deals[0]);
        let recent = Deal {
            partner: 1,
            registered: self.months.midnight(self.months.after(CLOSED_MONTHS)),
            end: None,
        };
        self.registered("recent", &recent);
        while !tales.is_empty() {
            let place = chance.below(tales.len() as u64) as usize;
            let (name, chapters) = &mut tales[place];
            match chapters.pop_front() {
                Some(chapter) => {
                    let name = name.clone();
                    self.chapter(&name, chapter, chance);
                }
                None => {
                    tales.swap_remove(place);
                }
            }
            match chance.below(12) {
                0..=2 => self.close_next(),
                3 => self.correct(chance),
                _ => false,
            };
        }
        while self.close_next() {}
    }

    fn chapter(&self, name: &str, chapter: Chapter<'_>, chance: &mut Chance) {
        match chapter {
            Chapter::Registered(deal) => {
                let told = self.registered(name, deal);
                if chance.below(3) == 0 {
                    // Whoever asks once more is told the same.
                    assert_eq!(self.registered(name, deal).body, told.body);
                }
            }
            Chapter::Ended(End::Lost(at)) => {
                self.become_twice(name, json!({ "state": "lost" }), at)
            }
            Chapter::Ended(End::Won(_, at, _)) => {
                self.become_twice(name, json!({ "state": "won" }), at);
            }
            Chapter::CalledOff(at) => self.become_twice(name, json!({ "state": "cancelled" }), at),
            Chapter::Lived(lead) => self.lived(name, lead),
        }
    }

    fn registered(&self, name: &str, deal: &Deal) -> Answer {
        let value = match deal.end {
            Some(End::Won(value, ..)) => value,
            _ => 1_000,
        };
        let body = json!({
            "contract": self.contract, "partner": partner_code(deal.partner), "value": value,
            "external-id": name, "registered-at": deal.registered.to_string(),
        });
        let key = format!("{}-{name}", self.contract);
        let registered = self.maker.post_once("/api/v1/deals", &body, &key);
        assert_eq!(registered.status, 201, "{registered:?}");
        registered
    }

    /// A deal becomes what it can become once.
    fn become_twice(&self, name: &str, mut body: Value, at: Timestamp) {
        body["occurred-at"] = json!(at.to_string());
        let path = format!("/api/v1/deals/{}", self.deal(name));
        let became = self.maker.patch(&path, &body);
        assert_eq!(became.text("/state"), body["state"], "{became:?}");
        let again = self.maker.patch(&path, &body);
        assert_eq!(again.status, 422, "{again:?}");
    }

    fn deal(&self, name: &str) -> String {
        let deals = self.maker.get(&format!(
            "/api/v1/deals?contract={}&limit=200",
            self.contract
        ));
        let list = deals.body["deals"].as_array();
        let found = list
            .into_iter()
            .flatten()
            .find(|deal| deal["external-id"] == name);
        let id = found.and_then(|deal| deal["id"].as_str());
        id.unwrap_or_else(|| panic!("no {name} in {deals:?}"))
            .to_owned()
    }

    /// A file tells of the lead's whole life, and another one of the same.
    fn lived(&self, name: &str, lead: &Lead) {
        let when = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        let (outcome, on, off, value) = match lead.end {
            End::Won(value, at, off) => {
                let value = format!("{}.{:02}", value / 100, value % 100);
                ("won", at, off, value)
            }
            End::Lost(at) => ("lost", at, None, String::new()),
        };
        let row = [
            name.to_owned(),
            partner_code(lead.partner),
            lead.temperature.to_owned(),
            when(Some(lead.claimed)),
            when(lead.contacted),
            when(lead.complete),
            outcome.to_owned(),
            when(Some(on)),
            when(off),
            value,
        ];
        let head = "id,by,warmth,claimed,contacted,complete,outcome,on,off,value";
        for (end, count) in [("\n", "imported"), ("\r\n", "unchanged")] {
            let content = format!("{head}{end}{}{end}", row.join(","));
            let imported = self.maker.post(
                &format!("/api/v1/imports/leads?contract={}", self.contract),
                &json!({ "mapping": MAPPING, "content": content }),
            );
            assert_eq!(imported.body[count], 1, "{imported:?}");
        }
    }

    /// A measure turns out to have been another one; what is closed is computed anew.
    fn correct(&mut self, chance: &mut Chance) -> bool {
        let month = self.months.after(chance.below(CLOSED_MONTHS as u64) as i64);
        let partner = 1 + chance.below(PARTNERS as u64) as usize;
        self.measure(chance, month, partner);
        let path = format!(
            "{}/periods/{}/recalculation",
            self.path,
            month.strftime("%Y-%m")
        );
        until("it is computed anew", || {
            let again = self.maker.post(&path, &json!({}));
            let is_open = (again.status, again.code()) == (409, "period.open");
            assert!(is_open || [200, 503].contains(&again.status), "{again:?}");
            again.status != 503
        });
        true
    }

    fn periods(&self) -> Vec<Value> {
        let periods = self.maker.get(&format!("{}/periods", self.path));
        let list = periods.body["periods"].as_array();
        list.unwrap_or_else(|| panic!("{periods:?}")).clone()
    }

    pub fn first_period(&self) -> String {
        let first = self.periods().into_iter().next().expect("a period");
        first["name"].as_str().expect("a name").to_owned()
    }

    /// Closes what comes next, if it is one of those to be closed; whether it was.
    fn close_next(&self) -> bool {
        let end = self
            .months
            .midnight(self.months.after(CLOSED_MONTHS))
            .to_string();
        let is_next = |period: &Value| period["state"] != "closed";
        let Some(next) = self.periods().into_iter().find(is_next) else {
            return false;
        };
        if next["ends"].as_str().expect("an end") > end.as_str() {
            return false;
        }
        let path = format!(
            "{}/periods/{}/close",
            self.path,
            next["name"].as_str().expect("a name")
        );
        until("the period is closed", || {
            let closed = self.maker.post(&path, &json!({}));
            // The host closes by itself what has nothing in it.
            let is_over = (closed.status, closed.code()) == (409, "period.closed");
            assert!(is_over || [200, 503].contains(&closed.status), "{closed:?}");
            closed.status != 503
        });
        true
    }
}
