//! `stellwerk audit check`.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::public_key;
use crate::cli::plugin::engine;
use crate::cli::{CliError, Console, Exit};
use crate::domain::digest::Hash;
use crate::proof::Verdict;
use crate::proof::bundle::BYTES_MAX;
use crate::proof::check::{self, Misfit, Sound};

/// Needs no data and no server: what is in the bundle has to fit together, and the
/// decision has to come out again bit for bit in the sandbox. It may come from
/// anybody. Whose signature it is, only a key tells that you have from elsewhere.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file that `audit export` has written
    bundle: PathBuf,
    /// The key that must have signed; may be given several times [default: any]
    #[arg(long = "key", value_name = "PUBLIC", value_parser = public_key)]
    keys: Vec<Hash>,
}

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked {
    is_sound: bool,
    #[serde(flatten)]
    proved: Option<Proved>,
    /// What does not fit.
    misfits: Vec<Misfit>,
}

/// What the bundle proves.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Proved {
    decision: String,
    number: i64,
    function: String,
    plugin: String,
    outcome: String,
    seal: i64,
    sealed_at: String,
    public_key: String,
    /// Whether that key was named.
    key_is_known: bool,
    /// same, other-fuel, not-reproducible or encrypted; none where it comes out otherwise.
    replay: Option<&'static str>,
}

impl Proved {
    fn of(sound: &Sound, keys: &[Hash], replay: Option<&Verdict>) -> Self {
        let (decision, seal) = (&sound.decision, &sound.seal);
        Self {
            decision: decision.id.to_string(),
            number: sound.number,
            function: decision.function.clone(),
            plugin: decision.plugin.clone(),
            outcome: decision.outcome.clone(),
            seal: seal.number,
            sealed_at: seal.sealed_at.to_string(),
            public_key: hex::encode(seal.public_key),
            key_is_known: keys.contains(&seal.public_key),
            replay: replay.map(Verdict::as_str),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(proved) = &self.proved {
            writeln!(
                f,
                "decision {}: {} of {}, {}",
                proved.decision, proved.function, proved.plugin, proved.outcome
            )?;
            writeln!(
                f,
                "  number {} under seal {} of {}",
                proved.number, proved.seal, proved.sealed_at
            )?;
            let known = match proved.key_is_known {
                true => "the key that was named",
                false => "nobody has vouched for this key: compare it, or name one with --key",
            };
            writeln!(f, "  signed by {} ({known})", proved.public_key)?;
            let replay = match proved.replay {
                None => "comes out otherwise",
                Some("same") => "comes out again bit for bit",
                Some("other-fuel") => {
                    "comes out again bit for bit, but for the fuel, which this engine counts \
                     otherwise"
                }
                Some("encrypted") => {
                    "was told free text, which is encrypted: only where the lead's key is can it \
                     be asked again"
                }
                Some(_) => "was ended by the machine, so it is not asked again",
            };
            writeln!(f, "  {replay}")?;
        }
        match self.misfits.as_slice() {
            [] => write!(f, "nothing is wrong with it"),
            misfits => {
                write!(f, "it does not hold:")?;
                misfits
                    .iter()
                    .try_for_each(|misfit| write!(f, "\n  {misfit}"))
            }
        }
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Exit, CliError> {
    let bytes = bytes(&arguments.bundle)?;
    let checked = match check::read(&bytes, &arguments.keys) {
        Ok(sound) => {
            let asked = sound.ask_again(&engine()?);
            let (replay, misfits) = match asked {
                Ok(again) => (Some(again), Vec::new()),
                Err(misfits) => (None, misfits),
            };
            Checked {
                is_sound: misfits.is_empty(),
                proved: Some(Proved::of(&sound, &arguments.keys, replay.as_ref())),
                misfits,
            }
        }
        Err(misfits) => Checked {
            is_sound: false,
            proved: None,
            misfits,
        },
    };
    console.result(&checked)?;
    Ok(match checked.is_sound {
        true => Exit::Done,
        false => Exit::NotProved,
    })
}

/// No more than a bundle may have.
fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| CliError::file(path, error))?;
    file.take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CliError::file(path, error))?;
    match bytes.len() as u64 > BYTES_MAX {
        true => Err(CliError::document(
            path,
            format!("has more than {BYTES_MAX} bytes, so it is no bundle"),
        )),
        false => Ok(bytes),
    }
}
