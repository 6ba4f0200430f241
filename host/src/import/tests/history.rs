//! Leads with a past of their own.

use super::{HISTORY, HISTORY_HEADER, MONDAY, World, counted};
use crate::domain::deal::{Deal, Line};
use crate::domain::happening::Event;
use crate::domain::lead::{Contact, Lead, Teaser};
use crate::domain::lifecycle::State;
use crate::domain::offer::{Claim, Offer, OfferState};
use crate::domain::time::Micros;
use crate::host::Origin;
use crate::import::Kind;
use crate::routing::claim::Claiming;
use crate::routing::deals::Ending;
use crate::routing::intake::NewLead;
use crate::routing::{claim, deals, feedback, intake};

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
