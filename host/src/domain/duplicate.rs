//! What tells that two leads are likely the same: e-mail, phone, or company and
//! postcode, each normalised. Kept as digests, so that nothing personal stands
//! in a key.

use super::address::{normal_email, normal_phone, normal_postcode};
use super::digest::sha256;
use super::lead::Contact;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Email,
    Phone,
    CompanyPostcode,
}

impl KeyKind {
    const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::CompanyPostcode];

    /// As stored, and as policies are told it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::CompanyPostcode => "company-postcode",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One thing that may agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub kind: KeyKind,
    /// SHA-256 of kind and normalised value, hexadecimal.
    pub digest: String,
}

/// The keys of a contact.
pub fn keys(contact: &Contact, country: Option<&str>, postcode: Option<&str>) -> Vec<Key> {
    let company = contact
        .company
        .as_deref()
        .map(normal_company)
        .filter(|company| !company.is_empty())
        .zip(postcode)
        .map(|(company, postcode)| format!("{company}\n{}", normal_postcode(postcode)));
    [
        (
            KeyKind::Email,
            contact.email.as_deref().and_then(normal_email),
        ),
        (
            KeyKind::Phone,
            contact
                .phone
                .as_deref()
                .and_then(|phone| normal_phone(phone, country)),
        ),
        (KeyKind::CompanyPostcode, company),
    ]
    .into_iter()
    .filter_map(|(kind, value)| {
        value.map(|value| Key {
            kind,
            digest: sha256(format!("{}\n{value}", kind.as_str()).as_bytes()),
        })
    })
    .collect()
}

/// Letters and digits in lower case, without the legal form.
fn normal_company(text: &str) -> String {
    const LEGAL_FORMS: [&str; 12] = [
        "gmbh", "ag", "kg", "ug", "ohg", "se", "ltd", "inc", "llc", "sarl", "srl", "co",
    ];
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty() && !LEGAL_FORMS.contains(word))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_the_same_agree() {
        assert_eq!(normal_company("Muster GmbH & Co. KG"), "muster");
        let contact = |email: &str, phone: &str| Contact {
            email: Some(email.to_owned()),
            phone: Some(phone.to_owned()),
            ..Contact::default()
        };
        assert_eq!(
            keys(
                &contact("Eva@Example.com", "030 901820"),
                Some("DE"),
                Some("10115")
            ),
            keys(&contact("eva@example.com ", "+49 30 901820"), None, None)
        );
    }
}
