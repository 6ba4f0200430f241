//! A dispute as callers see it.

use serde::Serialize;

use super::super::values::instant;
use crate::domain::dispute::{DisputeAnswer, Disputed};

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DisputeView {
    pub id: String,
    /// The line of the statement.
    posting: String,
    /// The partner's identifier.
    partner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
    /// open, answered.
    state: &'static str,
    complaint: String,
    opened_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AnswerView {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The postings that put it right.
    corrections: Vec<String>,
    answered_at: String,
}

impl DisputeView {
    pub fn of(disputed: &Disputed) -> Self {
        let dispute = &disputed.dispute;
        Self {
            id: dispute.id.to_string(),
            posting: dispute.posting.to_string(),
            partner: dispute.partner.to_string(),
            lead: dispute.lead.as_ref().map(ToString::to_string),
            deal: dispute.deal.as_ref().map(ToString::to_string),
            state: disputed.state().as_str(),
            complaint: dispute.complaint.clone(),
            opened_at: instant(dispute.opened_at),
            answer: disputed.answer.as_ref().map(AnswerView::of),
        }
    }
}

impl AnswerView {
    fn of(answer: &DisputeAnswer) -> Self {
        Self {
            reason: answer.reason.clone(),
            corrections: answer.corrections.iter().map(ToString::to_string).collect(),
            answered_at: instant(answer.answered_at),
        }
    }
}
