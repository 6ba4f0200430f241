//! What tells that two leads are likely the same: e-mail, phone, or company and
//! postcode, each normalised. Kept as digests, so that nothing personal stands
//! in a key.

use super::digest::sha256;
use super::lead::Contact;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Email,
    Phone,
    CompanyPostcode,
}

impl KeyKind {
    /// As stored, and as policies are told it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::CompanyPostcode => "company-postcode",
        }
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

/// The address in lower case; none where it cannot be one.
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let well_formed = !local.is_empty()
        && local.len() <= 64
        && domain.len() <= 253
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && domain
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-'))
        && !local.chars().any(|character| {
            character.is_whitespace() || character.is_control() || character == '@'
        });
    well_formed.then_some(text)
}

/// The number in E.164; none where it cannot be one. Without a country code it
/// is taken as one of `country` (ISO 3166-1 alpha-2).
pub fn normal_phone(text: &str, country: Option<&str>) -> Option<String> {
    let country = country.and_then(|country| country.parse().ok());
    let number = phonenumber::parse(country, text.trim()).ok()?;
    phonenumber::is_valid(&number)
        .then(|| number.format().mode(phonenumber::Mode::E164).to_string())
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

fn normal_postcode(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_the_same_agree() {
        assert_eq!(
            normal_email(" Eva.Muster@Example.COM "),
            Some("eva.muster@example.com".to_owned())
        );
        assert_eq!(
            normal_phone("030 901820", Some("DE")),
            normal_phone("+49 (30) 901820", None)
        );
        assert_eq!(normal_company("Muster GmbH & Co. KG"), "muster");
    }

    #[test]
    fn what_cannot_be_an_address_or_number_is_none() {
        for text in [
            "",
            "eva",
            "@example.com",
            "eva@localhost",
            "eva@-x.de",
            "e va@x.de",
        ] {
            assert_eq!(normal_email(text), None, "{text}");
        }
        for text in ["", "12", "call me", "+49 1"] {
            assert_eq!(normal_phone(text, Some("DE")), None, "{text}");
        }
    }
}
