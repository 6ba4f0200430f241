//! A trial's folder at the host that runs it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::{Request, contract_table};
use crate::contracts;
use crate::domain::contract::Contract;
use crate::domain::digest::sha256;
use crate::domain::plan_trial::PlanTrial;
use crate::host::Host;
use crate::trial::live::{self, Untold};
use crate::trial::setup::{ASSUMPTIONS_FILE, PLANS_FOLDER, TRIAL_FILE};

/// Says what a folder was made of. It is written last: one without is made anew.
const MADE_FILE: &str = ".made.json";

/// What a folder was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Made {
    /// SHA-256 of the contract's rules: its terms, and what is bound to its slots.
    pub rules: String,
    pub until: jiff::civil::Date,
    pub untold: Untold,
}

/// The folder with everything that the trial needs. Made once: what has happened since
/// changes nothing, and a run that was interrupted goes on in it.
///
/// # Errors
/// Where it cannot be written, or the contract not be read.
pub async fn made(
    host: &Host,
    contract: &Contract,
    trial: &PlanTrial,
    request: &Request,
    folder: &Path,
) -> Result<Made, live::Error> {
    let marker = folder.join(MADE_FILE);
    if let Ok(bytes) = fs::read(&marker)
        && let Ok(made) = serde_json::from_slice(&bytes)
    {
        return Ok(made);
    }
    remove(folder)?;
    let rules = rules(host, contract).await?;
    let written = live::make(host, contract, &request.scope, &trial.name, folder).await?;
    for plan in &request.plans {
        let mut plan = plan.clone();
        carry(host, contract, &mut plan.plan, folder).await?;
        let path = folder
            .join(PLANS_FOLDER)
            .join(format!("{}.toml", plan.code));
        let text = plan.toml().map_err(|message| live::Error::Toml {
            path: path.clone(),
            message,
        })?;
        write(&path, text.as_bytes())?;
    }
    if !request.assume.is_empty() {
        assume(request, &folder.join(TRIAL_FILE))?;
    }
    if let Some(text) = &request.simulation {
        write(&folder.join(ASSUMPTIONS_FILE), text.as_bytes())?;
    }
    let made = Made {
        rules,
        until: written.until,
        untold: written.untold,
    };
    write(&marker, &serde_json::to_vec(&made).unwrap_or_default())?;
    Ok(made)
}

/// Adds to a trial's file what is taken for what nothing here tells.
fn assume(request: &Request, path: &PathBuf) -> Result<(), live::Error> {
    let in_file = |source| live::Error::File {
        path: path.clone(),
        source,
    };
    let assumed = request.assume_toml().map_err(|message| live::Error::Toml {
        path: path.clone(),
        message,
    })?;
    let text = fs::read_to_string(path).map_err(in_file)?;
    write(path, format!("{text}\n{assumed}").as_bytes())
}

/// The plugins of a plan are called what the trial's store can find.
async fn carry(
    host: &Host,
    contract: &Contract,
    plan: &mut serde_json::Map<String, Value>,
    folder: &Path,
) -> Result<(), live::Error> {
    let bindings = plan.get_mut("bindings").and_then(Value::as_object_mut);
    for binding in bindings
        .into_iter()
        .flat_map(|bindings| bindings.values_mut())
    {
        if let Some(Value::String(plugin)) = binding.get_mut("plugin") {
            *plugin = live::carried(host, &contract.manufacturer, plugin, folder).await?;
        }
    }
    Ok(())
}

/// SHA-256 of a contract's rules as they are in force.
pub async fn rules(host: &Host, contract: &Contract) -> Result<String, contracts::Error> {
    let table = contract_table(host, contract).await?;
    let rules = [table.get("terms"), table.get("bindings")];
    let text = rules.map(|part| part.map(ToString::to_string).unwrap_or_default());
    Ok(sha256(text.join("\n").as_bytes()))
}

/// Takes a folder away, if it is there.
pub fn remove(folder: &Path) -> Result<(), live::Error> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(live::Error::File {
            path: folder.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), live::Error> {
    fs::write(path, bytes).map_err(|source| live::Error::File {
        path: path.clone(),
        source,
    })
}
