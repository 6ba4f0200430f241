//! `stellwerk token create|list|revoke`: access for programs and people.

use std::fmt;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::store::{Data, block_on};
use super::{CliError, Console, Exit};
use crate::clock::{Clock, Ids};
use crate::contracts::people::WantedRole;
use crate::contracts::token;
use crate::domain::access::Role;
use crate::domain::contract::Manufacturer;
use crate::domain::ids::TokenId;
use crate::host::{Host, Origin};

/// Tokens that a list shows.
const TOKENS_MAX: u32 = 10_000;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token; its secret is printed once and kept nowhere
    Create(Create),
    /// List tokens, without their secrets
    List(List),
    /// Revoke a token
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    data: Data,
    /// operator, manufacturer, integrator, vendor-manager, agency, partner, auditor
    #[arg(long, value_parser = role)]
    role: Role,
    /// Code of the manufacturer; not for an operator's token
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    /// Code of the partner or agency that the token speaks for
    #[arg(long, value_name = "CODE")]
    partner: Option<String>,
    /// What it is for
    #[arg(long, default_value = "")]
    label: String,
    /// Days until it expires
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    data: Data,
    /// Code of the manufacturer; without it the operators' tokens
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
}

#[derive(Debug, Args)]
pub struct Revoke {
    /// The token's identifier, as `token list` shows it
    id: String,
    #[command(flatten)]
    data: Data,
    /// Code of the manufacturer; without it an operator's token
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
}

/// A token without its secret.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Listed {
    id: String,
    role: &'static str,
    label: String,
    expires_at: String,
    revoked: bool,
}

/// A token just made: the only time that its secret is shown.
#[derive(Debug, Serialize)]
struct Made {
    id: String,
    token: String,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.token)
    }
}

#[derive(Debug, Serialize)]
struct Tokens {
    tokens: Vec<Listed>,
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            let state = if token.revoked { "revoked" } else { "valid" };
            writeln!(
                f,
                "{}  {:14}  {state:7}  until {}  {}",
                token.id, token.role, token.expires_at, token.label
            )?;
        }
        Ok(())
    }
}

#[derive(Debug, Serialize)]
struct Revoked {
    revoked: String,
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revoked {}", self.revoked)
    }
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("is none of {}", names.join(", "))
    })
}

pub fn run(command: Command, console: &Console) -> Result<Exit, CliError> {
    block_on(async {
        match command {
            Command::Create(create) => make(&create, console).await,
            Command::List(list) => show(&list, console).await,
            Command::Revoke(revoke) => end(&revoke, console).await,
        }
    })
}

async fn make(create: &Create, console: &Console) -> Result<Exit, CliError> {
    let host = create.data.host(Clock::System, Ids::random()).await?;
    let manufacturer = named(&host, create.manufacturer.as_deref()).await?;
    if (create.role == Role::Operator) != manufacturer.is_none() {
        return Err(CliError::Usage(
            "every role but operator needs --manufacturer, and operator takes none".to_owned(),
        ));
    }
    let made = match &manufacturer {
        None => token::create_for_operator(&host, &create.label, create.days).await?,
        Some(manufacturer) => {
            let wanted = token::Wanted {
                role: WantedRole {
                    role: create.role.as_str().to_owned(),
                    partner: create.partner.clone(),
                },
                user: None,
                label: create.label.clone(),
                days: create.days,
            };
            token::create(&host, &manufacturer.id, &wanted, &Origin::host()).await?
        }
    };
    console.result(&Made {
        id: made.token.id.to_string(),
        token: made.secret,
    })?;
    host.store.close().await;
    Ok(Exit::Done)
}

async fn show(list: &List, console: &Console) -> Result<Exit, CliError> {
    let host = list.data.host(Clock::System, Ids::random()).await?;
    let manufacturer = named(&host, list.manufacturer.as_deref()).await?;
    let tokens = host
        .store
        .tokens(
            manufacturer.as_ref().map(|manufacturer| &manufacturer.id),
            None,
            TOKENS_MAX,
        )
        .await?;
    let tokens = tokens
        .iter()
        .map(|token| Listed {
            id: token.id.to_string(),
            role: token.role.as_str(),
            label: token.label.clone(),
            expires_at: token.expires_at.to_string(),
            revoked: token.revoked_at.is_some(),
        })
        .collect();
    console.result(&Tokens { tokens })?;
    host.store.close().await;
    Ok(Exit::Done)
}

async fn end(revoke: &Revoke, console: &Console) -> Result<Exit, CliError> {
    let host = revoke.data.host(Clock::System, Ids::random()).await?;
    let manufacturer = named(&host, revoke.manufacturer.as_deref()).await?;
    let id = TokenId::from(revoke.id.as_str());
    match &manufacturer {
        None => token::revoke_of_operator(&host, &id).await?,
        Some(manufacturer) => {
            token::revoke(&host, &manufacturer.id, &id, &Origin::host()).await?;
        }
    }
    host.store.close().await;
    console.result(&Revoked {
        revoked: id.to_string(),
    })?;
    Ok(Exit::Done)
}

async fn named(host: &Host, code: Option<&str>) -> Result<Option<Manufacturer>, CliError> {
    let Some(code) = code else { return Ok(None) };
    let manufacturer = host.store.manufacturer_by_code(code).await?;
    manufacturer.map(Some).ok_or_else(|| CliError::Refused {
        code: "not-found".to_owned(),
        message: format!("there is no manufacturer {code}"),
    })
}
