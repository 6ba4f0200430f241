//! Questions to a component, each put once: most of what a simulation asks it has asked
//! before.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::Component;
use crate::policy::question::{Answer, Context, Posting, Reason};
use crate::policy::{Asked, Code, PolicyError};

/// Answers that are kept of a function; beyond that all are forgotten.
const KNOWN_MAX: usize = 50_000;
/// The machine may be busy with something else for longer than a call may take.
const TRIES_MAX: u32 = 10;

/// What a component was asked before.
pub(super) struct Known<Q>(HashMap<Q, Arc<Answered>>);

impl<Q> Default for Known<Q> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

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

impl<Q: Clone + Eq + Hash> Known<Q> {
    /// What is known of a question, or else what `ask` finds.
    ///
    /// # Errors
    /// Where the host could not ask.
    pub(super) fn answer(
        &mut self,
        asked: Q,
        ask: impl FnOnce(Q) -> Result<Answered, PolicyError>,
    ) -> Result<Arc<Answered>, PolicyError> {
        if let Some(answered) = self.0.get(&asked) {
            return Ok(answered.clone());
        }
        let answered = Arc::new(ask(asked.clone())?);
        if self.0.len() >= KNOWN_MAX {
            self.0.clear();
        }
        self.0.insert(asked, answered.clone());
        Ok(answered)
    }
}

impl Component {
    /// Asks in the sandbox.
    ///
    /// # Errors
    /// Where the host could not ask, and not for what was asked.
    pub(super) fn ask<I: Asked>(
        &self,
        context: Context,
        input: &I,
        read: impl Fn(I::Answer) -> (Vec<Posting>, Vec<Reason>),
    ) -> Result<Answered, PolicyError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let asked = self
                .bound
                .ask_blocking(&self.limits, context, input.clone());
            match asked {
                Ok(decided) => {
                    let (postings, reasons) = match decided.answer {
                        Answer::Given(answer) => read(answer),
                        Answer::NotApplicable(_) => Default::default(),
                    };
                    let reasons = reasons.into_iter().map(|reason| reason.code).collect();
                    return Ok(Answered::Posted { postings, reasons });
                }
                Err(failed) if failed.error.code.reproducible() => {
                    return Ok(Answered::Failed(failed.error.code));
                }
                Err(failed) if tries >= TRIES_MAX => return Err(failed.error),
                Err(_) => {}
            }
        }
    }
}
