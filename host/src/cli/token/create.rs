//! `stellwerk token create`.

use std::fmt;

use serde::{Deserialize, Serialize};
use ureq::http::Method;

use crate::cli::client::Client;
use crate::cli::store::block_on;
use crate::cli::target::{Target, manufacturer};
use crate::cli::{CliError, Console, Exit};
use crate::contracts::people::WantedRole;
use crate::contracts::token::{self, DAYS_DEFAULT, DAYS_MAX, Made};
use crate::domain::access::Role;
use crate::host::Origin;

#[derive(Debug, clap::Args)]
pub struct Arguments {
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
    #[arg(long, default_value = "", hide_default_value = true)]
    label: String,
    /// Days until it expires
    #[arg(
        long,
        default_value_t = DAYS_DEFAULT,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(DAYS_MAX))
    )]
    days: u32,
    #[command(flatten)]
    target: Target,
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("is none of {}", names.join(", "))
    })
}

/// A token just made: the only time that its secret is shown.
#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    id: String,
    token: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.token)
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let server = arguments.target.server(arguments.manufacturer.as_deref())?;
    let made = match server {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&made)?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Body<'a> {
    role: &'a str,
    partner: Option<&'a str>,
    label: &'a str,
    days: u32,
}

fn at_server(arguments: &Arguments, client: &Client) -> Result<Shown, CliError> {
    if arguments.role == Role::Operator {
        return Err(CliError::Usage(
            "an operator's token is made where the data is: with --data or --postgres".to_owned(),
        ));
    }
    let body = Body {
        role: arguments.role.as_str(),
        partner: arguments.partner.as_deref(),
        label: &arguments.label,
        days: arguments.days,
    };
    client.send_json(Method::POST, "/api/v1/tokens", &body)
}

async fn in_data(arguments: &Arguments) -> Result<Shown, CliError> {
    let made = match (&arguments.manufacturer, arguments.role) {
        // The first token of a server comes before everything else.
        (None, Role::Operator) => {
            let work = async |host: &_| {
                Ok(token::create_for_operator(host, &arguments.label, arguments.days).await?)
            };
            arguments.target.with_new_data(work).await?
        }
        (Some(code), role) if role != Role::Operator => of_manufacturer(arguments, code).await?,
        _ => {
            return Err(CliError::Usage(
                "every role but operator needs --manufacturer, and operator takes none".to_owned(),
            ));
        }
    };
    Ok(Shown {
        id: made.token.id.to_string(),
        token: made.secret,
    })
}

async fn of_manufacturer(arguments: &Arguments, code: &str) -> Result<Made, CliError> {
    let wanted = token::Wanted {
        role: WantedRole {
            role: arguments.role.as_str().to_owned(),
            partner: arguments.partner.clone(),
        },
        user: None,
        label: arguments.label.clone(),
        days: arguments.days,
    };
    arguments
        .target
        .with_data(async |host| {
            let of = manufacturer(host, code).await?;
            Ok(token::create(host, &of.id, &wanted, &Origin::host()).await?)
        })
        .await
}
