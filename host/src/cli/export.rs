//! `stellwerk export --person`: what is kept of a person.

mod text;

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::person::{Person, reach};
use super::store::{Data, block_on};
use super::target::Of;
use super::{CliError, Console, Exit};
use crate::persons::known::{Known, known};

/// Everything that is kept of a person, for the person to read: contact, interest, what
/// has happened, whom it was shown to, what rules decided and why. Of all leads that are
/// named, and of every one with the same e-mail address or phone number as one of these.
/// Read it before you give it away: it names your partners, and what they wrote. Reads
/// the data beside the server.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// What is kept of a person
    #[arg(long, required = true)]
    person: bool,
    #[command(flatten)]
    who: Person,
    /// Not the leads as well that share an address or a number with one that is found
    #[arg(long)]
    exactly: bool,
    /// en or de
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "de"], default_value = "en")]
    language: String,
    /// Where it goes; a file that is there is not overwritten [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    data: Data,
}

/// What is kept, in a language.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    known: Known,
    #[serde(skip)]
    language: &'a str,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(f, &self.known, text::Language::of(self.language))
    }
}

pub fn run(export: &Export, console: &Console) -> Result<Exit, CliError> {
    let named = export.who.named()?;
    let known = block_on(async {
        let host = export.data.host_beside().await?;
        let done = async {
            let of = export.of.find(&host).await?.id;
            let reach = reach(export.exactly);
            Ok(known(&host, &of, &named, reach, &export.language).await?)
        };
        let done = done.await;
        host.store.close().await;
        done
    })?;
    let told = Told {
        known,
        language: &export.language,
    };
    match &export.out {
        Some(path) => console.file(path, &told)?,
        None => console.result(&told)?,
    }
    Ok(Exit::Done)
}
