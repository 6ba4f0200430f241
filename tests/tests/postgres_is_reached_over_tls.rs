//! The way to a PostgreSQL elsewhere is encrypted, and leads to the right one.

use std::path::Path;
use std::process::Output;

use crate::STELLWERK;
use serde_json::json;
use stellwerk_tests::{Database, Encrypted, Server, contract, postgres_over_tls};

fn url(of: &Encrypted, host: &str, mode: &str, authority: Option<&Path>) -> String {
    let authority = authority.map_or(String::new(), |file| {
        format!("&sslrootcert={}", file.display())
    });
    format!(
        "postgres://stellwerk@{host}:{}/{}?sslmode={mode}{authority}",
        of.port, of.database
    )
}

fn tokens(url: String) -> Output {
    let mut command = Database::Postgres(url).command(STELLWERK);
    command
        .args(["token", "list"])
        .output()
        .expect("the binary runs")
}

#[test]
fn a_server_works_over_tls_and_knows_whom_it_speaks_with() {
    let Some(encrypted) = postgres_over_tls() else {
        return;
    };
    let right = Some(encrypted.authority.as_path());
    let full = url(&encrypted, "localhost", "verify-full", right);
    let server = Server::start(STELLWERK, Database::Postgres(full), &contract(1, 1));
    let lead = json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "attributes": { "consent": true },
        "contact": { "email": "eva@example.com" },
    });
    let received = server.manufacturer().post("/api/v1/leads", &lead);
    assert_eq!(received.text("/state"), "offered", "{received:?}");

    // Encrypted, whoever it is; and the right authority for another name.
    for (host, mode, authority) in [
        ("localhost", "require", None),
        ("127.0.0.1", "verify-ca", right),
    ] {
        let output = tokens(url(&encrypted, host, mode, authority));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{mode}: {errors}");
    }
    let wrong = Some(encrypted.other_authority.as_path());
    for (host, mode, authority, expected) in [
        ("localhost", "verify-full", wrong, "UnknownIssuer"),
        ("localhost", "verify-ca", wrong, "UnknownIssuer"),
        ("127.0.0.1", "verify-full", right, "not valid for name"),
        ("localhost", "disable", None, "no encryption"),
    ] {
        let output = tokens(url(&encrypted, host, mode, authority));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{mode}: {errors}");
        assert!(errors.contains(expected), "{mode}: {errors}");
    }
}
