//! What commands print: results to standard output, everything else to standard
//! error, so that a result can always be piped on.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::error::CliError;
use crate::host::Problem;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document, for programs.
    Json,
}

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    pub format: Format,
}

impl Console {
    /// One line about what is being done.
    pub fn step(&self, line: impl Display) {
        eprintln!("{line}");
    }

    /// The command's result. A closed pipe is no error: nobody reads any more.
    pub fn result(&self, result: &(impl Serialize + Display)) -> Result<(), CliError> {
        print(self.text(result)?.trim_end());
        Ok(())
    }

    /// A result that is a file of its own form.
    pub fn raw(&self, bytes: &[u8]) {
        let _closed = std::io::stdout().lock().write_all(bytes);
    }

    /// The command's result, into a file that is made; nothing is overwritten.
    pub fn file(&self, path: &Path, result: &(impl Serialize + Display)) -> Result<(), CliError> {
        let text = self.text(result)?;
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        file.and_then(|mut file| writeln!(file, "{}", text.trim_end()))
            .map_err(|error| CliError::file(path, error))
    }

    fn text(&self, result: &(impl Serialize + Display)) -> Result<String, CliError> {
        match self.format {
            Format::Text => Ok(result.to_string()),
            Format::Json => serde_json::to_string_pretty(result)
                .map_err(|error| CliError::Fault(format!("cannot print the result: {error}"))),
        }
    }

    /// What the command has failed with.
    pub fn failure(&self, error: &CliError) {
        match self.format {
            Format::Text => {
                eprintln!("error: {error}");
                for problem in unsaid(error) {
                    eprintln!("       {}: {}", problem.pointer, problem.message);
                }
                if let Some(next) = error.next_step() {
                    eprintln!("{next}");
                }
            }
            Format::Json => {
                let problems = error.problems();
                let problems: Vec<_> = problems
                    .iter()
                    .map(|problem| {
                        serde_json::json!({
                            "pointer": problem.pointer,
                            "message": problem.message,
                        })
                    })
                    .collect();
                let document = serde_json::json!({
                    "error": {
                        "class": error.exit().as_str(),
                        "code": error.code(),
                        "message": error.to_string(),
                        "next-step": error.next_step(),
                        "problems": problems,
                    }
                });
                print(&format!("{document:#}"));
            }
        }
    }
}

/// The problems that the error's own text does not tell.
fn unsaid(error: &CliError) -> Vec<Problem> {
    let mut problems = error.problems();
    match error {
        CliError::Server(_) => problems,
        // The first one is in the text.
        CliError::Policy(_) | CliError::PolicyAt { .. } => {
            problems.split_off(problems.len().min(1))
        }
        _ => Vec::new(),
    }
}

fn print(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}
