//! A deal as callers see it.

use serde::{Deserialize, Serialize};

use super::super::agreed::Agreed;
use super::super::values::{PlainAttributes, instant, maybe_instant, plain, typed};
use crate::contracts::Tree;
use crate::domain::attribute::Attributes;
use crate::domain::deal::{Deal, Line};
use crate::domain::terms::{Of, Terms};
use crate::domain::whole;
use crate::http::problem::FieldProblem;

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DealView {
    pub id: String,
    pub contract: String,
    /// The sender's own identifier, unique in the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The lead that it comes of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// Code of the partner.
    pub partner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// registered, won, lost, cancelled.
    pub state: String,
    pub registered_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Minor units of the contract's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    pub lines: Vec<LineView>,
    #[schema(value_type = Object)]
    pub attributes: PlainAttributes,
    pub version: i64,
}

/// A line of what was sold.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LineView {
    pub product: String,
    /// Thousandths of the product's unit.
    #[serde(deserialize_with = "whole::count")]
    pub quantity: i64,
    /// Minor units.
    #[serde(deserialize_with = "whole::amount")]
    pub value: i64,
    /// As the terms declare them for lines.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: PlainAttributes,
}

impl DealView {
    /// The deal as far as the contract shows it.
    pub fn of(deal: &Deal, partners: &Tree, agreed: &Agreed) -> Self {
        let partner = partners.by_id(&deal.partner);
        let whole = Self::with_partner(deal, partner.map_or("", |partner| &partner.code));
        if !agreed.hides_deal(deal) {
            return whole;
        }
        Self {
            external_id: None,
            customer: None,
            value: None,
            lines: Vec::new(),
            attributes: PlainAttributes::default(),
            ..whole
        }
    }

    /// With the partner's code.
    pub fn with_partner(deal: &Deal, partner: &str) -> Self {
        Self {
            id: deal.id.to_string(),
            contract: deal.contract.to_string(),
            external_id: deal.external_id.clone(),
            lead: deal.lead.as_ref().map(ToString::to_string),
            partner: partner.to_owned(),
            customer: deal.customer.as_ref().map(ToString::to_string),
            state: deal.state.as_str().to_owned(),
            registered_at: instant(deal.registered_at),
            ended_at: maybe_instant(deal.ended_at),
            value: deal.value,
            lines: deal.lines.iter().map(LineView::of).collect(),
            attributes: plain(&deal.attributes),
            version: deal.version,
        }
    }
}

impl LineView {
    fn of(line: &Line) -> Self {
        Self {
            product: line.product.clone(),
            quantity: line.quantity,
            value: line.value,
            attributes: plain(&line.attributes),
        }
    }
}

/// Lines as the terms declare what is in them, as far as they can be read, and
/// what of them cannot.
pub fn lines(views: Vec<LineView>, terms: &Terms) -> (Vec<Line>, Vec<FieldProblem>) {
    let mut lines = Vec::with_capacity(views.len());
    let mut problems = Vec::new();
    for (position, view) in views.into_iter().enumerate() {
        let place = format!("/lines/{position}/attributes");
        let attributes = typed(&view.attributes, terms, &[Of::Line], &place);
        lines.push(Line {
            product: view.product,
            quantity: view.quantity,
            value: view.value,
            attributes: attributes.unwrap_or_else(|found| {
                problems.extend(found);
                Attributes::default()
            }),
        });
    }
    (lines, problems)
}
