//! A policy of escalation that answers with all that it was told.

#[path = "../../told.rs"]
mod told;

use stellwerk_plugin_sdk::prelude::*;

pub struct Mirror;

impl Policy for Mirror {
    type Config = told::Config;

    fn manifest() -> Manifest {
        told::manifest("escalation")
    }

    fn configure(_config: told::Config, _terms: &Terms) -> Result<Self, Vec<Problem>> {
        told::configure();
        Ok(Self)
    }
}

impl Escalation for Mirror {
    fn escalate(
        &self,
        context: &Context,
        input: &EscalateInput,
    ) -> Result<EscalationAnswer, PolicyError> {
        let span = told::every_leg();
        Ok(EscalationAnswer {
            actions: vec![
                Action::Remind,
                Action::Recall,
                Action::NextWave,
                Action::Reopen { span: span.clone() },
                Action::Assign { to: 7 },
                Action::Extend { by: span.clone() },
                Action::Tell {
                    role: Word::of("channel-manager"),
                },
                Action::TellCustomer,
                Action::Block { span: span.clone() },
                Action::Nurture {
                    until: span.clone(),
                },
                Action::Fallback,
            ],
            deadlines: vec![
                WakeUp {
                    attributes: told::attributes(),
                    ..WakeUp::after("due", span)
                },
                WakeUp::drop("claim"),
            ],
            step: u32::MAX,
            reasons: told::reasons(context, input),
        })
    }

    fn admit(&self, context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError> {
        Ok(Admission {
            refusals: vec![
                Refusal::Feedback {
                    leads: vec![input.lead.reference],
                },
                Refusal::Capacity,
                Refusal::Wait {
                    span: told::every_leg(),
                },
                Refusal::Never,
            ],
            reasons: told::reasons(context, input),
        })
    }
}

stellwerk_plugin_sdk::export!(escalation: Mirror);
