//! A file is imported.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::super::named;
use crate::domain::access::Role;
use crate::domain::digest::sha256;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::body::{Raw, json};
use crate::http::document;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::query::Query;
use crate::import::{
    self, Assumed, Import, ImportError, Kind, Mapping, Mode, Reject, RejectList, Report,
};

/// More is a file for the command line.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Target {
    /// The contract's code or identifier.
    contract: String,
}

/// A file and how it is written.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ImportBody {
    /// Which column feeds which field: the mapping's TOML.
    mapping: String,
    /// csv, ndjson; where the mapping does not say it.
    #[serde(default)]
    format: Option<String>,
    content: String,
    /// Check everything, write nothing; policies are not asked.
    #[serde(default)]
    dry_run: bool,
}

/// What has become of the rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ImportView {
    /// Rows that an earlier request with the same file and mapping has dealt with.
    done_before: u64,
    imported: u64,
    /// Leads among them that the policies were asked about.
    routed: u64,
    /// Here already.
    unchanged: u64,
    /// Not meant, by the mapping's `rows`.
    left_out: u64,
    rejected: u64,
    /// The first hundred of those rejected.
    rejects: Vec<RejectView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RejectView {
    /// Of the file; the first is 1.
    line: u64,
    column: String,
    reason: String,
    /// The row as it was read.
    row: Vec<String>,
}

/// Import a file
///
/// Rows that are wrong are rejected, the others are imported. The same file and
/// mapping sent again imports nothing twice; a request that took too long goes on
/// where it was.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{kind}",
    tag = "imports",
    params(
        ("kind" = String, Path, description = "leads, partners, outcomes, measures, places"),
        Target
    ),
    request_body = ImportBody,
    responses(
        (status = 200, description = "Every row is dealt with", body = ImportView),
        (status = 422, description = "The mapping does not fit; nothing was imported", body = Problem)
    )
)]
pub async fn create(
    State(host): State<Host>,
    caller: Caller,
    Path(kind): Path<String>,
    Query(target): Query<Target>,
    body: Raw,
) -> Result<Response, Problem> {
    caller.must_be(&[Role::Manufacturer, Role::Operator])?;
    let kind = Kind::parse(&kind).ok_or_else(|| {
        let kinds = "there are leads, partners, outcomes, measures, places";
        Problem::not_found("kind of import").detail(kinds)
    })?;
    let contract = named::contract(&host, &caller, &target.contract).await?;
    let ImportBody {
        mapping,
        format,
        content,
        dry_run,
    } = document::read(&body.bytes)?;
    let mapping = Mapping::parse(&mapping, format.as_deref())
        .map_err(|problems| refused(ImportError::Mapping(problems)))?
        .of_text();
    let import = Import {
        kind,
        manufacturer: caller.manufacturer.clone(),
        contract: contract.id,
        mapping: &mapping,
        file_digest: sha256(content.as_bytes()),
        actor: Some(caller.token.clone()),
        mode: if dry_run { Mode::DryRun } else { Mode::Keep },
        assumed: Assumed::default(),
    };
    let mut rejects = RejectList::default();
    let report = import::run(&host, &import, content.as_bytes(), &mut rejects, |_| {})
        .await
        .map_err(refused)?;
    Ok(json(StatusCode::OK, &ImportView::of(report, rejects)))
}

impl ImportView {
    fn of(report: Report, rejects: RejectList) -> Self {
        Self {
            done_before: report.done_before,
            imported: report.imported,
            routed: report.routed,
            unchanged: report.unchanged,
            left_out: report.left_out,
            rejected: report.rejected,
            rejects: rejects.0.into_iter().map(RejectView::of).collect(),
        }
    }
}

impl RejectView {
    fn of(reject: Reject) -> Self {
        Self {
            line: reject.line,
            column: reject.column,
            reason: reject.reason,
            row: reject.original,
        }
    }
}

fn refused(error: ImportError) -> Problem {
    match error {
        ImportError::Mapping(problems) => Problem::invalid(
            problems
                .0
                .into_iter()
                .map(|problem| FieldProblem::new("/mapping", problem.to_string()))
                .collect(),
        ),
        ImportError::File(error) => Problem::field("/content", error.to_string()),
        ImportError::Contract(error) => crate::routing::Error::Contract(error).into(),
        ImportError::Busy => crate::routing::Error::Busy.into(),
        ImportError::Overloaded(error) => crate::routing::Error::Overloaded(error).into(),
        ImportError::Store(error) => error.into(),
        error @ (ImportError::Rejects(_) | ImportError::Fault(_)) => {
            tracing::error!("an import broke down: {error}");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "host.internal",
                "Something is wrong with the server",
            )
        }
    }
}
