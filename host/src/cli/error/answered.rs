//! What a server has said no with.

use serde::Deserialize;

use crate::cli::client::TOKEN_VARIABLE;
use crate::cli::exit::Exit;
use crate::host::Problem;
use crate::policy::Code;

/// An answer that is a problem (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    /// Stable; `http.STATUS` where somebody else than a Stellwerk has answered.
    pub code: String,
    pub message: String,
    /// One for each field that is wrong.
    pub problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Body {
    code: String,
    title: String,
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    pointer: String,
    message: String,
}

impl Answered {
    /// Reads the body of an answer.
    pub fn read(server: &str, status: u16, body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Body>(body) else {
            return Self {
                status,
                code: format!("http.{status}"),
                message: format!("{server} answers with the status {status} and no reason"),
                problems: Vec::new(),
            };
        };
        let message = match body.detail {
            Some(detail) => format!("{}: {detail}", body.title),
            None => body.title,
        };
        let problems = body.errors.into_iter();
        Self {
            status,
            code: body.code,
            message,
            problems: problems
                .map(|field| Problem::new(field.pointer, field.message))
                .collect(),
        }
    }

    /// A code of the engine says who has to act; else the status does.
    pub fn exit(&self) -> Exit {
        if let Some(code) = Code::parse(&self.code) {
            return super::exit_of(code);
        }
        match self.status {
            401 | 403 => Exit::NotPermitted,
            400 | 413 | 415 | 422 | 431 => Exit::Input,
            404 | 405 | 409 | 412 => Exit::Refused,
            408 | 429 | 502 | 503 | 504 => Exit::Unavailable,
            _ => Exit::Fault,
        }
    }

    pub fn next_step(&self) -> Option<String> {
        match (self.status, self.code.as_str()) {
            (401, _) => Some(format!("put a token of that server into {TOKEN_VARIABLE}")),
            (400, "manufacturer.unnamed") => Some("name it with --manufacturer".to_owned()),
            // The server's text says it.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_follows_from_the_code_and_else_from_the_status() {
        let cases = [
            (401, "unauthorized", Exit::NotPermitted),
            (403, "forbidden", Exit::NotPermitted),
            (404, "not-found", Exit::Refused),
            (409, "plugin.version_taken", Exit::Refused),
            (422, "invalid", Exit::Input),
            (422, "plugin.bad_wasm", Exit::PluginRefused),
            (422, "config.invalid", Exit::Input),
            (503, "host.overloaded", Exit::Unavailable),
            (429, "token.too-many-requests", Exit::Unavailable),
            (408, "body.too-slow", Exit::Unavailable),
            (500, "host.internal", Exit::Fault),
        ];
        for (status, code, exit) in cases {
            let body = format!("{{\"code\": \"{code}\", \"title\": \"No\"}}");
            let answered = Answered::read("http://here", status, body.as_bytes());
            assert_eq!(answered.exit(), exit, "{code}");
        }
    }

    #[test]
    fn what_is_no_problem_is_told_by_its_status() {
        let answered = Answered::read("http://here", 502, b"<html>");
        assert_eq!(answered.code, "http.502");
        assert_eq!(answered.exit(), Exit::Unavailable);
    }
}
