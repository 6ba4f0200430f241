//! Who may do what: users, memberships, roles and tokens.

use super::ids::{ManufacturerId, PartnerId, TokenId, UserId};
use super::time::Micros;

/// A person as a manufacturer knows it. Identifier and address are the same for
/// all manufacturers; none learns by them what another knows.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    /// What the manufacturer calls it …
    pub name: String,
    /// … and since when.
    pub created_at: Micros,
}

/// Ties a user to a manufacturer, in a role, and to a partner where the role
/// is one of a partner's.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    pub user: UserId,
    pub manufacturer: ManufacturerId,
    pub role: Role,
    pub partner: Option<PartnerId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the server; sees no leads.
    Operator,
    /// Everything of the own tenant.
    Manufacturer,
    /// Uploads plugins and binds them on test contracts; sees decisions, never a contact.
    Integrator,
    /// Compensation, measures, statements, trials.
    VendorManager,
    /// Sends in leads, answers questions about them, and sees how those it sent end.
    Agency,
    /// Offers, claims, feedback, deals and statements, of the partner and those below it.
    Partner,
    /// Reads everything but contacts.
    Auditor,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Operator,
        Self::Manufacturer,
        Self::Integrator,
        Self::VendorManager,
        Self::Agency,
        Self::Partner,
        Self::Auditor,
    ];

    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Manufacturer => "manufacturer",
            Self::Integrator => "integrator",
            Self::VendorManager => "vendor-manager",
            Self::Agency => "agency",
            Self::Partner => "partner",
            Self::Auditor => "auditor",
        }
    }

    /// Roles within a manufacturer: all but the operator's.
    pub const OF_MANUFACTURER: [Self; 6] = [
        Self::Manufacturer,
        Self::Integrator,
        Self::VendorManager,
        Self::Agency,
        Self::Partner,
        Self::Auditor,
    ];

    /// Whether the role is one of a partner's, which has to be named.
    pub fn speaks_for_partner(self) -> bool {
        matches!(self, Self::Agency | Self::Partner)
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Access for a program or a person. The secret is shown once and kept as a hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub id: TokenId,
    /// SHA-256 of the secret, hexadecimal.
    pub hash: String,
    pub role: Role,
    /// None for an operator's.
    pub manufacturer: Option<ManufacturerId>,
    /// The partner that a partner's or an agency's token speaks for.
    pub partner: Option<PartnerId>,
    pub user: Option<UserId>,
    /// What it is for, in the words of whoever made it.
    pub label: String,
    pub created_at: Micros,
    pub expires_at: Micros,
    pub revoked_at: Option<Micros>,
}
