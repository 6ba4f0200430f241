//! The border of qualification policies.

use std::marker::PhantomData;

use super::{convert, guest};
use crate::qualification::Qualification;

mod bindings {
    wit_bindgen::generate!({
        world: "stellwerk:qualification/qualification@0.1.0",
        path: "../wit",
        with: {
            "stellwerk:types/values@0.1.0": crate::wire::shared::values,
            "stellwerk:types/parties@0.1.0": crate::wire::shared::parties,
            "stellwerk:types/calls@0.1.0": crate::wire::shared::calls,
        },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_qualification",
        default_bindings_module: "$crate::wire::qualification",
    });
}

pub use bindings::__export_qualification as export_macro;
pub use bindings::*;

use super::shared::calls::{Context, PolicyError, Problem};
use bindings::exports::stellwerk::qualification::policy as wire;

/// Stands for the policy at the border.
pub struct Adapter<P>(PhantomData<P>);

impl<P: Qualification> wire::Guest for Adapter<P> {
    fn describe() -> String {
        guest::describe::<P>("qualification")
    }

    fn configure(config: String, terms: String) -> Result<Vec<String>, Vec<Problem>> {
        guest::configure::<P>(&config, &terms, crate::qualification::Outcome::WORDS)
    }

    fn assess(context: Context, input: wire::AssessInput) -> Result<wire::Assessment, PolicyError> {
        let (policy, context) = guest::begin::<P>(context)?;
        let assessment = policy
            .assess(&context, &read(input))
            .map_err(convert::error)?;
        Ok(wire::Assessment {
            outcome: convert::case(assessment.outcome.into_case()),
            temperature: assessment.temperature.map(convert::temperature),
            score: assessment.score,
            expected_value: assessment.expected_value.map(|money| money.0),
            reasons: convert::reasons(assessment.reasons),
            words: crate::word::added(),
        })
    }
}

fn read(input: wire::AssessInput) -> crate::qualification::AssessInput {
    use crate::Word;
    use crate::qualification as own;
    own::AssessInput {
        lead: convert::lead(input.lead),
        answers: convert::attributes(input.answers),
        contact: input
            .contact
            .into_iter()
            .map(|field| own::ContactField {
                name: Word(field.name),
                state: match field.state {
                    wire::FieldState::Valid => own::FieldState::Valid,
                    wire::FieldState::Invalid => own::FieldState::Invalid,
                },
            })
            .collect(),
        activities: convert::events(input.activities),
        duplicates: input
            .duplicates
            .into_iter()
            .map(|duplicate| own::Duplicate {
                lead: Word(duplicate.lead),
                state: Word(duplicate.state),
                product: duplicate.product.map(Word),
                age: convert::age(duplicate.age),
                holder: duplicate.holder,
                agrees: duplicate.agrees.into_iter().map(Word).collect(),
            })
            .collect(),
        deals: input
            .deals
            .into_iter()
            .map(|deal| own::RegisteredDeal {
                deal: Word(deal.deal),
                partner: deal.partner,
                product: deal.product.map(Word),
                age: convert::age(deal.age),
            })
            .collect(),
        figures: convert::attributes(input.figures),
        endings: input
            .endings
            .into_iter()
            .map(|ending| own::Ending {
                field: Word(ending.field),
                value: Word(ending.value),
                won: ending.won,
                lost: ending.lost,
            })
            .collect(),
    }
}
