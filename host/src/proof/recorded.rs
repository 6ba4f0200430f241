//! A decision with everything that it takes to ask it again: the receipt names
//! it by digest and version, the store keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::decision::Decision;
use crate::domain::ids::{DecisionId, ManufacturerId};
use crate::policy::Function;
use crate::store::{self, Store};

/// What a decision was asked, with what it was made, and what came of it.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Recorded {
    #[schema(value_type = String)]
    pub function: Function,
    pub plugin_digest: String,
    #[schema(value_type = Object)]
    pub configuration: Value,
    /// Complete and canonical, a JSON document.
    pub terms: String,
    /// In CBOR, hexadecimal.
    pub question: String,
    /// In CBOR, hexadecimal; empty where the policy failed.
    pub answer: String,
    pub fuel: u64,
    /// The engine's fingerprint: under another one fuel may differ.
    pub engine: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    #[error("there is no such decision")]
    NotFound,
    /// Nothing that a decision names is ever deleted, so this is a fault.
    #[error("the {0} that the decision names is not stored")]
    Missing(&'static str),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The decision, whichever manufacturer's it is.
pub async fn find(store: &Store, id: &DecisionId) -> Result<Decision, RecordedError> {
    for manufacturer in store.manufacturers().await? {
        if let Some(decision) = store.decision(&manufacturer.id, id).await? {
            return Ok(decision);
        }
    }
    Err(RecordedError::NotFound)
}

/// The component that decided.
pub async fn component(
    store: &Store,
    manufacturer: &ManufacturerId,
    digest: &str,
) -> Result<Vec<u8>, RecordedError> {
    let bytes = store.plugin_bytes(manufacturer, digest).await?;
    bytes.ok_or(RecordedError::Missing("plugin"))
}

/// What a decision was made with, as it is stored.
#[derive(Debug)]
pub struct Named {
    /// Canonical JSON.
    pub configuration: String,
    /// Complete and canonical, a JSON document.
    pub terms: String,
}

/// Configuration and terms that a decision names.
pub async fn named(store: &Store, decision: &Decision) -> Result<Named, RecordedError> {
    let manufacturer = &decision.manufacturer;
    let (contract, slot) = (&decision.contract, &decision.slot);
    let configuration = store
        .generation(manufacturer, contract, slot, decision.generation)
        .await?
        .ok_or(RecordedError::Missing("configuration"))?
        .configuration;
    let terms = store
        .terms(manufacturer, contract, decision.terms_version)
        .await?
        .ok_or(RecordedError::Missing("version of the terms"))?
        .document;
    Ok(Named {
        configuration,
        terms,
    })
}

/// A decision with all that it names, but for the component.
pub async fn complete(store: &Store, decision: Decision) -> Result<Recorded, RecordedError> {
    let function = Function::parse(&decision.function).ok_or(RecordedError::Missing("function"))?;
    let named = named(store, &decision).await?;
    let configuration = serde_json::from_str(&named.configuration)
        .map_err(|_| RecordedError::Missing("configuration"))?;
    Ok(Recorded {
        function,
        configuration,
        terms: named.terms,
        plugin_digest: decision.plugin_digest,
        question: hex::encode(decision.input),
        answer: hex::encode(decision.output),
        fuel: u64::try_from(decision.fuel).unwrap_or_default(),
        engine: decision.engine,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contract::{Binding, Contract, Manufacturer, TermsVersion};
    use crate::domain::plugin::PluginRecord;
    use crate::domain::time::Micros;
    use crate::store::StoreSettings;
    use crate::store::changes::{Changes, Command};
    use crate::testing::decision;

    const AT: Micros = Micros(1_772_442_000_000_000);

    fn changes() -> Changes {
        let manufacturer = ManufacturerId::from("m");
        let contract = Contract {
            manufacturer: manufacturer.clone(),
            id: "c".into(),
            code: "heat-pumps".into(),
            name: "Heat pumps".into(),
            test: false,
            terms_version: 1,
            partners_version: 1,
            created_at: AT,
            version: 1,
        };
        let binding = |generation, configuration: &str| Binding {
            manufacturer: manufacturer.clone(),
            contract: contract.id.clone(),
            slot: "matching".into(),
            generation,
            plugin_digest: "d".into(),
            configuration: configuration.into(),
            configuration_digest: "e".into(),
            limits: None,
            active_from: AT,
            comment: String::new(),
        };
        let decision = Decision {
            asked_at: AT,
            ..decision()
        };
        Changes {
            plugins: vec![PluginRecord {
                manufacturer: manufacturer.clone(),
                digest: "d".into(),
                name: "matching-weighted".into(),
                version: "0.1.0".into(),
                kind: "matching".into(),
                manifest: "{}".into(),
                size_bytes: 9,
                component: b"component".to_vec(),
                uploaded_at: AT,
            }],
            terms: vec![TermsVersion {
                manufacturer: manufacturer.clone(),
                contract: contract.id.clone(),
                version: 1,
                document: "{}".into(),
                created_at: AT,
            }],
            bindings: vec![binding(1, r#"{"waves":3}"#), binding(2, r#"{"waves":4}"#)],
            contracts: vec![contract],
            decisions: vec![decision],
            ..Changes::default()
        }
    }

    #[tokio::test]
    async fn a_decision_is_found_with_what_it_was_made_with() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreSettings::Sqlite {
            folder: folder.path().to_owned(),
        })
        .await
        .unwrap();
        let manufacturer = Manufacturer {
            id: "m".into(),
            code: "maker".into(),
            name: "Maker".into(),
            created_at: AT,
        };
        store.add_manufacturer(&manufacturer).await.unwrap();
        let command = Command {
            manufacturer: manufacturer.id,
            changes: changes(),
        };
        store.commit(command).await.unwrap();

        let decision = find(&store, &"decision".into()).await.unwrap();
        let recorded = complete(&store, decision).await.unwrap();
        assert_eq!(recorded.function, Function::Rank);
        let component = component(&store, &"m".into(), &recorded.plugin_digest).await;
        assert_eq!(component.unwrap(), b"component");
        assert_eq!((&*recorded.question, &*recorded.answer), ("01", "02"));
        // The generation of then, not the one of now.
        assert_eq!(recorded.configuration, serde_json::json!({"waves": 3}));
        assert_eq!(recorded.terms, "{}");
        assert!(matches!(
            find(&store, &"other".into()).await,
            Err(RecordedError::NotFound)
        ));
        store.close().await;
    }
}
