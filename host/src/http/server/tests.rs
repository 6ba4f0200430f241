//! The frame around requests, without a host behind it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};

use super::*;

/// A server of a few routes on a free port.
struct Framed {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn serving(routes: Router, settings: HttpSettings) -> Framed {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = framed(routes, &settings);
    let ended = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        connections::serve(listener, router, &settings, stopped).await;
    });
    Framed {
        address,
        stop,
        ended,
    }
}

impl Framed {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes on a connection of their own and reads until it is closed.
    async fn exchange(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read(&mut stream).await
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn request(headers: &str) -> String {
    format!("GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}\r\n")
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

#[tokio::test]
async fn the_callers_identifier_is_given_back_and_a_strange_one_replaced() {
    let server = serving(hello(), HttpSettings::default()).await;
    let own = server
        .exchange(&request("X-Request-Id: order-7/a\r\n"))
        .await;
    assert!(own.contains("x-request-id: order-7/a\r\n"), "{own}");
    let long = format!("X-Request-Id: {}\r\n", "x".repeat(200));
    for strange in [
        "",
        "X-Request-Id: a b\r\n",
        "X-Request-Id: {evil}\r\n",
        &long,
    ] {
        let answer = server.exchange(&request(strange)).await;
        let id = answer.split("x-request-id: ").nth(1).unwrap();
        let id = id.split("\r\n").next().unwrap();
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{answer}");
    }
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused_with_a_reason() {
    let settings = HttpSettings {
        header_bytes_max: 2_048,
        ..HttpSettings::default()
    };
    let server = serving(hello(), settings).await;
    let fits = format!("x-some: {}\r\n", "x".repeat(1_900));
    assert!(
        server
            .exchange(&request(&fits))
            .await
            .starts_with("HTTP/1.1 200")
    );
    let too_large = format!("x-some: {}\r\n", "x".repeat(3_000));
    let refused = server.exchange(&request(&too_large)).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
    assert!(
        refused.contains("\"code\":\"headers.too-large\""),
        "{refused}"
    );
    // What is far beyond it is not even read.
    let endless = format!("x-some: {}\r\n", "x".repeat(20_000));
    let refused = server.exchange(&request(&endless)).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_told_so() {
    let routes = Router::new().route("/", get(std::future::pending::<&str>));
    let settings = HttpSettings {
        request_seconds_max: 0,
        ..HttpSettings::default()
    };
    let server = serving(routes, settings).await;
    let answer = server.exchange(&request("")).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("\"code\":\"request.too-slow\""), "{answer}");
}

#[tokio::test]
async fn headers_that_never_end_close_the_connection() {
    let settings = HttpSettings {
        header_seconds_max: 0,
        ..HttpSettings::default()
    };
    let server = serving(hello(), settings).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: h")
        .await
        .unwrap();
    let answer = read(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"headers.too-slow\""), "{answer}");
    assert!(
        answer.contains("x-content-type-options: nosniff"),
        "{answer}"
    );
    // Who has begun nothing is told nothing.
    let mut idle = server.connect().await;
    assert_eq!(read(&mut idle).await, "");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_told_so() {
    let settings = HttpSettings {
        request_seconds_max: 0,
        ..HttpSettings::default()
    };
    let routes = Router::new().route("/", post(|body: Bytes| async move { body }));
    let server = serving(routes, settings).await;
    let answer = server
        .exchange("POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nwo")
        .await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"body.too-slow\""), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn who_takes_nothing_of_its_answer_loses_the_connection() {
    const LARGE: usize = 64 * 1024 * 1024;
    let routes = Router::new().route("/", get(|| async { "x".repeat(LARGE) }));
    let settings = HttpSettings {
        connections_max: 1,
        unread_seconds_max: 0,
        ..HttpSettings::default()
    };
    let server = serving(routes, settings).await;
    let mut greedy = server.connect().await;
    greedy.write_all(request("").as_bytes()).await.unwrap();
    // There is one place only: it is free again.
    let mut next = server.connect().await;
    next.write_all(b"GET /other HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(read(&mut next).await.starts_with("HTTP/1.1 404"));
    let mut taken = Vec::new();
    // It ends early, or with an error.
    let _ = greedy.read_to_end(&mut taken).await;
    assert!(taken.len() < LARGE, "{}", taken.len());
}

#[tokio::test]
async fn more_headers_than_are_taken_are_refused_with_their_number() {
    let settings = HttpSettings {
        headers_max: 10,
        ..HttpSettings::default()
    };
    let server = serving(hello(), settings).await;
    let headers = |count: usize| -> String {
        (0..count)
            .map(|number| format!("x-{number}: 1\r\n"))
            .collect()
    };
    // Two are there already.
    assert!(
        server
            .exchange(&request(&headers(8)))
            .await
            .starts_with("HTTP/1.1 200")
    );
    let refused = server.exchange(&request(&headers(9))).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
    assert!(
        refused.contains("\"code\":\"headers.too-many\""),
        "{refused}"
    );
    assert!(refused.contains("there are 11"), "{refused}");
    // Far beyond it nobody counts.
    let refused = server.exchange(&request(&headers(100))).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
}

#[tokio::test]
async fn every_answer_says_what_may_not_be_done_with_it() {
    let server = serving(hello(), HttpSettings::default()).await;
    for path in ["/", "/nothing"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
        let answer = server.exchange(&request).await;
        for line in [
            "x-content-type-options: nosniff\r\n",
            "cache-control: no-store\r\n",
            "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
            "x-frame-options: DENY\r\n",
            "referrer-policy: no-referrer\r\n",
        ] {
            assert!(answer.contains(line), "{line} is missing: {answer}");
        }
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let settings = HttpSettings {
        address_requests_per_second: 1,
        address_requests_at_once: 2,
        trusted_proxies: "127.0.0.1".parse().unwrap(),
        ..HttpSettings::default()
    };
    let server = serving(hello(), settings).await;
    let forwarded = request("x-forwarded-for: 203.0.113.9\r\n");
    for _ in 0..2 {
        let answer = server.exchange(&forwarded).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let refused = server.exchange(&forwarded).await;
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    assert!(
        refused.contains("\"code\":\"address.too-many-requests\""),
        "{refused}"
    );
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    let another = request("x-forwarded-for: 203.0.113.10\r\n");
    assert!(server.exchange(&another).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    let routes = Router::new().route(
        "/",
        get(|| async {
            panic!("as the test wants");
            #[allow(unreachable_code)]
            ""
        }),
    );
    let server = serving(routes, HttpSettings::default()).await;
    let answer = server.exchange(&request("")).await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(answer.contains("host.internal"), "{answer}");
}

#[tokio::test]
async fn an_answer_before_the_body_leaves_the_connection_for_the_next_request() {
    let routes = Router::new().route("/", post(|| async { StatusCode::UNAUTHORIZED }));
    let server = serving(routes, HttpSettings::default()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        let head = b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\n";
        stream.write_all(head).await.unwrap();
        // The body comes when the server has seen that there is none yet.
        tokio::task::yield_now().await;
        stream.write_all(b"work").await.unwrap();
        let mut answer = vec![0; 1_024];
        let read = stream.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    // Where the body is not sent before it is asked for, the connection ends.
    let waits =
        "POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n";
    let answer = server.exchange(waits).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

/// A route that says when it was entered and answers when it is let.
fn gated() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enters, goes) = (entered.clone(), go.clone());
    let route = post(move |body: Bytes| async move {
        enters.notify_one();
        goes.notified().await;
        body
    });
    (Router::new().route("/", route), entered, go)
}

#[tokio::test]
async fn what_was_begun_is_answered_and_nothing_new_is_taken() {
    let (routes, entered, go) = gated();
    let server = serving(routes, HttpSettings::default()).await;
    let mut begun = server.connect().await;
    begun
        .write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nwork")
        .await
        .unwrap();
    entered.notified().await;
    server.stop.send(()).unwrap();
    // The listener goes first.
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!server.ended.is_finished());
    go.notify_one();
    let answer = read(&mut begun).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("work"), "{answer}");
    server.ended.await.unwrap();
}

#[tokio::test]
async fn what_does_not_end_is_broken_off() {
    let (routes, entered, _go) = gated();
    let settings = HttpSettings {
        stop_seconds_max: 0,
        ..HttpSettings::default()
    };
    let server = serving(routes, settings).await;
    let mut begun = server.connect().await;
    begun
        .write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nwork")
        .await
        .unwrap();
    entered.notified().await;
    server.stop.send(()).unwrap();
    server.ended.await.unwrap();
    assert_eq!(read(&mut begun).await, "");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let settings = HttpSettings {
        connections_max: 1,
        ..HttpSettings::default()
    };
    let server = serving(hello(), settings).await;
    let first = server.connect().await;
    let mut second = server.connect().await;
    second.write_all(request("").as_bytes()).await.unwrap();
    let mut waits = tokio::spawn(async move { read(&mut second).await });
    let early = tokio::time::timeout(std::time::Duration::from_millis(50), &mut waits).await;
    assert!(early.is_err(), "{early:?}");
    drop(first);
    assert!(waits.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn what_there_is_no_room_for_is_refused_at_once() {
    let settings = HttpSettings {
        requests_at_once_max: 1,
        requests_waiting_max: 0,
        ..HttpSettings::default()
    };
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enters, goes) = (entered.clone(), go.clone());
    let waits = get(move || async move {
        enters.notify_one();
        goes.notified().await;
        "done"
    });
    let routes = Router::new()
        .route("/", waits)
        .route("/body", post(|body: Bytes| async { body }))
        .layer(middleware::from_fn_with_state(
            Arc::new(Room::new(&settings, Inside::here())),
            bounded_crowd,
        ));
    let server = serving(routes, settings).await;
    // Whose body has not come takes no turn.
    let mut slow = server.connect().await;
    let head =
        b"POST /body HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: 4\r\n\r\n";
    slow.write_all(head).await.unwrap();
    let mut first = server.connect().await;
    first.write_all(request("").as_bytes()).await.unwrap();
    entered.notified().await;
    let refused = server.exchange(&request("")).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("host.overloaded"), "{refused}");
    assert!(refused.contains("retry-after: "), "{refused}");
    go.notify_one();
    assert!(read(&mut first).await.ends_with("done"));
    go.notify_one();
    assert!(server.exchange(&request("")).await.ends_with("done"));
    slow.write_all(b"slow").await.unwrap();
    assert!(read(&mut slow).await.ends_with("slow"));
}

#[tokio::test]
async fn a_full_house_still_says_that_it_lives() {
    let settings = HttpSettings {
        requests_at_once_max: 0,
        requests_waiting_max: 0,
        ..HttpSettings::default()
    };
    let room = Arc::new(Room::new(&settings, Inside::here()));
    let routes = hello()
        .route("/health/live", get(|| async { "live" }))
        .layer(middleware::from_fn_with_state(room, turned_away));
    let server = serving(routes, settings).await;
    let refused = server.exchange(&request("x-request-id: mine\r\n")).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    for expected in ["host.overloaded", "x-request-id: mine", "no-store"] {
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    let health = request("").replacen("GET /", "GET /health/live", 1);
    assert!(server.exchange(&health).await.ends_with("live"));
}
