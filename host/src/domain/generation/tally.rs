//! What a canary's answers tell of the gates that its contract has set.

use super::{CandidateAnswer, Role, Share, Verdict, WHOLE, is_hosts, is_own_failure, per_cent};
use crate::domain::terms::Gates;

/// Of a hundred answers one may use more.
const BEYOND_P99: i64 = WHOLE / 100;

/// What a canary has to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Answers that fail by the policy's own fault, of those that it gave or failed
    /// to give.
    Errors,
    /// Answers by which something else is done than by what is in force, of those
    /// that were compared.
    Disagreement,
    /// Leads that nobody has worked in time, of those that began with it and whose
    /// time is over.
    Unworked,
    /// Answers that took more fuel than the limit.
    FuelP99,
    /// Answers that took longer than the limit.
    MicrosP99,
}

impl Gate {
    /// As the terms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Disagreement => "disagreement",
            Self::Unworked => "unworked",
            Self::FuelP99 => "fuel-p99",
            Self::MicrosP99 => "micros-p99",
        }
    }
}

/// A gate that is set, with what the cases tell of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gated {
    pub gate: Gate,
    /// As the terms have it: parts per million, fuel, or microseconds.
    pub limit: i64,
    pub share: Share,
}

impl Gated {
    fn of(gate: Gate, limit: i64) -> Self {
        let share = match gate {
            Gate::FuelP99 | Gate::MicrosP99 => BEYOND_P99,
            Gate::Errors | Gate::Disagreement | Gate::Unworked => limit,
        };
        Self {
            gate,
            limit,
            share: Share::of_at_most(share),
        }
    }

    /// What an answer is to the gate; none where it is no case of it.
    fn counts(&self, answer: &CandidateAnswer) -> Option<bool> {
        let is_canarys = answer.role == Role::Canary && !is_hosts(&answer.outcome);
        match self.gate {
            Gate::Errors => is_canarys.then(|| is_own_failure(&answer.outcome)),
            Gate::FuelP99 => is_canarys.then_some(answer.fuel > self.limit),
            Gate::MicrosP99 => is_canarys.then_some(answer.micros > self.limit),
            Gate::Disagreement => {
                let agrees = answer.agrees.filter(|_| answer.role == Role::Incumbent);
                agrees.map(|agrees| !agrees)
            }
            Gate::Unworked => None,
        }
    }

    /// What it has seen, in words.
    pub fn found(&self) -> String {
        let seen = self.share.seen();
        let what = match self.gate {
            Gate::Errors => "answers failed".to_owned(),
            Gate::Disagreement => "answers differ from what is in force".to_owned(),
            Gate::Unworked => "leads stayed unworked".to_owned(),
            Gate::FuelP99 => format!("answers took more than {} fuel", self.limit),
            Gate::MicrosP99 => format!("answers took more than {} microseconds", self.limit),
        };
        format!(
            "{} of {} {what}, where at most {} % may",
            seen.hits,
            seen.cases,
            per_cent(self.share.max())
        )
    }
}

/// The gates of a canary, answer by answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    gates: Vec<Gated>,
}

impl Tally {
    /// Without answers.
    pub fn of(gates: &Gates) -> Self {
        let set = [
            (Gate::Errors, gates.errors_max),
            (Gate::Disagreement, gates.disagreement_max),
            (Gate::Unworked, gates.unworked_max),
            (Gate::FuelP99, gates.fuel_p99_max),
            (Gate::MicrosP99, gates.micros_p99_max),
        ];
        let set = set.into_iter();
        Self {
            gates: set
                .filter_map(|(gate, limit)| Some(Gated::of(gate, limit?)))
                .collect(),
        }
    }

    /// One answer more, in their order.
    pub fn answer(&mut self, answer: &CandidateAnswer) {
        for gated in &mut self.gates {
            if let Some(counts) = gated.counts(answer) {
                gated.share.add(counts);
            }
        }
    }

    /// One outcome more of a component that pays, in their order.
    pub fn paid(&mut self, outcome: &str) {
        let errors = self.gates.iter_mut();
        for gated in errors.filter(|gated| gated.gate == Gate::Errors && !is_hosts(outcome)) {
            gated.share.add(is_own_failure(outcome));
        }
    }

    /// The time of a lead that began with the canary is over.
    pub fn over(&mut self, was_worked: bool) {
        let unworked = self.gates.iter_mut();
        for gated in unworked.filter(|gated| gated.gate == Gate::Unworked) {
            gated.share.add(!was_worked);
        }
    }

    pub fn gates(&self) -> &[Gated] {
        &self.gates
    }

    /// Whether leads have to be looked at.
    pub fn looks_at_leads(&self) -> bool {
        self.gates.iter().any(|gated| gated.gate == Gate::Unworked)
    }

    /// The first gate that has tripped.
    pub fn tripped(&self) -> Option<&Gated> {
        let mut gates = self.gates.iter();
        gates.find(|gated| gated.share.verdict() == Verdict::Trips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Micros;

    fn answer(role: Role, outcome: &str, agrees: Option<bool>, cost: i64) -> CandidateAnswer {
        CandidateAnswer {
            manufacturer: String::from("m").into(),
            contract: String::from("c").into(),
            slot: "matching".to_owned(),
            generation: 2,
            id: "1".to_owned(),
            role,
            incumbent: Some(1),
            decision: None,
            lead: None,
            partner: None,
            function: "rank".to_owned(),
            outcome: outcome.to_owned(),
            agrees,
            difference: String::new(),
            fuel: cost,
            micros: cost,
            other_fuel: None,
            other_micros: None,
            product: None,
            country: None,
            region: None,
            value_difference: None,
            input: Vec::new(),
            output: Vec::new(),
            asked_at: Micros(0),
        }
    }

    #[test]
    fn each_gate_counts_what_is_a_case_of_it() {
        let mut tally = Tally::of(&Gates {
            errors_max: Some(10_000),
            disagreement_max: Some(50_000),
            unworked_max: Some(200_000),
            fuel_p99_max: Some(100),
            micros_p99_max: Some(10),
        });
        for answer in [
            answer(Role::Canary, "ok", None, 50),
            answer(Role::Canary, "guest.trap", None, 500),
            answer(Role::Canary, "host.deadline", None, 5),
            answer(Role::Incumbent, "ok", Some(true), 1_000),
            answer(Role::Incumbent, "ok", None, 1),
            answer(Role::Shadow, "guest.trap", Some(false), 1_000),
        ] {
            tally.answer(&answer);
        }
        tally.over(true);
        let counted: Vec<(&str, u32, u32)> = tally
            .gates()
            .iter()
            .map(|gated| (gated.gate.as_str(), gated.share.now()))
            .map(|(gate, now)| (gate, now.hits, now.cases))
            .collect();
        assert_eq!(
            counted,
            [
                ("errors", 1, 2),
                ("disagreement", 0, 1),
                ("unworked", 0, 1),
                ("fuel-p99", 1, 2),
                ("micros-p99", 2, 2),
            ]
        );
        let tripped = tally.tripped().unwrap();
        assert_eq!(
            tripped.found(),
            "2 of 2 answers took more than 10 microseconds, where at most 1 % may"
        );
    }

    #[test]
    fn what_is_not_set_is_not_watched() {
        let mut tally = Tally::of(&Gates {
            errors_max: None,
            ..Gates::default()
        });
        (0..8).for_each(|_| tally.answer(&answer(Role::Canary, "guest.trap", None, 1)));
        assert!(tally.gates().is_empty() && tally.tripped().is_none());
    }
}
