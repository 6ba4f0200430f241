//! Is this a lead worth a partner's time, and how warm is it?

mod answer;
mod input;

use crate::{Context, Policy, PolicyError};

pub use answer::{Assessment, Outcome};
pub use input::{AssessInput, ContactField, Duplicate, Ending, FieldState, RegisteredDeal};

/// A qualification policy.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// /// Nobody is called who has not agreed to it.
/// struct Consenting {
///     consent: Word,
/// }
/// # impl Policy for Consenting {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("qualification-consent", "0.1.0", "Takes leads that may be called.")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self { consent: Word::of("consent") })
/// #     }
/// # }
///
/// impl Qualification for Consenting {
///     fn assess(&self, _: &Context, input: &AssessInput) -> Result<Assessment, PolicyError> {
///         let given = input.lead.attributes.flag(self.consent);
///         Ok(Assessment::of(match given.or(input.answers.flag(self.consent)) {
///             Some(true) => Outcome::qualified(),
///             Some(false) => Outcome::Reject,
///             None => Outcome::NeedsInfo { questions: vec![self.consent] },
///         }))
///     }
/// }
///
/// let input: AssessInput = testing::input(r#"{ "answers": { "consent": { "flag": true } } }"#);
/// let assessment = testing::default::<Consenting>().assess(&Context::default(), &input).unwrap();
/// assert_eq!(assessment.outcome, Outcome::qualified());
/// ```
pub trait Qualification: Policy {
    /// Asked when a lead arrives, changes, is answered by a qualifier, or wakes up.
    ///
    /// # Errors
    /// Why there is no assessment.
    fn assess(&self, context: &Context, input: &AssessInput) -> Result<Assessment, PolicyError>;
}
