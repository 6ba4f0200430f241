//! What happens when nobody acts? May this partner claim now?

mod admit;
mod escalate;

use crate::{Context, Policy, PolicyError};

pub use admit::{Admission, AdmitInput, Offer, Refusal};
pub use escalate::{Action, EscalateInput, EscalationAnswer, StageMedian};

/// An escalation policy.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// /// When a wave's time is up the next one is asked; whoever is behind reports first.
/// struct Waves {
///     due: Word,
///     overdue: Word,
/// }
/// # impl Policy for Waves {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("escalation-waves", "0.1.0", "Asks on.").figure("feedback-overdue")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self { due: Word::of("due"), overdue: Word::of("figure/feedback-overdue") })
/// #     }
/// # }
///
/// impl Escalation for Waves {
///     fn escalate(
///         &self,
///         _context: &Context,
///         input: &EscalateInput,
///     ) -> Result<EscalationAnswer, PolicyError> {
///         let mut answer = EscalationAnswer::default();
///         if input.event.code == self.due && input.holder.is_none() {
///             answer.actions.push(Action::NextWave);
///         }
///         Ok(answer)
///     }
///
///     fn admit(&self, _context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError> {
///         let mut admission = Admission::admitted();
///         if input.partner.attributes.integer(self.overdue) > Some(0) {
///             admission.refusals.push(Refusal::Feedback { leads: Vec::new() });
///         }
///         Ok(admission)
///     }
/// }
///
/// let waves: Waves = testing::default();
/// let input: EscalateInput = testing::input(r#"{ "event": { "code": "due" }, "wave": 1 }"#);
/// let answer = waves.escalate(&Context::default(), &input).unwrap();
/// assert_eq!(answer.actions, [Action::NextWave]);
/// let input: AdmitInput = testing::input(
///     r#"{ "partner": { "key": 7, "attributes": {
///         "figure/feedback-overdue": { "integer": 2 } } } }"#,
/// );
/// assert!(!waves.admit(&Context::default(), &input).unwrap().is_admitted());
/// ```
pub trait Escalation: Policy {
    /// Asked when a lead is offered or claimed, when feedback comes, and when a
    /// deadline is due.
    ///
    /// # Errors
    /// Why there is no answer.
    fn escalate(
        &self,
        context: &Context,
        input: &EscalateInput,
    ) -> Result<EscalationAnswer, PolicyError>;

    /// Asked when a partner wants to claim, or is about to be assigned the lead.
    ///
    /// # Errors
    /// Why there is no answer. A refusal is one.
    fn admit(&self, context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError>;
}
