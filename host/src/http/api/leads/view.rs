//! A lead as callers see it: each its own slice.

use serde::{Deserialize, Serialize};

use super::super::values::{PlainAttributes, instant, maybe_instant, plain};
use crate::domain::access::Role;
use crate::domain::ids::PartnerId;
use crate::domain::lead::{Contact, Lead};
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// A lead without the person; the contact stands beside it for those who may
/// see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LeadView {
    pub id: String,
    pub contract: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The sender's reference of the customer behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// received, needs-info, nurturing, qualified, offered, claimed, working,
    /// won, lost, rejected, erased.
    pub state: String,
    pub cycle: u32,
    pub received_at: String,
    #[serde(flatten)]
    pub teaser: TeaserView,
    /// Why it waits for somebody of the manufacturer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for_a_person: Option<ManualView>,
    /// The partner that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_due_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactView>,
}

/// What a partner sees before the claim.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TeaserView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Minor units of the contract's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// hot, warm, cold: told honestly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<String>,
    /// Where it comes from, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    #[schema(value_type = Object)]
    pub attributes: PlainAttributes,
}

/// Why a lead waits for a person.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ManualView {
    pub code: String,
    pub detail: String,
    pub since: String,
}

/// The person: shown to the claimer and to the manufacturer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContactView {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the terms declare personal.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: PlainAttributes,
}

impl LeadView {
    /// The lead without the person.
    pub fn of(lead: &Lead) -> Self {
        Self {
            id: lead.id.to_string(),
            contract: lead.contract.to_string(),
            external_id: lead.external_id.clone(),
            customer: lead.customer.as_ref().map(ToString::to_string),
            state: lead.state.as_str().to_owned(),
            cycle: lead.cycle,
            received_at: instant(lead.received_at),
            teaser: TeaserView::of(lead),
            waits_for_a_person: lead.manual.as_ref().map(|manual| ManualView {
                code: manual.code.clone(),
                detail: manual.detail.clone(),
                since: instant(manual.since),
            }),
            holder: lead.holder.as_ref().map(ToString::to_string),
            claimed_at: maybe_instant(lead.claimed_at),
            feedback_due_at: maybe_instant(lead.feedback_due_at),
            contact: None,
        }
    }

    /// The lead as the partner sees it that holds it: what waits for a person is
    /// the manufacturer's own.
    pub fn held(lead: &Lead) -> Self {
        Self {
            waits_for_a_person: None,
            ..Self::of(lead)
        }
    }

    /// The lead as the agency sees it that has sent it: how it ends, but not who
    /// works it.
    pub fn sent(lead: &Lead) -> Self {
        Self {
            holder: None,
            feedback_due_at: None,
            ..Self::held(lead)
        }
    }

    /// The lead as those see it that may claim it: nothing but the teaser.
    pub fn offered(lead: &Lead) -> Self {
        Self {
            external_id: None,
            customer: None,
            ..Self::sent(lead)
        }
    }

    /// The same with the person.
    pub fn with_contact(mut self, contact: &Contact) -> Self {
        self.contact = Some(ContactView::of(contact));
        self
    }
}

impl TeaserView {
    pub fn of(lead: &Lead) -> Self {
        let teaser = &lead.teaser;
        Self {
            product: teaser.product.clone(),
            source: teaser.source.clone(),
            country: teaser.country.clone(),
            postcode: teaser.postcode.clone(),
            value: teaser.value,
            temperature: lead
                .assessed
                .as_ref()
                .and_then(|assessed| assessed.temperature)
                .map(|temperature| temperature.as_str().to_owned()),
            provenance: teaser.provenance.clone(),
            attributes: plain(&teaser.attributes),
        }
    }
}

impl ContactView {
    fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            company: contact.company.clone(),
            street: contact.street.clone(),
            city: contact.city.clone(),
            note: contact.note.clone(),
            attributes: plain(&contact.attributes),
        }
    }
}

/// What a caller may see of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// The lead and the person.
    Whole,
    /// The lead without the person.
    WithoutContact,
    /// What the holder sees: the person too.
    Held,
    /// What those above the holder see, unless the terms show them more.
    HeldBelow,
    /// What the agency sees that has sent it.
    Sent,
    /// What those see that may claim it.
    Offered,
}

impl Slice {
    pub fn has_contact(self) -> bool {
        matches!(self, Self::Whole | Self::Held)
    }

    /// The lead, as far as it is seen; the person stands beside it.
    pub fn of(self, lead: &Lead) -> LeadView {
        match self {
            Self::Whole | Self::WithoutContact => LeadView::of(lead),
            Self::Held | Self::HeldBelow => LeadView::held(lead),
            Self::Sent => LeadView::sent(lead),
            Self::Offered => LeadView::offered(lead),
        }
    }
}

/// How a partner stands to a lead.
#[derive(Debug, Default)]
pub struct Standing {
    /// The partner that asks, and those below it.
    pub partners: Vec<PartnerId>,
    /// Whether one of them may claim it now.
    pub offered: bool,
    /// Whoever holds it, or has won it.
    pub claimer: Option<PartnerId>,
}

/// Which slice of a lead a caller sees. What is not its own is not there at all.
pub fn slice(
    caller: &Caller,
    lead: &Lead,
    standing: &Standing,
    contact_visible_above: bool,
) -> Result<Slice, Problem> {
    let hidden = || Err(Problem::not_found("lead"));
    match caller.role {
        Role::Manufacturer => Ok(Slice::Whole),
        Role::Integrator | Role::VendorManager | Role::Auditor => Ok(Slice::WithoutContact),
        Role::Agency if lead.sent_by == caller.partner && caller.partner.is_some() => {
            Ok(Slice::Sent)
        }
        Role::Partner => match &standing.claimer {
            None if standing.offered => Ok(Slice::Offered),
            own @ Some(_) if *own == caller.partner => Ok(Slice::Held),
            Some(below) if !standing.partners.contains(below) => hidden(),
            Some(_) if contact_visible_above => Ok(Slice::Held),
            Some(_) => Ok(Slice::HeldBelow),
            None => hidden(),
        },
        Role::Agency => hidden(),
        // They run the server, and see no leads.
        Role::Operator => hidden(),
    }
}
