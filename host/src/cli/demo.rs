//! `stellwerk demo`: plays four weeks of a made-up contract, compares other plans of pay
//! over them, prints what came of it, and serves it.

mod print;
mod table;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use self::print::{Plans, Report};
use super::serve::{answer, listen};
use super::store::{block_on_one_thread, host};
use super::temporary::{Temporary, lasting};
use super::trial::{Means, tried};
use super::{CliError, Console, Exit};
use crate::config::{Config, PostgresUrl};
use crate::contracts::people::WantedRole;
use crate::contracts::token;
use crate::demo::{self, World};
use crate::domain::access::Role;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::telemetry;

/// Partners that a token is made for: both near the place of the lead that the
/// print proposes to send in.
const PARTNERS: [&str; 2] = ["mueller", "kowalski"];
/// The folder of the plans in one that is named to keep the play in.
const PLANS: &str = "plans-compared";
/// Days for which the tokens are good.
const TOKEN_DAYS: u32 = 30;
/// How often the play's clock is moved on while it is served.
const PACE: Duration = Duration::from_millis(200);

#[derive(Debug, Args)]
pub struct Demo {
    /// End after the print, and serve nothing
    #[arg(long)]
    once: bool,
    /// Folder to keep the play in, and the trial of other plans, made if it is missing
    /// [default: temporary ones; the trial's stays]
    #[arg(long, value_name = "DIR", conflicts_with = "postgres")]
    data: Option<PathBuf>,
    /// An empty PostgreSQL database instead, such as postgres://user@host/database
    #[arg(long, value_name = "URL", value_parser = PostgresUrl::parse)]
    postgres: Option<PostgresUrl>,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

pub fn run(demo: &Demo, console: &Console) -> Result<Exit, CliError> {
    let temporary = match (&demo.data, &demo.postgres) {
        (None, None) => Some(Temporary::make("demo")?),
        _ => None,
    };
    let defaults = Config::default();
    let config = Config {
        data: match (&demo.data, &temporary) {
            (Some(folder), _) => folder.clone(),
            (None, Some(temporary)) => temporary.folder().to_owned(),
            (None, None) => defaults.data,
        },
        postgres: demo.postgres.clone(),
        listen: demo.listen,
        ..defaults
    };
    telemetry::begin(config.log.format, "warn");
    block_on_one_thread(async {
        // An address that is taken is said before the play, not after it.
        let listener = match demo.once {
            true => None,
            false => Some(listen(config.listen).await?),
        };
        let host = host(&config, demo::clock(), demo::ids()).await?;
        console.step("playing four weeks; this takes half a minute");
        let played = demo::run(&host).await.map_err(refused)?;
        console.step("comparing three plans of pay over them");
        let plans = plans(&host, &played.world, demo, &config, *console).await?;
        console.result(&Report::of(&played, plans))?;
        match listener {
            Some(listener) => serve(host, &played.world, listener, &config, console).await?,
            None => host.store.close().await,
        }
        Ok(Exit::Done)
    })
}

/// Compares other plans over what was played. Their folder stays, so that its report can be
/// read, and its plans be changed and tried again.
async fn plans(
    host: &Host,
    world: &World,
    demo: &Demo,
    config: &Config,
    console: Console,
) -> Result<Plans, CliError> {
    let folder = match &demo.data {
        Some(data) => {
            let folder = data.join(PLANS);
            fs::create_dir_all(&folder).map_err(|error| CliError::file(&folder, error))?;
            folder
        }
        None => lasting("demo-plans")?,
    };
    demo::plans::write(host, world, &folder)
        .await
        .map_err(refused)?;
    let means = Means {
        language: None,
        compiled: config.engine().cache_folder,
        // Small stores, and no row that they could reject: as many as can be played.
        plans_at_once: available_parallelism().map_or(1, Into::into),
    };
    // Each store of its own is worked on a thread that no other work waits for.
    let trying = tokio::task::spawn_blocking(move || tried(&folder, means, &console));
    let tried = trying.await.map_err(CliError::runtime)??;
    Ok(Plans::of(&tried))
}

fn refused(error: demo::Error) -> CliError {
    match error {
        demo::Error::NotEmpty => CliError::Refused {
            code: "demo.not-empty".to_owned(),
            message: format!("{error}; name a new one, or `stellwerk serve` that one"),
        },
        demo::Error::Store(error) => error.into(),
        demo::Error::Trial(error) => error.into(),
        other => CliError::Fault(other.to_string()),
    }
}

/// Prints tokens, and lets the play's clock go on at the pace of the machine's.
async fn serve(
    host: Host,
    world: &World,
    listener: TcpListener,
    config: &Config,
    console: &Console,
) -> Result<(), CliError> {
    let access = access(&host, world, config.listen).await?;
    console.result(&access)?;
    let clock = host.clock.clone();
    let pace = tokio::spawn(async move {
        let (ended_at, begun) = (clock.now(), tokio::time::Instant::now());
        loop {
            tokio::time::sleep(PACE).await;
            let passed = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
            clock.advance_to(Micros(ended_at.0.saturating_add(passed)));
        }
    });
    let served = answer(host, listener, None, config, console).await;
    pace.abort();
    served
}

/// Makes the tokens that are printed.
async fn access(
    host: &Host,
    world: &World,
    address: SocketAddr,
) -> Result<print::Access, CliError> {
    let mut tokens = Vec::new();
    let partners = PARTNERS.iter().filter_map(|code| {
        let mut all = world.partners.values();
        all.find(|player| player.partner.code == *code)
    });
    let whom = std::iter::once(None).chain(partners.map(Some));
    for player in whom {
        let (role, name) = match player {
            None => (Role::Manufacturer, world.manufacturer.name.clone()),
            Some(player) => (Role::Partner, player.partner.name.clone()),
        };
        let wanted = token::Wanted {
            role: WantedRole {
                role: role.as_str().to_owned(),
                partner: player.map(|player| player.partner.code.clone()),
            },
            user: None,
            label: "demo".to_owned(),
            days: TOKEN_DAYS,
        };
        let made = token::create(host, &world.manufacturer.id, &wanted, &Origin::host()).await?;
        tokens.push(print::TokenLine {
            role: role.as_str(),
            name,
            token: made.secret,
        });
    }
    Ok(print::Access {
        address: address.to_string(),
        contract: world.contract.code.clone(),
        tokens,
    })
}
