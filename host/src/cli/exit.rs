//! What the exit code of every command says. Scripts may rely on these numbers:
//! one is never given another meaning.

use std::process::ExitCode;

/// How a command has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done what was asked.
    Done = 0,
    /// Something that should not happen: a fault of Stellwerk, or of the
    /// machine.
    Fault = 1,
    /// The command line cannot be understood, or its parts do not go together.
    Usage = 2,
    /// A file or document that the command was given is missing, cannot be read
    /// or written, or is wrong.
    Input = 3,
    /// A plugin was refused: by its build's checks, at load, or by its golden
    /// examples.
    PluginRefused = 4,
    /// A policy was asked and gave no answer.
    PolicyFailed = 5,
    /// This machine lacks a program that is needed; the message says which, and
    /// how to get it.
    ProgramMissing = 6,
    /// The sources of a plugin do not compile.
    BuildFailed = 7,
    /// The server or database cannot be reached, or is held by another.
    Unavailable = 8,
    /// The token is missing, has expired, or does not permit this.
    NotPermitted = 9,
    /// The server refused: what was named does not exist, or is in a state that
    /// does not allow this.
    Refused = 10,
    /// What was recorded does not hold: a decision that was asked again came out
    /// otherwise, or something that proves it is missing.
    NotProved = 11,
}

impl Exit {
    #[cfg(test)]
    const ALL: [Self; 12] = [
        Self::Done,
        Self::Fault,
        Self::Usage,
        Self::Input,
        Self::PluginRefused,
        Self::PolicyFailed,
        Self::ProgramMissing,
        Self::BuildFailed,
        Self::Unavailable,
        Self::NotPermitted,
        Self::Refused,
        Self::NotProved,
    ];

    /// As in the JSON of a failed command.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Fault => "fault",
            Self::Usage => "usage",
            Self::Input => "input",
            Self::PluginRefused => "plugin-refused",
            Self::PolicyFailed => "policy-failed",
            Self::ProgramMissing => "program-missing",
            Self::BuildFailed => "build-failed",
            Self::Unavailable => "unavailable",
            Self::NotPermitted => "not-permitted",
            Self::Refused => "refused",
            Self::NotProved => "not-proved",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_keeps_its_number() {
        let listed: Vec<String> = Exit::ALL
            .iter()
            .map(|exit| format!("{} {}", *exit as u8, exit.as_str()))
            .collect();
        assert_eq!(
            listed,
            [
                "0 done",
                "1 fault",
                "2 usage",
                "3 input",
                "4 plugin-refused",
                "5 policy-failed",
                "6 program-missing",
                "7 build-failed",
                "8 unavailable",
                "9 not-permitted",
                "10 refused",
                "11 not-proved",
            ]
        );
    }
}
