//! The policy of `matching-weighted` with JSON in and JSON out, to measure what
//! the columns of the interface save.

mod answer;
mod question;
mod values;

use matching_weighted::WeightedMatching;
use stellwerk_plugin_sdk::matching::Matching;

use question::Question;

/// Decides: the text of a question to the text of the ranking.
///
/// # Errors
/// A text that is no question, and what the policy says in place of an answer.
pub fn rank(policy: &WeightedMatching, question: &str) -> Result<String, String> {
    let Question { context, input } =
        serde_json::from_str(question).map_err(|error| error.to_string())?;
    answer::write(input.candidates.len(), policy.rank(&context, &input))
}

/// The two functions of wit/policy.wit.
#[cfg(target_arch = "wasm32")]
mod border {
    use std::cell::RefCell;

    use matching_weighted::WeightedMatching;
    use stellwerk_plugin_sdk::{Policy, Terms};

    wit_bindgen::generate!({ path: "wit", world: "policy" });

    thread_local! {
        /// The configured policy: part of the snapshot, as with every plugin.
        static POLICY: RefCell<Option<WeightedMatching>> = const { RefCell::new(None) };
    }

    struct InJson;

    impl Guest for InJson {
        fn configure(configuration: String, terms: String) -> Result<(), String> {
            let text = |error: serde_json::Error| error.to_string();
            let configuration = serde_json::from_str(&configuration).map_err(text)?;
            let terms: Terms = serde_json::from_str(&terms).map_err(text)?;
            let policy = WeightedMatching::configure(configuration, &terms)
                .map_err(|problems| format!("{problems:?}"))?;
            POLICY.set(Some(policy));
            Ok(())
        }

        fn rank(question: String) -> Result<String, String> {
            POLICY.with_borrow(|policy| match policy {
                Some(policy) => crate::rank(policy, &question),
                None => Err("asked before it was configured".to_owned()),
            })
        }
    }

    export!(InJson);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use stellwerk_plugin_sdk::matching::{Matching, RankInput};
    use stellwerk_plugin_sdk::{Context, testing};

    use super::*;

    #[test]
    fn a_text_is_ranked_as_its_question_is() {
        let policy: WeightedMatching = testing::default();
        let question = json!({
            "context": {
                "now": {
                    "micros": "1772445600000000",
                    "offset-seconds": 3600,
                    "in-working-time": true
                },
                "seed": "18446744073709551615"
            },
            "input": {
                "lead": {
                    "reference": "lead-1", "cycle": 1, "product": "heat-pump",
                    "value": "2500000", "country": "DE",
                    "age": { "elapsed-seconds": "60", "working-seconds": "60" },
                    "centroid": { "latitude": 53.25, "longitude": 10.41 },
                    "attributes": {
                        "certificates-asked": { "texts": ["f-gas", "solar"] },
                        "language": { "text": "de" }
                    }
                },
                "assessed": { "temperature": "warm", "score": "500", "attributes": {} },
                "wave": 1,
                "candidates": {
                    "keys": ["1", "2", "3", "4", "5"],
                    "columns": {
                        "level": { "texts": ["gold", "gold", "silver", null, "gold"] },
                        "distance-km": { "numbers": [80.0, 10, null, 5.5, 400.0] },
                        "capacity": { "integers": ["10", null, "7", "3", "9"] },
                        "capacity-used": { "integers": ["1", "2", "3", "1", "0"] },
                        "certificates": { "sets": [["f-gas"], [], ["f-gas", "solar"], [], []] },
                        "attribute/language": { "sets": [["de"], ["de", "en"], [], ["fr"], []] },
                        "attribute/emergency": { "flags": [true, false, null, true, true] }
                    }
                }
            }
        });
        let context: Context = testing::input(&question["context"].to_string());
        let input: RankInput = testing::input(&question["input"].to_string());
        let ranking = policy.rank(&context, &input).unwrap();

        let text = rank(&policy, &question.to_string()).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let answer = &answer["given"];
        assert_eq!(answer["outcome"]["code"], "offer");
        assert_eq!(answer["groups"], json!(ranking.groups()));
        for row in 0..input.candidates.len() {
            let excluded = ranking.excluded_by(row).unwrap_or_default();
            assert_eq!(answer["excluded"][row], json!(excluded), "{row}");
            assert_eq!(answer["scores"][row], ranking.score_of(row), "{row}");
        }
        assert_eq!(ranking.terms().len(), 6);
        for (name, contributions) in ranking.terms() {
            assert_eq!(answer["terms"][name.text()], json!(contributions), "{name}");
        }
    }

    #[test]
    fn nobody_is_answered_with_its_reason() {
        let policy: WeightedMatching = testing::default();
        let text = rank(
            &policy,
            r#"{
                "context": { "now": { "micros": 1772445600000000 } },
                "input": { "lead": { "reference": "lead-1", "cycle": 1 }, "wave": 1 }
            }"#,
        );
        let answer: Value = serde_json::from_str(&text.unwrap()).unwrap();
        assert_eq!(answer["given"]["outcome"]["code"], "nobody");
        assert_eq!(answer["given"]["reasons"][0]["code"], "nobody-left");
    }

    #[test]
    fn what_is_no_question_is_said() {
        let policy: WeightedMatching = testing::default();
        let error = rank(&policy, r#"{ "context": {} }"#).unwrap_err();
        assert!(error.contains("missing field `now`"), "{error}");
    }
}
