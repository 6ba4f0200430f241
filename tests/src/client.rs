//! Whoever speaks with a server over HTTP.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use serde_json::Value;

/// Speaks with a server under one token.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
}

/// What a server has answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// The version of what is shown.
    pub etag: Option<String>,
    /// By name, in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as it was sent.
    pub raw: String,
}

impl Client {
    /// Speaks with the server at an address such as http://127.0.0.1:8080; an
    /// empty token is none.
    pub fn new(address: &str, token: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self {
            agent,
            base: address.to_owned(),
            token: token.to_owned(),
        }
    }

    /// The token's secret.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(path, &body.to_string(), None)
    }

    /// With an Idempotency-Key.
    pub fn post_once(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.send(path, &body.to_string(), Some(key))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask("PUT", path, &[], body.to_string().into())
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask("PATCH", path, &[], body.to_string().into())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, &[], Vec::new())
    }

    /// Sends a body as it is.
    pub fn send(&self, path: &str, body: &str, key: Option<&str>) -> Answer {
        let key = key.map(|key| ("Idempotency-Key", key));
        self.ask("POST", path, key.as_slice(), body.into())
    }

    /// Any request.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        self.try_to_ask(method, path, headers, body)
            .expect("an answer of the server")
    }

    /// The same, of a server that may not be there, or go away meanwhile.
    ///
    /// # Errors
    /// There is no whole answer.
    pub fn try_to_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            // As bytes, which may be beyond ASCII.
            request = request.header(*name, value.as_bytes());
        }
        let request = request.body(body).expect("a request");
        answer(self.agent.run(request)?)
    }
}

impl Answer {
    /// The code of a problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The fields that a problem is about.
    pub fn places(&self) -> Vec<&str> {
        self.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|error| error["pointer"].as_str())
            .collect()
    }

    /// The body, and what of it is hexadecimal as the text that it stands for.
    pub fn all_text(&self) -> String {
        let mut all = self.raw.clone();
        for word in self.raw.split(|letter: char| !letter.is_ascii_hexdigit()) {
            if let Ok(bytes) = hex::decode(word) {
                all.push('\n');
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        all
    }

    /// A text of the body.
    pub fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

fn answer(response: ureq::http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let status = response.status().as_u16();
    let headers: BTreeMap<String, String> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        })
        .collect();
    let etag = headers.get("etag").cloned();
    let mut bytes = Vec::new();
    response.into_body().into_reader().read_to_end(&mut bytes)?;
    // A component is no text, and nobody reads it here.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.clone()));
    Ok(Answer {
        status,
        body,
        etag,
        headers,
        raw: text,
    })
}
