//! Questions and answers of the package `compensation`.

use super::bindings::compensation::exports::stellwerk::compensation::policy as wit;
use super::shared::{
    age, attributes, each, instant, lead, open_case_back, partner, reasons_back, table, terms_back,
    wake_ups_back,
};
use super::words::{Decoder, Encoder, Invalid};
use crate::policy::question::{
    AwardInput, Balance, Earnings, Holder, Notice, Posting, SettleInput, Settlement,
};

fn holder(holder: Holder) -> wit::Holder {
    match holder {
        Holder::Partner(position) => wit::Holder::Partner(position),
        Holder::Contract => wit::Holder::Contract,
        Holder::Lead => wit::Holder::Lead,
        Holder::Deal => wit::Holder::Deal,
        Holder::Customer => wit::Holder::Customer,
        Holder::Plan => wit::Holder::Plan,
    }
}

fn holder_back(holder: &wit::Holder) -> Holder {
    match *holder {
        wit::Holder::Partner(position) => Holder::Partner(position),
        wit::Holder::Contract => Holder::Contract,
        wit::Holder::Lead => Holder::Lead,
        wit::Holder::Deal => Holder::Deal,
        wit::Holder::Customer => Holder::Customer,
        wit::Holder::Plan => Holder::Plan,
    }
}

fn balances<'a>(words: &mut Encoder<'a>, balances: &'a [Balance]) -> Vec<wit::Balance> {
    balances
        .iter()
        .map(|balance| wit::Balance {
            account: words.word(&balance.account),
            holder: holder(balance.holder),
            amount: balance.amount,
        })
        .collect()
}

fn postings_back(words: &Decoder<'_>, postings: &[wit::Posting]) -> Result<Vec<Posting>, Invalid> {
    each("postings", postings, |posting| {
        Ok(Posting {
            account: words.owned(posting.account)?,
            holder: holder_back(&posting.holder),
            amount: posting.amount,
            reason: posting.reason,
            corrects: posting.corrects,
        })
    })
}

pub fn award_input<'a>(words: &mut Encoder<'a>, input: &'a AwardInput) -> wit::AwardInput {
    wit::AwardInput {
        event: wit::PaidEvent {
            reference: words.word(&input.event.reference),
            code: words.word(&input.event.code),
            occurred: instant(input.event.occurred),
            recorded: instant(input.event.recorded),
            attributes: attributes(words, &input.event.attributes),
            lines: input
                .event
                .lines
                .iter()
                .map(|line| wit::Line {
                    product: words.word(&line.product),
                    quantity: line.quantity,
                    value: line.value,
                    attributes: attributes(words, &line.attributes),
                })
                .collect(),
        },
        lead: input.lead.as_ref().map(|told| lead(words, told)),
        deal: input.deal.as_ref().map(|deal| wit::Deal {
            reference: words.word(&deal.reference),
            age: age(deal.age),
            attributes: attributes(words, &deal.attributes),
        }),
        customer: input.customer.as_ref().map(|customer| wit::Customer {
            reference: words.word(&customer.reference),
            attributes: attributes(words, &customer.attributes),
        }),
        payees: input
            .payees
            .iter()
            .map(|payee| wit::Payee {
                role: words.word(&payee.role),
                partner: partner(words, &payee.partner),
            })
            .collect(),
        balances: balances(words, &input.balances),
        earlier: input
            .earlier
            .iter()
            .map(|posting| wit::EarlierPosting {
                account: words.word(&posting.account),
                holder: posting.holder.map(holder),
                amount: posting.amount,
                reason: words.word(&posting.reason),
                event: words.word(&posting.event),
                age: age(posting.age),
                corrects: posting.corrects,
            })
            .collect(),
    }
}

pub fn earnings(words: &Decoder<'_>, answer: &wit::Earnings) -> Result<Earnings, Invalid> {
    Ok(Earnings {
        postings: postings_back(words, &answer.postings)?,
        wake_ups: wake_ups_back(words, "wake-ups", &answer.wake_ups)?,
        reasons: reasons_back(words, &answer.reasons)?,
    })
}

pub fn settle_input<'a>(words: &mut Encoder<'a>, input: &'a SettleInput) -> wit::SettleInput {
    wit::SettleInput {
        period: wit::Period {
            name: words.word(&input.period.name),
            cadence: words.word(&input.period.cadence),
            begins: input.period.begins,
            ends: input.period.ends,
        },
        partners: table(words, &input.partners),
        balances: balances(words, &input.balances),
    }
}

pub fn settlement(
    words: &Decoder<'_>,
    rows: usize,
    answer: wit::Settlement,
) -> Result<Settlement, Invalid> {
    Ok(Settlement {
        postings: postings_back(words, &answer.postings)?,
        terms: terms_back(words, rows, answer.terms)?,
        notices: each("notices", &answer.notices, |notice| {
            Ok(Notice {
                holder: holder_back(&notice.holder),
                notice: open_case_back(words, &notice.notice)?,
            })
        })?,
        wake_ups: wake_ups_back(words, "wake-ups", &answer.wake_ups)?,
        reasons: reasons_back(words, &answer.reasons)?,
    })
}
