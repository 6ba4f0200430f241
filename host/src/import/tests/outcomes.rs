//! Outcomes that join leads, and leads without a past.

use super::{HISTORY, HISTORY_HEADER, World, counted};
use crate::domain::deal::DealState;
use crate::domain::lifecycle::State;
use crate::import::{Kind, Mode, Report};
use crate::routing::history;
use crate::store::LeadFilter;

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
