//! What it takes to ask a decision again.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::get::{find_shown, unreadable};
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::proof::recorded::{Recorded, RecordedError, complete};

/// Look at all that a decision was made with
///
/// Question and answer byte for byte, with the configuration and the terms of
/// then: with the component of that digest it can be asked again. Free text that was told
/// is encrypted: such a question is asked again where the data is.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}/recorded",
    tag = "decisions",
    params(("id" = String, Path)),
    responses((status = 200, description = "What it takes to ask again", body = Recorded))
)]
pub async fn recorded(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let decision = find_shown(&host, &caller, id).await?;
    let recorded = complete(&host.store, decision).await?;
    Ok(json(StatusCode::OK, &recorded))
}

impl From<RecordedError> for Problem {
    fn from(error: RecordedError) -> Self {
        match error {
            RecordedError::NotFound => Self::not_found("decision"),
            RecordedError::Missing(_) => unreadable().detail(error.to_string()),
            RecordedError::Store(error) => error.into(),
        }
    }
}
