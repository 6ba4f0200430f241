//! A person is forgotten: what of a lead goes, what stays, and by which words it is
//! seen whether anything was left.
//!
//! What policies were told stays, for it is nothing personal: so figures, money and
//! receipts are what they were. What they were told in free text cannot be read any more,
//! for the lead's key goes.

use std::collections::BTreeSet;

use super::attribute::{AttributeValue, Attributes};
use super::happening::Event;
use super::ids::{LeadId, ManufacturerId};
use super::lead::{Contact, Lead};
use super::lifecycle::{self, IllegalTransition, Trigger};
use super::terms::{Of, Terms};
use super::time::Micros;

/// Shorter words are found anywhere by chance.
const WORD_BYTES_MIN: usize = 8;
/// Lines of free text that are shorter may be anybody's.
const LINE_BYTES_MIN: usize = 20;

/// A lead whose person was erased, as it is kept: nothing personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    pub manufacturer: ManufacturerId,
    pub lead: LeadId,
    pub erased_at: Micros,
}

/// Names of attributes that terms declare personal, or have ever declared so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Personal {
    of_lead: BTreeSet<String>,
    /// Of what happens to it.
    of_events: BTreeSet<String>,
}

impl Personal {
    /// Adds those of a version of the terms.
    pub fn add(&mut self, terms: &Terms) {
        for declared in terms.attributes.iter().filter(|one| one.personal) {
            let names = match declared.of {
                Of::Lead => &mut self.of_lead,
                Of::Event | Of::Claim => &mut self.of_events,
                // Nothing of theirs that is personal is taken in.
                Of::Partner | Of::Deal | Of::Customer | Of::Line => continue,
            };
            names.insert(declared.name.clone());
        }
    }
}

/// Takes the person out of the lead's own row: where it comes from in words, why it
/// waited, attributes that became personal since it came in, and the sender's identifier
/// where that tells who it is.
///
/// # Errors
/// It is erased already.
pub fn forget(
    lead: &mut Lead,
    contact: &Contact,
    personal: &Personal,
    now: Micros,
) -> Result<(), IllegalTransition> {
    lead.state = lifecycle::next(lead.state, Trigger::Erased)?.state;
    for attributes in [&mut lead.teaser.attributes, &mut lead.answers] {
        attributes.retain(|name, _| !personal.of_lead.contains(name));
    }
    lead.teaser.provenance = None;
    lead.manual = None;
    lead.holder = None;
    lead.feedback_due_at = None;
    lead.ended_at = lead.ended_at.or(Some(now));
    let tells = |id: &String| names(contact).any(|name| holds(id, name));
    if lead.external_id.as_ref().is_some_and(tells) {
        lead.external_id = None;
    }
    Ok(())
}

/// The event's attributes without what people wrote and what the terms declare
/// personal; none where it has nothing like that.
pub fn without_person(event: &Event, personal: &Personal) -> Option<Attributes> {
    // Why somebody has rejected the lead, in that one's words.
    let is_words = |name: &str| event.code == "rejected" && name == "reason";
    let mut attributes = event.attributes.clone();
    attributes.retain(|name, _| !personal.of_events.contains(name) && !is_words(name));
    (attributes.len() < event.attributes.len()).then_some(attributes)
}

/// By what a person is known to whoever reads.
fn names(contact: &Contact) -> impl Iterator<Item = &str> {
    [&contact.email, &contact.phone, &contact.name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|name| !name.trim().is_empty())
}

/// Whether the text has the name in it, however it is written.
pub fn holds(text: &str, name: &str) -> bool {
    text.to_lowercase().contains(&name.trim().to_lowercase())
}

/// Words of persons that hardly anything else has, as they were stored: where they
/// still stand, something was left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeSet<Vec<u8>>);

impl Words {
    /// Adds those of a contact: address and number, and lines of text.
    pub fn add(&mut self, contact: &Contact) {
        for word in [&contact.email, &contact.phone].into_iter().flatten() {
            self.put(word, WORD_BYTES_MIN);
        }
        self.put_text(contact.note.as_deref().unwrap_or_default());
        for value in contact.attributes.values() {
            if let AttributeValue::Text(text) = value {
                self.put_text(text);
            }
        }
    }

    /// Adds a key: who finds it reads what was kept under it.
    pub fn add_secret(&mut self, secret: &[u8]) {
        self.0.insert(secret.to_vec());
    }

    /// Adds the digest of what tells duplicates.
    pub fn add_key(&mut self, digest: &str) {
        self.put(digest, WORD_BYTES_MIN);
    }

    /// Adds those of others.
    pub fn join(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Adds a free text.
    pub fn put_text(&mut self, text: &str) {
        text.lines().for_each(|line| self.put(line, LINE_BYTES_MIN));
    }

    fn put(&mut self, word: &str, bytes_min: usize) {
        if word.len() >= bytes_min {
            self.0.insert(word.as_bytes().to_vec());
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the bytes hold one of them.
    pub fn are_in(&self, bytes: &[u8]) -> bool {
        let head = |bytes: &[u8]| bytes.first_chunk::<WORD_BYTES_MIN>().copied();
        let heads: BTreeSet<_> = self.0.iter().filter_map(|word| head(word)).collect();
        // So that most places need no look into the set.
        let mut begins = [false; 256];
        heads
            .iter()
            .for_each(|head| begins[usize::from(head[0])] = true);
        (0..bytes.len()).any(|at| {
            begins[usize::from(bytes[at])]
                && head(&bytes[at..]).is_some_and(|found| heads.contains(&found))
                && self.0.iter().any(|word| bytes[at..].starts_with(word))
        })
    }

    /// How long the longest is.
    pub fn longest(&self) -> usize {
        self.0.iter().map(Vec::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eva() -> Contact {
        Contact {
            name: Some("Eva Muster".to_owned()),
            email: Some("eva@example.com".to_owned()),
            phone: Some("030 12".to_owned()),
            note: Some("call me\nafter six, when I am at home".to_owned()),
            ..Contact::default()
        }
    }

    #[test]
    fn words_are_found_where_they_stand_and_short_ones_are_not_looked_for() {
        let mut words = Words::default();
        words.add(&eva());
        for (text, expected) in [
            ("…eva@example.com…", true),
            ("after six, when I am at home", true),
            ("030 12", false),
            ("call me", false),
            ("eva@example.co", false),
            ("", false),
        ] {
            assert_eq!(words.are_in(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(words.longest(), 28);
        assert!(!Words::default().are_in(b"anything at all"));
    }

    #[test]
    fn what_people_wrote_goes_from_events_and_the_rest_stays() {
        let text = |text: &str| AttributeValue::Text(text.to_owned());
        let event = |code: &str| Event {
            manufacturer: "m".into(),
            id: "e".into(),
            contract: "c".into(),
            lead: Some("l".into()),
            cycle: 1,
            deal: None,
            partner: None,
            code: code.to_owned(),
            occurred_at: Micros(0),
            recorded_at: Micros(0),
            attributes: [
                ("reason".to_owned(), text("Eva does not answer")),
                ("roof".to_owned(), text("slate")),
            ]
            .into(),
            lines: Vec::new(),
            decision: None,
            actor: None,
        };
        let left = |code: &str, personal: &[&str]| {
            let personal = Personal {
                of_events: personal.iter().map(|name| (*name).to_owned()).collect(),
                ..Personal::default()
            };
            let left = without_person(&event(code), &personal)?;
            Some(left.into_keys().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(left("rejected", &[]).as_deref(), Some("roof"));
        assert_eq!(left("declined", &[]), None);
        assert_eq!(left("declined", &["roof"]).as_deref(), Some("reason"));
    }
}
