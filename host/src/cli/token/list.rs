//! `stellwerk token list`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Target, manufacturer};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::Tree;
use crate::domain::access::Token;
use crate::host::Host;

/// Tokens read at once.
const PAGE: u32 = 200;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the manufacturer; without it the operators' tokens, or with a
    /// manufacturer's token at a server that one's
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// A token without its secret; also as a server answers it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Listed {
    id: String,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partner: Option<String>,
    label: String,
    created_at: String,
    expires_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

impl Listed {
    fn of(token: &Token, partners: &Tree) -> Self {
        let partner = token.partner.as_ref().and_then(|id| partners.by_id(id));
        Self {
            id: token.id.to_string(),
            role: token.role.as_str().to_owned(),
            partner: partner.map(|partner| partner.code.clone()),
            label: token.label.clone(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Debug, Serialize)]
struct Tokens {
    tokens: Vec<Listed>,
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tokens.is_empty() {
            return f.write_str("there are no tokens");
        }
        for token in &self.tokens {
            let until = match &token.revoked_at {
                Some(at) => format!("revoked {}", day(at)),
                None => format!("until {}", day(&token.expires_at)),
            };
            let whose = token.partner.as_deref().unwrap_or_default();
            let line = format!(
                "{}  {:14}  {whose:16}  {until:18}  {}",
                token.id, token.role, token.label
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The day of an instant.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments.target.server(arguments.manufacturer.as_deref())?;
    let tokens = match server {
        Some(client) => at_server(&client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&Tokens { tokens })?;
    Ok(Exit::Done)
}

#[derive(Deserialize)]
struct Page {
    tokens: Vec<Listed>,
    next: Option<String>,
}

fn at_server(client: &Client) -> Result<Vec<Listed>, CliError> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page = client.get(&format!("/api/v1/tokens?limit={PAGE}{after}"))?;
        found.extend(page.tokens);
        match page.next {
            Some(next) => after = format!("&after={}", segment(&next)),
            None => return Ok(found),
        }
    }
}

async fn in_data(arguments: &Arguments) -> Result<Vec<Listed>, CliError> {
    arguments
        .target
        .with_data(async |host| all(host, arguments.manufacturer.as_deref()).await)
        .await
}

async fn all(host: &Host, code: Option<&str>) -> Result<Vec<Listed>, CliError> {
    let of = match code {
        Some(code) => Some(manufacturer(host, code).await?.id),
        None => None,
    };
    let partners = match &of {
        Some(of) => Tree::load(host, of).await?,
        None => Tree::default(),
    };
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = host.store.tokens(of.as_ref(), after.as_ref(), PAGE).await?;
        found.extend(page.iter().map(|token| Listed::of(token, &partners)));
        match page.last() {
            Some(last) if page.len() == PAGE as usize => after = Some(last.id.clone()),
            _ => return Ok(found),
        }
    }
}
