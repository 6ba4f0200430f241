//! A posting as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::domain::ledger::Posting;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PostingView {
    id: String,
    component: String,
    account: String,
    /// money, points, count.
    unit: String,
    /// partner, contract, lead, deal, customer, plan.
    holder_kind: &'static str,
    holder: String,
    /// Positive: to the holder's favour. Whole units, of money minor ones.
    amount: i64,
    /// A reason code of the plugin's manifest …
    reason: String,
    /// … and what its text's placeholders stand for.
    #[schema(value_type = Vec<Object>)]
    arguments: serde_json::Value,
    /// None: the settlement of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
    /// The period of the event …
    period: String,
    /// … and the one it is booked in: later where the first was closed already.
    booked_period: String,
    occurred_at: String,
    booked_at: String,
    /// The posting that the policy takes back or changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<String>,
    /// The posting that a recomputation has found to differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjusts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
}

impl PostingView {
    pub fn of(posting: &Posting) -> Self {
        Self {
            id: posting.id.to_string(),
            component: posting.component.clone(),
            account: posting.account.clone(),
            unit: posting.unit.clone(),
            holder_kind: posting.holder.kind.as_str(),
            holder: posting.holder.id.clone(),
            amount: posting.amount,
            reason: posting.reason.clone(),
            arguments: serde_json::from_str(&posting.reason_args).unwrap_or_default(),
            event: posting.event.as_ref().map(ToString::to_string),
            lead: posting.lead.as_ref().map(ToString::to_string),
            deal: posting.deal.as_ref().map(ToString::to_string),
            period: posting.period.clone(),
            booked_period: posting.booked_period.clone(),
            occurred_at: instant(posting.occurred_at),
            booked_at: instant(posting.booked_at),
            corrects: posting.corrects.as_ref().map(ToString::to_string),
            adjusts: posting.adjusts.as_ref().map(ToString::to_string),
            decision: posting.decision.as_ref().map(ToString::to_string),
        }
    }
}
