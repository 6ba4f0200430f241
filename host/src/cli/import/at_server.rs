//! The same at a server: the file is carried there by one request.

use std::fs::File;

use serde::{Deserialize, Serialize};
use ureq::http::Method;

use super::Import;
use crate::cli::CliError;
use crate::cli::client::Client;
use crate::import::{self, Mapping, Reject, RejectFile, Rejects, Report};

/// A file and how it is written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Request<'a> {
    mapping: &'a str,
    format: Option<&'a str>,
    content: &'a str,
    dry_run: bool,
}

/// What has become of its rows.
#[derive(Deserialize)]
struct Answer {
    #[serde(flatten)]
    report: Report,
    rejects: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Rejected {
    line: u64,
    column: String,
    reason: String,
    row: Vec<String>,
}

/// What the server finds wrong with the mapping or the file, as it is told here.
fn of_file(import: &Import, error: CliError) -> CliError {
    let answered = match error {
        CliError::Server(answered) if answered.code == "invalid" => answered,
        other => return other,
    };
    let said = |pointer: &str| {
        let lines = answered
            .problems
            .iter()
            .filter(|problem| problem.pointer == pointer)
            .map(|problem| problem.message.as_str());
        lines.collect::<Vec<_>>().join("\n")
    };
    for (pointer, path) in [("/mapping", &import.mapping), ("/content", &import.file)] {
        let said = said(pointer);
        if !said.is_empty() {
            return CliError::document(path, said);
        }
    }
    CliError::Server(answered)
}

/// Carries the file to the server, and writes what it gives back into `rejects`.
pub fn import(
    import: &Import,
    client: &Client,
    written: &str,
    mapping: &Mapping,
    rejects: &mut RejectFile,
) -> Result<Report, CliError> {
    let file_error = |error| CliError::file(&import.file, error);
    let file = File::open(&import.file).map_err(file_error)?;
    let carried = import::carry(mapping, file).map_err(file_error)?;
    let request = Request {
        mapping: written,
        format: super::format_of(&import.file),
        content: &carried.text,
        dry_run: import.dry_run,
    };
    let kind = import.what.kind().as_str();
    let path = format!("/api/v1/imports/{kind}?contract={}", import.contract);
    let answer: Answer = client
        .send_json(Method::POST, &path, &request)
        .map_err(|error| of_file(import, error))?;
    if answer.report.rows() == 0 {
        // All was done before; so were its rejects.
        return Ok(answer.report);
    }
    let rejects_error = |error| CliError::file(&import.rejects_path(), error);
    rejects
        .begin(&carried.columns, None)
        .map_err(rejects_error)?;
    for rejected in answer.rejects {
        let reject = Reject {
            line: rejected.line,
            column: rejected.column,
            reason: rejected.reason,
            original: rejected.row,
        };
        rejects.add(reject).map_err(rejects_error)?;
    }
    rejects.flush().map_err(rejects_error)?;
    Ok(answer.report)
}
