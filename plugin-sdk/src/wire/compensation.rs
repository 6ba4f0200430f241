//! The border of compensation policies.

use std::marker::PhantomData;

use super::{convert, guest};
use crate::compensation::Compensation;

mod bindings {
    wit_bindgen::generate!({
        world: "stellwerk:compensation/compensation@0.1.0",
        path: "../wit",
        with: {
            "stellwerk:types/values@0.1.0": crate::wire::shared::values,
            "stellwerk:types/tables@0.1.0": crate::wire::shared::tables,
            "stellwerk:types/parties@0.1.0": crate::wire::shared::parties,
            "stellwerk:types/calls@0.1.0": crate::wire::shared::calls,
        },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_compensation",
        default_bindings_module: "$crate::wire::compensation",
    });
}

pub use bindings::__export_compensation as export_macro;
pub use bindings::*;

use super::shared::calls::{Context, PolicyError, Problem};
use bindings::exports::stellwerk::compensation::policy as wire;

/// Stands for the policy at the border.
pub struct Adapter<P>(PhantomData<P>);

impl<P: Compensation> wire::Guest for Adapter<P> {
    fn describe() -> String {
        guest::describe::<P>("compensation")
    }

    fn configure(config: String, terms: String) -> Result<Vec<String>, Vec<Problem>> {
        guest::configure::<P>(&config, &terms, crate::compensation::PaidEvent::WORDS)
    }

    fn award(context: Context, input: wire::AwardInput) -> Result<wire::Earnings, PolicyError> {
        let (policy, context) = guest::begin::<P>(context)?;
        let earnings = policy
            .award(&context, &read_award(input))
            .map_err(convert::error)?;
        Ok(wire::Earnings {
            postings: postings(earnings.postings),
            wake_ups: convert::wake_ups(earnings.wake_ups),
            reasons: convert::reasons(earnings.reasons),
            words: crate::word::added(),
        })
    }

    fn settle(context: Context, input: wire::SettleInput) -> Result<wire::Settlement, PolicyError> {
        use crate::{Date, Word};
        let (policy, context) = guest::begin::<P>(context)?;
        let input = crate::compensation::SettleInput {
            period: crate::compensation::Period {
                name: Word(input.period.name),
                cadence: Word(input.period.cadence),
                begins: Date(input.period.begins),
                ends: Date(input.period.ends),
            },
            partners: convert::table(input.partners),
            balances: balances(input.balances),
        };
        let settlement = policy.settle(&context, &input).map_err(convert::error)?;
        Ok(wire::Settlement {
            postings: postings(settlement.postings),
            terms: convert::terms(settlement.terms),
            notices: settlement
                .notices
                .into_iter()
                .map(|(to, notice)| wire::Notice {
                    holder: holder_out(to),
                    notice: convert::case(notice.into_case()),
                })
                .collect(),
            wake_ups: convert::wake_ups(settlement.wake_ups),
            reasons: convert::reasons(settlement.reasons),
            words: crate::word::added(),
        })
    }
}

fn read_award(input: wire::AwardInput) -> crate::compensation::AwardInput {
    use crate::compensation as own;
    use crate::{Money, Word};
    own::AwardInput {
        event: own::PaidEvent {
            reference: Word(input.event.reference),
            code: Word(input.event.code),
            occurred: convert::instant(input.event.occurred),
            recorded: convert::instant(input.event.recorded),
            attributes: convert::attributes(input.event.attributes),
            lines: input
                .event
                .lines
                .into_iter()
                .map(|line| own::Line {
                    product: Word(line.product),
                    quantity: line.quantity,
                    value: Money(line.value),
                    attributes: convert::attributes(line.attributes),
                })
                .collect(),
        },
        lead: input.lead.map(convert::lead),
        deal: input.deal.map(|deal| own::Deal {
            reference: Word(deal.reference),
            age: convert::age(deal.age),
            attributes: convert::attributes(deal.attributes),
        }),
        customer: input.customer.map(|customer| own::Customer {
            reference: Word(customer.reference),
            attributes: convert::attributes(customer.attributes),
        }),
        payees: input
            .payees
            .into_iter()
            .map(|payee| own::Payee {
                role: Word(payee.role),
                partner: convert::partner(payee.partner),
            })
            .collect(),
        balances: balances(input.balances),
        earlier: input
            .earlier
            .into_iter()
            .map(|earlier| own::EarlierPosting {
                account: Word(earlier.account),
                holder: earlier.holder.map(holder_in),
                amount: earlier.amount,
                reason: Word(earlier.reason),
                event: Word(earlier.event),
                age: convert::age(earlier.age),
                corrects: earlier.corrects,
            })
            .collect(),
    }
}

fn balances(balances: Vec<wire::Balance>) -> Vec<crate::compensation::Balance> {
    balances
        .into_iter()
        .map(|balance| crate::compensation::Balance {
            account: crate::Word(balance.account),
            holder: holder_in(balance.holder),
            amount: balance.amount,
        })
        .collect()
}

fn postings(postings: Vec<crate::compensation::Posting>) -> Vec<wire::Posting> {
    postings
        .into_iter()
        .map(|posting| wire::Posting {
            account: posting.account.0,
            holder: holder_out(posting.holder),
            amount: posting.amount,
            reason: posting.reason,
            corrects: posting.corrects,
        })
        .collect()
}

fn holder_in(holder: wire::Holder) -> crate::compensation::Holder {
    use crate::compensation::Holder;
    match holder {
        wire::Holder::Partner(position) => Holder::Partner(position),
        wire::Holder::Contract => Holder::Contract,
        wire::Holder::Lead => Holder::Lead,
        wire::Holder::Deal => Holder::Deal,
        wire::Holder::Customer => Holder::Customer,
        wire::Holder::Plan => Holder::Plan,
    }
}

fn holder_out(holder: crate::compensation::Holder) -> wire::Holder {
    use crate::compensation::Holder;
    match holder {
        Holder::Partner(position) => wire::Holder::Partner(position),
        Holder::Contract => wire::Holder::Contract,
        Holder::Lead => wire::Holder::Lead,
        Holder::Deal => wire::Holder::Deal,
        Holder::Customer => wire::Holder::Customer,
        Holder::Plan => wire::Holder::Plan,
    }
}
