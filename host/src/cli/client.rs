//! Speaks with a server over its API, under the token of the environment.

use std::io::Read;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, StatusCode, Uri};

use super::CliError;
use super::error::Answered;
use crate::outgoing::{Patience, agent};

/// Holds the token, so that it is seen in no list of processes.
pub const TOKEN_VARIABLE: &str = "STELLWERK_TOKEN";
/// An operator names the manufacturer it acts for.
const MANUFACTURER_HEADER: &str = "stellwerk-manufacturer";
const PATIENCE: Patience = Patience {
    connect_max: Duration::from_secs(10),
    // A large component takes long to compile.
    answer_max: Duration::from_secs(240),
};
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A server, and who speaks with it.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
    manufacturer: Option<String>,
}

/// What is sent.
pub enum Body<'a> {
    Nothing,
    Bytes {
        content_type: &'static str,
        bytes: &'a [u8],
    },
}

impl Client {
    /// A client of the server at that URL. Nothing is sent yet.
    pub fn new(url: &str, manufacturer: Option<&str>) -> Result<Self, CliError> {
        if url.contains('@') {
            // Not repeated: what stands before it may be a password.
            return Err(CliError::Usage(format!(
                "--server takes a URL without user and password; the token is in {TOKEN_VARIABLE}"
            )));
        }
        let token = std::env::var(TOKEN_VARIABLE).unwrap_or_default();
        if token.is_empty() {
            return Err(CliError::NotPermitted(format!(
                "put a token of {url} into {TOKEN_VARIABLE}"
            )));
        }
        let base = url.trim_end_matches('/').to_owned();
        let is_url = base.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
        });
        if !is_url {
            return Err(CliError::Usage(format!(
                "--server takes a URL such as https://stellwerk.example.com, not `{url}`"
            )));
        }
        Ok(Self {
            agent: agent(&base, PATIENCE),
            base,
            token,
            manufacturer: manufacturer.map(str::to_owned),
        })
    }

    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CliError> {
        self.send(Method::GET, path, &Body::Nothing)
            .map(|(_, answer)| answer)
    }

    pub fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, CliError> {
        self.send(Method::DELETE, path, &Body::Nothing)
            .map(|(_, answer)| answer)
    }

    pub fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CliError> {
        let bytes = serde_json::to_vec(body).map_err(CliError::runtime)?;
        let body = Body::Bytes {
            content_type: "application/json",
            bytes: &bytes,
        };
        self.send(method, path, &body).map(|(_, answer)| answer)
    }

    /// What is answered, as it is.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, CliError> {
        self.ask(Method::GET, path, &Body::Nothing)
            .map(|(_, bytes)| bytes)
    }

    /// Sends a request; an answer that is a problem becomes an error.
    pub fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Body<'_>,
    ) -> Result<(StatusCode, T), CliError> {
        let (status, bytes) = self.ask(method, path, body)?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            CliError::Fault(format!(
                "{} answers what this version does not understand: {error}",
                self.base
            ))
        })?;
        Ok((status, value))
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        body: &Body<'_>,
    ) -> Result<(StatusCode, Vec<u8>), CliError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.token));
        if let Some(manufacturer) = &self.manufacturer {
            request = request.header(MANUFACTURER_HEADER, manufacturer);
        }
        let bytes = match body {
            Body::Nothing => &[][..],
            Body::Bytes {
                content_type,
                bytes,
            } => {
                request = request.header("content-type", *content_type);
                bytes
            }
        };
        let request = request
            .body(bytes)
            .map_err(|error| CliError::Usage(format!("{}: {error}", self.base)))?;
        let answer = self
            .agent
            .run(request)
            .map_err(|error| self.unavailable(&error))?;
        let status = answer.status();
        let mut bytes = Vec::new();
        answer
            .into_body()
            .into_reader()
            .take(ANSWER_BYTES_MAX)
            .read_to_end(&mut bytes)
            .map_err(|error| self.unavailable(&error))?;
        if !status.is_success() {
            return Err(Answered::read(&self.base, status.as_u16(), &bytes).into());
        }
        Ok((status, bytes))
    }

    fn unavailable(&self, error: &dyn std::fmt::Display) -> CliError {
        CliError::Unavailable(format!("{} cannot be reached: {error}", self.base))
    }
}

/// A part of a path, such as a code: what has a meaning there is escaped.
pub fn segment(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_a_path_is_escaped() {
        assert_eq!(segment("heat-pumps"), "heat-pumps");
        assert_eq!(segment("compensation/care"), "compensation%2Fcare");
        assert_eq!(segment("ä?#"), "%C3%A4%3F%23");
    }
}
