//! Requests to other servers: whom they trust, and how long they wait.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long other servers are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connect_max: Duration,
    /// From the beginning to the end of the answer.
    pub answer_max: Duration,
}

/// Speaks with the server at that URL, and goes nowhere else. An answer of any
/// status is an answer.
pub fn agent(url: &str, patience: Patience) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_connect(Some(patience.connect_max))
        .timeout_global(Some(patience.answer_max))
        .tls_config(tls(url.starts_with("https")))
        .build()
        .into()
}

/// Trusts whom the machine trusts.
fn tls(is_needed: bool) -> TlsConfig {
    let roots: Vec<Certificate<'static>> = match is_needed {
        // A certificate that cannot be read is one that is not trusted.
        true => rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|root| Certificate::from_der(root).to_owned())
            .collect(),
        false => Vec::new(),
    };
    TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build()
}
