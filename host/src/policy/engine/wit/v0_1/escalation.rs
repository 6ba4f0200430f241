//! Questions and answers of the package `escalation`.

use super::bindings::escalation::exports::stellwerk::escalation::policy as wit;
use super::shared::{
    age, assessed, attributes, each, instant, lead, open_case_back, partner, past_event,
    reasons_back, wake_ups_back,
};
use super::words::{Decoder, Encoder, Invalid};
use crate::policy::question::{Admission, AdmitInput, EscalateInput, Escalation, Verdict};

pub fn escalate_input<'a>(words: &mut Encoder<'a>, input: &'a EscalateInput) -> wit::EscalateInput {
    wit::EscalateInput {
        lead: lead(words, &input.lead),
        assessed: assessed(words, &input.assessed),
        event: past_event(words, &input.event),
        since: instant(input.since),
        step: input.step,
        wave: input.wave,
        history: input
            .history
            .iter()
            .map(|event| past_event(words, event))
            .collect(),
        holder: input.holder.as_ref().map(|holder| partner(words, holder)),
        medians: input
            .medians
            .iter()
            .map(|median| wit::StageMedian {
                stage: words.word(&median.stage),
                median: age(median.median),
            })
            .collect(),
    }
}

pub fn escalation(words: &Decoder<'_>, answer: &wit::Escalation) -> Result<Escalation, Invalid> {
    Ok(Escalation {
        actions: each("actions", &answer.actions, |action| {
            open_case_back(words, action)
        })?,
        deadlines: wake_ups_back(words, "deadlines", &answer.deadlines)?,
        step: answer.step,
        reasons: reasons_back(words, &answer.reasons)?,
    })
}

pub fn admit_input<'a>(words: &mut Encoder<'a>, input: &'a AdmitInput) -> wit::AdmitInput {
    wit::AdmitInput {
        lead: lead(words, &input.lead),
        assessed: assessed(words, &input.assessed),
        partner: partner(words, &input.partner),
        offer: wit::Offer {
            state: words.option(&input.offer.state),
            wave: input.offer.wave,
            age: age(input.offer.age),
            attributes: attributes(words, &input.offer.attributes),
        },
        claim: attributes(words, &input.claim),
    }
}

pub fn admission(words: &Decoder<'_>, answer: &wit::Admission) -> Result<Admission, Invalid> {
    Ok(Admission {
        verdict: match &answer.verdict {
            wit::Verdict::Admitted => Verdict::Admitted,
            wit::Verdict::Refused(refusals) => {
                Verdict::Refused(each("verdict/refused", refusals, |refusal| {
                    open_case_back(words, refusal)
                })?)
            }
        },
        reasons: reasons_back(words, &answer.reasons)?,
    })
}
