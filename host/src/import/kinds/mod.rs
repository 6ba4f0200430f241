//! From a row's values to what is committed, one file a kind.

mod leads;
mod measures;
mod outcomes;
mod partners;
mod past;
mod places;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Kind;
use super::error::ImportError;
use super::mapping::{Bound, ReadValues, Unreadable, WithoutHistory};
use super::read::Row;
use super::run::{Import, Mode};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId, TokenId};
use crate::domain::nearest::nearest;
use crate::domain::text::shown;
use crate::domain::time::Micros;
use crate::host::{Host, InForce, Origin, Problem};
use crate::routing::Error;
use crate::routing::assumed::{Assumed, Whose};
use crate::routing::history::{self, Past};
use crate::store::changes::Changes;

/// A row that can be decided.
pub struct Item {
    /// Counts the file's rows; the first is 1.
    pub number: u64,
    pub row: Row,
    pub ready: Ready,
}

/// A row's values as what they are of.
pub enum Ready {
    Lead(Box<leads::Ready>),
    Outcome(Box<outcomes::Ready>),
    Partner(Box<partners::Ready>),
    Measure(Box<measures::Ready>),
    Place(places::Ready),
}

impl Ready {
    /// What the row is about, and what else it must not be decided beside.
    pub fn keys(&self) -> Vec<String> {
        match self {
            Self::Lead(lead) => lead.keys(),
            Self::Outcome(outcome) => outcome.keys(),
            Self::Partner(partner) => partner.keys(),
            Self::Measure(measure) => measure.keys(),
            Self::Place(place) => place.keys(),
        }
    }
}

/// What is decided about a row.
pub struct Verdict {
    pub outcome: Outcome,
    pub changes: Option<Changes>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Imported,
    /// The policies were asked.
    Routed,
    /// It is here already.
    Unchanged,
    Rejected(Vec<Unreadable>),
}

impl Verdict {
    fn of(outcome: Outcome, changes: Changes) -> Self {
        Self {
            outcome,
            changes: Some(changes),
        }
    }

    fn unchanged() -> Self {
        Self {
            outcome: Outcome::Unchanged,
            changes: None,
        }
    }
}

/// Turns rows of one kind into changes.
pub struct Importer {
    context: Context,
    kind: Kind,
}

/// What every kind works with. Cheap to clone.
#[derive(Clone)]
struct Context {
    host: Host,
    manufacturer: ManufacturerId,
    contract: ContractId,
    force: Arc<InForce>,
    /// The contract's partners, by code.
    partners: Arc<HashMap<String, PartnerId>>,
    without_history: WithoutHistory,
    actor: Option<TokenId>,
    mode: Mode,
    assumed: Assumed,
    /// The columns that feed fields, for what is told of a row.
    columns: Arc<HashMap<String, String>>,
}

impl Importer {
    pub async fn new(
        host: &Host,
        import: &Import<'_>,
        force: Arc<InForce>,
        bound: &Bound,
    ) -> Result<Self, ImportError> {
        let partners = host
            .store
            .participants(&import.manufacturer, &import.contract)
            .await?
            .into_iter()
            .map(|(_, partner)| (partner.code, partner.id))
            .collect();
        Ok(Self {
            kind: import.kind,
            context: Context {
                host: host.clone(),
                manufacturer: import.manufacturer.clone(),
                contract: import.contract.clone(),
                force,
                partners: Arc::new(partners),
                without_history: import.mapping.without_history,
                actor: import.actor.clone(),
                mode: import.mode,
                assumed: import.assumed.clone(),
                columns: Arc::new(bound.columns()),
            },
        })
    }

    /// The row's values as a lead, an outcome, ….
    pub fn read(&self, values: ReadValues) -> Result<Ready, Vec<Unreadable>> {
        let context = &self.context;
        let read = match self.kind {
            Kind::Leads => leads::read(context, &values).map(|lead| Ready::Lead(lead.into())),
            Kind::Outcomes => {
                outcomes::read(context, &values).map(|outcome| Ready::Outcome(outcome.into()))
            }
            Kind::Partners => {
                partners::read(context, values).map(|partner| Ready::Partner(partner.into()))
            }
            Kind::Measures => {
                measures::read(context, &values).map(|measure| Ready::Measure(measure.into()))
            }
            Kind::Places => Ok(Ready::Place(places::read(&values))),
        };
        read.map_err(|problems| self.context.unreadable(problems))
    }

    /// Decides the rows; none of them is about the same.
    pub async fn decide(&self, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
        match self.kind {
            Kind::Leads => leads::decide(&self.context, items).await,
            Kind::Outcomes => outcomes::decide(&self.context, items).await,
            Kind::Partners => partners::decide(&self.context, items).await,
            Kind::Measures => measures::decide(&self.context, items).await,
            Kind::Places => places::decide(&self.context, items).await,
        }
    }

    /// What has to be committed with changes by which partners come to hold leads.
    pub async fn holders(&self, changes: &Changes) -> Result<Changes, ImportError> {
        let known: BTreeSet<&PartnerId> = changes
            .participants
            .iter()
            .map(|participant| &participant.partner)
            .collect();
        let holders: BTreeSet<PartnerId> = changes
            .leads
            .iter()
            .filter_map(|lead| lead.holder.clone())
            .filter(|holder| !known.contains(holder))
            .collect();
        let context = &self.context;
        let changes = history::held_by(
            &context.host,
            &context.manufacturer,
            &context.contract,
            holders,
        );
        Ok(changes.await?)
    }
}

impl Context {
    fn origin<T>(&self) -> Origin<T> {
        Origin {
            actor: self.actor.clone(),
            keep: None,
        }
    }

    /// Adds to a lead's past what is assumed of it.
    fn assume(&self, past: &mut Past, number: &str, received_at: Option<Micros>) {
        let whose = Whose {
            number,
            received_at,
            now: self.host.clock.now(),
            terms: &self.force.terms,
            calendar: &self.force.calendar,
        };
        self.assumed.add_to(past, &whose);
    }

    /// The partner of that code.
    fn partner(&self, code: &str) -> Result<PartnerId, Problem> {
        self.partners.get(code).cloned().ok_or_else(|| {
            let near = nearest(code, self.partners.keys().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            problem(
                "partner",
                format!("`{}` is no partner of the contract{near}", shown(code)),
            )
        })
    }

    /// Problems of fields, as the file's columns have them.
    fn unreadable(&self, problems: Vec<Problem>) -> Vec<Unreadable> {
        problems
            .into_iter()
            .map(|problem| {
                let pointer = match problem.pointer.as_str() {
                    // As the use-cases call what a row has under other names.
                    "/occurred-at" => "/outcome-at",
                    "/lines/0/product" => "/won-product",
                    pointer => pointer,
                };
                let field = pointer.trim_start_matches('/').replace('/', ".");
                Unreadable {
                    column: self.columns.get(&field).cloned().unwrap_or(field),
                    reason: problem.message,
                }
            })
            .collect()
    }

    /// What a row is told when it is refused; the error itself where it is not
    /// the row's fault.
    fn refused(&self, error: Error) -> Result<Verdict, ImportError> {
        let problems = match error {
            Error::Invalid(problems) => problems,
            error @ (Error::NotFound { .. }
            | Error::WrongState { .. }
            | Error::Taken
            | Error::NotOffered
            | Error::NotHeld
            | Error::Refused(_)
            | Error::Policy { .. }) => vec![problem("", error.to_string())],
            error => return Err(error.into()),
        };
        Ok(self.rejected(problems))
    }

    fn rejected(&self, problems: Vec<Problem>) -> Verdict {
        Verdict {
            outcome: Outcome::Rejected(self.unreadable(problems)),
            changes: None,
        }
    }
}

/// What is wrong with a field.
fn problem(field: &str, message: impl Into<String>) -> Problem {
    Problem::new(format!("/{}", field.replace('.', "/")), message)
}
