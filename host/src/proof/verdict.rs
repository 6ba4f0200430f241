//! What came of a decision that was asked again.

use serde::Serialize;

use crate::domain::decision::Decision;
use crate::host::free_text::Closed;
use crate::policy::receipt::Receipt;

/// A part of a receipt that can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The question, written anew.
    Input,
    /// `ok`, or which error.
    Outcome,
    /// The answer with its reasons.
    Output,
    Log,
    Fuel,
    /// The snapshot with configuration and terms.
    Artifact,
}

impl Part {
    /// As shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Outcome => "outcome",
            Self::Output => "output",
            Self::Log => "log",
            Self::Fuel => "fuel",
            Self::Artifact => "artifact",
        }
    }
}

/// What came of a decision that was asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every bit is as recorded.
    Same,
    /// All but the fuel, which only the same engine uses alike: this one is another.
    OtherFuel,
    /// These parts are not as recorded.
    Differs(Vec<Part>),
    /// It had failed for what was going on around it, such as a host's deadline; asking
    /// again proves nothing.
    NotReproducible,
    /// What it was told in free text was erased with the person: it is proved, and cannot
    /// be asked again.
    Erased,
    /// What it was told in free text is encrypted, and whoever asks has no key.
    Encrypted,
    /// Something that it was made with is not stored, or cannot be used; what.
    Missing(String),
    /// There was no time or room to ask it; another try may succeed.
    NotNow(String),
}

impl Verdict {
    pub const ALL: [&'static str; 8] = [
        "same",
        "other-fuel",
        "differs",
        "not-reproducible",
        "erased",
        "encrypted",
        "missing",
        "not-now",
    ];

    /// As shown and counted.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::OtherFuel => "other-fuel",
            Self::Differs(_) => "differs",
            Self::NotReproducible => "not-reproducible",
            Self::Erased => "erased",
            Self::Encrypted => "encrypted",
            Self::Missing(_) => "missing",
            Self::NotNow(_) => "not-now",
        }
    }

    /// Of a decision, by the receipt of the same question asked again.
    pub(super) fn of(recorded: &Decision, again: &Receipt) -> Self {
        let same_engine = recorded.engine == again.engine;
        let same_fuel = u64::try_from(recorded.fuel).is_ok_and(|fuel| fuel == again.fuel);
        let mut differing = Vec::new();
        let mut compare = |part, same: bool| {
            if !same {
                differing.push(part);
            }
        };
        compare(Part::Input, recorded.input == again.input);
        compare(Part::Outcome, recorded.outcome == again.outcome.as_str());
        compare(Part::Output, recorded.output == again.output);
        compare(Part::Log, recorded.log == again.log);
        if same_engine {
            compare(Part::Fuel, same_fuel);
            let same_artifact = recorded.artifact_digest == again.artifact_digest;
            compare(Part::Artifact, same_artifact);
        }
        if !differing.is_empty() {
            Self::Differs(differing)
        } else if !same_fuel {
            Self::OtherFuel
        } else {
            Self::Same
        }
    }
}

impl From<Closed> for Verdict {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Erased => Self::Erased,
            Closed::Lost(what) => Self::Missing(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::receipt::Outcome;
    use crate::policy::{Function, Limits};
    use crate::testing::decision;

    fn again(recorded: &Decision) -> Receipt {
        Receipt {
            function: Function::Rank,
            interface: "0.1.0",
            plugin: recorded.plugin.clone(),
            plugin_digest: recorded.plugin_digest.clone(),
            configuration_digest: recorded.configuration_digest.clone(),
            terms_digest: String::new(),
            artifact_digest: recorded.artifact_digest.clone(),
            engine: recorded.engine.clone(),
            baked: recorded.baked,
            limits: Limits::default(),
            input: recorded.input.clone(),
            output: recorded.output.clone(),
            log: recorded.log.clone(),
            fuel: recorded.fuel as u64,
            micros: 0,
            memory_bytes: 0,
            outcome: Outcome::Answered,
        }
    }

    #[test]
    fn every_part_that_is_not_as_recorded_is_named() {
        let recorded = decision();
        assert_eq!(Verdict::of(&recorded, &again(&recorded)), Verdict::Same);
        let changed = |change: fn(&mut Receipt)| {
            let mut again = again(&recorded);
            change(&mut again);
            Verdict::of(&recorded, &again)
        };
        let differs = |part| Verdict::Differs(vec![part]);
        assert_eq!(changed(|again| again.input.push(0)), differs(Part::Input));
        assert_eq!(changed(|again| again.output.push(0)), differs(Part::Output));
        assert_eq!(changed(|again| again.log.clear()), differs(Part::Log));
        assert_eq!(changed(|again| again.fuel += 1), differs(Part::Fuel));
        assert_eq!(
            changed(|again| again.artifact_digest.clear()),
            differs(Part::Artifact)
        );
        assert_eq!(
            changed(|again| again.outcome = Outcome::NotApplicable),
            differs(Part::Outcome)
        );
        assert_eq!(
            changed(|again| {
                again.fuel += 1;
                again.output.push(0);
            }),
            Verdict::Differs(vec![Part::Output, Part::Fuel])
        );
    }

    #[test]
    fn another_engine_may_use_other_fuel_and_nothing_else_of_its_own() {
        let recorded = decision();
        let mut other = again(&recorded);
        other.engine.push_str(" of another version");
        assert_eq!(Verdict::of(&recorded, &other), Verdict::Same);
        other.fuel += 1;
        other.artifact_digest.clear();
        assert_eq!(Verdict::of(&recorded, &other), Verdict::OtherFuel);
        other.output.push(0);
        assert_eq!(
            Verdict::of(&recorded, &other),
            Verdict::Differs(vec![Part::Output])
        );
    }
}
