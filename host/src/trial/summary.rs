//! What a candidate's answers add up to, beside those of what is in force.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::generation::{CandidateAnswer, Role};

/// What some answers add up to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Summary {
    /// Questions that were put to both.
    pub cases: i64,
    /// Questions that the candidate has decided, as a canary.
    pub decided: i64,
    /// Cases in which both would do the same.
    pub agreeing: i64,
    /// Of these, those in which something differs that nothing follows from.
    pub agreeing_otherwise: i64,
    /// Cases in which they would not.
    pub flips: i64,
    /// Of all that could be compared; none where nothing could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_percent: Option<f64>,
    pub candidate: Side,
    pub in_force: Side,
    /// Minor units of money that the candidate would have paid more.
    pub value_difference: i64,
}

/// How one of both has done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Side {
    /// Calls without an answer, by the error's code.
    pub errors: BTreeMap<String, i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<Spread>,
    /// The call with its sandbox by the wall clock, where it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub micros: Option<Spread>,
}

/// What half, nine tenths and all but a hundredth did not go beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Spread {
    pub p50: i64,
    pub p90: i64,
    pub p99: i64,
}

/// What some answers have in common, and what they add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    pub of: String,
    pub summary: Summary,
}

/// Adds answers up.
pub fn summarise<'a>(answers: impl IntoIterator<Item = &'a CandidateAnswer>) -> Summary {
    let mut found = Summary::default();
    let (mut candidate, mut in_force) = (Costs::default(), Costs::default());
    for answer in answers {
        // What took no fuel was not asked: a component of money had no wish here.
        let is_asked = answer.fuel > 0;
        let own = (
            is_asked.then_some(answer.fuel),
            is_asked.then_some(answer.micros),
        );
        let other = (answer.other_fuel, answer.other_micros);
        match answer.role {
            Role::Shadow => {
                candidate.add(own);
                in_force.add(other);
                count_error(&mut found.candidate, answer);
            }
            Role::Canary => {
                found.decided += 1;
                candidate.add(own);
                count_error(&mut found.candidate, answer);
                continue;
            }
            // The canary's cost is with its own answer.
            Role::Incumbent => {
                in_force.add(own);
                count_error(&mut found.in_force, answer);
            }
        }
        found.cases += 1;
        match answer.agrees {
            Some(true) => {
                found.agreeing += 1;
                found.agreeing_otherwise += i64::from(!answer.difference.is_empty());
            }
            Some(false) => found.flips += 1,
            None => {}
        }
        let more = answer.value_difference.unwrap_or_default();
        found.value_difference = found.value_difference.saturating_add(more);
    }
    let compared = found.agreeing + found.flips;
    found.agreement_percent = (compared > 0).then(|| {
        let percent = found.agreeing as f64 * 100.0 / compared as f64;
        (percent * 100.0).floor() / 100.0
    });
    (found.candidate.fuel, found.candidate.micros) = candidate.spreads();
    (found.in_force.fuel, found.in_force.micros) = in_force.spreads();
    found
}

/// Adds answers up by what they have in common, the part with the most cases first.
pub fn by<'a>(
    answers: &'a [CandidateAnswer],
    most: usize,
    of: impl Fn(&'a CandidateAnswer) -> Option<String>,
) -> Vec<Part> {
    let mut parts: BTreeMap<String, Vec<&CandidateAnswer>> = BTreeMap::new();
    for answer in answers {
        let of = of(answer).unwrap_or_else(|| "(none)".to_owned());
        parts.entry(of).or_default().push(answer);
    }
    let mut parts: Vec<Part> = parts
        .into_iter()
        .map(|(of, answers)| Part {
            of,
            summary: summarise(answers),
        })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.summary.cases + part.summary.decided));
    parts.truncate(most);
    parts
}

fn count_error(side: &mut Side, answer: &CandidateAnswer) {
    if !matches!(answer.outcome.as_str(), "ok" | "not-applicable") {
        *side.errors.entry(answer.outcome.clone()).or_default() += 1;
    }
}

#[derive(Default)]
struct Costs {
    fuel: Vec<i64>,
    micros: Vec<i64>,
}

impl Costs {
    fn add(&mut self, (fuel, micros): (Option<i64>, Option<i64>)) {
        self.fuel.extend(fuel);
        self.micros.extend(micros.filter(|micros| *micros > 0));
    }

    fn spreads(self) -> (Option<Spread>, Option<Spread>) {
        (spread(self.fuel), spread(self.micros))
    }
}

/// By the nearest rank.
fn spread(mut values: Vec<i64>) -> Option<Spread> {
    values.sort_unstable();
    let at = |percent: usize| {
        let rank = (values.len() * percent).div_ceil(100);
        values.get(rank.saturating_sub(1)).copied()
    };
    Some(Spread {
        p50: at(50)?,
        p90: at(90)?,
        p99: at(99)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Micros;

    fn answer(role: Role, outcome: &str, agrees: Option<bool>, fuel: i64) -> CandidateAnswer {
        CandidateAnswer {
            manufacturer: "m".into(),
            contract: "c".into(),
            slot: "matching".into(),
            generation: 2,
            id: "1".into(),
            role,
            incumbent: Some(1),
            decision: None,
            lead: None,
            partner: None,
            function: "rank".into(),
            outcome: outcome.into(),
            agrees,
            difference: String::new(),
            fuel,
            micros: fuel * 2,
            other_fuel: Some(7),
            other_micros: Some(9),
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
    fn cases_are_counted_and_failures_are_neither_agreement_nor_flip() {
        let mut answers: Vec<CandidateAnswer> = (1..=97)
            .map(|fuel| answer(Role::Shadow, "ok", Some(true), fuel))
            .collect();
        answers[0].difference = "score 2 instead of 1".into();
        answers.push(CandidateAnswer {
            difference: "first group 2 instead of 1".into(),
            value_difference: Some(-40),
            ..answer(Role::Shadow, "ok", Some(false), 98)
        });
        answers.push(answer(Role::Shadow, "guest.fuel", None, 99));
        answers.push(answer(Role::Shadow, "not-applicable", Some(false), 100));
        insta::assert_json_snapshot!(summarise(&answers), @r#"
        {
          "cases": 100,
          "decided": 0,
          "agreeing": 97,
          "agreeing-otherwise": 1,
          "flips": 2,
          "agreement-percent": 97.97,
          "candidate": {
            "errors": {
              "guest.fuel": 1
            },
            "fuel": {
              "p50": 50,
              "p90": 90,
              "p99": 99
            },
            "micros": {
              "p50": 100,
              "p90": 180,
              "p99": 198
            }
          },
          "in-force": {
            "errors": {},
            "fuel": {
              "p50": 7,
              "p90": 7,
              "p99": 7
            },
            "micros": {
              "p50": 9,
              "p90": 9,
              "p99": 9
            }
          },
          "value-difference": -40
        }
        "#);
    }

    #[test]
    fn of_a_canary_each_side_counts_its_own_answers() {
        let answers = [
            answer(Role::Canary, "guest.trap", None, 10),
            answer(Role::Canary, "ok", None, 20),
            answer(Role::Incumbent, "ok", Some(true), 30),
        ];
        let summary = summarise(&answers);
        assert_eq!((summary.decided, summary.cases), (2, 1));
        assert_eq!(summary.agreement_percent, Some(100.0));
        assert_eq!(
            summary.candidate.errors,
            [("guest.trap".to_owned(), 1)].into()
        );
        assert!(summary.in_force.errors.is_empty());
        let p99 = |side: &Side| side.fuel.map(|fuel| fuel.p99);
        assert_eq!(
            (p99(&summary.candidate), p99(&summary.in_force)),
            (Some(20), Some(30))
        );
    }

    #[test]
    fn an_agreement_is_not_rounded_up_to_all() {
        let mut answers = vec![answer(Role::Shadow, "ok", Some(true), 1); 100_000];
        answers.push(answer(Role::Shadow, "ok", Some(false), 1));
        assert_eq!(summarise(&answers).agreement_percent, Some(99.99));
    }

    #[test]
    fn parts_come_by_their_size_and_say_what_is_in_none() {
        let of = |product: Option<&str>| CandidateAnswer {
            product: product.map(str::to_owned),
            ..answer(Role::Shadow, "ok", Some(true), 1)
        };
        let answers = [of(Some("a")), of(Some("b")), of(Some("b")), of(None)];
        let parts = by(&answers, 2, |answer| answer.product.clone());
        let parts: Vec<(&str, i64)> = parts
            .iter()
            .map(|part| (part.of.as_str(), part.summary.cases))
            .collect();
        assert_eq!(parts, [("b", 2), ("(none)", 1)]);
    }
}
