//! Shows that a decision is the one that was sealed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::super::audit::seals::SealView;
use super::get::find;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::proof::bundle::{ExportError, Proof, prove};

/// A receipt's place under a seal. Hashes are hexadecimal.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct ProofView {
    /// Nothing else is here where it is not sealed yet.
    sealed: bool,
    /// The decision's place in the manufacturer's chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// Of the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// From the receipt to the seal's root.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<SealView>,
}

impl From<Proof> for ProofView {
    fn from(proof: Proof) -> Self {
        Self {
            sealed: true,
            number: Some(proof.number),
            digest: Some(hex::encode(proof.digest)),
            path: proof.path.iter().map(hex::encode).collect(),
            seal: Some(SealView::of(&proof.seal)),
        }
    }
}

/// Prove a decision
///
/// Its receipt's digest, and the way from there to the root that was signed. What was
/// decided moments ago may not be sealed yet.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}/proof",
    tag = "decisions",
    params(("id" = String, Path)),
    responses((status = 200, description = "Its place under a seal", body = ProofView))
)]
pub async fn proof(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let decision = find(&host, &caller, id).await?;
    let view = match prove(&host.store, &decision).await {
        Ok(proof) => ProofView::from(proof),
        Err(ExportError::NotSealed) => ProofView::default(),
        Err(error) => {
            tracing::error!("a decision cannot be proved: {error}");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let problem = Problem::new(status, "proof.broken", "The decision cannot be proved");
            return Err(problem.detail(error.to_string()));
        }
    };
    Ok(json(StatusCode::OK, &view))
}
