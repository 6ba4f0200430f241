//! Files become what the use-cases would have made of them.

use crate::apply::{Document, apply};
use crate::clock::{Clock, Ids};
use crate::domain::contract::Contract;
use crate::domain::deal::{Deal, DealState, Line};
use crate::domain::digest::sha256;
use crate::domain::happening::Event;
use crate::domain::lead::{Contact, Lead, Teaser};
use crate::domain::lifecycle::State;
use crate::domain::offer::{Claim, Offer, OfferState};
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::import::{Import, Kind, Mapping, Mode, Reject, RejectList, Report, run};
use crate::routing::claim::Claiming;
use crate::routing::deals::Ending;
use crate::routing::intake::NewLead;
use crate::routing::{claim, deals, feedback, history, intake};
use crate::store::{LeadFilter, Store, StoreSettings};
use crate::testing;

const MINUTE: i64 = 60_000_000;
/// Monday, 2 March 2026, 10:00 in Berlin.
const MONDAY: Micros = Micros(1_772_442_000_000_000);

struct World {
    host: Host,
    contract: Contract,
    _folder: tempfile::TempDir,
}

/// What came of a file.
type Imported = (Report, Vec<String>);

impl World {
    /// The example contract, on a Monday morning.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = StoreSettings::Sqlite {
            folder: folder.path().to_owned(),
        };
        let store = Store::open(&settings).await.unwrap();
        let host = Host::new(
            store,
            testing::engine(),
            Clock::simulated(MONDAY),
            Ids::seeded(1),
        );
        let document = Document::parse(include_str!("../../examples/heat-pumps.toml")).unwrap();
        apply(&host, &document, None, &Origin::host())
            .await
            .unwrap();
        let contract = host.store.all_contracts().await.unwrap().remove(0);
        Self {
            host,
            contract,
            _folder: folder,
        }
    }

    fn pass(&self, minutes: i64) -> Micros {
        let now = Micros(self.host.clock.now().0 + minutes * MINUTE);
        self.host.clock.advance_to(now);
        now
    }

    async fn import(&self, kind: Kind, mapping: &str, file: &str) -> Imported {
        self.import_as(kind, mapping, file, Mode::Keep).await
    }

    async fn import_as(&self, kind: Kind, mapping: &str, file: &str, mode: Mode) -> Imported {
        let mapping = Mapping::parse(mapping, Some("csv")).unwrap();
        let import = Import {
            kind,
            manufacturer: self.contract.manufacturer.clone(),
            contract: self.contract.id.clone(),
            mapping: &mapping,
            file_digest: sha256(file.as_bytes()),
            actor: None,
            mode,
        };
        let mut rejects = RejectList::default();
        let report = run(&self.host, &import, file.as_bytes(), &mut rejects, |_| {})
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let told =
            |reject: &Reject| format!("{} {}: {}", reject.line, reject.column, reject.reason);
        (report, rejects.0.iter().map(told).collect())
    }

    async fn lead(&self, external_id: &str) -> Lead {
        self.host
            .store
            .lead_by_external_id(&self.contract.manufacturer, &self.contract.id, external_id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn deal(&self, lead: &Lead) -> Deal {
        self.host
            .store
            .deals_of_lead(&lead.manufacturer, &lead.id)
            .await
            .unwrap()
            .remove(0)
    }

    async fn codes(&self, lead: &Lead) -> Vec<String> {
        let events = self.host.store.events_of_lead(&lead.manufacturer, &lead.id);
        let events = events.await.unwrap().into_iter();
        events.map(|found| found.event.code).collect()
    }
}

fn counted(imported: u64, unchanged: u64, rejected: u64) -> Report {
    Report {
        imported,
        unchanged,
        rejected,
        ..Report::default()
    }
}

const HISTORY: &str = r#"
[fields]
external-id = "id"
product = "product"
value = { column = "value", unit = "minor" }
received-at = "received"
temperature = "temperature"
qualified-at = "received"
offered-at = "received"
partner = "partner"
claimed-at = "claimed"
contacted-at = "contacted"
outcome = "outcome"
outcome-at = "ended"
cancelled-at = "cancelled"
won-value = { column = "sold", unit = "minor" }
contact.phone = "phone"
"#;
const HISTORY_HEADER: &str = "id,product,value,received,temperature,partner,claimed,contacted,\
    outcome,ended,cancelled,sold,phone\n";

/// An event without what tells that it was imported.
fn as_it_happened(event: Event) -> Event {
    Event {
        id: "".into(),
        lead: None,
        deal: None,
        recorded_at: Micros(0),
        decision: None,
        ..event
    }
}

/// A lead, its offers, claims and deals without identifiers and decisions.
async fn picture(
    world: &World,
    lead: &Lead,
) -> (Lead, Vec<Offer>, Vec<Claim>, Vec<Deal>, Vec<Event>) {
    let (owner, id) = (&lead.manufacturer, &lead.id);
    let store = &world.host.store;
    let offers = store.offers_of_lead(owner, id, 1).await.unwrap();
    let claims = store.claims_of_lead(owner, id).await.unwrap();
    let deals = store.deals_of_lead(owner, id).await.unwrap();
    let events = store.events_of_lead(owner, id).await.unwrap();
    let mut lead = lead.clone();
    if let Some(assessed) = &mut lead.assessed {
        assessed.score = 0;
        assessed.decision = None;
    }
    (
        Lead {
            id: "".into(),
            external_id: None,
            version: 0,
            step: 0,
            ..lead
        },
        offers
            .into_iter()
            .map(|offer| Offer {
                id: "".into(),
                lead: "".into(),
                until: None,
                score: 0,
                decision: None,
                ..offer
            })
            .collect(),
        claims
            .into_iter()
            .map(|claim| Claim {
                id: "".into(),
                lead: "".into(),
                offer: None,
                decision: None,
                feedback_due_at: None,
                ..claim
            })
            .collect(),
        deals
            .into_iter()
            .map(|deal| Deal {
                id: "".into(),
                lead: None,
                version: 0,
                ..deal
            })
            .collect(),
        events
            .into_iter()
            .map(|found| as_it_happened(found.event))
            .collect(),
    )
}

#[tokio::test]
async fn history_is_what_would_have_happened_here() {
    let world = World::new().await;
    let host = &world.host;
    let owner = &world.contract.manufacturer;
    // The only one nearby of the right size that sells it.
    let new = NewLead {
        teaser: Teaser {
            product: Some("service".to_owned()),
            value: Some(600_000),
            country: Some("DE".to_owned()),
            postcode: Some("10115".to_owned()),
            source: Some("configurator".to_owned()),
            attributes: [(
                "consent".to_owned(),
                crate::domain::attribute::AttributeValue::Flag(true),
            )]
            .into(),
            ..Teaser::default()
        },
        contact: Contact {
            phone: Some("+49 30 901820".to_owned()),
            ..Contact::default()
        },
        ..NewLead::default()
    };
    let received = intake::receive(host, owner, &world.contract.id, &new, &Origin::host())
        .await
        .unwrap();
    let lead = received.lead.id;
    let partners = host.store.partners(owner).await.unwrap();
    let partner = partners
        .iter()
        .find(|partner| partner.code == "mueller")
        .unwrap();
    let claimed_at = world.pass(10);
    let claiming = Claiming {
        manufacturer: owner.clone(),
        lead: lead.clone(),
        partner: partner.id.clone(),
        user: None,
        attributes: Default::default(),
    };
    claim::claim(host, &claiming, &Origin::host())
        .await
        .unwrap();
    let contacted_at = world.pass(30);
    let report = feedback::Report {
        manufacturer: owner.clone(),
        lead: lead.clone(),
        partner: partner.id.clone(),
        code: "contacted".to_owned(),
        occurred_at: None,
        attributes: Default::default(),
        note: None,
    };
    feedback::report(host, &report, &Origin::host())
        .await
        .unwrap();
    let won_at = world.pass(180);
    let outcome = deals::Outcome {
        manufacturer: owner.clone(),
        lead: lead.clone(),
        partner: partner.id.clone(),
        result: Ending::Won {
            value: None,
            lines: vec![Line {
                product: "service".to_owned(),
                quantity: 1_000,
                value: 580_000,
                attributes: Default::default(),
            }],
            external_id: None,
        },
        occurred_at: None,
        attributes: Default::default(),
    };
    deals::conclude(host, &outcome, &Origin::host())
        .await
        .unwrap();
    let here = host.store.lead(owner, &lead).await.unwrap().unwrap();
    let here = picture(&world, &here).await;

    world.pass(10_000);
    let mapping = format!(
        "{HISTORY}source = {{ constant = \"configurator\" }}\ncountry = {{ constant = \"DE\" }}\n\
         postcode = {{ constant = \"10115\" }}\nattributes.consent = {{ constant = true }}"
    );
    let file = format!(
        "{HISTORY_HEADER}7,service,600000,{MONDAY},hot,mueller,{claimed_at},{contacted_at},won,\
         {won_at},,580000,+49 30 901820\n"
    );
    let (report, rejects) = world.import(Kind::Leads, &mapping, &file).await;
    assert_eq!((report, rejects), (counted(1, 0, 0), vec![]));
    let there = picture(&world, &world.lead("7").await).await;
    assert_eq!(there, here);
    assert_eq!(here.0.state, State::Won);
    assert_eq!(here.1[0].state, OfferState::Claimed);
}

#[tokio::test]
async fn a_past_that_contradicts_itself_is_rejected_with_its_column() {
    let world = World::new().await;
    let file = format!(
        "{HISTORY_HEADER}\
         1,service,,2026-01-05,,mueller,2026-01-03,,,,,,\n\
         2,service,,2026-01-05,,mueller,,,won,2031-01-01,,,\n\
         3,service,,2026-01-05,,,,,lost,2026-01-06,,,\n\
         4,service,,2026-01-05,,mueler,,,lost,2026-01-06,,,\n\
         5,spaceship,,2026-01-05,,mueller,,,won,2026-01-06,,9,\n\
         6,service,,2026-01-05,,mueller,,,won,,,,\n\
         7,service,,2026-01-05,,mueller,,,lost,2026-01-06,2026-01-07,,\n\
         8,service,,2026-01-05,,mueller,2026-01-06,2026-01-05,won,2026-01-07,2026-01-06,,\n"
    );
    let (report, rejects) = world.import(Kind::Leads, HISTORY, &file).await;
    assert_eq!(report, counted(0, 0, 8));
    assert_eq!(
        rejects,
        [
            "2 claimed: lies before what must have come before it",
            "3 ended: lies in the future",
            "4 partner: is missing: a lead that was claimed, won or lost had a holder",
            "5 partner: `mueler` is no partner of the contract; did you mean `mueller`?",
            "6 product: `spaceship` is not in the catalogue; there are heat-pump, service",
            "7 ended: is blank: when was it won?",
            "8 cancelled: only what was won can be cancelled; this was lost",
            "9 contacted, cancelled: contacted: lies before what must have come before it; \
             cancelled: lies before what must have come before it",
        ]
    );
}

const OUTCOMES: &str = r#"
[fields]
lead = "lead"
partner = "partner"
outcome = "outcome"
outcome-at = "at"
won-value = "value"
"#;

#[tokio::test]
async fn outcomes_end_what_waits_and_what_is_held_and_come_once() {
    let world = World::new().await;
    let waiting = "[leads]\nwithout-history = \"wait\"\n[fields]\nexternal-id = \"id\"\n\
                   product = { constant = \"service\" }\nreceived-at = \"at\"";
    let leads = "id,at\na,2026-01-05\nb,2026-01-05\nc,2026-01-05\n";
    let (report, _) = world.import(Kind::Leads, waiting, leads).await;
    assert_eq!(report, counted(3, 0, 0));
    let lead = world.lead("a").await;
    assert_eq!(lead.manual.unwrap().code, history::WAITS);
    let held = format!("{HISTORY_HEADER}d,service,,2026-01-05,,mueller,2026-01-06,,,,,,\n");
    world.import(Kind::Leads, HISTORY, &held).await;
    assert_eq!(world.lead("d").await.state, State::Claimed);

    let file = "lead,partner,outcome,at,value\n\
                a,mueller,won,2026-01-07,1000.50\n\
                a,mueller,cancelled,2026-02-07,\n\
                b,hansen,lost,2026-01-08,\n\
                d,hansen,lost,2026-01-08,\n\
                d,mueller,won,2026-02-08,20\n\
                e,mueller,won,2026-01-08,20\n\
                b,hansen,won,2026-01-08,20\n\
                c,mueller,cancelled,2026-01-08,\n";
    let (report, rejects) = world.import(Kind::Outcomes, OUTCOMES, file).await;
    assert_eq!(
        rejects,
        [
            "5 : the lead is held by another partner",
            "7 lead: the contract has no lead `e`",
            "8 : the lead is lost, which does not allow to conclude it",
            "9 outcome: nothing was won of this lead that could be cancelled",
        ]
    );
    assert_eq!(report, counted(4, 0, 4));
    let a = world.lead("a").await;
    assert_eq!((a.state, a.manual.clone()), (State::Won, None));
    let deal = world.deal(&a).await;
    assert_eq!(
        (deal.state, deal.value),
        (DealState::Cancelled, Some(100_050))
    );
    assert_eq!(deal.lines[0].product, "service");
    assert_eq!(
        world.codes(&a).await,
        [
            "received",
            "queued",
            "qualified",
            "offered",
            "claimed",
            "won",
            "cancelled"
        ]
    );
    assert_eq!(world.lead("b").await.state, State::Lost);
    assert_eq!(world.lead("d").await.state, State::Won);

    // Another file that says the same.
    let again = "lead,partner,outcome,at,value\n\
                 a,mueller,won,2026-01-07,1000.50\n\
                 a,mueller,cancelled,2026-02-07,\n\
                 b,hansen,lost,2026-01-08,\n";
    let (report, _) = world.import(Kind::Outcomes, OUTCOMES, again).await;
    assert_eq!(report, counted(0, 3, 0));

    // What still waits is routed by a mapping that says so; it lacks a phone.
    let route = waiting.replace("\"wait\"", "\"route\"");
    let (report, _) = world.import(Kind::Leads, &route, leads).await;
    assert_eq!(
        report,
        Report {
            routed: 1,
            ..counted(1, 2, 0)
        }
    );
    assert_eq!(world.lead("c").await.state, State::NeedsInfo);
}

const FRESH: &str = r#"
[fields]
external-id = "id"
product = { constant = "service" }
country = { constant = "DE" }
postcode = { constant = "10115" }
value = { constant = 6000 }
contact.phone = "phone"
attributes.consent = { constant = true }
"#;

#[tokio::test]
async fn leads_without_a_past_are_routed_and_see_each_other() {
    let world = World::new().await;
    let file = "id,phone\n1,+49 30 901820\n2,030 901820\n2,030 901820\n3,0331 901820\n";
    let (report, _) = world
        .import_as(Kind::Leads, FRESH, file, Mode::DryRun)
        .await;
    let expected = Report {
        routed: 3,
        ..counted(3, 1, 0)
    };
    assert_eq!(report, expected);
    let any = LeadFilter {
        limit: 10,
        ..LeadFilter::default()
    };
    let store = &world.host.store;
    let leads = store.leads(&world.contract.manufacturer, &any).await;
    assert_eq!(leads.unwrap(), [], "a dry run writes nothing");

    let (report, _) = world.import(Kind::Leads, FRESH, file).await;
    assert_eq!(report, expected);
    let first = world.lead("1").await;
    assert_eq!(first.state, State::Offered);
    let second = world.lead("2").await;
    let decisions = world
        .host
        .store
        .decisions_of_lead(&second.manufacturer, &second.id)
        .await
        .unwrap();
    let asked = String::from_utf8_lossy(&decisions[0].input).into_owned();
    assert!(
        asked.contains(first.id.as_str()),
        "the same phone is no secret between two rows of a file"
    );
    let (report, _) = world.import(Kind::Leads, FRESH, file).await;
    assert_eq!(
        report,
        Report {
            done_before: 4,
            ..Report::default()
        }
    );
}

#[tokio::test]
async fn partners_measures_and_places_go_the_way_of_the_api() {
    let world = World::new().await;
    let mapping = "[fields]\ncode = \"code\"\nname = \"name\"\nlevel = \"level\"\n\
                   parent = \"above\"\npostcode = \"plz\"\ncountry = { constant = \"DE\" }";
    let file = "code,name,level,above,plz\n\
                below,Unten,gold,above,01067\n\
                above,Oben,gold,,20095\n\
                mueller,Müller & Sohn,gold,,14467\n\
                mueller,Müller & Sohn,gold,,14467\n\
                orphan,Waise,gold,nobody,14467\n\
                tin,Blech,tin,,14467\n\
                loop,Kreis,gold,loop,14467\n";
    let (report, rejects) = world.import(Kind::Partners, mapping, file).await;
    assert_eq!(
        rejects,
        [
            "6 above: there is no partner `nobody`",
            "7 level: `tin` is no level; the terms have registered, silver, gold, platinum",
            "8 above: leads in a circle: loop -> loop",
        ]
    );
    assert_eq!(report, counted(3, 1, 3));
    let participants = world
        .host
        .store
        .participants(&world.contract.manufacturer, &world.contract.id)
        .await
        .unwrap();
    let found = |code: &str| {
        participants
            .iter()
            .find(|(_, partner)| partner.code == code)
            .unwrap()
    };
    let (footing, mueller) = found("mueller");
    assert_eq!(mueller.name, "Müller & Sohn");
    assert_eq!(footing.capacity, Some(10), "the mapping says nothing of it");
    assert!(footing.attributes.contains_key("products"));
    assert_eq!(found("below").1.parent, Some(found("above").1.id.clone()));
    assert!(found("above").1.position.is_some(), "the postcode's place");

    let mapping = "[fields]\npartner = \"who\"\nname = { constant = \"rework\" }\nvalue = \"share\"\n\
                   from = \"from\"\nuntil = \"until\"";
    let file = "who,share,from,until\nmueller,0.125,2026-02-01,2026-03-01\n\
                nobody,1,2026-02-01,2026-03-01\nmueller,1,2026-03-01,2026-02-01\n";
    let (report, rejects) = world.import(Kind::Measures, mapping, file).await;
    assert_eq!(
        rejects,
        [
            "3 who: `nobody` is no partner of the contract",
            "4 until: lies before it begins",
        ]
    );
    assert_eq!(report, counted(1, 0, 2));

    let mapping = "[fields]\ncountry = { constant = \"DE\" }\npostcode = \"plz\"\n\
                   latitude = \"lat\"\nlongitude = \"lon\"";
    let file = "plz,lat,lon\n01067,51.06,13.72\n10115,52.532,13.384\n99999,91,0\n";
    let (report, rejects) = world.import(Kind::Places, mapping, file).await;
    assert_eq!(rejects, ["4 lat: lies beyond 90 degrees"]);
    assert_eq!(report, counted(1, 1, 1));
}
