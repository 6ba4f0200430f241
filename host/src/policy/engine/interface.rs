//! What the engine needs of a component, whatever version of the interface it
//! was built against: one trait per kind, chosen once, when it is loaded.

use wasmtime::Store;
use wasmtime::component::Instance;

use super::guest::Guest;
use crate::policy::error::Problem;
use crate::policy::kind::Kind;
use crate::policy::question::{
    Admission, AdmitInput, AssessInput, Assessment, AwardInput, Context, Earnings, EscalateInput,
    Escalation, Input, RankInput, Ranking, SettleInput, Settlement, Vocabulary,
};

/// Why a policy gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    InvalidInput(String),
    /// A reason code of the manifest.
    NotApplicable(String),
    Internal(String),
}

/// Why a call has come to nothing.
#[derive(Debug)]
pub enum Trouble {
    /// The guest was stopped, or its answer could not be read.
    Stopped(wasmtime::Error),
    /// The answer was read and breaks the interface's rules.
    Output(String),
    /// The question cannot be put into words.
    Input(String),
}

impl From<wasmtime::Error> for Trouble {
    fn from(error: wasmtime::Error) -> Self {
        Self::Stopped(error)
    }
}

pub type Reply<A> = Result<Result<A, Declined>, Trouble>;

/// What plugins of every kind can do.
pub trait Component: Send + Sync {
    fn instantiate(&self, store: &mut Store<Guest>) -> wasmtime::Result<Instance>;

    /// Whether an instance's exports have the interface's types.
    fn check(&self, store: &mut Store<Guest>, instance: &Instance) -> wasmtime::Result<()>;

    fn describe(&self, store: &mut Store<Guest>, instance: &Instance) -> wasmtime::Result<String>;

    /// Gives the instance its configuration and terms; answers the vocabulary.
    fn configure(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
        configuration: &str,
        terms: &str,
    ) -> wasmtime::Result<Result<Vec<String>, Vec<Problem>>>;
}

/// An instance that has been configured, and what the call is about.
pub struct Call<'a> {
    pub store: &'a mut Store<Guest>,
    pub instance: &'a Instance,
    pub vocabulary: &'a Vocabulary,
    pub context: &'a Context,
}

pub trait QualificationPolicy: Component {
    fn assess(&self, call: Call<'_>, input: &AssessInput) -> Reply<Assessment>;
}

pub trait MatchingPolicy: Component {
    fn rank(&self, call: Call<'_>, input: &RankInput) -> Reply<Ranking>;
}

pub trait EscalationPolicy: Component {
    fn escalate(&self, call: Call<'_>, input: &EscalateInput) -> Reply<Escalation>;
    fn admit(&self, call: Call<'_>, input: &AdmitInput) -> Reply<Admission>;
}

pub trait CompensationPolicy: Component {
    fn award(&self, call: Call<'_>, input: &AwardInput) -> Reply<Earnings>;
    fn settle(&self, call: Call<'_>, input: &SettleInput) -> Reply<Settlement>;
}

/// A component as a policy of its kind.
pub enum Policy {
    Qualification(Box<dyn QualificationPolicy>),
    Matching(Box<dyn MatchingPolicy>),
    Escalation(Box<dyn EscalationPolicy>),
    Compensation(Box<dyn CompensationPolicy>),
}

impl Policy {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Qualification(_) => Kind::Qualification,
            Self::Matching(_) => Kind::Matching,
            Self::Escalation(_) => Kind::Escalation,
            Self::Compensation(_) => Kind::Compensation,
        }
    }

    pub fn component(&self) -> &dyn Component {
        match self {
            Self::Qualification(policy) => policy.as_ref(),
            Self::Matching(policy) => policy.as_ref(),
            Self::Escalation(policy) => policy.as_ref(),
            Self::Compensation(policy) => policy.as_ref(),
        }
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Policy({})", self.kind())
    }
}

/// A question that a policy of the right kind can be asked: all six inputs are.
pub trait Asked: Input {
    fn ask(&self, policy: &Policy, call: Call<'_>) -> Reply<Self::Answer>;
}

macro_rules! asked {
    ($($input:ident: $kind:ident, $function:ident;)+) => {$(
        impl Asked for $input {
            fn ask(&self, policy: &Policy, call: Call<'_>) -> Reply<Self::Answer> {
                match policy {
                    Policy::$kind(policy) => policy.$function(call, self),
                    other => Err(Trouble::Input(format!(
                        "a {} plugin has no function {}",
                        other.kind(),
                        Self::FUNCTION
                    ))),
                }
            }
        }
    )+};
}

asked! {
    AssessInput: Qualification, assess;
    RankInput: Matching, rank;
    EscalateInput: Escalation, escalate;
    AdmitInput: Escalation, admit;
    AwardInput: Compensation, award;
    SettleInput: Compensation, settle;
}
