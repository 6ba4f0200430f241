//! `stellwerk token revoke`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cli::client::segment;
use crate::cli::store::block_on;
use crate::cli::target::{Target, manufacturer};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::token;
use crate::domain::ids::TokenId;
use crate::host::Origin;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The token's identifier, as `token list` shows it
    id: String,
    /// Code of the manufacturer; without it an operator's token
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    #[command(flatten)]
    target: Target,
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

/// As a server answers.
#[derive(Deserialize)]
struct Answer {
    id: String,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments.target.server(arguments.manufacturer.as_deref())?;
    let revoked = match server {
        Some(client) => {
            let path = format!("/api/v1/tokens/{}", segment(&arguments.id));
            client.delete::<Answer>(&path)?.id
        }
        None => block_on(in_data(arguments))?,
    };
    console.result(&Revoked { revoked })?;
    Ok(Exit::Done)
}

async fn in_data(arguments: &Arguments) -> Result<String, CliError> {
    let id = TokenId::from(arguments.id.as_str());
    arguments
        .target
        .with_data(async |host| {
            match &arguments.manufacturer {
                None => token::revoke_of_operator(host, &id).await?,
                Some(code) => {
                    let of = manufacturer(host, code).await?;
                    token::revoke(host, &of.id, &id, &Origin::host()).await?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(arguments.id.clone())
}
