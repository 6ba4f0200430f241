//! A file makes it so, and says what is wrong with it.

use std::path::Path;

use proptest::prelude::*;

use super::{ApplyError, Document, Plan, plan};
use crate::clock::{Clock, Ids};
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::store::{Store, StoreSettings};
use crate::testing::{self, cases, edited};

const EXAMPLE: &str = include_str!("../../examples/heat-pumps.toml");

async fn host(folder: &Path) -> Host {
    let settings = StoreSettings::Sqlite {
        folder: folder.to_owned(),
    };
    let store = Store::open(&settings).await.unwrap();
    Host::new(
        store,
        testing::engine(),
        Clock::simulated(Micros(0)),
        Ids::seeded(1),
    )
}

async fn planned(host: &Host, text: &str) -> Result<Plan, String> {
    let document = Document::parse(text).map_err(|problem| problem.to_string())?;
    plan(host, &document, Some(Path::new(".")))
        .await
        .map_err(|error| error.to_string())
}

fn lines(plan: &Plan) -> Vec<String> {
    plan.changes().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn applying_again_changes_nothing_and_a_change_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(folder.path()).await;
    let first = planned(&host, EXAMPLE).await.unwrap();
    assert_eq!(lines(&first).len(), 23, "{:#?}", lines(&first));
    first.carry_out(&host, &Origin::host()).await.unwrap();
    assert!(planned(&host, EXAMPLE).await.unwrap().changes().is_empty());
    let changed = EXAMPLE
        .replace("Nordwärme GmbH", "Nordwärme AG")
        .replace("distance-km-max = 120.0", "distance-km-max = 90.0")
        .replace("capacity = 10", "capacity = 12");
    let second = planned(&host, &changed).await.unwrap();
    assert_eq!(
        lines(&second),
        [
            "~ manufacturer nordwaerme name: Nordwärme GmbH -> Nordwärme AG",
            "~ partner mueller in heat-pumps: gold, 10 leads, certificates [], attributes 16b14787 \
             -> gold, 12 leads, certificates [], attributes 16b14787",
            "+ matching of heat-pumps, generation 2: matching-weighted@0.1.0",
        ]
    );
    second.carry_out(&host, &Origin::host()).await.unwrap();
    assert!(planned(&host, &changed).await.unwrap().changes().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(folder.path()).await;
    let cases = [
        ("code = \"nordwaerme\"", "colour = 1", "line 5, column 1"),
        (
            "parent = \"spree-handel\"",
            "parent = \"mueller\"",
            "partners[1].parent: leads in a circle: mueller -> mueller; leave out one of these parents",
        ),
        (
            "role = \"vendor-manager\"",
            "role = \"boss\"",
            "people[1].role: is none of manufacturer, integrator",
        ),
        (
            "partner = \"mueller\"",
            "partner = \"miller\"",
            "people[2].partner: there is no partner `miller`",
        ),
        (
            "level = \"platinum\"",
            "level = \"tin\"",
            "partners[0].level: `tin` is no level; the terms have registered, silver, gold, platinum",
        ),
        (
            "currency = \"EUR\"",
            "currency = \"EURO\"",
            "terms.currency: `EURO` is no currency",
        ),
        (
            "distance-km-max = 120.0",
            "distance-km-max = -1.0",
            "bindings.matching: ",
        ),
        (
            "plugin = \"escalation-ladder\"",
            "plugin = \"nothing\"",
            "bindings.escalation.plugin: `nothing` is no plugin that ships with Stellwerk",
        ),
    ];
    for (from, to, expected) in cases {
        let error = planned(&host, &EXAMPLE.replacen(from, to, 1))
            .await
            .err()
            .unwrap_or_default();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(host.store.manufacturers().await.unwrap().is_empty());
}

proptest! {
    #[test]
    fn no_text_panics(text: String) {
        let _ = Document::parse(&text);
    }

    #[test]
    fn no_file_panics(text in edited(EXAMPLE)) {
        let _ = Document::parse(&text).map_err(|problem| problem.to_string());
    }
}

proptest! {
    #![proptest_config(cases(16))]

    /// What cannot be applied is the file's fault, and leaves nothing behind.
    #[test]
    fn no_file_breaks_what_it_is_compared_with(text in edited(EXAMPLE)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let refused = runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let host = host(folder.path()).await;
            let document = Document::parse(&text).ok()?;
            plan(&host, &document, None).await.err()
        });
        let is_the_files = refused.as_ref().is_none_or(|error| {
            matches!(error, ApplyError::Invalid(_) | ApplyError::Policy { .. })
        });
        prop_assert!(is_the_files, "{refused:?}");
    }
}
