//! The same Idempotency-Key twice gives the same answer twice, for 24 hours; the
//! answer is committed together with what it answers for.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::auth::Caller;
use super::body::sent;
use super::problem::Problem;
use crate::host::again::Again;
use crate::host::{Host, Keep, Origin};

const HEADER: &str = "idempotency-key";
const KEY_CHARS_MAX: usize = 255;

/// Either the request's origin, or the answer that was given before.
pub enum Request<T> {
    New(Origin<T>),
    Answered(Response),
}

/// Looks at the request's key.
pub async fn request<T>(
    host: &Host,
    caller: &Caller,
    headers: &HeaderMap,
    digest: &str,
    render: fn(&T) -> (u16, Vec<u8>),
) -> Result<Request<T>, Problem> {
    let Some(key) = headers.get(HEADER) else {
        return Ok(Request::New(caller.origin()));
    };
    let key = key
        .to_str()
        .ok()
        .filter(|key| !key.is_empty() && key.len() <= KEY_CHARS_MAX)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency.bad_key",
                "The Idempotency-Key cannot be used",
            )
            .detail(format!(
                "send 1 to {KEY_CHARS_MAX} visible ASCII characters"
            ))
        })?;
    if let Some(answer) = answered(host, caller, key, digest).await? {
        return Ok(Request::Answered(answer));
    }
    Ok(Request::New(Origin {
        actor: Some(caller.token.clone()),
        keep: Some(Keep {
            actor: caller.token.as_str().to_owned(),
            key: key.to_owned(),
            request_digest: digest.to_owned(),
            render,
        }),
    }))
}

async fn answered(
    host: &Host,
    caller: &Caller,
    key: &str,
    digest: &str,
) -> Result<Option<Response>, Problem> {
    let kept = host
        .store
        .kept_answer(&caller.manufacturer, caller.token.as_str(), key)
        .await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.request_digest.is_empty() {
        return Err(Problem::new(
            StatusCode::GONE,
            "idempotency.erased",
            "What was answered for the Idempotency-Key was erased",
        )
        .detail("the request was done, and the person that it was about forgotten since; use a new key for a new request"));
    }
    if kept.request_digest != digest {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency.other_request",
            "The Idempotency-Key belongs to another request",
        )
        .detail("use a new key for a new request"));
    }
    Ok(Some(sent(kept.status, kept.body)))
}

/// What came of a request: its own answer, or that of the twin that was faster.
pub async fn outcome<T, E>(
    host: &Host,
    caller: &Caller,
    headers: &HeaderMap,
    digest: &str,
    render: fn(&T) -> (u16, Vec<u8>),
    outcome: Result<T, E>,
) -> Result<Response, Problem>
where
    E: Again + Into<Problem>,
{
    outcome_as(host, caller, headers, digest, render, outcome, Into::into).await
}

/// The same, with a way of its own to tell of an error.
pub async fn outcome_as<T, E: Again>(
    host: &Host,
    caller: &Caller,
    headers: &HeaderMap,
    digest: &str,
    render: fn(&T) -> (u16, Vec<u8>),
    outcome: Result<T, E>,
    problem: impl FnOnce(E) -> Problem,
) -> Result<Response, Problem> {
    let error = match outcome {
        Ok(done) => {
            let (status, body) = render(&done);
            return Ok(sent(status, body));
        }
        Err(error) => error,
    };
    // A twin changes what this request was decided on, and so may have led it
    // into any error.
    let twin = match headers.get(HEADER).and_then(|key| key.to_str().ok()) {
        Some(key) => match answered(host, caller, key, digest).await {
            Ok(twin) => twin,
            // An outage is told as it was met: it says what may have been done.
            Err(_) if error.is_outage() => None,
            Err(problem) => return Err(problem),
        },
        None => None,
    };
    let error = if error.is_answered() {
        E::busy()
    } else {
        error
    };
    twin.ok_or_else(|| problem(error))
}
