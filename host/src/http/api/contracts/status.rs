//! What of a contract runs where.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::bindings::view::PaidTrialView;
use super::super::named;
use super::super::values::{instant, maybe_instant};
use crate::contracts::binding::{self, BehindHost, Candidate, SlotStatus, StageAtHost, Status};
use crate::domain::generation::per_cent;
use crate::domain::host::HostRecord;
use crate::host::Host;
use crate::http::auth::{Caller, RULE_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StatusView {
    /// Its code.
    contract: String,
    /// The servers of the database that were seen of late.
    hosts: Vec<HostView>,
    slots: Vec<SlotStatusView>,
}

/// A server.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct HostView {
    name: String,
    version: String,
    started_at: String,
    seen_at: String,
}

/// A slot at all servers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SlotStatusView {
    slot: String,
    /// What should be in force; missing where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<InForceView>,
    /// The servers at which something else is.
    behind: Vec<BehindView>,
    /// Servers that have loaded nothing of it, as nobody has asked them.
    unasked: Vec<String>,
    /// What is not in force and may come to be, the latest first.
    candidates: Vec<CandidateView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct InForceView {
    generation: i64,
    /// Such as matching-weighted@0.1.0.
    plugin: String,
    /// active, or quarantined where nothing has taken its place.
    standing: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// At how many servers it is in force.
    hosts: usize,
}

/// A server at which something else is in force than should be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BehindView {
    host: String,
    /// What is in force there; missing where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<i64>,
    /// Of the error that keeps it; missing while it is at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CandidateView {
    generation: i64,
    plugin: String,
    /// ready, shadow, canary, or active from an instant on.
    standing: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_percent: Option<f64>,
    /// Of what pays: whom it pays on trial.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trials: Vec<PaidTrialView>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    waits_for_approval: bool,
    /// From when it is in force, where that is planned or asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    stages: Vec<StageView>,
}

/// How far a server has come with a candidate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StageView {
    host: String,
    /// uploaded, verified, compiled or ready.
    stage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Look at what runs where: each slot at every server
#[utoipa::path(
    get,
    path = "/api/v1/contracts/{contract}/status",
    tag = "bindings",
    params(("contract" = String, Path, description = "Its code or identifier")),
    responses((status = 200, description = "Each slot, by what the servers say that they run", body = StatusView))
)]
pub async fn status(
    State(host): State<Host>,
    caller: Caller,
    Path(contract): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&RULE_READERS)?;
    let contract = named::contract(&host, &caller, &contract).await?;
    let status = binding::status(&host, &contract).await?;
    Ok(json(StatusCode::OK, &StatusView::of(&status)))
}

impl StatusView {
    fn of(status: &Status) -> Self {
        Self {
            contract: status.contract.clone(),
            hosts: status.hosts.iter().map(HostView::of).collect(),
            slots: status.slots.iter().map(SlotStatusView::of).collect(),
        }
    }
}

impl HostView {
    fn of(host: &HostRecord) -> Self {
        Self {
            name: host.name.clone(),
            version: host.version.clone(),
            started_at: instant(host.started_at),
            seen_at: instant(host.seen_at),
        }
    }
}

impl SlotStatusView {
    fn of(slot: &SlotStatus) -> Self {
        let in_force = slot.in_force.as_ref();
        Self {
            slot: slot.slot.clone(),
            in_force: in_force.map(|stands| InForceView {
                generation: stands.binding.generation,
                plugin: stands.plugin.clone(),
                standing: stands.standing.as_str().to_owned(),
                since: maybe_instant(stands.from()),
                hosts: slot.hosts,
            }),
            behind: slot.behind.iter().map(BehindView::of).collect(),
            unasked: slot.unasked.clone(),
            candidates: slot.candidates.iter().map(CandidateView::of).collect(),
        }
    }
}

impl BehindView {
    fn of(behind: &BehindHost) -> Self {
        let error = behind.error.as_ref();
        Self {
            host: behind.host.clone(),
            runs: behind.runs,
            code: error.map(|error| error.code.clone()),
            detail: error.map(|error| error.text.clone()),
        }
    }
}

impl CandidateView {
    fn of(candidate: &Candidate) -> Self {
        let stands = &candidate.stands;
        Self {
            generation: stands.binding.generation,
            plugin: stands.plugin.clone(),
            standing: stands.standing.as_str().to_owned(),
            share_percent: candidate.share.map(per_cent),
            trials: stands.trials.iter().map(PaidTrialView::of).collect(),
            waits_for_approval: stands.waits,
            from: maybe_instant(candidate.from),
            stages: candidate.stages.iter().map(StageView::of).collect(),
        }
    }
}

impl StageView {
    fn of(stage: &StageAtHost) -> Self {
        let error = stage.error.as_ref();
        Self {
            host: stage.host.clone(),
            stage: stage.stage.as_str().to_owned(),
            code: error.map(|error| error.code.clone()),
            detail: error.map(|error| error.text.clone()),
        }
    }
}
