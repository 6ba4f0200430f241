//! Statements over a real ledger, in all their forms.

use std::collections::BTreeMap;

use super::{Document, csv, html};
use crate::domain::event::EventCode;
use crate::domain::ledger::HolderKind;
use crate::pay::tests::world::{Happening, World};

/// Two months: business, a cancellation, a malus, and something late.
async fn two_months() -> World {
    let world = World::new(31).await;
    world.move_to(5);
    for lead in 0..4 {
        let claimed = Happening::of_lead(5, EventCode::Claimed, "a", lead);
        world.happens(&claimed).await;
    }
    world.happens(&Happening::won(5, "a", 1, 2_000_050)).await;
    world
        .happens(&Happening::of_lead(6, EventCode::DataComplete, "a", 1))
        .await;
    world
        .happens(&Happening::of_lead(7, EventCode::Unworked, "a", 0))
        .await;
    world.move_to(40);
    world.close("2026-01").await.unwrap();
    world.happens(&Happening::won(36, "a", 2, 900_000)).await;
    world.happens(&Happening::cancelled(38, "a", 1)).await;
    world.happens(&Happening::won(20, "a", 3, 1_000_000)).await;
    world.pay().await;
    world
}

async fn document(world: &World, period: &str, partner: &str, language: &str) -> Document {
    let contract = &world.contract;
    let host = &world.host;
    let force = host.contract(&contract.manufacturer, &contract.id);
    let force = force.await.unwrap();
    let found = host.store.partner_by_code(&contract.manufacturer, partner);
    let partner = found.await.unwrap().unwrap();
    Document::load(host, &force, period, &partner, Some(language))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_statement_reads_in_both_languages_and_every_form() {
    let world = two_months().await;
    for period in ["2026-01", "2026-02"] {
        for language in ["de", "en"] {
            let document = document(&world, period, "a", language).await;
            insta::assert_snapshot!(format!("{period}-{language}.csv"), csv(&document));
            insta::assert_snapshot!(format!("{period}-{language}.html"), html(&document));
            let json = crate::http::statement(&document);
            let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let json = serde_json::to_string_pretty(&json).unwrap();
            insta::assert_snapshot!(format!("{period}-{language}.json"), json);
        }
    }
}

#[tokio::test]
async fn who_is_paid_on_trial_reads_by_what_and_why() {
    let world = World::new(32).await;
    let rate = serde_json::json!({ "rate": 50_000 });
    world.candidate("commission", rate).await;
    world.move_to(10);
    world.try_with("commission", &["a"]).await;
    world.move_to(40);
    let said = [
        (
            "en",
            "On trial",
            "commission: compensation-flat-split@0.1.0, generation 2 (instead of \
             compensation-flat-split@0.1.0, generation 1), since 2026-02-01: tried with some",
        ),
        (
            "de",
            "Auf Probe",
            "commission: compensation-flat-split@0.1.0, Generation 2 (statt \
             compensation-flat-split@0.1.0, Generation 1), seit 01.02.2026: tried with some",
        ),
    ];
    world.happens(&Happening::won(41, "a", 1, 1_000_000)).await;
    world.pay().await;
    for (language, title, said) in said {
        let of_a = document(&world, "2026-02", "a", language).await;
        let fact = format!("<dt>{title}</dt><dd>{said}</dd>\n");
        assert!(html(&of_a).contains(&fact), "{}", html(&of_a));
        let cells = format!("{title},,commission,,,,,,,\"{said}\",");
        assert!(csv(&of_a).contains(&cells), "{}", csv(&of_a));
        let of_b = document(&world, "2026-02", "b", language).await;
        assert!(!html(&of_b).contains(title) && !csv(&of_b).contains(title));
        // Above it, somebody has a share in what it sells.
        let above = document(&world, "2026-02", "above", language).await;
        let title = match language {
            "en" => "Shares on trial with others",
            _ => "Anteile auf Probe mit anderen",
        };
        let fact = format!("<dt>{title}</dt><dd>{said}</dd>\n");
        assert!(html(&above).contains(&fact), "{}", html(&above));
        let cells = format!("{title},,commission,,,,,,,\"{said}\",");
        assert!(csv(&above).contains(&cells), "{}", csv(&above));
    }
}

/// By another way than the statement's: every row of the ledger added up.
#[tokio::test]
async fn what_statements_say_is_what_the_ledger_holds() {
    let world = two_months().await;
    let contract = &world.contract;
    let store = &world.host.store;
    let (owner, id) = (&contract.manufacturer, &contract.id);
    for (code, partner) in &world.partners {
        let mut balances: BTreeMap<(String, String), i64> = BTreeMap::new();
        for period in ["2026-01", "2026-02"] {
            let rows = store.postings_booked_in(owner, id, period).await.unwrap();
            let mut amounts: BTreeMap<(String, String), i64> = BTreeMap::new();
            for row in rows {
                let holder = &row.holder;
                if holder.kind == HolderKind::Partner && holder.id == partner.as_str() {
                    *amounts.entry((row.component, row.account)).or_default() += row.amount;
                }
            }
            let document = document(&world, period, code, "en").await;
            for total in &document.totals {
                let key = (total.component.clone(), total.account.clone());
                // What care first pays begins anew each month.
                let carried = match total.component.as_str() {
                    "care" => 0,
                    _ => balances.get(&key).copied().unwrap_or(0),
                };
                assert_eq!(total.carried, carried, "{code} {period} {key:?}");
                assert_eq!(
                    Some(&total.amount),
                    amounts.get(&key),
                    "{code} {period} {key:?}"
                );
            }
            assert_eq!(document.totals.len(), amounts.len(), "{code} {period}");
            let lines: i64 = document.lines.iter().map(|line| line.posting.amount).sum();
            let due: i64 = amounts.values().sum();
            let said: i64 = document.sums.iter().map(|sum| sum.amount).sum();
            let subtotals: i64 = document.subtotals.iter().map(|sum| sum.amount).sum();
            assert_eq!((lines, said, subtotals), (due, due, due), "{code} {period}");
            for sum in document.sums.iter().chain(&document.subtotals) {
                assert_eq!(sum.balance, sum.carried + sum.amount);
            }
            for (key, amount) in amounts {
                *balances.entry(key).or_default() += amount;
            }
        }
        let ends: i64 = balances.values().sum();
        let held: i64 = world
            .balances()
            .await
            .iter()
            .filter(|((_, _, of), _)| of == code)
            .map(|(_, amount)| amount)
            .sum();
        assert_eq!(ends, held, "{code}");
    }
}

#[tokio::test]
async fn names_are_hostile_and_stay_text() {
    let world = two_months().await;
    let mut document = document(&world, "2026-01", "a", "en").await;
    document.partner_name = "=cmd|'/c calc'!A1 <script>alert(\"1\")</script>".to_owned();
    document.lines[0].text = "=HYPERLINK(\"https://example.com\",\"<b>\")".to_owned();
    let page = html(&document);
    for forbidden in ["<script", "<b>", "javascript:", "http", "src=", "onload"] {
        let allowed = page.replace("=HYPERLINK(&quot;https://example.com", "");
        assert!(!allowed.contains(forbidden), "{forbidden}:\n{page}");
    }
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)"));
    let table = csv(&document);
    assert!(
        table.contains("\"'=HYPERLINK(\"\"https://example.com\"\""),
        "{table}"
    );
    for line in table.split("\r\n").filter(|line| !line.is_empty()) {
        assert!(!line.starts_with(['=', '+', '@']), "{line}");
    }
}
