//! By which index SQLite finds what is asked for again and again: it knows nothing
//! of how many rows there are, and its guess may be all of them.

use crate::store::sql::{Columns, statement};
use crate::store::writer::guards;
use crate::store::{Store, StoreSettings, decision, erasure, event, ledger, offer, seal};

async fn plan_of(text: String) -> String {
    let folder = tempfile::tempdir().unwrap();
    let settings = StoreSettings::Sqlite {
        folder: folder.path().to_owned(),
    };
    let store = Store::open(&settings).await.unwrap();
    let steps = statement(format!("EXPLAIN QUERY PLAN {text}"))
        .fetch_all(&store.pool)
        .await
        .unwrap();
    let steps: Vec<String> = steps
        .iter()
        .map(|step| Columns(step).text("detail").unwrap())
        .collect();
    steps.join("; ")
}

#[tokio::test]
async fn earlier_postings_are_found_by_what_they_are_about() {
    for column in ["deal", "lead"] {
        for count in [1, 200] {
            let mut values = vec!["m".into(), "c".into()];
            let text = ledger::text_on(column, &vec!["id"; count], &mut values);
            let plan = plan_of(text).await;
            assert!(plan.contains(&format!("posting_of_{column}")), "{plan}");
        }
    }
}

#[tokio::test]
async fn a_close_reads_by_when_it_was_and_what_it_is_about() {
    let postings = plan_of(ledger::text_of_occurred()).await;
    let by_time = "posting_occurred (manufacturer=? AND contract=? AND occurred_at>? \
         AND occurred_at<?)";
    assert!(postings.contains(by_time), "{postings}");
    for column in ["deal", "lead"] {
        for count in [1, 200] {
            let mut values = vec!["m".into(), 0_i64.into(), "e".into(), 0_i64.into()];
            let text = event::text_of_named(column, &vec!["id"; count], &mut values);
            let named = plan_of(text).await;
            let by_subject = format!("event_of_{column} (manufacturer=? AND {column}=?)");
            assert!(named.contains(&by_subject), "{named}");
        }
    }
}

#[tokio::test]
async fn what_a_partner_has_in_its_accounts_is_found_by_the_accounts() {
    for count in [1, 10] {
        let mut values = vec!["m".into(), "c".into(), "p".into()];
        let text = ledger::text_of_booked(&vec!["a"; count], &vec!["b"; count], &mut values);
        let plan = plan_of(text).await;
        let by_account = "posting_of_holder (manufacturer=? AND contract=? AND component=? \
             AND account=? AND holder=?)";
        assert!(plan.contains(by_account), "{plan}");
    }
}

#[tokio::test]
async fn what_a_partner_has_open_is_found_by_the_partner() {
    for partners in [1, 50] {
        let offers = plan_of(offer::text_of_open_offers(partners)).await;
        assert!(offers.contains("offer_of_partner"), "{offers}");
        let claims = plan_of(offer::text_of_open_claims(partners)).await;
        assert!(claims.contains("claim_held"), "{claims}");
    }
}

#[tokio::test]
async fn persons_are_found_by_their_leads_and_by_when_these_ended() {
    let ended = plan_of(erasure::text_of_ended()).await;
    assert!(
        ended.contains("lead_ended") && !ended.contains("B-TREE"),
        "{ended}"
    );
    for count in [1, 200] {
        let mut values = vec!["m".into()];
        let keys = erasure::text_of_keys(&vec!["l".into(); count], &mut values);
        let keys = plan_of(keys).await;
        assert!(keys.contains("duplicate_key_of_lead"), "{keys}");
    }
}

#[tokio::test]
async fn a_settlement_is_found_among_settlements() {
    let plan = plan_of(decision::text_of_settlements()).await;
    assert!(plan.contains("decision_settled"), "{plan}");
}

#[tokio::test]
async fn what_was_decided_last_is_read_from_the_end() {
    let plan = plan_of(decision::text_of_last()).await;
    let by_key = "sqlite_autoindex_decision_1 (manufacturer=? AND id>?)";
    assert!(plan.contains(by_key) && !plan.contains("B-TREE"), "{plan}");
}

#[tokio::test]
async fn the_chain_is_walked_by_its_numbers() {
    let plan = plan_of(decision::text_of_numbered()).await;
    let by_number = "decision_numbered (manufacturer=? AND number>?";
    assert!(
        plan.contains(by_number) && !plan.contains("B-TREE"),
        "{plan}"
    );
    // Of those without a number, not of all.
    let plan = plan_of(seal::NUMBER.to_owned()).await;
    assert!(
        plan.contains("decision_unnumbered (manufacturer=?)"),
        "{plan}"
    );
}

#[tokio::test]
async fn how_questions_ended_is_read_from_where_it_was_left() {
    let plan = plan_of(decision::text_of_outcomes().to_owned()).await;
    let by_key = "sqlite_autoindex_decision_1 (manufacturer=? AND id>? AND id<?)";
    assert!(plan.contains(by_key) && !plan.contains("B-TREE"), "{plan}");
}

#[tokio::test]
async fn what_commits_rest_on_is_found_by_its_whole_key() {
    for keys in [1, 2, 256] {
        for text in guards::texts_of_pairs(keys) {
            let plan = plan_of(text).await;
            let steps = plan.split("; ").filter(|step| step.starts_with("SEARCH"));
            let searches: Vec<&str> = steps.collect();
            // A user has few memberships, wherever they are.
            let by_key = ["contract=? AND ", "actor=? AND ", "user_account=?"];
            let is_by_key = by_key.iter().any(|key| searches[0].contains(key));
            assert!(searches.len() == 1 && is_by_key, "{plan}");
        }
    }
}
