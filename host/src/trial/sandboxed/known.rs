//! Questions to a component, each put once: most of what a simulation asks it has asked
//! before.

use std::collections::HashMap;
use std::sync::Arc;

use super::Component;
use crate::policy::question::{Answer, Context, Posting, Question, Reason};
use crate::policy::{Asked, Code, PolicyError};

/// Answers that are kept; beyond that all are forgotten.
const KNOWN_MAX: usize = 50_000;
/// The machine may be busy with something else for longer than a call may take.
const TRIES_MAX: u32 = 10;

/// What was asked before, by component and question.
#[derive(Default)]
pub(super) struct Known(HashMap<Vec<u8>, Arc<Answered>>);

/// What came of a question.
pub(super) enum Answered {
    Posted {
        postings: Vec<Posting>,
        /// Codes, as postings name them by position.
        reasons: Vec<String>,
    },
    /// It cannot answer this, whenever it is asked.
    Failed(Code),
}

impl Component {
    /// Asks, unless that is known.
    ///
    /// # Errors
    /// Where the host could not ask, and not for what was asked.
    pub(super) fn ask<I: Asked>(
        &self,
        context: Context,
        mut input: I,
        known: &mut Known,
        read: impl Fn(I::Answer) -> (Vec<Posting>, Vec<Reason>),
    ) -> Result<Arc<Answered>, PolicyError> {
        input.keep_named(self.bound.vocabulary());
        let question = Question { context, input };
        let mut key = self.name.clone().into_bytes();
        ciborium::into_writer(&question, &mut key)
            .map_err(|error| PolicyError::new(Code::InputInvalid, error.to_string()))?;
        if let Some(answered) = known.0.get(&key) {
            return Ok(answered.clone());
        }
        let mut tries = 0;
        let answered = loop {
            tries += 1;
            let Question { context, input } = question.clone();
            match self.bound.ask_blocking(&self.limits, context, input) {
                Ok(decided) => {
                    let (postings, reasons) = match decided.answer {
                        Answer::Given(answer) => read(answer),
                        Answer::NotApplicable(_) => Default::default(),
                    };
                    let reasons = reasons.into_iter().map(|reason| reason.code).collect();
                    break Answered::Posted { postings, reasons };
                }
                Err(failed) if failed.error.code.reproducible() => {
                    break Answered::Failed(failed.error.code);
                }
                Err(failed) if tries >= TRIES_MAX => return Err(failed.error),
                Err(_) => {}
            }
        };
        if known.0.len() >= KNOWN_MAX {
            known.0.clear();
        }
        let answered = Arc::new(answered);
        known.0.insert(key, answered.clone());
        Ok(answered)
    }
}
