//! Files become what the use-cases would have made of them.

use crate::apply::{Document, apply};
use crate::clock::{Clock, Ids};
use crate::domain::contract::Contract;
use crate::domain::deal::Deal;
use crate::domain::digest::sha256;
use crate::domain::lead::Lead;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::import::{Assumed, Import, Kind, Mapping, Mode, Reject, RejectList, Report, run};
use crate::store::{Store, StoreSettings};
use crate::testing;

mod history;
mod odd;
mod others;
mod outcomes;

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
        let document = Document::parse(include_str!("../../../examples/heat-pumps.toml")).unwrap();
        apply(&host, &document, None, &Origin::host())
            .await
            .unwrap();
        let contract = host.store.first_contracts(1).await.unwrap().remove(0);
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
            assumed: Assumed::default(),
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
