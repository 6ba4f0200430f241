//! Questions and answers by the name of their function: receipts as people read
//! them, and questions from documents.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::canonical::{self, CanonicalError};
use super::engine::{Asked, Bound, CallOptions};
use super::error::{Code, PolicyError};
use super::kind::Function;
use super::limits::Limits;
use super::question::{
    AdmitInput, Answer, AssessInput, AwardInput, EscalateInput, Input, Question, RankInput,
    SettleInput,
};
use super::receipt::{Decided, Failed, Receipt};

/// Calls something generic over the input of a function.
macro_rules! by_function {
    ($function:expr, $call:ident($($argument:expr),*)) => {
        match $function {
            Function::Assess => $call::<AssessInput>($($argument),*),
            Function::Rank => $call::<RankInput>($($argument),*),
            Function::Escalate => $call::<EscalateInput>($($argument),*),
            Function::Admit => $call::<AdmitInput>($($argument),*),
            Function::Award => $call::<AwardInput>($($argument),*),
            Function::Settle => $call::<SettleInput>($($argument),*),
        }
    };
}

/// A receipt's input as JSON: `{"context": …, "input": …}`.
pub fn question_json(function: Function, cbor: &[u8]) -> Result<Value, CanonicalError> {
    fn view<I: Input + DeserializeOwned>(cbor: &[u8]) -> Result<Value, CanonicalError> {
        canonical::to_json(&canonical::from_cbor::<Question<I>>(cbor)?)
    }
    by_function!(function, view(cbor))
}

/// A receipt's output as JSON: `{"given": …}` or `{"not-applicable": "code"}`.
pub fn answer_json(function: Function, cbor: &[u8]) -> Result<Value, CanonicalError> {
    fn view<I: Input>(cbor: &[u8]) -> Result<Value, CanonicalError>
    where
        I::Answer: DeserializeOwned,
    {
        canonical::to_json(&canonical::from_cbor::<Answer<I::Answer>>(cbor)?)
    }
    by_function!(function, view(cbor))
}

/// A question of a document, as a receipt keeps it.
pub fn question_cbor(function: Function, question: Value) -> Result<Vec<u8>, PolicyError> {
    fn write<I: Input + DeserializeOwned>(question: Value) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_cbor(&canonical::from_json::<Question<I>>(question)?)
    }
    by_function!(function, write(question))
        .map_err(|error| PolicyError::new(Code::InputInvalid, error.to_string()))
}

/// Candidates or partners of a question that a receipt keeps: what limits grow
/// with.
pub fn rows(function: Function, question: &[u8]) -> Result<usize, CanonicalError> {
    fn rows<I: Input + DeserializeOwned>(question: &[u8]) -> Result<usize, CanonicalError> {
        Ok(canonical::from_cbor::<Question<I>>(question)?.input.rows())
    }
    by_function!(function, rows(question))
}

/// Asks the question that a receipt keeps; the answer is the JSON view.
pub fn ask_blocking(
    bound: &Bound,
    limits: &Limits,
    function: Function,
    question: &[u8],
) -> Result<Result<Decided<Value>, Box<Failed>>, PolicyError> {
    fn ask<I: Asked + DeserializeOwned>(
        bound: &Bound,
        limits: &Limits,
        question: &[u8],
    ) -> Result<Result<Decided<Value>, Box<Failed>>, CanonicalError>
    where
        I::Answer: Serialize,
    {
        let question: Question<I> = canonical::from_cbor(question)?;
        let decided = match bound.ask_blocking(limits, question.context, question.input) {
            Ok(decided) => decided,
            Err(failed) => return Ok(Err(failed)),
        };
        let answer = match decided.answer {
            Answer::Given(answer) => Answer::Given(canonical::to_json(&answer)?),
            Answer::NotApplicable(reason) => Answer::NotApplicable(reason),
        };
        Ok(Ok(Decided {
            answer,
            receipt: decided.receipt,
        }))
    }
    by_function!(function, ask(bound, limits, question))
        .map_err(|error| PolicyError::new(Code::InputInvalid, error.to_string()))
}

/// Asks the question that a receipt keeps, on this thread; the answer is in the receipt
/// of this time.
pub fn ask_again(
    bound: &Bound,
    limits: &Limits,
    function: Function,
    question: &[u8],
) -> Result<Receipt, CanonicalError> {
    fn ask<I: Asked + DeserializeOwned>(
        bound: &Bound,
        limits: &Limits,
        question: &[u8],
    ) -> Result<Receipt, CanonicalError> {
        let question: Question<I> = canonical::from_cbor(question)?;
        let decided = bound.ask_blocking(limits, question.context, question.input);
        Ok(match decided {
            Ok(decided) => decided.receipt,
            Err(failed) => failed.receipt,
        })
    }
    by_function!(function, ask(bound, limits, question))
}

/// Asks the question that a receipt keeps, as soon as there is a slot for it; the
/// answer is in the receipt of this time.
pub async fn ask(
    bound: &Arc<Bound>,
    options: &CallOptions,
    function: Function,
    question: &[u8],
) -> Result<Receipt, CanonicalError> {
    async fn ask<I: Asked + DeserializeOwned>(
        bound: &Arc<Bound>,
        options: &CallOptions,
        question: &[u8],
    ) -> Result<Receipt, CanonicalError> {
        let question: Question<I> = canonical::from_cbor(question)?;
        let decided = bound.ask(options, question.context, question.input).await;
        Ok(match decided {
            Ok(decided) => decided.receipt,
            Err(failed) => failed.receipt,
        })
    }
    match function {
        Function::Assess => ask::<AssessInput>(bound, options, question).await,
        Function::Rank => ask::<RankInput>(bound, options, question).await,
        Function::Escalate => ask::<EscalateInput>(bound, options, question).await,
        Function::Admit => ask::<AdmitInput>(bound, options, question).await,
        Function::Award => ask::<AwardInput>(bound, options, question).await,
        Function::Settle => ask::<SettleInput>(bound, options, question).await,
    }
}
