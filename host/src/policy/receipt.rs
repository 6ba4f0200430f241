//! The record of one call that proves it later, and what a caller gets.

use super::error::{Code, PolicyError};
use super::kind::Function;
use super::limits::Limits;
use super::question::Answer;

/// What was asked, by which code under which settings, what was answered, and
/// what it cost. The use-case adds contract, lead, slot and generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    pub function: Function,
    /// Version of the kind's interface, such as 0.1.0.
    pub interface: &'static str,
    /// Name and version, such as matching-weighted@0.1.0.
    pub plugin: String,
    /// SHA-256 of the component, hexadecimal; likewise the next three.
    pub plugin_digest: String,
    /// Of the canonical JSON of the configuration.
    pub configuration_digest: String,
    /// Of the terms as they were given, complete and canonical.
    pub terms_digest: String,
    /// Of the component that ran: the plugin itself, or its snapshot with
    /// configuration and terms baked in.
    pub artifact_digest: String,
    /// Of Wasmtime's version, settings and platform: fuel is comparable under
    /// equal engines only.
    pub engine: String,
    pub baked: bool,
    /// What was in force.
    pub limits: Limits,
    /// Deterministic CBOR of the [`Question`](super::question::Question), with
    /// what the policy was told and nothing else.
    pub input: Vec<u8>,
    /// Deterministic CBOR of the [`Answer`]; empty where there is none.
    pub output: Vec<u8>,
    pub log: Vec<String>,
    /// The call alone: neither instantiation nor `configure`.
    pub fuel: u64,
    /// The call with its sandbox by the wall clock; 0 where it was not measured.
    pub micros: u64,
    /// The most that the instance's memories and tables had together.
    pub memory_bytes: u64,
    pub outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    NotApplicable,
    Failed(Code),
}

impl Outcome {
    /// `ok`, `not-applicable`, or a code of the closed list of errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "ok",
            Self::NotApplicable => "not-applicable",
            Self::Failed(code) => code.as_str(),
        }
    }
}

/// A call that was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided<A> {
    pub answer: Answer<A>,
    pub receipt: Receipt,
}

/// A call that failed: it leaves a receipt too.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Failed {
    pub error: PolicyError,
    pub receipt: Receipt,
}

/// What a call comes to.
pub type Decision<A> = Result<Decided<A>, Box<Failed>>;
