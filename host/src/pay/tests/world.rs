//! A contract with two components and three partners, one above the others.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::apply::{self, Document};
use crate::clock::{Clock, Ids};
use crate::contracts;
use crate::contracts::binding::{self, Move, Rollback, Sample, Wanted, When, Wish};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::contract::Contract;
use crate::domain::deal::{Deal, DealState};
use crate::domain::event::EventCode;
use crate::domain::generation::Step;
use crate::domain::happening::Event;
use crate::domain::ids::{DealId, EventId, LeadId, PartnerId};
use crate::domain::lead::{Contact, Lead, Teaser};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::pay;
use crate::routing::Origin;
use crate::routing::intake::{NewLead, receive};
use crate::store::changes::{Changes, Command};
use crate::store::{Store, StoreSettings};
use crate::testing;

pub const DAY: i64 = 86_400_000_000;
/// 1 January 2026, midnight in Berlin.
pub const JANUARY: Micros = Micros(1_767_222_000_000_000);

const CONTRACT: &str = r#"
[manufacturer]
code = "maker"
name = "Maker"

[contract]
code = "pumps"
name = "Pumps"

[terms]
currency = "EUR"
time-zone = "Europe/Berlin"
country = "DE"
levels = ["gold"]
products = [{ code = "heat-pump" }]
attributes = [{ name = "nick", of = "lead", type = "text", personal = true }]
periods = { cadence = "month", grace-business-days = 5, late-days-max = 3650 }

[[partners]]
code = "above"
name = "Above"
level = "gold"

[[partners]]
code = "a"
name = "A"
parent = "above"
level = "gold"

[[partners]]
code = "b"
name = "B"
parent = "above"
level = "gold"

[bindings."compensation/commission"]
plugin = "compensation-flat-split"

[bindings."compensation/care"]
plugin = "compensation-care-first"
"#;

/// Stands in every field of a lead's contact.
pub const MARKER: &str = "Qwertzmarker";

fn person() -> Contact {
    let marked = || Some(MARKER.to_owned());
    Contact {
        name: marked(),
        email: Some(format!("{MARKER}@example.com")),
        phone: None,
        company: marked(),
        street: marked(),
        city: marked(),
        note: marked(),
        attributes: Attributes::from([(
            "nick".to_owned(),
            AttributeValue::Text(MARKER.to_owned()),
        )]),
    }
}

pub struct World {
    pub host: Host,
    pub contract: Contract,
    pub partners: BTreeMap<String, PartnerId>,
    pub leads: Vec<LeadId>,
    _folder: tempfile::TempDir,
}

impl World {
    /// On the first of January, with some leads.
    pub async fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreSettings::Sqlite {
            folder: folder.path().join("data"),
        })
        .await
        .unwrap();
        let host = Host::new(
            store,
            testing::engine(),
            Clock::simulated(JANUARY),
            Ids::seeded(seed),
        );
        let mut world = Self {
            contract: apply(&host, CONTRACT).await,
            host,
            partners: BTreeMap::new(),
            leads: Vec::new(),
            _folder: folder,
        };
        let partners = world
            .host
            .store
            .partners(&world.contract.manufacturer)
            .await
            .unwrap();
        for partner in partners {
            world.partners.insert(partner.code, partner.id);
        }
        for _ in 0..4 {
            let lead = world.lead().await;
            world.leads.push(lead.id);
        }
        world
    }

    /// A lead that waits for a person, because nothing assesses it.
    async fn lead(&self) -> Lead {
        let new = NewLead {
            teaser: Teaser {
                product: Some("heat-pump".to_owned()),
                ..Teaser::default()
            },
            contact: person(),
            ..NewLead::default()
        };
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        receive(&self.host, manufacturer, id, &new, &Origin::host())
            .await
            .unwrap()
            .lead
    }

    /// Applies the contract with something in it replaced.
    pub async fn apply_with(&self, from: &str, to: &str) {
        assert!(CONTRACT.contains(from));
        apply(&self.host, &CONTRACT.replace(from, to)).await;
    }

    /// Makes a second generation of a component, with another configuration.
    pub async fn candidate(&self, component: &str, configuration: Value) {
        let plugin = match component {
            "commission" => "compensation-flat-split",
            _ => "compensation-care-first",
        };
        let wanted = Wanted {
            slot: format!("compensation/{component}"),
            plugin: plugin.to_owned(),
            configuration: Some(configuration),
            limits: None,
            comment: "another plan".to_owned(),
            when: When::Ready,
        };
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let origin = Origin::host();
        let made = binding::put(&self.host, manufacturer, id, &wanted, None, &origin);
        assert_eq!(made.await.unwrap().binding.generation, 2);
    }

    /// Takes a step with the second generation of a component.
    pub async fn step(&self, component: &str, to: Move) -> Result<Step, contracts::Error> {
        let wish = Wish {
            slot: format!("compensation/{component}"),
            generation: 2,
            to,
            comment: "tried with some".to_owned(),
        };
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        binding::take(&self.host, manufacturer, id, &wish, &Origin::host()).await
    }

    /// Puts what was before it in force again.
    pub async fn roll_back(&self, component: &str) {
        let wanted = Rollback {
            slot: format!("compensation/{component}"),
            to: None,
            from: None,
            comment: "as before".to_owned(),
        };
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let origin = Origin::host();
        let done = binding::roll_back(&self.host, manufacturer, id, &wanted, &origin);
        assert_eq!(done.await.unwrap().bad, 2);
    }

    /// Tries the second generation of a component with some partners.
    pub async fn try_with(&self, component: &str, partners: &[&str]) {
        let partners = partners.iter().map(|code| (*code).to_owned());
        let sample = Sample {
            partners: partners.collect(),
            ..Sample::default()
        };
        self.step(component, Move::Canary(sample)).await.unwrap();
    }

    /// The day of the year, at noon in January's offset.
    pub fn day(number: i64) -> Micros {
        Micros(JANUARY.0 + (number - 1) * DAY + DAY / 2)
    }

    /// Moves the clock to a day of the year, if it is not there yet.
    pub fn move_to(&self, day: i64) {
        self.host.clock.advance_to(Self::day(day));
    }

    /// Commits an event that occurred on a day of the year.
    pub async fn happens(&self, happening: &Happening) -> EventId {
        let now = self.host.clock.now();
        let contract = &self.contract;
        let partner = self.partners[happening.partner].clone();
        let occurred_at = Micros(Self::day(happening.day).0 + happening.second * 1_000_000);
        let mut attributes = Attributes::new();
        if let Some(value) = happening.value {
            attributes.insert("value".to_owned(), AttributeValue::Money(value));
        }
        if happening.within_sla {
            attributes.insert("within-sla".to_owned(), AttributeValue::Flag(true));
        }
        let event = Event {
            manufacturer: contract.manufacturer.clone(),
            id: self.host.ids.next(now),
            contract: contract.id.clone(),
            lead: happening.lead.map(|lead| self.leads[lead].clone()),
            cycle: happening.lead.map_or(0, |_| 1),
            deal: happening.deal.map(deal_id),
            partner: Some(partner.clone()),
            code: happening.code.as_str().to_owned(),
            occurred_at,
            recorded_at: now,
            attributes,
            lines: Vec::new(),
            decision: None,
            actor: None,
        };
        let mut changes = Changes::default();
        if let (Some(deal), EventCode::Won) = (happening.deal, happening.code) {
            changes.deals.push(Deal {
                manufacturer: contract.manufacturer.clone(),
                id: deal_id(deal),
                contract: contract.id.clone(),
                external_id: None,
                lead: None,
                partner,
                customer: None,
                state: DealState::Won,
                registered_at: occurred_at,
                ended_at: Some(occurred_at),
                value: happening.value,
                lines: Vec::new(),
                attributes: Attributes::new(),
                version: 0,
            });
        }
        let id = event.id.clone();
        changes.events.push(event);
        self.commit(changes).await;
        id
    }

    pub async fn commit(&self, changes: Changes) {
        let manufacturer = self.contract.manufacturer.clone();
        let command = Command {
            manufacturer,
            changes,
        };
        self.host.store.commit(command).await.unwrap();
    }

    pub async fn pay(&self) {
        pay::pay_waiting(&self.host).await.unwrap();
    }

    pub async fn close(&self, period: &str) -> Result<(), pay::Error> {
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        pay::close(&self.host, manufacturer, id, period, None)
            .await
            .map(|_| ())
    }

    /// What partners hold, by component, account and the partner's code. What is
    /// 0 is left out.
    pub async fn balances(&self) -> BTreeMap<(String, String, String), i64> {
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let all = self
            .host
            .store
            .balances(manufacturer, id, Micros(i64::MIN), Micros(i64::MAX))
            .await
            .unwrap();
        all.into_iter()
            .filter(|balance| balance.amount != 0)
            .filter_map(|balance| {
                let holder = &balance.account.holder;
                let (code, _) = self
                    .partners
                    .iter()
                    .find(|(_, id)| id.as_str() == holder.id)?;
                let key = (
                    balance.account.component.clone(),
                    balance.account.account.clone(),
                    code.clone(),
                );
                Some((key, balance.amount))
            })
            .collect()
    }

    pub async fn balance(&self, component: &str, account: &str, partner: &str) -> i64 {
        self.balances()
            .await
            .get(&(component.to_owned(), account.to_owned(), partner.to_owned()))
            .copied()
            .unwrap_or(0)
    }

    /// A partner's statement: its lines' amounts and what they adjust.
    pub async fn statement(&self, period: &str, partner: &str) -> pay::Statement {
        let Contract {
            manufacturer, id, ..
        } = &self.contract;
        let force = self.host.contract(manufacturer, id).await.unwrap();
        pay::statement(&self.host, &force, period, &self.partners[partner])
            .await
            .unwrap()
    }
}

async fn apply(host: &Host, file: &str) -> Contract {
    let document = Document::parse(file).unwrap();
    apply::apply(host, &document, None, &Origin::host())
        .await
        .unwrap();
    let manufacturer = host
        .store
        .manufacturer_by_code("maker")
        .await
        .unwrap()
        .unwrap();
    host.store
        .contract_by_code(&manufacturer.id, "pumps")
        .await
        .unwrap()
        .unwrap()
}

fn deal_id(number: usize) -> DealId {
    DealId::from(format!("deal-{number}"))
}

/// An event of a test.
#[derive(Clone, Debug)]
pub struct Happening {
    pub code: EventCode,
    pub partner: &'static str,
    /// Of the year, 1 is the first of January.
    pub day: i64,
    /// After noon.
    pub second: i64,
    pub lead: Option<usize>,
    pub deal: Option<usize>,
    pub value: Option<i64>,
    pub within_sla: bool,
}

impl Happening {
    pub fn on(day: i64, code: EventCode, partner: &'static str) -> Self {
        Self {
            code,
            partner,
            day,
            second: 0,
            lead: None,
            deal: None,
            value: None,
            within_sla: false,
        }
    }

    pub fn won(day: i64, partner: &'static str, deal: usize, value: i64) -> Self {
        Self {
            deal: Some(deal),
            value: Some(value),
            ..Self::on(day, EventCode::Won, partner)
        }
    }

    pub fn cancelled(day: i64, partner: &'static str, deal: usize) -> Self {
        Self {
            deal: Some(deal),
            ..Self::on(day, EventCode::Cancelled, partner)
        }
    }

    pub fn of_lead(day: i64, code: EventCode, partner: &'static str, lead: usize) -> Self {
        Self {
            lead: Some(lead),
            within_sla: true,
            ..Self::on(day, code, partner)
        }
    }
}
