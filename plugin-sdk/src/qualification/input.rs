//! What qualification is told.

use crate::{Age, Attributes, Lead, PastEvent, Word};

/// What `assess` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{
///         "lead": { "attributes": { "roof": { "text": "flat" } } },
///         "answers": { "building-year": { "integer": 1974 } },
///         "contact": [{ "name": "email", "state": "valid" }]
///     }"#,
/// );
/// // Given by the sender, or answered by a qualifier, or a field of the contact.
/// let is_there = |name: &str| {
///     let name = Word::of(name);
///     input.lead.attributes.has(name)
///         || input.answers.has(name)
///         || input.contact.iter().any(|field| field.name == name)
/// };
/// assert!(["roof", "building-year", "email"].into_iter().all(is_there));
/// assert!(!is_there("phone"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct AssessInput {
    pub lead: Lead,
    /// What a qualifier has answered, by question code.
    pub answers: Attributes,
    /// The contact's fields that are filled in. Never what they hold.
    pub contact: Vec<ContactField>,
    /// What the contact did, newest first.
    pub activities: Vec<PastEvent>,
    /// Other leads that share an e-mail address, a phone number, or company and
    /// postcode.
    pub duplicates: Vec<Duplicate>,
    /// Registered deals of the same customer.
    pub deals: Vec<RegisteredDeal>,
    /// Figures of the lead's source, such as won and lost.
    pub figures: Attributes,
    /// How earlier leads of the source ended, by value of a field.
    pub endings: Vec<Ending>,
}

/// A field of the contact that is filled in.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{ "contact": [
///         { "name": "phone", "state": "invalid" }, { "name": "email", "state": "valid" }
///     ] }"#,
/// );
/// // One way to reach the contact is enough.
/// let ways = ["phone", "email"].map(Word::of);
/// let is_reachable = input
///     .contact
///     .iter()
///     .any(|field| ways.contains(&field.name) && field.state == FieldState::Valid);
/// assert!(is_reachable);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct ContactField {
    /// email, phone, name, street, city, company.
    pub name: Word,
    pub state: FieldState,
}

/// Whether what a contact field holds can be right.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A qualifier is asked in other words for what is wrong than for what is missing.
/// let input: AssessInput =
///     testing::input(r#"{ "contact": [{ "name": "phone", "state": "invalid" }] }"#);
/// let phone = input.contact.iter().find(|field| field.name == Word::of("phone"));
/// let reason = match phone.map(|field| field.state) {
///     Some(FieldState::Valid) => None,
///     Some(FieldState::Invalid) => Some(Reason::of("invalid").with("phone")),
///     None => Some(Reason::of("missing").with("phone")),
/// };
/// assert_eq!(reason, Some(Reason::of("invalid").with("phone")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum FieldState {
    /// It can be right: a number that is assigned somewhere, say.
    Valid,
    /// It cannot.
    Invalid,
}

/// Another lead that is likely the same one.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{
///         "lead": { "reference": "lead-2", "product": "heat-pump" },
///         "duplicates": [{
///             "lead": "lead-1", "state": "working", "product": "heat-pump",
///             "age": { "elapsed-seconds": 864000 }, "holder": "7", "agrees": ["phone"]
///         }]
///     }"#,
/// );
/// // Somebody works a lead of the same product, ten days old: it is the same one.
/// let ended = ["won", "lost", "rejected"].map(Word::of);
/// let same = input.duplicates.iter().find(|duplicate| {
///     duplicate.product == input.lead.product
///         && duplicate.age.days() < 90
///         && !ended.contains(&duplicate.state)
/// });
/// let outcome = Outcome::Merge { into: same.unwrap().lead };
/// assert_eq!(outcome, Outcome::Merge { into: Word::of("lead-1") });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Duplicate {
    /// Its reference.
    pub lead: Word,
    /// State code of that lead: received, nurturing, offered, working, lost …
    pub state: Word,
    pub product: Option<Word>,
    /// Since it was received.
    pub age: Age,
    /// The partner that holds it; a key.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        serde(with = "crate::testing::wide::option")
    )]
    pub holder: Option<u64>,
    /// What agrees: email, phone, company-postcode.
    pub agrees: Vec<Word>,
}

/// A deal that a partner has registered.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: AssessInput = testing::input(
///     r#"{ "deals": [
///         { "deal": "deal-1", "partner": "7", "age": { "elapsed-seconds": 2592000 } }
///     ] }"#,
/// );
/// // Whoever registered the customer's business is protected for 90 days.
/// let protected = input.deals.iter().find(|deal| deal.age.days() < 90);
/// let outcome = protected.map(|deal| Outcome::Route { to: deal.partner });
/// assert_eq!(outcome, Some(Outcome::Route { to: 7 }));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct RegisteredDeal {
    /// Its reference.
    pub deal: Word,
    /// The registrant; a key.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub partner: u64,
    pub product: Option<Word>,
    /// Since it was registered.
    pub age: Age,
}

/// How earlier leads ended that had a value in a field.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::{math, testing};
///
/// let input: AssessInput = testing::input(
///     r#"{
///         "lead": { "attributes": { "roof": { "text": "flat" } } },
///         "endings": [{ "field": "roof", "value": "flat", "won": 30, "lost": 10 }]
///     }"#,
/// );
/// // Each field that tells winners from losers adds to the odds.
/// let score: f64 = input
///     .endings
///     .iter()
///     .filter(|ending| input.lead.attributes.text(ending.field) == Some(ending.value))
///     .map(|ending| math::log((ending.won as f64 + 0.1) / (ending.lost as f64 + 0.1)))
///     .sum();
/// assert!((score - 1.0919).abs() < 0.0001);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub struct Ending {
    /// Name of the attribute.
    pub field: Word,
    pub value: Word,
    /// How many of them were won.
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub won: u64,
    #[cfg_attr(not(target_arch = "wasm32"), serde(with = "crate::testing::wide"))]
    pub lost: u64,
}
