//! A user as the manufacturer sees it: with its memberships of this one alone.

use serde::{Deserialize, Serialize};

use super::super::values::instant;
use crate::contracts::Tree;
use crate::contracts::people::{Person, WantedRole};
use crate::domain::access::{Membership, User};

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UserView {
    pub id: String,
    pub email: String,
    pub name: String,
    pub created_at: String,
    pub memberships: Vec<MembershipView>,
}

/// What somebody may do.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MembershipView {
    /// manufacturer, integrator, vendor-manager, agency, partner, auditor.
    pub role: String,
    /// Code of the partner or agency that the person speaks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
}

impl UserView {
    pub fn of(user: &User, memberships: &[Membership], partners: &Tree) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            created_at: instant(user.created_at),
            memberships: memberships
                .iter()
                .filter(|membership| membership.user == user.id)
                .map(|membership| MembershipView::of(membership, partners))
                .collect(),
        }
    }

    pub fn of_person(person: &Person) -> Self {
        Self::of(&person.user, &person.memberships, &person.partners)
    }
}

impl MembershipView {
    fn of(membership: &Membership, partners: &Tree) -> Self {
        let partner = membership.partner.as_ref();
        Self {
            role: membership.role.as_str().to_owned(),
            partner: partner
                .and_then(|id| partners.by_id(id))
                .map(|partner| partner.code.clone()),
        }
    }

    pub fn wanted(self) -> WantedRole {
        WantedRole {
            role: self.role,
            partner: self.partner,
        }
    }
}
