//! Puts a question to what is bound to a slot, and records the decision.

use tracing::Instrument;
use tracing::field::Empty;

use super::{Host, InForce};
use crate::domain::decision::Decision;
use crate::domain::time::Micros;
use crate::metrics;
use crate::policy::question::{Answer, Context};
use crate::policy::receipt::Receipt;
use crate::policy::{self, CallOptions, Code, HeldSlot, Place, free_text};
use crate::telemetry::TRACED;

/// The code where nothing is bound to a slot.
const UNBOUND: &str = "policy.unbound";
/// The code where what is in force was taken out of it for its failures.
const QUARANTINED: &str = "policy.quarantined";

/// What came of a question. A policy that fails is never a business "no".
#[derive(Debug)]
pub enum Asked<A> {
    Answer(A),
    /// The policy has nothing to say; the contract's default follows. A reason
    /// code of the manifest.
    NotApplicable(String),
    Failed {
        /// Of the closed list of errors.
        code: &'static str,
        /// Names the plugin and what happened.
        detail: String,
        /// Whether the same question would fail the same way again.
        reproducible: bool,
    },
}

/// There was no room for the call: nothing was asked, and asking again may
/// succeed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Overloaded(pub String);

impl Overloaded {
    /// Of the closed list of errors.
    pub fn code() -> &'static str {
        Code::HostOverloaded.as_str()
    }
}

impl Host {
    /// A slot for many calls in a row about a contract's money.
    ///
    /// # Errors
    /// `Overloaded` where none has become free in time.
    pub async fn hold_slot(&self, force: &InForce) -> Result<HeldSlot, Overloaded> {
        let manufacturer = force.contract.manufacturer.as_str().into();
        let held = self.engine.hold(&manufacturer).await;
        held.map_err(|error| Overloaded(error.to_string()))
    }

    /// Asks what is bound to `slot`. The decision is to be committed with what
    /// follows from it; there is none where nothing was asked.
    ///
    /// # Errors
    /// `Overloaded` where the call found no room.
    pub async fn ask<I: policy::Asked>(
        &self,
        force: &InForce,
        slot: &str,
        context: &Context,
        input: I,
        now: Micros,
    ) -> Result<(Asked<I::Answer>, Option<Decision>), Overloaded> {
        self.ask_in(None, force, slot, context, input, now).await
    }

    /// The same; in the slot that is held, if there is one, where the call runs on this
    /// thread.
    pub async fn ask_in<I: policy::Asked>(
        &self,
        held: Option<&HeldSlot>,
        force: &InForce,
        slot: &str,
        context: &Context,
        input: I,
        now: Micros,
    ) -> Result<(Asked<I::Answer>, Option<Decision>), Overloaded> {
        let Some(in_force) = force.slots.get(slot) else {
            count(force, slot, UNBOUND);
            let failed = Asked::Failed {
                code: UNBOUND,
                detail: format!(
                    "nothing is bound to the slot {slot} of contract {}; bind a plugin to it",
                    force.contract.code
                ),
                reproducible: true,
            };
            return Ok((failed, None));
        };
        if in_force.quarantined {
            count(force, slot, QUARANTINED);
            let failed = Asked::Failed {
                code: QUARANTINED,
                detail: format!(
                    "generation {} of the slot {slot} of contract {} has failed too often; \
                     activate another one, or this one again",
                    in_force.generation, force.contract.code
                ),
                reproducible: true,
            };
            return Ok((failed, None));
        }
        let bound = match &in_force.bound {
            Ok(bound) => bound,
            Err(error) => {
                count(force, slot, error.code.as_str());
                let failed = Asked::Failed {
                    code: error.code.as_str(),
                    detail: error.to_string(),
                    reproducible: error.code.reproducible(),
                };
                return Ok((failed, None));
            }
        };
        let options = CallOptions {
            limits: in_force.limits,
            place: in_force.place,
            ..CallOptions::new(force.contract.manufacturer.as_str())
        };
        let span = tracing::debug_span!(
            target: TRACED,
            "policy",
            slot,
            contract = force.contract.code,
            generation = in_force.generation,
            outcome = Empty,
            fuel = Empty,
        );
        let decided = match held {
            Some(held) if in_force.place == Place::Slot => {
                span.in_scope(|| bound.ask_held(held, options.limits, *context, input))
            }
            _ => {
                let asking = bound.ask(&options, *context, input);
                asking.instrument(span.clone()).await
            }
        };
        let receipt = match &decided {
            Ok(decided) => &decided.receipt,
            Err(failed) => &failed.receipt,
        };
        if in_force.place == Place::Slot {
            self.note_outcome(force, slot, in_force.generation, receipt.outcome.as_str());
        }
        span.record("outcome", receipt.outcome.as_str());
        span.record("fuel", receipt.fuel);
        drop(span);
        let (asked, receipt) = match decided {
            Ok(decided) => {
                let asked = match decided.answer {
                    Answer::Given(answer) => Asked::Answer(answer),
                    Answer::NotApplicable(reason) => Asked::NotApplicable(reason),
                };
                (asked, decided.receipt)
            }
            Err(failed) if failed.error.code == Code::HostOverloaded => {
                tracing::warn!(
                    contract = force.contract.code,
                    slot,
                    "no room for a call: {}",
                    failed.error
                );
                count(force, slot, Code::HostOverloaded.as_str());
                return Err(Overloaded(failed.error.to_string()));
            }
            Err(failed) => {
                // What is asked beside the others fails nobody.
                if in_force.place == Place::Slot {
                    count(force, slot, failed.error.code.as_str());
                    tracing::warn!(
                        contract = force.contract.code,
                        slot,
                        generation = in_force.generation,
                        plugin = failed.receipt.plugin,
                        code = failed.error.code.as_str(),
                        "a policy failed"
                    );
                }
                let told_free_text = free_text::apart(I::FUNCTION, &failed.receipt.input).is_some();
                let what = match told_free_text {
                    false => failed.error.to_string(),
                    true => format!(
                        "{}; what it says of it may repeat the lead's free text, so it is not kept",
                        failed.error.code.as_str()
                    ),
                };
                let asked = Asked::Failed {
                    code: failed.error.code.as_str(),
                    detail: format!(
                        "{} generation {}: {what}",
                        failed.receipt.plugin, in_force.generation
                    ),
                    reproducible: failed.error.code.reproducible(),
                };
                (asked, failed.receipt)
            }
        };
        let decision = record(
            self,
            force,
            slot,
            in_force.generation,
            context,
            receipt,
            now,
        );
        Ok((asked, Some(decision)))
    }
}

fn count(force: &InForce, slot: &str, code: &'static str) {
    metrics::calls::failed(&force.manufacturer, &force.contract.code, slot, code);
}

fn record(
    host: &Host,
    force: &InForce,
    slot: &str,
    generation: i64,
    context: &Context,
    receipt: Receipt,
    now: Micros,
) -> Decision {
    Decision {
        manufacturer: force.contract.manufacturer.clone(),
        id: host.ids.next(now),
        contract: force.contract.id.clone(),
        lead: None,
        deal: None,
        event: None,
        slot: slot.to_owned(),
        function: receipt.function.as_str().to_owned(),
        asked_at: Micros(context.now.micros),
        generation,
        terms_version: force.contract.terms_version,
        interface: receipt.interface.to_owned(),
        plugin: receipt.plugin,
        plugin_digest: receipt.plugin_digest,
        configuration_digest: receipt.configuration_digest,
        terms_digest: Some(receipt.terms_digest),
        artifact_digest: receipt.artifact_digest,
        engine: receipt.engine,
        baked: receipt.baked,
        limits: Some(receipt.limits.to_json()),
        fuel: i64::try_from(receipt.fuel).unwrap_or(i64::MAX),
        micros: i64::try_from(receipt.micros).unwrap_or(i64::MAX),
        outcome: receipt.outcome.as_str().to_owned(),
        input: receipt.input,
        output: receipt.output,
        log: receipt.log,
        follows: None,
    }
}
