//! The contract's rules, so that a store that knows nothing of its plugins can bind them.

use std::path::Path;

use toml::Table;

use super::{COMPONENTS_FOLDER, Error, Folder};
use crate::apply::{Document, written};
use crate::contracts;
use crate::domain::contract::Contract;
use crate::domain::digest::sha256;
use crate::domain::ids::ManufacturerId;
use crate::host::Host;
use crate::policy::shipped;
use crate::trial::setup::{CONTRACT_FILE, PLANS_FOLDER};

/// The contract as it is in force, with a component file for each plugin that does not
/// ship with the program.
pub async fn document(
    host: &Host,
    contract: &Contract,
    folder: Folder<'_>,
) -> Result<Document, Error> {
    let mut document = written(host, contract).await?;
    for binding in document.bindings.values_mut() {
        binding.plugin = carried(host, &contract.manufacturer, &binding.plugin, folder).await?;
    }
    Ok(document)
}

/// What a trial calls a plugin: one that ships by its name, and any other by the file of its
/// component, which is written.
pub async fn carried(
    host: &Host,
    manufacturer: &ManufacturerId,
    reference: &str,
    folder: Folder<'_>,
) -> Result<String, Error> {
    let own = std::env::var_os(shipped::FOLDER_VARIABLE);
    let all = shipped::all(own.as_deref().map(Path::new)).map_err(|source| Error::File {
        path: own.clone().unwrap_or_default().into(),
        source,
    })?;
    let ships = |digest: &str| all.iter().find(|one| sha256(&one.component) == digest);
    let named = all.iter().find(|one| one.name == reference);
    if let Some(ships) = named.or_else(|| ships(reference)) {
        return Ok(ships.name.to_owned());
    }
    let record = contracts::plugin::find(host, manufacturer, reference).await?;
    if let Some(ships) = ships(&record.digest) {
        return Ok(ships.name.to_owned());
    }
    let bytes = host
        .store
        .visible_component(manufacturer, &record.digest)
        .await?;
    let bytes = bytes.ok_or(contracts::Error::NotFound { what: "plugin" })?;
    folder.create(COMPONENTS_FOLDER)?;
    let file = format!("{COMPONENTS_FOLDER}/{}.wasm", record.digest);
    folder.write(&file, &bytes)?;
    Ok(file)
}

/// What pays today, as a plan that somebody can change.
pub fn plan_to_fill_in(folder: Folder<'_>) -> Result<(), Error> {
    let path = folder.0.join(CONTRACT_FILE);
    let wrong = |message: String| Error::Toml {
        path: path.clone(),
        message,
    };
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File {
        path: path.clone(),
        source,
    })?;
    let contract: Table = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let bindings = contract.get("bindings").and_then(toml::Value::as_table);
    let paying: Table = bindings
        .into_iter()
        .flatten()
        .filter(|(slot, _)| slot.starts_with("compensation/"))
        .map(|(slot, binding)| (slot.clone(), binding.clone()))
        .collect();
    let plan = Table::from_iter([
        ("name".to_owned(), "Another plan".into()),
        ("bindings".to_owned(), paying.into()),
    ]);
    folder.toml(
        &format!("{PLANS_FOLDER}/other.toml"),
        "# What pays today: change it into what is to be tried. What a plan does not name stays\n\
         # as it is in contract.toml, and `remove = true` takes a component out.\n\n",
        &plan,
    )
}
