//! What stands behind the `?`, refused with a reason when it cannot be read.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// As axum's, but its refusals are problem details.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| {
                Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "query.invalid",
                    "The query of the address is not valid",
                )
                .detail(rejection.body_text())
            })
    }
}
