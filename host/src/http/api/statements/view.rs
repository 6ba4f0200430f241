//! A statement as programs read it.

use serde::Serialize;

use super::super::disputes::view::DisputeView;
use super::super::periods::list::PeriodView;
use super::super::values::instant;
use crate::pay::OnTrial;
use crate::statement::{Document, Line, Sum};

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct StatementView {
    period: PeriodView,
    /// The partner's code.
    partner: String,
    partner_name: String,
    /// ISO 4217; of the accounts in money.
    currency: String,
    /// By what the partner is paid on trial in this period, in place of what pays the
    /// others; who chose it, or those in whose deals it has a share, has said why. Missing
    /// where it is paid as all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trials: Vec<TrialView>,
    totals: Vec<TotalView>,
    /// By kind of account.
    subtotals: Vec<SumView>,
    /// Of all accounts that are due to somebody: all but those of the kind `base`.
    sums: Vec<SumView>,
    /// In the order of what they are about.
    lines: Vec<LineView>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TrialView {
    component: String,
    /// itself; others: those in whose leads and deals the partner has a share.
    tried_with: &'static str,
    generation: i64,
    /// Such as compensation-care-first@0.1.0.
    plugin: String,
    /// By what others are paid; missing where nothing else pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<InsteadView>,
    /// Since when, without a break.
    since: String,
    comment: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InsteadView {
    generation: i64,
    plugin: String,
}

/// What an account comes to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TotalView {
    component: String,
    account: String,
    /// earning, bonus, malus, adjustment, clawback, reserve, release, draw, points, mdf,
    /// payout; base: what the plan remembers.
    kind: &'static str,
    /// money, points, count.
    unit: String,
    /// What earlier statements have come to since the account last began anew.
    carried: i64,
    /// What the period's lines come to.
    amount: i64,
}

/// What accounts come to together.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SumView {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    unit: String,
    carried: i64,
    amount: i64,
    /// Both.
    balance: i64,
}

/// A line, with the rule that it follows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineView {
    /// Of the posting.
    id: String,
    component: String,
    account: String,
    kind: &'static str,
    unit: String,
    /// Positive: to the partner's favour. Whole units, of money minor ones.
    amount: i64,
    /// Why it was booked, in words with their numbers …
    text: String,
    /// … and the code of that reason in the plugin's manifest.
    reason: String,
    #[schema(value_type = Vec<Object>)]
    arguments: serde_json::Value,
    /// Whether it may still change: its period is open.
    provisional: bool,
    /// None: the settlement of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<String>,
    /// The period of the event: an earlier one where it was closed already.
    period: String,
    occurred_at: String,
    booked_at: String,
    /// The posting that the policy takes back or changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<String>,
    /// The posting that a recomputation has found to differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjusts: Option<String>,
    /// The receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// Whether and how the partner has disputed it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disputes: Vec<DisputeView>,
}

impl StatementView {
    pub fn of(document: &Document) -> Self {
        let totals = document.totals.iter().map(|total| TotalView {
            component: total.component.clone(),
            account: total.account.clone(),
            kind: total.kind.as_str(),
            unit: total.unit.clone(),
            carried: total.carried,
            amount: total.amount,
        });
        let line = |line| LineView::of(line, !document.is_final());
        Self {
            period: PeriodView::of(&document.period, &document.calendar),
            partner: document.partner.clone(),
            partner_name: document.partner_name.clone(),
            currency: document.currency.clone(),
            trials: document.trials.iter().map(TrialView::of).collect(),
            totals: totals.collect(),
            subtotals: document.subtotals.iter().map(SumView::of).collect(),
            sums: document.sums.iter().map(SumView::of).collect(),
            lines: document.lines.iter().map(line).collect(),
        }
    }
}

impl TrialView {
    fn of(trial: &OnTrial) -> Self {
        let instead_of = trial.instead_of.as_ref();
        Self {
            component: trial.component.clone(),
            tried_with: trial.tried_with.as_str(),
            generation: trial.paid_by.generation,
            plugin: trial.paid_by.plugin.clone(),
            instead_of: instead_of.map(|instead| InsteadView {
                generation: instead.generation,
                plugin: instead.plugin.clone(),
            }),
            since: instant(trial.since),
            comment: trial.comment.clone(),
        }
    }
}

impl SumView {
    fn of(sum: &Sum) -> Self {
        Self {
            kind: sum.kind.map(|kind| kind.as_str()),
            unit: sum.unit.clone(),
            carried: sum.carried,
            amount: sum.amount,
            balance: sum.balance,
        }
    }
}

impl LineView {
    fn of(line: &Line, provisional: bool) -> Self {
        let posting = &line.posting;
        Self {
            id: posting.id.to_string(),
            component: posting.component.clone(),
            account: posting.account.clone(),
            kind: line.kind.as_str(),
            unit: posting.unit.clone(),
            amount: posting.amount,
            text: line.text.clone(),
            reason: posting.reason.clone(),
            arguments: serde_json::from_str(&posting.reason_args).unwrap_or_default(),
            provisional,
            event: posting.event.as_ref().map(ToString::to_string),
            lead: posting.lead.as_ref().map(ToString::to_string),
            deal: posting.deal.as_ref().map(ToString::to_string),
            period: posting.period.clone(),
            occurred_at: instant(posting.occurred_at),
            booked_at: instant(posting.booked_at),
            corrects: posting.corrects.as_ref().map(ToString::to_string),
            adjusts: posting.adjusts.as_ref().map(ToString::to_string),
            decision: posting.decision.as_ref().map(ToString::to_string),
            disputes: line.disputes.iter().map(DisputeView::of).collect(),
        }
    }
}
