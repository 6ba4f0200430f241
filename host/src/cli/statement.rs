//! `stellwerk statement`: what a partner has earned in a period, as a file.

use std::path::PathBuf;

use crate::cli::client::segment;
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, in_force, not_found};
use crate::cli::{CliError, Console, Exit};
use crate::http;
use crate::statement::{self, Document};

#[derive(Debug, clap::Args)]
pub struct Statement {
    /// Code of the contract
    contract: String,
    /// Name of the period, such as 2026-03
    period: String,
    /// Code of the partner
    partner: String,
    /// As what: json for programs, csv for spreadsheets, html to read and to print
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// en or de [default: the contract's first]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "de"])]
    language: Option<String>,
    /// Write it into this file, in place of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Form {
    #[default]
    Json,
    Csv,
    Html,
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

pub fn run(arguments: &Statement, console: &Console) -> Result<Exit, CliError> {
    let manufacturer = arguments.of.manufacturer.as_deref();
    let bytes = match arguments.target.server(manufacturer)? {
        Some(client) => client.bytes(&path(arguments))?,
        None => block_on(in_data(arguments))?,
    };
    match &arguments.out {
        Some(path) => {
            std::fs::write(path, bytes).map_err(|error| CliError::file(path, error))?;
            console.step(format!("written to {}", path.display()));
        }
        None => console.raw(&bytes),
    }
    Ok(Exit::Done)
}

fn path(arguments: &Statement) -> String {
    let language = match &arguments.language {
        Some(language) => format!("&language={language}"),
        None => String::new(),
    };
    format!(
        "/api/v1/contracts/{}/periods/{}/statements/{}?format={}{language}",
        segment(&arguments.contract),
        segment(&arguments.period),
        segment(&arguments.partner),
        arguments.format.as_str(),
    )
}

async fn in_data(arguments: &Statement) -> Result<Vec<u8>, CliError> {
    arguments
        .target
        .with_data(async |host| {
            let force = in_force(host, &arguments.of, &arguments.contract).await?;
            let owner = &force.contract.manufacturer;
            let partner = host
                .store
                .partner_by_code(owner, &arguments.partner)
                .await?;
            let partner = partner.ok_or_else(|| not_found("partner", &arguments.partner))?;
            let language = arguments.language.as_deref();
            let document =
                Document::load(host, &force, &arguments.period, &partner, language).await?;
            Ok(match arguments.format {
                Form::Json => http::statement(&document),
                Form::Csv => statement::csv(&document).into_bytes(),
                Form::Html => statement::html(&document).into_bytes(),
            })
        })
        .await
}
