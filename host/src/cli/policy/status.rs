//! `stellwerk policy status`: what runs where.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::view::{PaidTrial, seconds};
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::binding;
use crate::domain::contract::Contract;
use crate::domain::generation::per_cent;
use crate::domain::host::LoadError;

/// Contracts in one page.
const PAGE: u32 = 200;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the contract [default: all]
    contract: Option<String>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments
        .target
        .server(arguments.of.manufacturer.as_deref())?;
    let contracts = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&Statuses { contracts })?;
    Ok(Exit::Done)
}

#[derive(Deserialize)]
struct Page {
    contracts: Vec<Named>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    code: String,
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Vec<Status>, CliError> {
    let codes = match &arguments.contract {
        Some(code) => vec![code.clone()],
        None => codes(client)?,
    };
    let status = |code: &String| client.get(&format!("/api/v1/contracts/{}/status", segment(code)));
    codes.iter().map(status).collect()
}

fn codes(client: &Client) -> Result<Vec<String>, CliError> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page = client.get(&format!("/api/v1/contracts?limit={PAGE}{after}"))?;
        found.extend(page.contracts.into_iter().map(|contract| contract.code));
        match page.next {
            Some(next) => after = format!("&after={}", segment(&next)),
            None => return Ok(found),
        }
    }
}

async fn in_data(arguments: &Arguments) -> Result<Vec<Status>, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let of = arguments.of.find(host).await?;
            let mut contracts = Vec::new();
            match &arguments.contract {
                Some(name) => contracts.push(contract(host, &of, name).await?),
                None => loop {
                    let after = contracts.last().map(|last: &Contract| last.code.clone());
                    let page = host
                        .store
                        .contracts_after(&of.id, None, after.as_deref(), PAGE)
                        .await?;
                    let is_last = page.len() < PAGE as usize;
                    contracts.extend(page);
                    if is_last {
                        break;
                    }
                },
            }
            let mut found = Vec::new();
            for contract in &contracts {
                found.push(Status::of(&binding::status(host, contract).await?));
            }
            Ok(found)
        })
        .await
}

/// Contracts, each with what of it runs where.
#[derive(Debug, Serialize)]
struct Statuses {
    contracts: Vec<Status>,
}

/// As a server answers it, too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Status {
    contract: String,
    hosts: Vec<HostView>,
    slots: Vec<Slot>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct HostView {
    name: String,
    version: String,
    started_at: String,
    seen_at: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Slot {
    slot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_force: Option<InForce>,
    behind: Vec<Behind>,
    unasked: Vec<String>,
    candidates: Vec<Candidate>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct InForce {
    generation: i64,
    plugin: String,
    standing: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    hosts: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Behind {
    host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runs: Option<i64>,
    #[serde(flatten)]
    error: Failure,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Candidate {
    generation: i64,
    plugin: String,
    standing: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trials: Vec<PaidTrial>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    waits_for_approval: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    stages: Vec<Stage>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Stage {
    host: String,
    stage: String,
    #[serde(flatten)]
    error: Failure,
}

/// Why a host has come no further, where it cannot.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Failure {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Status {
    fn of(status: &binding::Status) -> Self {
        let hosts = status.hosts.iter().map(|host| HostView {
            name: host.name.clone(),
            version: host.version.clone(),
            started_at: host.started_at.to_string(),
            seen_at: host.seen_at.to_string(),
        });
        Self {
            contract: status.contract.clone(),
            hosts: hosts.collect(),
            slots: status.slots.iter().map(Slot::of).collect(),
        }
    }
}

impl Slot {
    fn of(slot: &binding::SlotStatus) -> Self {
        let behind = slot.behind.iter().map(|behind| Behind {
            host: behind.host.clone(),
            runs: behind.runs,
            error: Failure::of(behind.error.as_ref()),
        });
        let in_force = slot.in_force.as_ref();
        Self {
            slot: slot.slot.clone(),
            in_force: in_force.map(|stands| InForce {
                generation: stands.binding.generation,
                plugin: stands.plugin.clone(),
                standing: stands.standing.as_str().to_owned(),
                since: stands.from().map(|from| from.to_string()),
                hosts: slot.hosts,
            }),
            behind: behind.collect(),
            unasked: slot.unasked.clone(),
            candidates: slot.candidates.iter().map(Candidate::of).collect(),
        }
    }
}

impl Candidate {
    fn of(candidate: &binding::Candidate) -> Self {
        let stands = &candidate.stands;
        let stages = candidate.stages.iter().map(|stage| Stage {
            host: stage.host.clone(),
            stage: stage.stage.as_str().to_owned(),
            error: Failure::of(stage.error.as_ref()),
        });
        Self {
            generation: stands.binding.generation,
            plugin: stands.plugin.clone(),
            standing: stands.standing.as_str().to_owned(),
            share_percent: candidate.share.map(per_cent),
            trials: stands.trials.iter().map(PaidTrial::of).collect(),
            waits_for_approval: stands.waits,
            from: candidate.from.map(|from| from.to_string()),
            stages: stages.collect(),
        }
    }
}

impl Failure {
    fn of(error: Option<&LoadError>) -> Self {
        Self {
            code: error.map(|error| error.code.clone()),
            detail: error.map(|error| error.text.clone()),
        }
    }
}

/// Such as `1 host`, `2 hosts`.
fn hosts(count: usize) -> String {
    match count {
        1 => "1 host".to_owned(),
        count => format!("{count} hosts"),
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.contracts.is_empty() {
            return writeln!(f, "there is no contract");
        }
        for (place, contract) in self.contracts.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{contract}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.contract, hosts(self.hosts.len()))?;
        for host in &self.hosts {
            let since = seconds(&host.started_at);
            writeln!(
                f,
                "  {}  version {}, since {since}",
                host.name, host.version
            )?;
        }
        for slot in &self.slots {
            slot.write(f, self.hosts.len())?;
        }
        Ok(())
    }
}

impl Slot {
    fn write(&self, f: &mut fmt::Formatter<'_>, all: usize) -> fmt::Result {
        writeln!(f, "\n{}", self.slot)?;
        match &self.in_force {
            Some(in_force) => in_force.write(f, all)?,
            None => writeln!(f, "  nothing is in force")?,
        }
        for behind in &self.behind {
            writeln!(f, "  behind: {} {}", behind.host, behind.why())?;
        }
        if !self.unasked.is_empty() {
            let names = self.unasked.join(", ");
            writeln!(f, "  not asked yet: {names}")?;
        }
        for candidate in &self.candidates {
            candidate.write(f)?;
        }
        Ok(())
    }
}

impl InForce {
    fn write(&self, f: &mut fmt::Formatter<'_>, all: usize) -> fmt::Result {
        let Self {
            generation,
            plugin,
            hosts: on,
            ..
        } = self;
        let since = self.since.as_deref().map(seconds);
        let since = since.map_or_else(String::new, |since| format!(", since {since}"));
        let standing = match self.standing.as_str() {
            "active" => String::new(),
            other => format!(", {other}"),
        };
        writeln!(f, "  in force: {plugin}{standing}{since}")?;
        writeln!(f, "  {on} of {} on generation {generation}", hosts(all))
    }
}

impl Behind {
    fn why(&self) -> String {
        let runs = match self.runs {
            Some(generation) => format!("goes on with generation {generation}"),
            None => "runs nothing".to_owned(),
        };
        // The text begins with the plugin and the code.
        match (&self.error.detail, &self.error.code) {
            (Some(detail), _) => format!("{runs}: {detail}"),
            (None, Some(code)) => format!("{runs}: {code}"),
            (None, None) => format!("{runs}, and is at it"),
        }
    }
}

impl Candidate {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (generation, plugin) = (self.generation, &self.plugin);
        write!(f, "  generation {generation}: {plugin}, {}", self.standing)?;
        if let Some(share) = self.share_percent {
            write!(f, " {share} %")?;
        }
        if let Some(from) = self.from.as_deref().map(seconds) {
            // What is tried is so until then.
            let word = if self.share_percent.is_some() {
                "in force from"
            } else {
                "from"
            };
            write!(f, ", {word} {from}")?;
        }
        if self.waits_for_approval {
            write!(f, ", waits for approval")?;
        }
        writeln!(f)?;
        for trial in &self.trials {
            writeln!(f, "    {trial}")?;
        }
        for stage in &self.stages {
            write!(f, "    {}: {}", stage.host, stage.stage)?;
            if let Some(detail) = &stage.error.detail {
                write!(f, ", and no further: {detail}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_runs_where_is_told_slot_by_slot() {
        let instant = "2027-03-01T08:00:00.25Z";
        let host = |name: &str| json!({ "name": name, "version": "0.1.0", "started-at": instant, "seen-at": instant });
        let status = json!({
            "contract": "pumps",
            "hosts": [host("leads-1:8080"), host("leads-2:8080")],
            "slots": [
                {
                    "slot": "escalation",
                    "in-force": {
                        "generation": 7, "plugin": "escalation-ladder@0.1.0",
                        "standing": "active", "since": instant, "hosts": 2,
                    },
                    "behind": [], "unasked": [],
                    "candidates": [
                        {
                            "generation": 9, "plugin": "escalation-ladder@0.2.0",
                            "standing": "active", "from": "2027-04-01T00:00:00Z",
                            "stages": [
                                { "host": "leads-1:8080", "stage": "ready" },
                                { "host": "leads-2:8080", "stage": "uploaded" },
                            ],
                        },
                        {
                            "generation": 8, "plugin": "escalation-ladder@0.2.0",
                            "standing": "ready", "waits-for-approval": true,
                            "from": "2027-03-02T00:00:00Z",
                            "stages": [],
                        },
                    ],
                },
                {
                    "slot": "matching",
                    "in-force": {
                        "generation": 41, "plugin": "matching-weighted@0.1.0",
                        "standing": "active", "since": instant, "hosts": 1,
                    },
                    "behind": [{
                        "host": "leads-2:8080", "runs": 40, "code": "guest.out_of_fuel",
                        "detail": "matching-weighted@0.1.0: guest.out_of_fuel: it used all its fuel",
                    }],
                    "unasked": [],
                    "candidates": [{
                        "generation": 42, "plugin": "matching-weighted@0.2.0",
                        "standing": "canary", "share-percent": 5.0,
                        "from": "2027-04-01T00:00:00Z",
                        "stages": [
                            { "host": "leads-1:8080", "stage": "ready" },
                            {
                                "host": "leads-2:8080", "stage": "compiled",
                                "code": "plugin.golden_failed",
                                "detail": "plugin.golden_failed: example `near` answers otherwise",
                            },
                        ],
                    }],
                },
                {
                    "slot": "qualification",
                    "in-force": {
                        "generation": 3, "plugin": "qualification-mandatory-fields@0.1.0",
                        "standing": "quarantined", "since": instant, "hosts": 0,
                    },
                    "behind": [{ "host": "leads-1:8080" }],
                    "unasked": ["leads-2:8080"],
                    "candidates": [],
                },
                {
                    "slot": "compensation/bonus", "behind": [], "unasked": [],
                    "candidates": [{
                        "generation": 1, "plugin": "compensation-care-first@0.1.0",
                        "standing": "canary",
                        "trials": [{
                            "generation": 1, "partners": ["mueller", "weber"],
                            "from": "2027-04-01T00:00:00Z", "comment": "tried with two",
                        }],
                        "stages": [],
                    }],
                },
            ],
        });
        let status: Status = serde_json::from_value(status).unwrap();
        insta::assert_snapshot!(Statuses {
            contracts: vec![status]
        });
    }
}
