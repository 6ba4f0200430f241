//! One question to a policy, from the input to the receipt.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bind::Bound;
use super::interface::{Asked, Declined, Reply, Trouble};
use super::pool::Turn;
use super::sandbox::{Cost, MESSAGE_BYTES_MAX, Sandbox};
use super::{CallOptions, Place, guest::shorten};
use crate::metrics;
use crate::policy::canonical;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::Limits;
use crate::policy::question::{Answer, Context, Question};
use crate::policy::receipt::{Decided, Decision, Failed, Outcome, Receipt};

/// An answer that cannot be read is asked for once more with so many times the
/// room, to tell one that is too large from one that is broken.
const ROOM_TO_TELL: u64 = 16;

/// Why a call is not made that has waited for too long.
pub(super) const OVERLOADED: &str = "no slot for calls has become free in time";

/// Why an answer is not taken that may repeat what people wrote.
const UNNAMED: &str = "it has a word that neither its vocabulary nor its manifest nor the rest of \
    the question has: a policy that is told free text answers in words that were named before";

impl Bound {
    /// Waits for its place, then asks: any of the functions by its input.
    pub async fn ask<I: Asked>(
        self: &Arc<Self>,
        options: &CallOptions,
        context: Context,
        input: I,
    ) -> Decision<I::Answer> {
        if options.place == Place::Beside {
            return self.ask_beside(options.limits, context, input).await;
        }
        let (answer, answered) = tokio::sync::oneshot::channel();
        let bound = self.clone();
        let limits = options.limits;
        let submitted = Instant::now();
        let work = move |turn: Turn| {
            metrics::calls::waited(submitted.elapsed());
            // Who asked may have gone meanwhile.
            if answer.is_closed() {
                return;
            }
            let decision = match turn {
                Turn::Run => {
                    let (decision, taken) = bound.ask_measured(&limits, context, input);
                    count::<I>(&decision, taken);
                    decision
                }
                Turn::Overloaded => {
                    let code = Code::HostOverloaded.as_str();
                    metrics::calls::turned_away(I::FUNCTION.as_str(), code);
                    let asked = Asking::new(&bound, &limits, context, input);
                    asked.fail(PolicyError::new(Code::HostOverloaded, OVERLOADED))
                }
            };
            let _ = answer.send(decision);
        };
        self.engine
            .pool
            .submit(&options.manufacturer, Box::new(work));
        match answered.await {
            Ok(decision) => decision,
            Err(_) => self.panicked::<I>(limits),
        }
    }

    /// Asks on a thread of its own, one at a time, while no call wants its slot.
    async fn ask_beside<I: Asked>(
        self: &Arc<Self>,
        limits: Limits,
        context: Context,
        input: I,
    ) -> Decision<I::Answer> {
        let _turn = self.engine.beside.lock().await;
        while self.engine.pool.is_wanted() {
            tokio::time::sleep(BESIDE_PAUSE).await;
        }
        let bound = self.clone();
        let asking = move || bound.ask_measured(&limits, context, input).0;
        match tokio::task::spawn_blocking(asking).await {
            Ok(decision) => decision,
            Err(_) => self.panicked::<I>(limits),
        }
    }

    /// The call has panicked, and the input with it.
    pub(super) fn panicked<I: Asked>(&self, limits: Limits) -> Decision<I::Answer> {
        Err(Box::new(Failed {
            error: PolicyError::new(Code::HostInternal, "the call has panicked")
                .of(self.plugin().title()),
            receipt: self.receipt::<I>(limits),
        }))
    }

    /// Asks on this thread, and tells how long it took.
    pub(super) fn ask_measured<I: Asked>(
        &self,
        limits: &Limits,
        context: Context,
        input: I,
    ) -> (Decision<I::Answer>, Duration) {
        let begin = Instant::now();
        let mut decision = self.ask_blocking(limits, context, input);
        let taken = begin.elapsed();
        let receipt = match &mut decision {
            Ok(decided) => &mut decided.receipt,
            Err(failed) => &mut failed.receipt,
        };
        receipt.micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
        (decision, taken)
    }

    /// Asks on this thread, without waiting for a slot.
    pub fn ask_blocking<I: Asked>(
        &self,
        limits: &Limits,
        context: Context,
        input: I,
    ) -> Decision<I::Answer> {
        Asking::new(self, limits, context, input).ask()
    }

    /// A receipt of nothing yet.
    fn receipt<I: Asked>(&self, limits: Limits) -> Receipt {
        let plugin = self.plugin();
        Receipt {
            function: I::FUNCTION,
            interface: plugin.interface(),
            plugin: plugin.title().to_owned(),
            plugin_digest: plugin.digest().to_owned(),
            configuration_digest: self.configuration_digest().to_owned(),
            terms_digest: self.terms_digest().to_owned(),
            artifact_digest: self.artifact_digest().to_owned(),
            engine: self.engine.machine.fingerprint.clone(),
            baked: self.baked(),
            limits,
            input: Vec::new(),
            output: Vec::new(),
            log: Vec::new(),
            fuel: 0,
            micros: 0,
            memory_bytes: 0,
            outcome: Outcome::Failed(Code::HostInternal),
        }
    }
}

/// How long a call beside the others waits before it looks again.
const BESIDE_PAUSE: Duration = Duration::from_millis(10);

/// A call under way.
struct Asking<'a, I> {
    bound: &'a Bound,
    question: Question<I>,
    limits: Limits,
    receipt: Receipt,
    /// What is wrong with the question itself.
    objection: Option<PolicyError>,
}

/// An answer as it came out of the sandbox.
struct Outcomes<A> {
    reply: Result<Result<A, Declined>, PolicyError>,
    cost: Cost,
    log: Vec<String>,
}

impl<'a, I: Asked> Asking<'a, I> {
    fn new(bound: &'a Bound, limits: &Limits, context: Context, mut input: I) -> Self {
        input.keep_named(bound.vocabulary());
        let limits = bound.limits().lowered_to(*limits);
        let question = Question { context, input };
        let mut receipt = bound.receipt::<I>(limits);
        let objection = match canonical::to_cbor(&question) {
            Ok(bytes) => {
                receipt.input = bytes;
                question.input.check().err()
            }
            Err(error) => Some(PolicyError::new(Code::InputInvalid, error.to_string())),
        };
        Self {
            bound,
            question,
            limits,
            receipt,
            objection,
        }
    }

    fn ask(mut self) -> Decision<I::Answer> {
        if let Some(error) = self.objection.take() {
            return self.fail(error);
        }
        if self.receipt.input.len() as u64 > self.limits.input_bytes {
            let message = format!(
                "it has {} bytes of at most {}",
                self.receipt.input.len(),
                self.limits.input_bytes
            );
            // It is not kept either: a receipt has the same limit.
            self.receipt.input.clear();
            return self.fail(PolicyError::new(Code::InputTooLarge, message));
        }
        let output_bytes = self.limits.output_bytes_for(self.question.input.rows());
        let outcomes = match self.call(output_bytes) {
            Ok(outcomes) => outcomes,
            Err(error) => return self.fail(error),
        };
        self.receipt.fuel = outcomes.cost.fuel;
        self.receipt.memory_bytes = outcomes.cost.memory_bytes;
        self.receipt.log = outcomes.log;
        let answer = match outcomes.reply {
            Ok(Ok(answer)) => answer,
            Ok(Err(declined)) => return self.decline(declined),
            Err(error) => return self.fail(error),
        };
        let manifest = self.bound.plugin().manifest();
        if let Some(objection) = self.question.input.objection(manifest, &answer) {
            return self.fail(PolicyError::new(Code::GuestOutputInvalid, objection));
        }
        let input = &self.question.input;
        let vocabulary = self.bound.vocabulary();
        if input.has_free_text() && input.is_repeated(manifest, vocabulary, &answer) {
            return self.fail(PolicyError::new(Code::GuestOutputInvalid, UNNAMED));
        }
        self.decide(Answer::Given(answer), Outcome::Answered, output_bytes)
    }

    /// A fresh sandbox, the call in it, and why it was stopped if it was.
    fn call(&self, output_bytes: u64) -> Result<Outcomes<I::Answer>, PolicyError> {
        let mut sandbox = self.start(output_bytes)?;
        let reply = match self.ask_in(&mut sandbox) {
            Ok(reply) => Ok(reply),
            Err(Trouble::Input(what)) => Err(PolicyError::new(Code::InputInvalid, what)),
            Err(Trouble::Output(what)) => Err(PolicyError::new(Code::GuestOutputInvalid, what)),
            Err(Trouble::Stopped(error)) => Err(match sandbox.explain(&error) {
                error if error.code == Code::GuestOutputInvalid => {
                    self.unreadable(error, output_bytes)?
                }
                error => error,
            }),
        };
        Ok(Outcomes {
            reply,
            cost: sandbox.cost(),
            log: sandbox.take_log(),
        })
    }

    /// Wasmtime does not tell an answer that is too large from one that is
    /// broken. The same question gives the same answer, so it is asked once more
    /// with more room: what can be read then was too large.
    fn unreadable(
        &self,
        error: PolicyError,
        output_bytes: u64,
    ) -> Result<PolicyError, PolicyError> {
        let mut sandbox = self.start(output_bytes.saturating_mul(ROOM_TO_TELL))?;
        Ok(match self.ask_in(&mut sandbox) {
            Err(Trouble::Stopped(_)) => error,
            Ok(_) | Err(Trouble::Output(_) | Trouble::Input(_)) => too_large(output_bytes),
        })
    }

    fn start(&self, output_bytes: u64) -> Result<Sandbox, PolicyError> {
        let component = self.bound.policy().component();
        let mut sandbox = Sandbox::start(&self.bound.engine.machine, component, &self.limits)?;
        if let Some((configuration, terms)) = self.bound.to_configure() {
            sandbox.configure(component, configuration, terms)?;
        }
        sandbox.arm(&self.limits, self.question.input.rows(), output_bytes);
        Ok(sandbox)
    }

    fn ask_in(&self, sandbox: &mut Sandbox) -> Reply<I::Answer> {
        sandbox.ask(
            self.bound.policy(),
            self.bound.vocabulary(),
            &self.question.context,
            |policy, call| self.question.input.ask(policy, call),
        )
    }

    fn decline(self, declined: Declined) -> Decision<I::Answer> {
        let quoted = |text: &str| format!("it says: {}", shorten(text, MESSAGE_BYTES_MAX));
        match declined {
            Declined::NotApplicable(reason) => {
                let manifest = self.bound.plugin().manifest();
                if self.question.input.has_free_text() && manifest.reason(&reason).is_none() {
                    return self.fail(PolicyError::new(Code::GuestOutputInvalid, UNNAMED));
                }
                let reason = shorten(&reason, MESSAGE_BYTES_MAX).to_owned();
                let output_bytes = self.limits.output_bytes;
                self.decide(
                    Answer::NotApplicable(reason),
                    Outcome::NotApplicable,
                    output_bytes,
                )
            }
            Declined::InvalidInput(text) => {
                self.fail(PolicyError::new(Code::InputInvalid, quoted(&text)))
            }
            Declined::Internal(text) => {
                self.fail(PolicyError::new(Code::PolicyError, quoted(&text)))
            }
        }
    }

    fn decide(
        mut self,
        answer: Answer<I::Answer>,
        outcome: Outcome,
        output_bytes: u64,
    ) -> Decision<I::Answer> {
        match canonical::to_cbor(&answer) {
            Ok(bytes) if bytes.len() as u64 > output_bytes => self.fail(too_large(output_bytes)),
            Ok(bytes) => {
                self.receipt.output = bytes;
                self.receipt.outcome = outcome;
                Ok(Decided {
                    answer,
                    receipt: self.receipt,
                })
            }
            Err(error) => self.fail(PolicyError::new(Code::HostInternal, error.to_string())),
        }
    }

    fn fail(mut self, error: PolicyError) -> Decision<I::Answer> {
        self.receipt.outcome = Outcome::Failed(error.code);
        Err(Box::new(Failed {
            error: error.of(self.bound.plugin().title()),
            receipt: self.receipt,
        }))
    }
}

/// Tells whoever watches of a call.
pub(super) fn count<I: Asked>(decision: &Decision<I::Answer>, taken: Duration) {
    let receipt = match decision {
        Ok(decided) => &decided.receipt,
        Err(failed) => &failed.receipt,
    };
    let function = I::FUNCTION.as_str();
    metrics::calls::ended(function, receipt.outcome.as_str(), taken, receipt.fuel);
}

fn too_large(output_bytes: u64) -> PolicyError {
    PolicyError::new(
        Code::GuestOutputTooLarge,
        format!("it has more than {output_bytes} bytes"),
    )
}
