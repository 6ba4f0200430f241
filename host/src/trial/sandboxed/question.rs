//! What a component is asked, as plain data: all that its answer may depend on, and nothing
//! that says which provider, lead or deal it is.

use super::Component;
use super::accounts::{Accounts, Held};
use super::time::{age, instant, middle_of, start_of};
use crate::domain::event::EventCode;
use crate::domain::figure::{Asked, Figure};
use crate::domain::simulation::{Event, Settle};
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;
use crate::policy::manifest::AccountHolder;
use crate::policy::question::{
    Age, Attributes, AwardInput, Balance, Column, Deal, EarlierPosting, Holder, Lead, PaidEvent,
    Partner, Payee, Period, SettleInput, Table, Value, Vocabulary,
};

const CLAIMER: &str = "claimer";
/// The key of whoever is asked about.
const PROVIDER: u64 = 1;
const MILLIONTHS: f64 = 1_000_000.0;
const WITHIN_SLA: &str = "within-sla";
const TEMPERATURE: &str = "claim/temperature";
const WORKED_AFTER: &str = "claim/worked-after-seconds";
const VALUE: &str = "value";

/// What does this event pay?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AwardAsked {
    code: EventCode,
    week: u32,
    has_deal: bool,
    source: String,
    product: Option<String>,
    /// Of the event, those that the component reads.
    within_sla: Option<bool>,
    temperature: Option<Temperature>,
    worked_after_seconds: Option<u32>,
    value: Option<i64>,
    /// Account by its position, and what each at hand holds.
    balances: Vec<(usize, Held, i64)>,
    earlier: Vec<Earlier>,
}

/// What was posted on the lead, or on its deal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Earlier {
    pub account: usize,
    pub held: Held,
    pub amount: i64,
    pub reason: String,
    pub event: EventCode,
    pub week: u32,
    /// Position in this list.
    pub corrects: Option<u32>,
}

/// What does the end of a period pay?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SettleAsked {
    period: u32,
    /// By column that the component reads; measures and targets in millionths.
    row: Vec<Option<i64>>,
    balances: Vec<(usize, Held, i64)>,
}

/// A column of settlement that a component reads.
#[derive(Clone, Debug)]
pub(super) struct Read {
    name: String,
    of: ReadOf,
}

#[derive(Clone, Debug)]
enum ReadOf {
    Figure(Figure),
    Measure(String),
    Target(String),
    Account(usize),
    /// Nothing that a simulation knows, such as what was within a window.
    Unknown,
}

impl Component {
    /// The columns of settlement that a simulation has to look for.
    pub(super) fn reads(vocabulary: &Vocabulary, accounts: &[&str]) -> Vec<Read> {
        let words = vocabulary.words().iter();
        words
            .filter_map(|word| {
                let of = match word.split_once('/')? {
                    ("figure", _) => match Asked::parse(word) {
                        Some(Asked { figure, days: None }) => ReadOf::Figure(figure),
                        _ => ReadOf::Unknown,
                    },
                    ("measure", name) => ReadOf::Measure(name.to_owned()),
                    ("target", name) => ReadOf::Target(name.to_owned()),
                    ("account", name) => accounts
                        .iter()
                        .position(|account| *account == name)
                        .map_or(ReadOf::Unknown, ReadOf::Account),
                    _ => return None,
                };
                Some(Read {
                    name: word.to_string(),
                    of,
                })
            })
            .collect()
    }

    pub(super) fn award_asked(
        &self,
        position: usize,
        accounts: &Accounts,
        event: &Event<'_>,
    ) -> AwardAsked {
        let vocabulary = self.bound.vocabulary();
        let named = |name: &str| vocabulary.contains(name);
        AwardAsked {
            code: event.code,
            week: event.week,
            has_deal: event.deal.is_some(),
            source: event.source.to_owned(),
            product: event.product.map(str::to_owned),
            within_sla: named(WITHIN_SLA).then_some(event.within_sla),
            temperature: named(TEMPERATURE).then_some(event.temperature),
            worked_after_seconds: event.worked_after_seconds.filter(|_| named(WORKED_AFTER)),
            value: event.value.filter(|_| named(VALUE)),
            balances: self.balances(position, accounts, Some(event)),
            earlier: accounts.earlier(position, event),
        }
    }

    pub(super) fn settle_asked(
        &self,
        position: usize,
        asked: &Settle<'_, Accounts>,
    ) -> SettleAsked {
        let value = |read: &Read| match &read.of {
            ReadOf::Figure(figure) => asked.tally.figure(*figure),
            ReadOf::Measure(name) => {
                let mut measures = asked.measures();
                measures.find_map(|(of, value)| (of == name).then_some(value))
            }
            ReadOf::Target(name) => {
                let mut targets = asked.told.targets.iter();
                targets.find_map(|target| (target.name == *name).then_some(target.value))
            }
            ReadOf::Account(account) => {
                Some(asked.accounts.balance((position, *account, Held::Provider)))
            }
            ReadOf::Unknown => None,
        };
        SettleAsked {
            period: asked.period,
            row: self.reads.iter().map(value).collect(),
            balances: self.balances(position, asked.accounts, None),
        }
    }

    /// Every account of whoever is at hand. Where a period is settled, what the provider
    /// holds stands in its row.
    fn balances(
        &self,
        position: usize,
        accounts: &Accounts,
        event: Option<&Event<'_>>,
    ) -> Vec<(usize, Held, i64)> {
        let declared = self.manifest().accounts.iter().enumerate();
        declared
            .filter_map(|(account, declared)| {
                let (held, of) = match (declared.holder, event) {
                    (AccountHolder::Partner, Some(_)) => (Held::Provider, Held::Provider),
                    (AccountHolder::Contract, _) => (Held::Contract, Held::Contract),
                    (AccountHolder::Plan, _) => (Held::Plan, Held::Plan),
                    (AccountHolder::Lead, Some(event)) => (Held::Lead(0), Held::Lead(event.lead)),
                    (AccountHolder::Deal, Some(event)) => (Held::Deal(0), Held::Deal(event.deal?)),
                    _ => return None,
                };
                Some((account, held, accounts.balance((position, account, of))))
            })
            .collect()
    }

    pub(super) fn award_input(&self, asked: AwardAsked) -> AwardInput {
        let at = middle_of(asked.week);
        let text = |text: &str| Value::Text(text.to_owned());
        let attributes = [
            asked
                .within_sla
                .map(|is_it| (WITHIN_SLA, Value::Flag(is_it))),
            asked
                .temperature
                .map(|temperature| (TEMPERATURE, text(temperature.as_str()))),
            asked
                .worked_after_seconds
                .map(|seconds| (WORKED_AFTER, Value::Integer(seconds.into()))),
            asked.value.map(|value| (VALUE, Value::Money(value))),
        ];
        let attributes = attributes.into_iter().flatten();
        let accounts = &self.manifest().accounts;
        AwardInput {
            event: PaidEvent {
                reference: asked.code.as_str().to_owned(),
                code: asked.code.as_str().to_owned(),
                occurred: instant(at),
                recorded: instant(at),
                attributes: attributes
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
                lines: Vec::new(),
            },
            lead: Some(Lead {
                reference: "lead".to_owned(),
                cycle: 1,
                product: asked.product,
                source: Some(asked.source).filter(|source| !source.is_empty()),
                ..Lead::default()
            }),
            deal: asked.has_deal.then(|| Deal {
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
            balances: self.told_balances(&asked.balances),
            earlier: asked
                .earlier
                .into_iter()
                .map(|earlier| EarlierPosting {
                    account: accounts[earlier.account].name.clone(),
                    holder: Some(earlier.held.told()),
                    amount: earlier.amount,
                    reason: earlier.reason,
                    event: earlier.event.as_str().to_owned(),
                    age: age(asked.week - earlier.week),
                    corrects: earlier.corrects,
                })
                .collect(),
        }
    }

    pub(super) fn settle_input(&self, asked: SettleAsked, period: Period) -> SettleInput {
        let mut partners = Table::new(vec![PROVIDER]);
        for (read, value) in self.reads.iter().zip(asked.row) {
            let column = match read.of {
                ReadOf::Measure(_) | ReadOf::Target(_) => {
                    Column::numbers([value.map(|value| value as f64 / MILLIONTHS)])
                }
                _ => Column::integers([value]),
            };
            partners = partners.with(read.name.clone(), column);
        }
        SettleInput {
            period,
            partners,
            balances: self.told_balances(&asked.balances),
        }
    }

    fn told_balances(&self, balances: &[(usize, Held, i64)]) -> Vec<Balance> {
        let accounts = &self.manifest().accounts;
        balances
            .iter()
            .map(|(account, held, amount)| Balance {
                account: accounts[*account].name.clone(),
                holder: held.told(),
                amount: *amount,
            })
            .collect()
    }
}

impl AwardAsked {
    /// How many earlier lines are told.
    pub(super) fn earlier(&self) -> usize {
        self.earlier.len()
    }

    pub(super) fn at(&self) -> Micros {
        middle_of(self.week)
    }
}

impl SettleAsked {
    /// The end of the period, where each has so many weeks.
    pub(super) fn at(&self, period_weeks: u32) -> Micros {
        start_of(self.period.saturating_add(1) * period_weeks)
    }

    pub(super) fn period(&self) -> u32 {
        self.period
    }
}

impl Held {
    /// As a question names the holder.
    fn told(self) -> Holder {
        match self {
            Self::Provider => Holder::Partner(0),
            Self::Contract => Holder::Contract,
            Self::Plan => Holder::Plan,
            Self::Lead(_) => Holder::Lead,
            Self::Deal(_) => Holder::Deal,
        }
    }
}
