//! `stellwerk audit key`.

use std::fmt;

use serde::Serialize;

use crate::cli::store::{Data, block_on};
use crate::cli::{CliError, Console, Exit};
use crate::store::PublicKey;

/// The keys that have signed seals here, the last one first. Whoever is to check
/// seals without trusting this database needs them from somewhere else.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Serialize)]
struct Keys {
    keys: Vec<Key>,
}

/// An ed25519 key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Key {
    /// Hexadecimal.
    public_key: String,
    /// database, or file.
    private_key_in: &'static str,
    since: String,
}

impl From<PublicKey> for Key {
    fn from(key: PublicKey) -> Self {
        Self {
            public_key: hex::encode(key.key),
            private_key_in: match key.is_kept_here {
                true => "database",
                false => "file",
            },
            since: key.first_used_at.to_string(),
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.keys.is_empty() {
            f.write_str("nothing was sealed yet")?;
        }
        for key in &self.keys {
            let (public, place, since) = (&key.public_key, key.private_key_in, &key.since);
            writeln!(f, "{public}  since {since}, private key in the {place}")?;
        }
        Ok(())
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let keys = block_on(async {
        let host = arguments.data.host_beside().await?;
        let keys = host.store.public_keys().await;
        host.store.close().await;
        Ok(keys?.into_iter().rev().map(Key::from).collect())
    })?;
    console.result(&Keys { keys })?;
    Ok(Exit::Done)
}
