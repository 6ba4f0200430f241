//! Why a command has failed, and with which exit code it says so.

mod answered;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use crate::config::ConfigError;
use crate::host::Problem;
use crate::persons::list::ListError;
use crate::policy::error::Owner;
use crate::policy::{Code, PolicyError};
use crate::proof::key::{KeyFileError, NO_KEY};
use crate::store::backup::BackupError;
use crate::{contracts, pay, proof, routing, store};

pub use answered::Answered;

/// Everything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Arguments that do not go together.
    #[error("{0}")]
    Usage(String),
    /// A file or folder that cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A document that is wrong.
    #[error("{}: {message}", path.display())]
    Document {
        path: PathBuf,
        message: String,
        problems: Vec<Problem>,
    },
    /// Fields that are wrong.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("there is no data in {}", .0.display())]
    NoData(PathBuf),
    /// A component that the checks of a build refuse.
    #[error("{0}")]
    PluginRefused(String),
    /// A plugin that could not be loaded, bound or asked.
    #[error("{0}")]
    Policy(#[from] PolicyError),
    /// The same, of a slot.
    #[error("{place}: {error}")]
    PolicyAt { place: String, error: PolicyError },
    #[error("{message}")]
    ProgramMissing { message: String, next: String },
    #[error("{0}")]
    BuildFailed(String),
    /// The server or database cannot be reached.
    #[error("{0}")]
    Unavailable(String),
    /// The database takes nothing, or nothing from this version.
    #[error("{message}")]
    Outage {
        code: &'static str,
        message: String,
        next: &'static str,
    },
    /// Another process has the data folder.
    #[error("{message}")]
    Held { message: String, next: String },
    /// The data folder cannot be read or written.
    #[error("{0}")]
    Folder(String),
    #[error("{0}")]
    NotPermitted(String),
    /// What was named does not exist, or is in a state that does not allow this.
    #[error("{message}")]
    Refused { code: String, message: String },
    /// A server said no.
    #[error("{}", .0.message)]
    Server(Box<Answered>),
    #[error("{0}")]
    Fault(String),
}

impl CliError {
    pub fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub fn document(path: &Path, message: impl ToString) -> Self {
        Self::Document {
            path: path.to_owned(),
            message: message.to_string(),
            problems: Vec::new(),
        }
    }

    /// What is wrong with a document, field by field.
    pub fn document_fields(path: &Path, problems: Vec<Problem>) -> Self {
        Self::Document {
            path: path.to_owned(),
            message: lines(&problems),
            problems,
        }
    }

    /// What a server finds wrong with the fields of a document that is a file
    /// here.
    pub fn of_document(self, path: &Path) -> Self {
        match self {
            Self::Server(answered)
                if answered.code == "invalid" && !answered.problems.is_empty() =>
            {
                Self::document_fields(path, answered.problems)
            }
            other => other,
        }
    }

    /// With other advice for who finds the data held.
    pub fn if_held(self, next: &str) -> Self {
        match self {
            Self::Held { message, .. } => Self::Held {
                message,
                next: next.to_owned(),
            },
            other => other,
        }
    }

    /// A fault of the machine.
    pub fn runtime(error: impl std::fmt::Display) -> Self {
        Self::Fault(error.to_string())
    }

    /// The exit code's class.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::File { .. }
            | Self::Document { .. }
            | Self::Invalid(_)
            | Self::NoData(_)
            | Self::Folder(_) => Exit::Input,
            Self::Config(error) => match error.is_of_command_line() {
                true => Exit::Usage,
                false => Exit::Input,
            },
            Self::PluginRefused(_) => Exit::PluginRefused,
            Self::Policy(error) | Self::PolicyAt { error, .. } => exit_of(error.code),
            Self::ProgramMissing { .. } => Exit::ProgramMissing,
            Self::BuildFailed(_) => Exit::BuildFailed,
            Self::Unavailable(_) | Self::Outage { .. } | Self::Held { .. } => Exit::Unavailable,
            Self::NotPermitted(_) => Exit::NotPermitted,
            Self::Refused { .. } => Exit::Refused,
            Self::Server(answered) => answered.exit(),
            Self::Fault(_) => Exit::Fault,
        }
    }

    /// A code of the closed lists of the server or the engine, where there is
    /// one; else the class.
    pub fn code(&self) -> &str {
        match self {
            Self::Policy(error) | Self::PolicyAt { error, .. } => error.code.as_str(),
            Self::Refused { code, .. } => code,
            Self::Outage { code, .. } => code,
            Self::Server(answered) => &answered.code,
            Self::Invalid(_) => "invalid",
            Self::NoData(_) => "store.missing",
            Self::Held { .. } => "store.held",
            Self::Folder(_) => "store.folder",
            other => other.exit().as_str(),
        }
    }

    /// What to do about it, where that is known.
    pub fn next_step(&self) -> Option<String> {
        match self {
            Self::Policy(error) | Self::PolicyAt { error, .. } => {
                Some(error.next_step().to_owned())
            }
            Self::File { source, .. } => match source.kind() {
                ErrorKind::NotFound => Some("look whether the path is right".to_owned()),
                ErrorKind::PermissionDenied => {
                    Some("let this user have it, or name another one".to_owned())
                }
                _ => None,
            },
            Self::ProgramMissing { next, .. } | Self::Held { next, .. } => Some(next.clone()),
            Self::Outage { next, .. } => Some((*next).to_owned()),
            Self::Folder(_) => Some(
                "let this user read and write it, or name another one with --data".to_owned(),
            ),
            Self::NoData(_) => Some(
                "name the folder with --data, or make it with `stellwerk apply` or `stellwerk serve`"
                    .to_owned(),
            ),
            Self::Server(answered) => answered.next_step(),
            _ => None,
        }
    }

    /// What is wrong with each field.
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Policy(error) | Self::PolicyAt { error, .. } => error
                .problems
                .iter()
                .map(|problem| Problem::new(&problem.pointer, &problem.message))
                .collect(),
            Self::Invalid(problems) | Self::Document { problems, .. } => problems.clone(),
            Self::Server(answered) => answered.problems.clone(),
            _ => Vec::new(),
        }
    }
}

fn lines(problems: &[Problem]) -> String {
    let line = |problem: &Problem| match problem.place().as_str() {
        "" => problem.message.clone(),
        place => format!("{place}: {}", problem.message),
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl From<Answered> for CliError {
    fn from(answered: Answered) -> Self {
        Self::Server(Box::new(answered))
    }
}

impl From<store::Error> for CliError {
    fn from(error: store::Error) -> Self {
        match &error {
            store::Error::Held { holder, .. } => {
                let url = holder.address.as_deref().unwrap_or("URL");
                Self::Held {
                    message: error.to_string(),
                    next: format!("use --server {url}, or stop it"),
                }
            }
            store::Error::Unavailable(trouble) => Self::Outage {
                code: error.code(),
                message: error.to_string(),
                next: trouble.outage.next_step(),
            },
            store::Error::Unknown(_) => Self::Outage {
                code: error.code(),
                message: error.to_string(),
                next: "look whether it was done before you do it again",
            },
            store::Error::Newer(_) => Self::Outage {
                code: error.code(),
                message: error.to_string(),
                next: "start that version or a newer one; nothing was changed",
            },
            store::Error::Older(_) => Self::Outage {
                code: error.code(),
                message: error.to_string(),
                next: "start this version's server on it once; nothing was changed",
            },
            store::Error::Overloaded => Self::Unavailable(error.to_string()),
            store::Error::Folder { .. } => Self::Folder(error.to_string()),
            store::Error::Conflict { .. } => Self::Refused {
                code: error.code().to_owned(),
                message: error.to_string(),
            },
            _ => Self::Fault(error.to_string()),
        }
    }
}

impl From<proof::Error> for CliError {
    fn from(error: proof::Error) -> Self {
        match error {
            proof::Error::Store(error) => error.into(),
            error => Self::Fault(error.to_string()),
        }
    }
}

impl From<KeyFileError> for CliError {
    fn from(error: KeyFileError) -> Self {
        match error {
            KeyFileError::File { path, source } => Self::File { path, source },
            KeyFileError::NoKey(path) => Self::document(&path, NO_KEY),
        }
    }
}

impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        let message = error.to_string();
        let code = match error {
            BackupError::Store(error) => {
                return Self::from(error).if_held("stop it, and try again");
            }
            BackupError::File { path, source } => return Self::File { path, source },
            BackupError::Exists(_) => "backup.exists",
            BackupError::NoBackup { .. } => "backup.missing",
            BackupError::Damaged { .. } => "backup.damaged",
            BackupError::Newer { .. } => "store.newer",
        };
        Self::Refused {
            code: code.to_owned(),
            message,
        }
    }
}

impl From<contracts::Error> for CliError {
    fn from(error: contracts::Error) -> Self {
        match error {
            contracts::Error::Store(error) => error.into(),
            contracts::Error::Policy { slot: None, error } => error.into(),
            contracts::Error::Policy {
                slot: Some(slot),
                error,
            } => Self::PolicyAt { place: slot, error },
            contracts::Error::Invalid(problems) => Self::Invalid(problems),
            contracts::Error::Contract(_) | contracts::Error::NoRandom(_) => {
                Self::Fault(error.to_string())
            }
            refused => Self::Refused {
                code: refused.code().to_owned(),
                message: refused.to_string(),
            },
        }
    }
}

impl From<pay::Error> for CliError {
    fn from(error: pay::Error) -> Self {
        let message = error.to_string();
        match error {
            pay::Error::Store(error) => error.into(),
            pay::Error::Invalid(problems) => Self::Invalid(problems),
            pay::Error::Busy | pay::Error::NotNow { .. } => Self::Unavailable(message),
            pay::Error::Overflow(_) | pay::Error::Calendar(_) | pay::Error::Contract(_) => {
                Self::Fault(message)
            }
            refused => Self::Refused {
                code: refused.code().to_owned(),
                message,
            },
        }
    }
}

impl From<routing::Error> for CliError {
    fn from(error: routing::Error) -> Self {
        match error {
            routing::Error::Store(error) => error.into(),
            routing::Error::Invalid(problems) => Self::Invalid(problems),
            routing::Error::Busy | routing::Error::Overloaded(_) => {
                Self::Unavailable(error.to_string())
            }
            routing::Error::Contract(_) => Self::Fault(error.to_string()),
            refused => Self::Refused {
                code: refused.code().to_owned(),
                message: refused.to_string(),
            },
        }
    }
}

impl From<ListError> for CliError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::File { path, source } => Self::File { path, source },
            ListError::Line { ref path, .. } => Self::document(path, &error),
            ListError::Erase(error) => error.into(),
        }
    }
}

fn exit_of(code: Code) -> Exit {
    match (code, code.owner()) {
        (
            Code::PluginTooLarge
            | Code::PluginBadWasm
            | Code::PluginKindMismatch
            | Code::PluginForbiddenImport
            | Code::PluginUnsupportedInterface
            | Code::PluginUnsupportedFeature
            | Code::PluginBadManifest
            | Code::PluginGoldenFailed
            | Code::PluginNondeterministic,
            _,
        ) => Exit::PluginRefused,
        (_, Owner::Configurer | Owner::Caller) => Exit::Input,
        (_, Owner::Author | Owner::Nobody) => Exit::PolicyFailed,
        (_, Owner::Operator) => Exit::Unavailable,
        (_, Owner::Stellwerk) => Exit::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_error_has_the_exit_code_of_who_has_to_act() {
        let class = |code| CliError::from(PolicyError::new(code, "")).exit();
        assert_eq!(class(Code::PluginGoldenFailed), Exit::PluginRefused);
        assert_eq!(class(Code::ConfigInvalid), Exit::Input);
        assert_eq!(class(Code::InputTooLarge), Exit::Input);
        assert_eq!(class(Code::GuestTrap), Exit::PolicyFailed);
        assert_eq!(class(Code::PolicyNotApplicable), Exit::PolicyFailed);
        assert_eq!(class(Code::HostOverloaded), Exit::Unavailable);
        assert_eq!(class(Code::HostInternal), Exit::Fault);
    }
}
