//! A partner's footing as callers see it.

use serde::{Deserialize, Serialize};

use super::super::values::{PlainAttributes, instant, maybe_instant, plain, read_instant};
use crate::contracts::Tree;
use crate::domain::partner::{Leave, Participant};
use crate::http::problem::FieldProblem;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ParticipantView {
    /// Code of the partner.
    pub partner: String,
    pub partner_id: String,
    pub level: String,
    /// How many leads it wants to hold at once; none: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
    #[schema(value_type = Object)]
    pub attributes: PlainAttributes,
    pub certificates: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave: Option<LeaveView>,
    /// No offers and no claims before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_until: Option<String>,
    pub complaints_open: i64,
    pub joined_at: String,
    /// False: it has left the contract.
    pub active: bool,
    pub version: i64,
}

/// A span of absence; no offers meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeaveView {
    /// RFC 3339.
    pub from: String,
    pub until: String,
}

impl LeaveView {
    pub fn read(&self) -> Result<Leave, FieldProblem> {
        Ok(Leave {
            from: read_instant(&self.from, "/leave/from")?,
            until: read_instant(&self.until, "/leave/until")?,
        })
    }
}

impl ParticipantView {
    pub fn of(participant: &Participant, partners: &Tree) -> Self {
        Self {
            partner: partners
                .by_id(&participant.partner)
                .map_or_else(String::new, |partner| partner.code.clone()),
            partner_id: participant.partner.to_string(),
            level: participant.level.clone(),
            capacity: participant.capacity,
            attributes: plain(&participant.attributes),
            certificates: participant.certificates.iter().cloned().collect(),
            leave: participant.leave.map(|leave| LeaveView {
                from: instant(leave.from),
                until: instant(leave.until),
            }),
            blocked_until: maybe_instant(participant.blocked_until),
            complaints_open: participant.complaints_open,
            joined_at: instant(participant.joined_at),
            active: participant.active,
            version: participant.version,
        }
    }
}
