//! The border of escalation policies.

use std::marker::PhantomData;

use super::{convert, guest};
use crate::escalation::Escalation;

mod bindings {
    wit_bindgen::generate!({
        world: "stellwerk:escalation/escalation@0.1.0",
        path: "../wit",
        with: {
            "stellwerk:types/values@0.1.0": crate::wire::shared::values,
            "stellwerk:types/parties@0.1.0": crate::wire::shared::parties,
            "stellwerk:types/calls@0.1.0": crate::wire::shared::calls,
        },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_escalation",
        default_bindings_module: "$crate::wire::escalation",
    });
}

pub use bindings::__export_escalation as export_macro;
pub use bindings::*;

use super::shared::calls::{Context, PolicyError, Problem};
use bindings::exports::stellwerk::escalation::policy as wire;

/// Stands for the policy at the border.
pub struct Adapter<P>(PhantomData<P>);

impl<P: Escalation> wire::Guest for Adapter<P> {
    fn describe() -> String {
        guest::describe::<P>("escalation")
    }

    fn configure(config: String, terms: String) -> Result<Vec<String>, Vec<Problem>> {
        guest::configure::<P>(&config, &terms, crate::escalation::Action::WORDS)
    }

    fn escalate(
        context: Context,
        input: wire::EscalateInput,
    ) -> Result<wire::Escalation, PolicyError> {
        use crate::Word;
        use crate::escalation as own;
        let (policy, context) = guest::begin::<P>(context)?;
        let input = own::EscalateInput {
            lead: convert::lead(input.lead),
            assessed: convert::assessed(input.assessed),
            event: convert::event(input.event),
            since: convert::instant(input.since),
            step: input.step,
            wave: input.wave,
            history: convert::events(input.history),
            holder: input.holder.map(convert::partner),
            medians: input
                .medians
                .into_iter()
                .map(|median| own::StageMedian {
                    stage: Word(median.stage),
                    median: convert::age(median.median),
                })
                .collect(),
        };
        let answer = policy.escalate(&context, &input).map_err(convert::error)?;
        Ok(wire::Escalation {
            actions: answer
                .actions
                .into_iter()
                .map(|action| convert::case(action.into_case()))
                .collect(),
            deadlines: convert::wake_ups(answer.deadlines),
            step: answer.step,
            reasons: convert::reasons(answer.reasons),
            words: crate::word::added(),
        })
    }

    fn admit(context: Context, input: wire::AdmitInput) -> Result<wire::Admission, PolicyError> {
        use crate::Word;
        use crate::escalation as own;
        let (policy, context) = guest::begin::<P>(context)?;
        let input = own::AdmitInput {
            lead: convert::lead(input.lead),
            assessed: convert::assessed(input.assessed),
            partner: convert::partner(input.partner),
            offer: own::Offer {
                state: input.offer.state.map(Word),
                wave: input.offer.wave,
                age: convert::age(input.offer.age),
                attributes: convert::attributes(input.offer.attributes),
            },
            claim: convert::attributes(input.claim),
        };
        let admission = policy.admit(&context, &input).map_err(convert::error)?;
        Ok(wire::Admission {
            verdict: if admission.refusals.is_empty() {
                wire::Verdict::Admitted
            } else {
                wire::Verdict::Refused(
                    admission
                        .refusals
                        .into_iter()
                        .map(|refusal| convert::case(refusal.into_case()))
                        .collect(),
                )
            },
            reasons: convert::reasons(admission.reasons),
            words: crate::word::added(),
        })
    }
}
