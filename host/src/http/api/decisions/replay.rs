//! A decision asked again.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::get::find_shown;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::proof::{Part, Verdict, replay};

/// What came of asking again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Replayed {
    /// same; other-fuel, under another engine; differs; not-reproducible, where it had
    /// failed for its surroundings; erased, where it was told free text that is erased with
    /// the person; missing; not-now.
    verdict: &'static str,
    /// What differs: input, outcome, output, log, fuel, artifact.
    #[schema(value_type = Vec<String>)]
    parts: Vec<Part>,
    /// What is missing, or why there was no answer now.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<Verdict> for Replayed {
    fn from(verdict: Verdict) -> Self {
        let name = verdict.as_str();
        let (parts, detail) = match verdict {
            Verdict::Differs(parts) => (parts, None),
            Verdict::Missing(what) | Verdict::NotNow(what) => (Vec::new(), Some(what)),
            Verdict::Same
            | Verdict::OtherFuel
            | Verdict::NotReproducible
            | Verdict::Erased
            | Verdict::Encrypted => (Vec::new(), None),
        };
        Self {
            verdict: name,
            parts,
            detail,
        }
    }
}

/// Ask a decision again
///
/// Puts the recorded question to the component, configuration and terms of then in a
/// fresh sandbox, and compares with what was recorded, bit for bit.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}/replay",
    tag = "decisions",
    params(("id" = String, Path)),
    responses((status = 200, description = "What came of it", body = Replayed))
)]
pub async fn replay(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.must_be(&DECISION_READERS)?;
    let decision = find_shown(&host, &caller, id).await?;
    let verdict = replay::one(&host, &decision).await?;
    Ok(json(StatusCode::OK, &Replayed::from(verdict)))
}
