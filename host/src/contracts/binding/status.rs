//! What of a contract runs where. It follows from what hosts say that they run, and
//! not from what was asked for: the steps only say what it is held against.

use std::collections::BTreeMap;

use super::look::Stands;
use crate::domain::contract::Contract;
use crate::domain::generation::{Course, Standing, Trial};
use crate::domain::host::{HostRecord, LoadError, Running};
use crate::domain::ids::HostId;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::policy::Kind;
use crate::store;

/// Generations of a slot among which candidates are looked for, the latest.
const LOOKED_AT_MAX: u32 = 50;

/// A contract's slots at every host that counts.
#[derive(Clone, Debug)]
pub struct Status {
    /// The contract's code.
    pub contract: String,
    /// Those that were seen of late, by name.
    pub hosts: Vec<HostRecord>,
    /// By name.
    pub slots: Vec<SlotStatus>,
}

/// A slot at every host that counts.
#[derive(Clone, Debug)]
pub struct SlotStatus {
    pub slot: String,
    /// What should be in force, by the steps; none where nothing is.
    pub in_force: Option<Stands>,
    /// How many hosts it is in force at.
    pub hosts: usize,
    /// The hosts at which something else is.
    pub behind: Vec<BehindHost>,
    /// Those that have not been asked about the contract, by name: they load it with
    /// the first request, or where they have just started, in their turn.
    pub unasked: Vec<String>,
    /// What is not in force and may come to be, the latest first.
    pub candidates: Vec<Candidate>,
}

/// A host at which something else is in force than should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BehindHost {
    pub host: String,
    /// What is; none where nothing is.
    pub runs: Option<i64>,
    /// Why, where it could not load what should be; otherwise it is at it.
    pub error: Option<LoadError>,
}

/// A generation that is not in force and may come to be.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub stands: Stands,
    /// Parts per million, where it is tried.
    pub share: Option<i64>,
    /// From when it will be in force: planned, or asked for.
    pub from: Option<Micros>,
    /// How far each host has come with it.
    pub stages: Vec<StageAtHost>,
}

/// How far a host has come with a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageAtHost {
    pub host: String,
    /// uploaded, verified, compiled or ready.
    pub stage: Standing,
    pub error: Option<LoadError>,
}

/// What of the contract runs where.
pub async fn status(host: &Host, contract: &Contract) -> Result<Status, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let now = host.clock.now();
    let mut hosts = host.store.hosts().await?;
    hosts.retain(|host| host.is_seen(now));
    let running = Runs::of(&hosts, host.store.running(manufacturer, id).await?);
    let mut slots = Vec::new();
    for (slot, course) in host.store.courses(manufacturer, id).await? {
        slots.push(slot_status(host, contract, &running, slot, &course, now).await?);
    }
    Ok(Status {
        contract: contract.code.clone(),
        hosts,
        slots,
    })
}

async fn slot_status(
    host: &Host,
    contract: &Contract,
    running: &Runs<'_>,
    slot: String,
    course: &Course,
    now: Micros,
) -> Result<SlotStatus, store::Error> {
    let mut in_force = None;
    if let Some(generation) = course.in_force(now) {
        let found = host
            .store
            .generation(&contract.manufacturer, &contract.id, &slot, generation)
            .await?;
        if let Some(binding) = found {
            in_force = Some(Stands::named(host, binding, course).await?);
        }
    }
    let mut candidates = Vec::new();
    let latest = super::generations(host, contract, &slot, i64::MAX, LOOKED_AT_MAX).await?;
    for stands in latest {
        let generation = stands.binding.generation;
        let is_in_force = course.in_force(now) == Some(generation);
        let is_over = matches!(stands.standing, Standing::Retired | Standing::Quarantined);
        if is_in_force || (is_over && !stands.waits) {
            continue;
        }
        candidates.push(candidate(stands, course, running, now));
    }
    let (hosts, behind, unasked) = match course.in_force(now) {
        Some(generation) => running.held_against(&slot, generation),
        None => Default::default(),
    };
    Ok(SlotStatus {
        slot,
        in_force,
        hosts,
        behind,
        unasked,
        candidates,
    })
}

fn candidate(stands: Stands, course: &Course, running: &Runs<'_>, now: Micros) -> Candidate {
    let generation = stands.binding.generation;
    let is_it = |trial: &&Trial| trial.generation == generation;
    let trial = [course.canary(now), course.shadow(now)]
        .into_iter()
        .flatten();
    let trial = trial.clone().find(is_it);
    let asked = course.request.as_ref();
    let asked = asked.filter(|asked| asked.generation == generation);
    let planned = course
        .next(now)
        .filter(|next| next.generation == generation);
    Candidate {
        // Whom it pays is said in place of a share.
        share: trial
            .filter(|_| stands.trials.is_empty())
            .map(|trial| trial.share),
        from: planned
            .map(|planned| planned.from)
            .or(asked.map(|asked| asked.from)),
        stages: running.stages(&stands.binding.slot, generation),
        stands,
    }
}

/// What the hosts that count have said.
struct Runs<'h> {
    hosts: &'h [HostRecord],
    /// By host.
    running: BTreeMap<HostId, Vec<Running>>,
}

impl<'h> Runs<'h> {
    fn of(hosts: &'h [HostRecord], running: Vec<Running>) -> Self {
        let mut by_host: BTreeMap<HostId, Vec<Running>> = BTreeMap::new();
        for row in running {
            by_host.entry(row.host.clone()).or_default().push(row);
        }
        Self {
            hosts,
            running: by_host,
        }
    }

    fn rows(&self, host: &HostRecord) -> &[Running] {
        self.running.get(&host.id).map_or(&[], Vec::as_slice)
    }

    /// At how many hosts a generation is in force, at which something else is, and
    /// which have not been asked.
    fn held_against(&self, slot: &str, generation: i64) -> (usize, Vec<BehindHost>, Vec<String>) {
        let (mut on, mut behind, mut unasked) = (0, Vec::new(), Vec::new());
        // Money is paid by one host at a time: others have nothing of it loaded.
        let pays = Kind::of_slot(slot) == Some(Kind::Compensation);
        for host in self.hosts {
            let rows = self.rows(host);
            let of_slot = || rows.iter().filter(|row| row.slot == slot);
            let runs = of_slot().find(|row| row.runs).map(|row| row.generation);
            let error = of_slot()
                .find(|row| row.generation == generation)
                .and_then(|row| row.error.clone());
            if runs == Some(generation) {
                on += 1;
            } else if rows.is_empty() || (pays && error.is_none()) {
                unasked.push(host.name.clone());
            } else {
                behind.push(BehindHost {
                    host: host.name.clone(),
                    runs,
                    error,
                });
            }
        }
        (on, behind, unasked)
    }

    fn stages(&self, slot: &str, generation: i64) -> Vec<StageAtHost> {
        let of_host = |host: &HostRecord| {
            let mut rows = self.rows(host).iter();
            let row = rows.find(|row| row.slot == slot && row.generation == generation);
            StageAtHost {
                host: host.name.clone(),
                stage: row.map_or(Standing::Uploaded, |row| row.stage),
                error: row.and_then(|row| row.error.clone()),
            }
        };
        self.hosts.iter().map(of_host).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(id: &str) -> HostRecord {
        HostRecord {
            id: id.into(),
            name: format!("{id}:8080"),
            version: "0.1.0".to_owned(),
            started_at: Micros(0),
            seen_at: Micros(0),
        }
    }

    fn row(host: &str, generation: i64, error: Option<&str>) -> Running {
        Running {
            host: host.into(),
            manufacturer: "m".into(),
            contract: "c".into(),
            slot: "matching".to_owned(),
            generation,
            runs: error.is_none(),
            stage: Standing::Ready,
            error: error.map(|code| LoadError {
                code: code.to_owned(),
                text: "it does not fit".to_owned(),
            }),
        }
    }

    #[test]
    fn who_runs_something_else_is_behind_and_who_runs_nothing_was_not_asked() {
        let hosts = ["a", "b", "c", "d"].map(host);
        let rows = vec![
            row("a", 41, None),
            row("b", 40, None),
            row("b", 41, Some("plugin.golden_failed")),
            row("c", 40, None),
            // It has ended.
            row("x", 41, None),
        ];
        let runs = Runs::of(&hosts, rows);
        let (on, behind, unasked) = runs.held_against("matching", 41);
        assert_eq!((on, unasked), (1, vec!["d:8080".to_owned()]));
        let told: Vec<_> = behind
            .iter()
            .map(|behind| {
                let code = behind.error.as_ref().map(|error| error.code.as_str());
                (behind.host.as_str(), behind.runs, code)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("b:8080", Some(40), Some("plugin.golden_failed")),
                ("c:8080", Some(40), None),
            ]
        );
    }

    #[test]
    fn who_has_said_nothing_of_a_candidate_knows_its_bytes_alone() {
        let hosts = ["a", "b"].map(host);
        let runs = Runs::of(&hosts, vec![row("a", 42, None)]);
        let stages = runs.stages("matching", 42);
        let stages: Vec<Standing> = stages.iter().map(|stage| stage.stage).collect();
        assert_eq!(stages, [Standing::Ready, Standing::Uploaded]);
    }
}
