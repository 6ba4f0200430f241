//! What components are told of an event, or of a period's end.

use super::Component;
use super::accounts::{Accounts, Held};
use crate::domain::figure::Asked;
use crate::domain::simulation::{Event, Settle};
use crate::domain::time::Micros;
use crate::policy::manifest::{AccountHolder, Manifest};
use crate::policy::question::{
    Age, Attributes, AwardInput, Balance, Column, Deal, Holder, Instant, Lead, PaidEvent, Partner,
    Payee, Table, Value,
};

/// A Monday, in days since 1970-01-01: 2024-01-01, from which weeks are counted.
pub(super) const FIRST_DAY: i32 = 19_723;
const DAY_SECONDS: i64 = 86_400;
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;
/// Of a week's 168 hours 40 are working time.
const WORKING_PARTS: (i64, i64) = (5, 21);
const CLAIMER: &str = "claimer";
/// The key of whoever is asked about. Nothing that is told says which provider, lead or
/// deal it is, so that what is the same is asked once.
const PROVIDER: u64 = 1;
const MILLIONTHS: f64 = 1_000_000.0;

/// What a component is asked about, beside its accounts.
pub(super) struct About {
    pub lead: u32,
    pub deal: Option<u32>,
    pub event: String,
    pub at: Micros,
}

impl Component {
    pub(super) fn manifest(&self) -> &Manifest {
        self.bound.plugin().manifest()
    }

    /// The event with the accounts at hand, and how many earlier lines are told.
    pub(super) fn told_event(
        &self,
        position: usize,
        accounts: &Accounts,
        event: &Event<'_>,
        about: &About,
    ) -> (AwardInput, usize) {
        let money = event.value.map(|value| ("value", Value::Money(value)));
        let after = event
            .worked_after_seconds
            .map(|seconds| Value::Integer(seconds.into()));
        let temperature = event.temperature.as_str().to_owned();
        let attributes = [
            Some(("within-sla", Value::Flag(event.within_sla))),
            Some(("claim/temperature", Value::Text(temperature))),
            after.map(|after| ("claim/worked-after-seconds", after)),
            money,
        ];
        let attributes = attributes.into_iter().flatten();
        let earlier = accounts.earlier(position, about, self.manifest());
        let count = earlier.len();
        let input = AwardInput {
            event: PaidEvent {
                reference: about.event.clone(),
                code: event.code.as_str().to_owned(),
                occurred: instant(about.at),
                recorded: instant(about.at),
                attributes: attributes
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
                lines: Vec::new(),
            },
            lead: Some(Lead {
                reference: "lead".to_owned(),
                cycle: 1,
                product: event.product.map(str::to_owned),
                source: Some(event.source.to_owned()).filter(|source| !source.is_empty()),
                ..Lead::default()
            }),
            deal: event.deal.map(|_| Deal {
                reference: "deal".to_owned(),
                age: Age::default(),
                attributes: Attributes::default(),
            }),
            customer: None,
            payees: vec![Payee {
                role: CLAIMER.to_owned(),
                partner: Partner {
                    key: PROVIDER,
                    attributes: Attributes::default(),
                },
            }],
            balances: self.balances(position, accounts, Some(about)),
            earlier,
        };
        (input, count)
    }

    /// Every account of whoever is at hand. Where a period is settled, what the provider
    /// holds stands in its row.
    pub(super) fn balances(
        &self,
        position: usize,
        accounts: &Accounts,
        about: Option<&About>,
    ) -> Vec<Balance> {
        let declared = self.manifest().accounts.iter().enumerate();
        declared
            .filter_map(|(index, account)| {
                let (told, held) = match (account.holder, about) {
                    (AccountHolder::Partner, Some(_)) => (Holder::Partner(0), Held::Provider),
                    (AccountHolder::Contract, _) => (Holder::Contract, Held::Contract),
                    (AccountHolder::Plan, _) => (Holder::Plan, Held::Plan),
                    (AccountHolder::Lead, Some(about)) => (Holder::Lead, Held::Lead(about.lead)),
                    (AccountHolder::Deal, Some(about)) => (Holder::Deal, Held::Deal(about.deal?)),
                    _ => return None,
                };
                Some(Balance {
                    account: account.name.clone(),
                    holder: told,
                    amount: accounts.balance((position, index, held)),
                })
            })
            .collect()
    }

    /// The provider as settlement is told it: the columns that the component reads and
    /// that a simulation knows.
    pub(super) fn row(&self, position: usize, asked: &Settle<'_, Accounts>) -> Table {
        let mut table = Table::new(vec![PROVIDER]);
        let manifest = self.manifest();
        for word in self.bound.vocabulary().words() {
            let column = match word.split_once('/') {
                Some(("figure", _)) => {
                    let asked_for = Asked::parse(word).filter(|figure| figure.days.is_none());
                    let count = asked_for.and_then(|one| asked.tally.figure(one.figure));
                    Column::integers([count])
                }
                Some(("measure", name)) => {
                    let mut measures = asked.measures();
                    let value = measures.find_map(|(of, value)| (of == name).then_some(value));
                    Column::numbers([value.map(number)])
                }
                Some(("target", name)) => {
                    let target = asked.told.targets.iter().find(|one| one.name == name);
                    Column::numbers([target.map(|target| number(target.value))])
                }
                Some(("account", name)) => {
                    let index = manifest.accounts.iter().position(|one| one.name == name);
                    let balance = index.map(|index| {
                        let key = (position, index, Held::Provider);
                        asked.accounts.balance(key)
                    });
                    Column::integers([balance])
                }
                _ => continue,
            };
            table = table.with(word.to_string(), column);
        }
        table
    }
}

impl About {
    pub(super) fn of(event: &Event<'_>) -> Self {
        Self {
            lead: event.lead,
            deal: event.deal,
            event: event.code.as_str().to_owned(),
            // In the middle of the week.
            at: Micros(start_of(event.week).0 + WEEK_SECONDS / 2 * 1_000_000),
        }
    }

    /// On what is posted: the deal, or the lead where there is none.
    pub(super) fn subject(&self) -> Held {
        self.deal.map_or(Held::Lead(self.lead), Held::Deal)
    }
}

/// Millionths as a number.
fn number(millionths: i64) -> f64 {
    millionths as f64 / MILLIONTHS
}

/// When a week begins.
pub(super) fn start_of(week: u32) -> Micros {
    let seconds = i64::from(FIRST_DAY) * DAY_SECONDS + i64::from(week) * WEEK_SECONDS;
    Micros(seconds * 1_000_000)
}

pub(super) fn instant(at: Micros) -> Instant {
    Instant {
        micros: at.0,
        offset_seconds: 0,
        in_working_time: true,
    }
}

pub(super) fn age(elapsed_seconds: i64) -> Age {
    let (working, all) = WORKING_PARTS;
    Age {
        elapsed_seconds,
        working_seconds: elapsed_seconds * working / all,
    }
}
