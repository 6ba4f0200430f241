//! What plans go by and history does not tell: something is assumed for it, or a plan's pay
//! is told from … to.
//!
//! `declared` is what a trial's file says to it, `filled_in` gives measures that are assumed
//! to partners, `bounds` says between what a plan's pay lies, and `unread` names attributes
//! that policies are asked without.

mod bounds;
mod declared;
mod filled_in;
mod inputs;
mod unread;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use bounds::{Bounds, INPUTS_MAX, Range, corners, difference};
pub use declared::{Assumption, Declared, Table};
pub use filled_in::{fill_in, measures_told};
pub use inputs::Input;
pub use unread::{Unread, unread};

use crate::domain::event::EventCode;
use crate::host::InForce;
use crate::policy::question::Vocabulary;

/// Marks of a report by which a plan knows how soon a claim was worked.
const MARKS_OF_CLAIM: [&str; 2] = ["within-sla", "claim/worked-after-seconds"];

/// Something that a component goes by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GoneBy {
    pub component: String,
    pub input: Input,
}

/// What a plan's components go by, as far as history may fail to tell it. That a lead was
/// won, lost or called off is not missed: where nothing of it is told, it was not.
pub fn gone_by(plan: &InForce) -> Vec<GoneBy> {
    let feedback = plan.terms.feedback_codes();
    let mut all = Vec::new();
    for (component, slot) in plan.components() {
        let Ok(bound) = &slot.bound else { continue };
        let manifest = bound.plugin().manifest();
        let reported = manifest.events.iter().filter(|code| {
            *code == EventCode::Unworked.as_str() || feedback.contains(&code.as_str())
        });
        let inputs: BTreeSet<Input> = reported
            .map(|code| Input::Event(code.clone()))
            .chain(read(bound.vocabulary()))
            .collect();
        all.extend(inputs.into_iter().map(|input| GoneBy {
            component: component.to_owned(),
            input,
        }));
    }
    all
}

/// What the words of a component ask for.
fn read(vocabulary: &Vocabulary) -> impl Iterator<Item = Input> + '_ {
    vocabulary.words().iter().filter_map(|word| {
        if MARKS_OF_CLAIM.contains(&&**word) {
            return Some(Input::Event(EventCode::Claimed.as_str().to_owned()));
        }
        match word.split_once('/')? {
            ("measure", name) => Some(Input::Measure(name.to_owned())),
            ("target", name) => Some(Input::Target(name.to_owned())),
            _ => None,
        }
    })
}

/// What of it is neither told nor declared.
pub fn lacking(gone_by: &[GoneBy], told: &BTreeSet<Input>, declared: &Declared) -> Vec<GoneBy> {
    if declared.is_complete {
        return Vec::new();
    }
    let is_lacking =
        |input: &Input| !told.contains(input) && !declared.assumptions.contains_key(input);
    let lacking = gone_by.iter().filter(|of| is_lacking(&of.input));
    lacking.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str) -> Input {
        Input::parse(name).unwrap()
    }

    fn declared(toml: &str) -> Declared {
        let table: Table = toml::from_str(toml).unwrap();
        Declared::read(&table, toml, false, &["care-contact"]).unwrap()
    }

    #[test]
    fn what_is_told_or_declared_is_not_lacking() {
        let names = [
            "event/claimed",
            "event/care-contact",
            "measure/satisfaction",
        ];
        let gone_by = names.map(|name| GoneBy {
            component: "care".to_owned(),
            input: input(name),
        });
        let told = BTreeSet::from([input("event/claimed")]);
        let lacks = |declared: &Declared| -> Vec<String> {
            let found = lacking(&gone_by, &told, declared);
            found.iter().map(|of| of.input.to_string()).collect()
        };
        assert_eq!(lacks(&Declared::default()), names[1..]);
        assert_eq!(
            lacks(&declared("\"event/care-contact\" = \"none\"")),
            names[2..]
        );
        let complete = Declared {
            is_complete: true,
            ..Declared::default()
        };
        assert!(lacks(&complete).is_empty());
    }

    #[test]
    fn the_words_of_a_component_say_what_it_goes_by() {
        let words = [
            "value",
            "claim/worked-after-seconds",
            "measure/satisfaction",
            "figure/claimed",
            "target/deals",
            "within-sla",
        ];
        let vocabulary = Vocabulary::new(words.map(str::to_owned).to_vec()).unwrap();
        let found: Vec<String> = read(&vocabulary).map(|input| input.to_string()).collect();
        let expected = [
            "event/claimed",
            "measure/satisfaction",
            "target/deals",
            "event/claimed",
        ];
        assert_eq!(found, expected);
    }
}
