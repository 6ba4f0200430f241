//! Why, and what would have had to be different for a partner.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::get::{find, find_shown, unreadable};
use crate::contracts::Tree;
use crate::domain::access::Role;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::proof::explain::{ExplainError, explain_for, explain_to};
use crate::proof::explained::Explanation;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ExplanationQuery {
    /// Code of a partner that could have been asked: what would have had to be different
    /// for it. A partner asks about itself.
    partner: Option<String>,
    /// In whose words: de, en; without it the contract's first language.
    language: Option<String>,
}

/// Explain a decision
///
/// In words: its reasons; of a ranking every partner with each term of its score or
/// what excludes it; of money the formula with its numbers. With `partner`: which single
/// values would have put that partner among those asked first; the policy of then is
/// asked again with one value changed at a time. A partner is told of itself alone, and
/// of numbers the direction.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}/explanation",
    tag = "decisions",
    params(("id" = String, Path), ExplanationQuery),
    responses((status = 200, description = "Why", body = Explanation))
)]
pub async fn explanation(
    State(host): State<Host>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<ExplanationQuery>,
) -> Result<Response, Problem> {
    caller.must_be(&[&DECISION_READERS[..], &[Role::Partner]].concat())?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let language = query.language.as_deref();
    let explanation = match &caller.partner {
        Some(own) => {
            let decision = find(&host, &caller, id).await?;
            let own = partners.by_id(own).ok_or_else(unreadable)?;
            if query.partner.is_some_and(|code| code != own.code) {
                return Err(Problem::not_found("partner"));
            }
            match explain_to(&host, &decision, own, language).await {
                // What did not rank it is not its to see.
                Err(ExplainError::NoRanking(_) | ExplainError::NoCandidate) => {
                    return Err(Problem::not_found("decision"));
                }
                explained => explained?,
            }
        }
        None => {
            let decision = find_shown(&host, &caller, id).await?;
            let partner = match &query.partner {
                Some(code) => {
                    let partner = partners.by_code(code);
                    Some(partner.ok_or_else(|| Problem::not_found("partner"))?)
                }
                None => None,
            };
            explain_for(&host, &decision, partner, language).await?
        }
    };
    Ok(json(StatusCode::OK, &explanation))
}

impl From<ExplainError> for Problem {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::Store(error) => error.into(),
            ExplainError::Unreadable => unreadable(),
            ExplainError::Missing(what) => unreadable().detail(what),
            ExplainError::NoRanking(_) | ExplainError::NoCandidate => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "decision.not-about-partner",
                "The decision did not choose between this partner and others",
            )
            .detail(error.to_string()),
        }
    }
}
