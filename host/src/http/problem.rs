//! What a caller is told when something is wrong: problem details (RFC 9457)
//! with a stable code.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::policy::error::Owner;
use crate::policy::{Code, PolicyError};
use crate::{contracts, host, pay, routing, store};

/// How long a caller should wait before it tries again, in seconds.
const RETRY_AFTER_SECONDS: u64 = 2;

/// What is left to whoever comes too late.
const OPEN_OFFERS: &str = "what may be claimed stands at /api/v1/offers";

/// The body of every answer that is an error.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    #[serde(skip)]
    #[schema(ignore)]
    pub status_code: StatusCode,
    /// In seconds; none: as usual where one should wait.
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<u64>,
    /// Stable; what programs read.
    pub code: String,
    pub title: String,
    pub status: u16,
    /// What was wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// One for each field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the request.
    pub pointer: String,
    /// Stable, of mistakes that programs may want to tell from others in the same
    /// place: event.too-far-back, deal.never-won, deal.before-the-win,
    /// terms.reckoned-by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    pub message: String,
}

impl FieldProblem {
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: None,
            message: message.into(),
        }
    }
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, title: &str) -> Self {
        Self {
            status_code: status,
            retry_after: None,
            code: code.to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What does not exist, or is not the caller's to see.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            &format!("There is no such {what}"),
        )
        // The same for what is another's, which nobody may tell from nothing.
        .detail(
            "check its name or identifier; what the token may not see is not there for it either",
        )
    }

    pub fn forbidden(detail: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "The token does not allow this",
        )
        .detail(detail)
    }

    /// Who asks too often waits that long.
    pub fn too_many_requests(code: &str, title: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, title)
        }
        .detail("nothing was done; ask again after the seconds of Retry-After")
    }

    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "The request is not valid",
            )
        }
    }

    /// The database takes nothing for the time being.
    pub fn outage(trouble: &store::Trouble) -> Self {
        let outage = trouble.outage;
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            outage.code(),
            outage.title(),
        )
    }

    /// One field that is wrong.
    pub fn field(pointer: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldProblem::new(pointer, message)])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status_code;
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            let seconds = self.retry_after.unwrap_or(RETRY_AFTER_SECONDS);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match &error {
            store::Error::Unavailable(trouble) => {
                Self::outage(trouble).detail("nothing was written; try again")
            }
            store::Error::Unknown(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error.code(),
                "The database has not said whether this was done",
            )
            .detail("send it again with the same Idempotency-Key, or look whether it is there"),
            store::Error::Overloaded => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error.code(),
                "Too much at once",
            )
            .detail("nothing was written; try again"),
            store::Error::Conflict { .. } => Self::new(
                StatusCode::CONFLICT,
                error.code(),
                "This contradicts what is stored",
            )
            .detail(error.to_string()),
            _ => {
                tracing::error!("the database failed: {error}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    error.code(),
                    "Something is wrong with the server",
                )
            }
        }
    }
}

impl From<host::Problem> for FieldProblem {
    fn from(problem: host::Problem) -> Self {
        Self {
            pointer: problem.pointer,
            code: problem.mistake.map(host::Mistake::code),
            message: problem.message,
        }
    }
}

impl From<contracts::Error> for Problem {
    fn from(error: contracts::Error) -> Self {
        let code = error.code();
        let detail = error.to_string();
        let new = |status: StatusCode, title: &str| Self::new(status, code, title).detail(&detail);
        match error {
            contracts::Error::NotFound { what } => Self::not_found(what),
            contracts::Error::Invalid(problems) => {
                Self::invalid(problems.into_iter().map(Into::into).collect())
            }
            contracts::Error::OtherVersion { .. } => new(
                StatusCode::PRECONDITION_FAILED,
                "It has been changed since you have read it",
            ),
            contracts::Error::Taken { .. } | contracts::Error::PluginVersionTaken { .. } => {
                new(StatusCode::CONFLICT, "Another one has this name already")
            }
            contracts::Error::Policy { slot, error } => of_policy(slot.as_deref(), &error),
            contracts::Error::Standing { .. } => {
                new(StatusCode::CONFLICT, "The generation stands elsewhere").detail(&detail)
            }
            contracts::Error::OwnApproval => {
                new(StatusCode::CONFLICT, "A second person has to agree").detail(&detail)
            }
            contracts::Error::TrialEnded { .. } => {
                new(StatusCode::CONFLICT, "The trial has come to its end")
            }
            contracts::Error::Busy => new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Others kept changing the same",
            ),
            contracts::Error::Contract(_) | contracts::Error::NoRandom(_) => {
                tracing::error!("{detail}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    code,
                    "Something is wrong with the server",
                )
            }
            contracts::Error::Store(error) => error.into(),
        }
    }
}

/// A component or a configuration that cannot be used, with who has to do what.
fn of_policy(slot: Option<&str>, error: &PolicyError) -> Problem {
    let (status, title) = match error.owner() {
        Owner::Author => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The plugin cannot be used",
        ),
        Owner::Operator => (StatusCode::SERVICE_UNAVAILABLE, "Too much at once"),
        Owner::Stellwerk => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something is wrong with the server",
        ),
        Owner::Configurer | Owner::Caller | Owner::Nobody => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The plugin refuses this")
        }
    };
    let place = slot.map_or_else(String::new, |slot| format!("slot {slot}: "));
    // A manifest is no part of the request, but what the component answers.
    let document = match error.code {
        Code::PluginBadManifest => "manifest",
        _ => "configuration",
    };
    let errors = error.problems.iter().map(|problem| {
        let pointer = match problem.pointer.strip_prefix("terms:") {
            Some(pointer) => format!("/terms{pointer}"),
            None => format!("/{document}{}", problem.pointer),
        };
        FieldProblem::new(pointer, &problem.message)
    });
    Problem {
        errors: errors.collect(),
        ..Problem::new(status, error.code.as_str(), title)
            .detail(format!("{place}{error}. {}", error.next_step()))
    }
}

impl From<routing::Error> for Problem {
    fn from(error: routing::Error) -> Self {
        let code = error.code();
        let detail = error.to_string();
        let conflict = |title: &str| Self::new(StatusCode::CONFLICT, code, title).detail(&detail);
        match error {
            routing::Error::NotFound { what } => Self::not_found(what),
            routing::Error::Invalid(problems) => {
                Self::invalid(problems.into_iter().map(Into::into).collect())
            }
            routing::Error::WrongState { .. } => Self::new(
                StatusCode::CONFLICT,
                code,
                "The lead's state does not allow this",
            )
            .detail(format!(
                "{detail}; its timeline says what has happened to it"
            )),
            routing::Error::OtherVersion { .. } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                code,
                "It has been changed since you have read it",
            )
            .detail(&detail),
            routing::Error::Taken => {
                let detail = format!("{detail}; {OPEN_OFFERS}");
                Self::new(StatusCode::CONFLICT, code, "Another partner has the lead").detail(detail)
            }
            routing::Error::NotOffered => {
                let detail = format!("{detail}; {OPEN_OFFERS}");
                Self::new(StatusCode::CONFLICT, code, "The offer is no longer open").detail(detail)
            }
            routing::Error::NotHeld => conflict("You do not hold the lead"),
            routing::Error::Refused(refusals) => Self {
                errors: refusals
                    .into_iter()
                    .map(|refusal| FieldProblem::new("", unlocked_by(&refusal)))
                    .collect(),
                ..conflict("The claim is not admitted")
            },
            routing::Error::Policy { .. } => {
                Self::new(StatusCode::BAD_GATEWAY, code, "A policy could not decide")
                    .detail(&detail)
            }
            routing::Error::Overloaded(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, code, "Too much at once")
                    .detail("nothing was written; try again")
            }
            routing::Error::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                code,
                "Others kept changing the same",
            )
            .detail(&detail),
            routing::Error::Contract(_) => {
                tracing::error!("a contract cannot be used: {detail}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    code,
                    "The contract cannot be used",
                )
            }
            routing::Error::Store(error) => error.into(),
        }
    }
}

impl From<pay::Error> for Problem {
    fn from(error: pay::Error) -> Self {
        let code = error.code();
        let conflict = |detail: String| {
            Self::new(
                StatusCode::CONFLICT,
                code,
                "The period cannot be closed now",
            )
            .detail(detail)
        };
        match error {
            pay::Error::NotFound { what } => Self::not_found(what),
            pay::Error::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                code,
                "The contract's money is being worked on",
            )
            .detail("nothing was written; try again"),
            pay::Error::Invalid(problems) => {
                Self::invalid(problems.into_iter().map(Into::into).collect())
            }
            pay::Error::Disputed { .. } => {
                Self::new(StatusCode::CONFLICT, code, "The line is disputed already")
                    .detail(error.to_string())
            }
            pay::Error::Answered => {
                Self::new(StatusCode::CONFLICT, code, "Somebody has answered it")
                    .detail(error.to_string())
            }
            pay::Error::Open { .. } => Self::new(
                StatusCode::CONFLICT,
                code,
                "Only a closed period is recalculated",
            )
            .detail(error.to_string()),
            pay::Error::NotOver { .. }
            | pay::Error::InGrace { .. }
            | pay::Error::AlreadyClosed { .. }
            | pay::Error::NotNext { .. }
            | pay::Error::NotSettled { .. } => conflict(error.to_string()),
            pay::Error::NotNow { detail, .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                code,
                "A component could not be asked now",
            )
            .detail(detail),
            pay::Error::Store(error) => error.into(),
            pay::Error::Overflow(_) | pay::Error::Calendar(_) | pay::Error::Contract(_) => {
                tracing::error!("money cannot be reckoned: {error}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    code,
                    "The money cannot be reckoned",
                )
            }
        }
    }
}

/// What would unlock a claim, in words.
fn unlocked_by(refusal: &routing::Refusal) -> String {
    match refusal.code.as_str() {
        "feedback" => "report on the leads whose feedback is due; that unlocks at once".to_owned(),
        "capacity" => {
            "you hold as many leads as you want; finish one or raise your capacity".to_owned()
        }
        "wait" => match refusal.attributes.span("for") {
            Some(span) => format!("you are blocked; claims are open again in {span}"),
            None => "you are blocked for the time being".to_owned(),
        },
        "never" => "this lead is not for you any more".to_owned(),
        other => format!("the contract's policy says: {other}"),
    }
}
