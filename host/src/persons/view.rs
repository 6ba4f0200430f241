//! What is told of a person's leads, alike by requests and by commands. The person is not
//! in it.

use serde::{Deserialize, Serialize};

use super::erase::Erased;
use super::find::{By, Found};
use crate::domain::lifecycle::State;

/// What is the person's, and what was done.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ErasureView {
    /// Whether it was done, or only looked for.
    pub done: bool,
    pub leads: Vec<ErasedLeadView>,
    /// Whether nothing is left in the database's own files; if not, the server sees
    /// to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wiped: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ErasedLeadView {
    pub id: String,
    pub contract: String,
    /// Before it was erased.
    pub state: String,
    pub received_at: String,
    /// named; email or phone, where it has the same as the lead `as`.
    pub by: String,
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

impl ErasureView {
    /// What would be erased.
    pub fn found(found: Vec<Found>) -> Self {
        let found = found.into_iter();
        let leads = found.filter(|found| found.lead.state != State::Erased);
        Self {
            done: false,
            leads: leads.map(ErasedLeadView::of).collect(),
            wiped: None,
        }
    }

    /// What was.
    pub fn done(erased: Erased) -> Self {
        Self {
            done: true,
            leads: erased.leads.into_iter().map(ErasedLeadView::of).collect(),
            wiped: Some(erased.is_wiped),
        }
    }
}

impl ErasedLeadView {
    fn of(found: Found) -> Self {
        let (by, same_as) = match found.by {
            By::Named => ("named", None),
            By::Same(kind, lead) => (kind.as_str(), Some(lead.to_string())),
        };
        Self {
            id: found.lead.id.to_string(),
            contract: found.lead.contract.to_string(),
            state: found.lead.state.as_str().to_owned(),
            received_at: found.lead.received_at.to_string(),
            by: by.to_owned(),
            same_as,
        }
    }
}
