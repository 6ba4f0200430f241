//! Connections: a bounded number of them, also of each address; each with a
//! bounded time for its headers and for taking its answers, and an end that
//! answers what was begun.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::guests::Guests;
use super::headers::OF_EVERY_ANSWER;
use super::network::Peer;
use super::problem::Problem;
use super::settings::HttpSettings;
use super::stream::Patient;

/// Until a listener that fails is asked again: what fails at once and again is
/// a lack of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Headers beyond this many times the limit are not even read; up to there the
/// answer says what is wrong.
const HEADERS_READ_FACTOR: usize = 4;
/// The least that hyper takes.
const BUFFER_BYTES_MIN: usize = 8 * 1024;

/// Answers connections until `stop` is done, and then finishes what was begun.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: &HttpSettings,
    stop: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(settings.connections_max));
    let guests = Guests::new(
        settings.connections_per_address_max,
        settings.trusted_proxies.clone(),
    );
    let (stopping, stopped) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            // Those that have ended are forgotten as they end.
            Some(_) = open.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Ok((stream, peer, permit)) => {
                let Some(guest) = guests.enter(peer.ip()) else {
                    tracing::debug!("a connection was refused: its address has enough");
                    continue;
                };
                let stream = Patient::new(stream, settings.unread_time());
                let router = router.clone();
                let answering = answer(stream, peer, router, settings.clone(), stopped.clone());
                open.spawn(async move {
                    answering.await;
                    drop((permit, guest));
                });
            }
            Err(error) => {
                tracing::error!("connections cannot be taken: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    // Nobody listening means that no connection is open.
    let _ = stopping.send(true);
    let finish = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(settings.stop_time(), finish)
        .await
        .is_err()
    {
        tracing::warn!(
            connections = open.len(),
            "broken off: they did not end in time"
        );
        open.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    // The semaphore is never closed.
    let permit = permits
        .clone()
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((stream, peer, permit)),
            // The caller's, who has gone again; the listener is well.
            Err(error) if is_callers(&error) => {}
            Err(error) => return Err(error),
        }
    }
}

fn is_callers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

/// One connection's life.
async fn answer(
    stream: Patient,
    peer: SocketAddr,
    router: Router,
    settings: HttpSettings,
    mut stopped: watch::Receiver<bool>,
) {
    let asked_to_stop = async move {
        // The sender going away means the same.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let header_bytes_read = (settings.header_bytes_max * HEADERS_READ_FACTOR).max(BUFFER_BYTES_MIN);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.call(request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_time())
        .max_header_size(header_bytes_read)
        .max_headers(settings.headers_max * HEADERS_READ_FACTOR)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = asked_to_stop => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let Err(error) = ended else { return };
    tracing::debug!("a connection broke: {error}");
    if error.is_timeout() {
        let parts = connection.into_parts();
        // Who has sent nothing asks for nothing, and may take an answer for that
        // to its next question.
        if !parts.read_buf.is_empty() {
            parts
                .io
                .into_inner()
                .last_word(&headers_too_slow(&settings));
        }
    }
}

/// An answer where there is no request yet.
fn headers_too_slow(settings: &HttpSettings) -> Vec<u8> {
    let problem = Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "headers.too-slow",
        "The headers took too long to come",
    )
    .detail(format!("they were given {} s", settings.header_seconds_max));
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\
         content-type: application/problem+json\r\ncontent-length: {}\r\n",
        body.len()
    );
    let mut answer = head.into_bytes();
    for (name, value) in OF_EVERY_ANSWER {
        answer.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    answer.extend(format!("\r\n{body}").into_bytes());
    answer
}
