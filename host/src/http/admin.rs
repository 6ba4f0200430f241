//! What is for operators alone, on an address of its own: health, and metrics.
//! Nobody is asked for a token there: who can reach the address may read it.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use super::settings::HttpSettings;
use super::{connections, server};
use crate::host::Host;
use crate::metrics::Counted;

/// The database is looked at this often at most, however often it is asked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What the database has not told by then is left as it was.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// How often measurements are put into their buckets.
const TIDY_EVERY: Duration = Duration::from_secs(5);
/// The format that Prometheus reads.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Clone)]
struct Admin {
    host: Host,
    counted: Counted,
    looked_at: Arc<Mutex<Option<Instant>>>,
}

/// Answers operators until `stop` is done.
pub async fn serve_admin(
    host: Host,
    counted: Counted,
    listener: TcpListener,
    settings: &HttpSettings,
    stop: impl Future<Output = ()>,
) {
    let tidied = counted.clone();
    let tidying = tokio::spawn(async move {
        let mut every = tokio::time::interval(TIDY_EVERY);
        loop {
            every.tick().await;
            tidied.tidy();
        }
    });
    let admin = Admin {
        host: host.clone(),
        counted,
        looked_at: Arc::default(),
    };
    let routes = Router::new()
        .route("/metrics", get(metrics).with_state(admin))
        .merge(server::health(host));
    connections::serve(listener, server::limited(routes, settings), settings, stop).await;
    tidying.abort();
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    let mut looked_at = admin.looked_at.lock().await;
    if looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
        match tokio::time::timeout(LOOK_MAX, admin.host.observe()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!("what waits cannot be told: {error}"),
            Err(_) => {
                crate::metrics::store::reachable(false);
                tracing::warn!("what waits cannot be told: the database takes too long");
            }
        }
        *looked_at = Some(Instant::now());
    }
    drop(looked_at);
    (
        [(header::CONTENT_TYPE, CONTENT_TYPE)],
        admin.counted.render(),
    )
}
