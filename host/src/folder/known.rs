//! What is known of the folder from earlier looks: what was applied, and what was
//! refused and when it is worth another try.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::document::Place;
use super::read::Look;

/// What is refused is told once it has been the same for this long: before, it may
/// be half written.
const GRACE: Duration = Duration::from_secs(1);
/// What is refused may be accepted later without another word of the folder (a
/// contract is made, a database is back), so it is tried again.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// What can be refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Watch,
    Folder,
    File(String),
    Place(Place),
}

#[derive(Debug, Default)]
pub struct Known {
    /// The fingerprint of what each place was last made.
    applied: BTreeMap<Place, String>,
    /// The places that each binding file named when it could be read last.
    files: BTreeMap<String, BTreeSet<Place>>,
    refused: BTreeMap<Subject, Refusal>,
}

#[derive(Debug)]
struct Refusal {
    /// What it is about: a fingerprint, or what is wrong in words.
    of: String,
    tries: u32,
    again_at: Instant,
    is_told: bool,
}

impl Known {
    /// Whether this is what the place was last made.
    pub fn is_applied(&self, place: &Place, fingerprint: &str) -> bool {
        self.applied
            .get(place)
            .is_some_and(|known| known == fingerprint)
    }

    pub fn apply(&mut self, place: Place, fingerprint: String) {
        self.applied.insert(place, fingerprint);
    }

    /// The places that were applied and that no file names any more; each is
    /// answered once. What a file named that cannot be read now is not gone.
    pub fn gone(&mut self, look: &Look) -> Vec<Place> {
        let mut named = BTreeSet::new();
        let before = std::mem::take(&mut self.files);
        for (file, said) in &look.files {
            let places = match said {
                Ok(places) => Some(places),
                Err(_) => before.get(file),
            };
            if let Some(places) = places {
                named.extend(places.iter().cloned());
                self.files.insert(file.clone(), places.clone());
            }
        }
        self.refused.retain(|subject, _| match subject {
            Subject::File(file) => look.files.contains_key(file),
            Subject::Place(place) => named.contains(place),
            Subject::Watch | Subject::Folder => true,
        });
        let mut gone = Vec::new();
        self.applied.retain(|place, _| {
            let stays = named.contains(place);
            if !stays {
                gone.push(place.clone());
            }
            stays
        });
        gone
    }

    /// Whether it is time to try what was refused before.
    pub fn may_be_tried(&self, subject: &Subject, of: &str, now: Instant) -> bool {
        match self.refused.get(subject) {
            Some(refusal) => refusal.of != of || now >= refusal.again_at,
            None => true,
        }
    }

    /// Takes down that something was refused. Answers whether to tell it.
    pub fn refuse(&mut self, subject: Subject, of: &str, now: Instant) -> bool {
        let refusal = self.refused.get_mut(&subject);
        let Some(refusal) = refusal.filter(|refusal| refusal.of == of) else {
            let refusal = Refusal {
                of: of.to_owned(),
                tries: 1,
                again_at: now + GRACE,
                is_told: false,
            };
            self.refused.insert(subject, refusal);
            return false;
        };
        if now < refusal.again_at {
            return false;
        }
        let pause = GRACE.saturating_mul(1 << refusal.tries.min(16));
        refusal.again_at = now + pause.min(PAUSE_MAX);
        refusal.tries = refusal.tries.saturating_add(1);
        !std::mem::replace(&mut refusal.is_told, true)
    }

    /// Takes down that all is well. Answers whether something else was told.
    pub fn settle(&mut self, subject: &Subject) -> bool {
        self.refused
            .remove(subject)
            .is_some_and(|refusal| refusal.is_told)
    }

    /// When something that was refused is worth another look.
    pub fn again_at(&self) -> Option<Instant> {
        self.refused.values().map(|refusal| refusal.again_at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(slot: &str) -> Place {
        Place {
            manufacturer: "maker".to_owned(),
            contract: "pumps".to_owned(),
            slot: slot.to_owned(),
        }
    }

    fn look(files: &[(&str, Result<&[&str], &str>)]) -> Look {
        let said = |said: &Result<&[&str], &str>| match said {
            Ok(slots) => Ok(slots.iter().map(|slot| place(slot)).collect()),
            Err(problem) => Err((*problem).to_owned()),
        };
        Look {
            files: files
                .iter()
                .map(|(name, of)| ((*name).to_owned(), said(of)))
                .collect(),
            ..Look::default()
        }
    }

    #[test]
    fn what_is_refused_is_told_once_and_not_while_it_may_be_half_written() {
        let mut known = Known::default();
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let subject = Subject::Place(place("matching"));
        let mut refuse = |of: &str, ms| known.refuse(subject.clone(), of, at(ms));
        // Each piece of a copy is another content.
        assert!(!refuse("first piece", 0));
        assert!(!refuse("second piece", 1_100));
        assert!(!refuse("second piece", 1_500));
        assert!(refuse("second piece", 2_100));
        assert!(!refuse("second piece", 4_200));
        assert!(!known.may_be_tried(&subject, "second piece", at(4_300)));
        assert!(known.may_be_tried(&subject, "third piece", at(4_300)));
        assert!(known.may_be_tried(&subject, "second piece", at(8_300)));
        assert!(known.settle(&subject));
        assert!(!known.settle(&subject));
        assert_eq!(known.again_at(), None);
    }

    #[test]
    fn pauses_between_tries_grow_to_a_bound() {
        let mut known = Known::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            known.refuse(Subject::Folder, "is gone", now);
            let again_at = known.again_at().unwrap();
            pauses.push((again_at - now).as_secs());
            now = again_at;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn what_no_file_names_any_more_is_told_once_and_is_new_when_it_comes_back() {
        let mut known = Known::default();
        assert!(
            known
                .gone(&look(&[("a.toml", Ok(&["matching", "escalation"]))]))
                .is_empty()
        );
        for slot in ["matching", "escalation"] {
            known.apply(place(slot), "1".to_owned());
        }
        // Nobody knows what a file says that cannot be read.
        assert!(known.gone(&look(&[("a.toml", Err("broken"))])).is_empty());
        assert!(known.is_applied(&place("matching"), "1"));
        // Another file has taken one of them over.
        let moved = [
            ("a.toml", Ok(&["matching"] as &[_])),
            ("b.toml", Ok(&["escalation"] as &[_])),
        ];
        assert!(known.gone(&look(&moved)).is_empty());
        assert_eq!(
            known.gone(&look(&[("b.toml", Ok(&["escalation"]))])),
            [place("matching")]
        );
        assert!(
            known
                .gone(&look(&[("b.toml", Ok(&["escalation"]))]))
                .is_empty()
        );
        assert!(!known.is_applied(&place("matching"), "1"));
        assert!(known.is_applied(&place("escalation"), "1"));
    }
}
