//! Who may claim now: those that report, and have room.

use stellwerk_plugin_sdk::Leg;
use stellwerk_plugin_sdk::prelude::*;

use super::Ladder;

impl Ladder {
    /// All that stands against the claim, each with what would unlock it.
    pub(super) fn gate(&self, context: &Context, input: &AdmitInput) -> Admission {
        let words = &self.words;
        let partner = &input.partner.attributes;
        let count = |name: Word| partner.integer(name).unwrap_or(0);
        let mut admission = Admission::admitted();
        let overdue = count(words.overdue);
        let silent = count(words.without_feedback);
        let silent_max = self.config.gate.open_without_feedback_max;
        if overdue > 0 {
            admission
                .reasons
                .push(Reason::of("feedback-overdue").with(overdue));
        }
        if silent >= silent_max {
            admission
                .reasons
                .push(Reason::of("too-many-silent").with(silent).with(silent_max));
        }
        if overdue > 0 || silent >= silent_max {
            admission
                .refusals
                .push(Refusal::Feedback { leads: Vec::new() });
        }
        if let Some(capacity) = partner.integer(words.capacity)
            && count(words.capacity_used) >= capacity
        {
            admission.refusals.push(Refusal::Capacity);
            admission.reasons.push(
                Reason::of("no-capacity")
                    .with(count(words.capacity_used))
                    .with(capacity),
            );
        }
        if let Some(until) = partner.integer(words.blocked_until)
            && until > context.now.micros
        {
            let seconds = (until - context.now.micros).div_euclid(1_000_000) + 1;
            admission.refusals.push(Refusal::Wait {
                span: Span::of([Leg::ElapsedSeconds(
                    u32::try_from(seconds).unwrap_or(u32::MAX),
                )]),
            });
            admission.reasons.push(Reason::of("blocked"));
        }
        if input.offer.state == Some(words.declined) {
            admission.refusals.push(Refusal::Never);
            admission.reasons.push(Reason::of("has-declined"));
        }
        admission
    }
}
