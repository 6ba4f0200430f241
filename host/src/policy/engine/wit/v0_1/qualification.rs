//! Questions and answers of the package `qualification`.

use super::bindings::qualification::exports::stellwerk::qualification::policy as wit;
use super::shared::{
    age, attributes, lead, open_case_back, past_event, reasons_back, temperature_back,
};
use super::words::{Decoder, Encoder, Invalid};
use crate::policy::question::{AssessInput, Assessment, FieldState};

pub fn assess_input<'a>(words: &mut Encoder<'a>, input: &'a AssessInput) -> wit::AssessInput {
    wit::AssessInput {
        lead: lead(words, &input.lead),
        answers: attributes(words, &input.answers),
        contact: input
            .contact
            .iter()
            .map(|field| wit::ContactField {
                name: words.word(&field.name),
                state: match field.state {
                    FieldState::Valid => wit::FieldState::Valid,
                    FieldState::Invalid => wit::FieldState::Invalid,
                },
            })
            .collect(),
        activities: input
            .activities
            .iter()
            .map(|activity| past_event(words, activity))
            .collect(),
        duplicates: input
            .duplicates
            .iter()
            .map(|duplicate| wit::Duplicate {
                lead: words.word(&duplicate.lead),
                state: words.word(&duplicate.state),
                product: words.option(&duplicate.product),
                age: age(duplicate.age),
                holder: duplicate.holder,
                agrees: words.set(duplicate.agrees.iter().map(String::as_str)),
            })
            .collect(),
        deals: input
            .deals
            .iter()
            .map(|deal| wit::RegisteredDeal {
                deal: words.word(&deal.deal),
                partner: deal.partner,
                product: words.option(&deal.product),
                age: age(deal.age),
            })
            .collect(),
        figures: attributes(words, &input.figures),
        endings: input
            .endings
            .iter()
            .map(|ending| wit::Ending {
                field: words.word(&ending.field),
                value: words.word(&ending.value),
                won: ending.won,
                lost: ending.lost,
            })
            .collect(),
    }
}

pub fn assessment(words: &Decoder<'_>, answer: &wit::Assessment) -> Result<Assessment, Invalid> {
    Ok(Assessment {
        outcome: open_case_back(words, &answer.outcome)?,
        temperature: answer.temperature.map(temperature_back),
        score: answer.score,
        expected_value: answer.expected_value,
        reasons: reasons_back(words, &answer.reasons)?,
    })
}
