//! Why, and what would have had to be different for a partner.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::get::{find, is_shown, unreadable};
use super::replay::not_shown;
use crate::contracts::Tree;
use crate::domain::access::Role;
use crate::domain::decision::Decision;
use crate::domain::partner::Partner;
use crate::host::Host;
use crate::http::auth::{Caller, DECISION_READERS};
use crate::http::body::json;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::proof::explain::{ExplainError, explain, for_partner};
use crate::proof::explained::{Numbers, OtherwiseView, WhyView};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ExplanationQuery {
    /// Code of a partner that could have been asked: what would have had to be different
    /// for it. A partner asks about itself.
    partner: Option<String>,
    /// In whose words: de, en; without it the contract's first language.
    language: Option<String>,
}

/// Why a decision came out as it did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Explanation {
    why: WhyView,
    #[serde(skip_serializing_if = "Option::is_none")]
    otherwise: Option<OtherwiseView>,
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
    let decision = find(&host, &caller, id).await?;
    let partners = Tree::load(&host, &caller.manufacturer).await?;
    let explanation = match &caller.partner {
        Some(own) => {
            let own = partners.by_id(own).ok_or_else(unreadable)?;
            of_itself(&host, &decision, own, &query).await?
        }
        None => {
            if !is_shown(&host, &caller, &decision).await? {
                return Err(not_shown());
            }
            of_all(&host, &decision, &partners, &query).await?
        }
    };
    Ok(json(StatusCode::OK, &explanation))
}

async fn of_all(
    host: &Host,
    decision: &Decision,
    partners: &Tree,
    query: &ExplanationQuery,
) -> Result<Explanation, Problem> {
    let language = query.language.as_deref();
    let otherwise = match &query.partner {
        Some(code) => {
            let partner = partners
                .by_code(code)
                .ok_or_else(|| Problem::not_found("partner"))?;
            Some(for_partner(host, decision, partner, Numbers::InFull, language).await?)
        }
        None => None,
    };
    Ok(Explanation {
        why: explain(host, decision, language).await?,
        otherwise,
    })
}

/// Nothing of others, and no decision that did not rank the partner.
async fn of_itself(
    host: &Host,
    decision: &Decision,
    own: &Partner,
    query: &ExplanationQuery,
) -> Result<Explanation, Problem> {
    let not_there = || Problem::not_found("decision");
    if query.partner.as_ref().is_some_and(|code| *code != own.code) {
        return Err(Problem::not_found("partner"));
    }
    let language = query.language.as_deref();
    let asked = for_partner(host, decision, own, Numbers::DirectionAlone, language);
    let otherwise = match asked.await {
        Err(ExplainError::NoRanking(_) | ExplainError::NoCandidate) => return Err(not_there()),
        other => other?,
    };
    let mut why = explain(host, decision, language).await?;
    why.reasons.clear();
    why.candidates.retain(|candidate| candidate.key == own.key);
    Ok(Explanation {
        why,
        otherwise: Some(otherwise),
    })
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
