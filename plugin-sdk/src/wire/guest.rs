//! What the exports of all kinds do alike.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use super::convert;
use super::shared::calls;
use crate::{Context, Policy, Terms, Word, panic, word};

thread_local! {
    /// The configured policy: made once, and part of the snapshot from then on.
    static POLICY: RefCell<Option<Rc<dyn Any>>> = const { RefCell::new(None) };
}

pub(super) fn describe<P: Policy>(kind: &str) -> String {
    panic::install();
    crate::policy::document::<P>(kind).to_string()
}

pub(super) fn configure<P: Policy>(
    config: &str,
    terms: &str,
    words: &[&str],
) -> Result<Vec<String>, Vec<calls::Problem>> {
    panic::install();
    word::begin_vocabulary();
    let problem = |pointer: &str, message: String| {
        vec![calls::Problem {
            pointer: pointer.to_owned(),
            message,
        }]
    };
    let config: P::Config =
        serde_json::from_str(config).map_err(|error| problem("", error.to_string()))?;
    let terms: Terms =
        serde_json::from_str(terms).map_err(|error| problem("terms:", error.to_string()))?;
    let policy = P::configure(config, &terms).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| calls::Problem {
                pointer: problem.pointer,
                message: problem.message,
            })
            .collect::<Vec<_>>()
    })?;
    // Codes that answers are made of: naming them now spares the calls from it.
    for code in words {
        Word::of(code);
    }
    for code in P::manifest().reason_codes() {
        Word::of(code);
    }
    POLICY.set(Some(Rc::new(policy)));
    Ok(word::vocabulary())
}

/// The configured policy, and the context with its words taken in.
pub(super) fn begin<P: Policy>(
    context: calls::Context,
) -> Result<(Rc<P>, Context), calls::PolicyError> {
    let policy = POLICY
        .with_borrow(Clone::clone)
        .and_then(|policy| policy.downcast::<P>().ok())
        .ok_or_else(|| calls::PolicyError::Internal("asked before it was configured".to_owned()))?;
    let own = convert::context(&context);
    word::begin_call(context.words);
    Ok((policy, own))
}
