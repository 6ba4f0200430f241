//! Who is who: identifiers as types, so that a partner's is never taken for a
//! lead's.

use super::digest::sha256;
use super::time::Micros;

/// The identifier of what happens at an instant and is told from all else by `of`: the
/// same one whenever it is asked for, and in the order of time among others.
pub fn derived<T: From<String>>(at: Micros, of: &str) -> T {
    let millis = u64::try_from(at.0 / 1_000).unwrap_or(0);
    let mut tail = [0u8; 10];
    for (byte, digit) in tail.iter_mut().zip(sha256(of.as_bytes()).bytes()) {
        *byte = digit;
    }
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid();
    T::from(uuid::Uuid::to_string(&id))
}

/// Defines identifiers that are UUIDv7 text, made by the host's id source.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Debug, Hash, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as it is stored and shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

impl ManufacturerId {
    /// Of none: under which rows are kept that are the server's own.
    pub fn nobody() -> Self {
        Self(String::new())
    }
}

ids! {
    /// A server of the database, while its process lives.
    HostId;
    /// The principal that owns brand and leads; the tenant.
    ManufacturerId;
    /// What binds a manufacturer and a set of partners.
    ContractId;
    /// Who works leads, within one manufacturer.
    PartnerId;
    /// A person who uses Stellwerk, across manufacturers.
    UserId;
    /// A contact with an interest.
    LeadId;
    /// The one behind leads.
    CustomerId;
    /// A lead shown to one partner.
    OfferId;
    /// The exclusive take of a lead.
    ClaimId;
    /// A registered or won piece of business.
    DealId;
    /// Plans that are tried over what has happened.
    PlanTrialId;
    /// What happened.
    EventId;
    /// One policy call.
    DecisionId;
    /// A promised time.
    DeadlineId;
    /// A booked change of an account.
    PostingId;
    /// A line of a statement that its partner does not agree with.
    DisputeId;
    /// Access for a program or a person.
    TokenId;
    /// A change of how a manufacturer works.
    AuditId;
}
