//! Partners as columns of a table or attributes of a record: only what the
//! vocabulary names is looked up.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{Held, Host, KnownFacts, Roster};
use crate::domain::column::HostColumn;
use crate::domain::contract::Contract;
use crate::domain::distance;
use crate::domain::figure::{Asked, Facts, Figure, Window, Work};
use crate::domain::ids::PartnerId;
use crate::domain::lead::Lead;
use crate::domain::measure::MeasureKind;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::partner::{Participant, Partner, Position};
use crate::domain::time::Micros;
use crate::policy::question::{self, Column, Table, Value};
use crate::store::{self, ClaimCounts};

/// About what, and as of when, partners are told of.
pub struct Occasion<'a> {
    pub contract: &'a Contract,
    /// What the policy's vocabulary names.
    pub names: Vec<Arc<str>>,
    pub now: Micros,
    /// What figures without a window count; none: all the time up to `now`.
    pub counted: Option<Window>,
    /// Position of the last event that has to be counted; none: of the last one
    /// that is committed now.
    pub committed: Option<i64>,
    pub lead: Option<&'a Lead>,
    /// Where the lead is.
    pub seat: Option<Position>,
    /// Of this cycle of the lead, oldest first.
    pub offers: &'a [Offer],
}

/// What is known of a contract's partners beside their own rows.
pub struct KnownPartners<'a> {
    occasion: Occasion<'a>,
    facts: Arc<KnownFacts>,
    claims: Arc<Held>,
    /// By column.
    measures: HashMap<String, HashMap<PartnerId, f64>>,
}

impl<'a> KnownPartners<'a> {
    /// Reads what the occasion's names ask for, and nothing else.
    pub async fn load(host: &Host, occasion: Occasion<'a>) -> Result<Self, store::Error> {
        let Contract {
            manufacturer, id, ..
        } = occasion.contract;
        let names = &occasion.names;
        let facts = if names.iter().any(|name| name.starts_with("figure/")) {
            host.facts(manufacturer, id, occasion.committed).await?
        } else {
            Arc::default()
        };
        let needs_claims = names.iter().any(|name| {
            name.as_ref() == "capacity-used"
                || matches!(
                    Asked::parse(name).map(|asked| asked.figure),
                    Some(Figure::Open | Figure::OpenWithoutFeedback | Figure::FeedbackOverdue)
                )
        });
        let claims = if needs_claims {
            host.held(manufacturer, id, occasion.now).await?
        } else {
            Arc::default()
        };
        Self::with(host, occasion, facts, claims).await
    }

    /// The same by what was counted and held at another time than now.
    pub async fn with(
        host: &Host,
        occasion: Occasion<'a>,
        facts: Arc<KnownFacts>,
        claims: Arc<Held>,
    ) -> Result<Self, store::Error> {
        let Contract {
            manufacturer, id, ..
        } = occasion.contract;
        let names = &occasion.names;
        let mut measures: HashMap<String, HashMap<PartnerId, f64>> = HashMap::new();
        if names.iter().any(|name| is_measured(name)) {
            // At its end a period is over: what held in it is told.
            let at = occasion
                .counted
                .map_or(occasion.now, |counted| Micros(counted.until.0 - 1));
            for measure in host.store.measures_at(manufacturer, id, at).await? {
                let name = column_of(measure.kind, &measure.name);
                let of_partners = measures.entry(name).or_default();
                of_partners.insert(measure.partner, measure.value);
            }
        }
        Ok(Self {
            occasion,
            facts,
            claims,
            measures,
        })
    }

    /// One row per partner of the roster.
    pub fn table_of(&self, roster: &Roster) -> Table {
        let facts = self.facts.read();
        let rows = &roster.rows;
        let works: Vec<Option<&Work>> = rows
            .iter()
            .map(|(participant, _)| facts.of(&participant.partner))
            .collect();
        let mut table = Table::new(keys(rows));
        for name in &self.occasion.names {
            let Some(source) = Source::of(name) else {
                continue;
            };
            let make = || self.column(name, source, rows, &works, &facts);
            let column = match source.is_of_the_partner() {
                true => roster.column(name, make),
                false => make().map(Arc::new),
            };
            if let Some(column) = column {
                table = table.with(name.as_ref(), column);
            }
        }
        table
    }

    /// One row per partner.
    pub fn table(&self, rows: &[(Participant, Partner)]) -> Table {
        let facts = self.facts.read();
        let mut table = Table::new(keys(rows));
        for name in &self.occasion.names {
            let Some(source) = Source::of(name) else {
                continue;
            };
            let cells = self.cells(source, rows, &facts);
            if let Some(column) = column(name, &cells) {
                table = table.with(name.as_ref(), column);
            }
        }
        table
    }

    /// The same, but as the partners were when `then` was told: its columns that
    /// `keep` names, for those who stood in it.
    pub fn table_with(
        &self,
        rows: &[(Participant, Partner)],
        then: &Table,
        keep: impl Fn(&str) -> bool,
    ) -> Table {
        let facts = self.facts.read();
        let rows_then: HashMap<u64, usize> = then.keys.iter().copied().zip(0..).collect();
        let mut table = Table::new(keys(rows));
        for name in &self.occasion.names {
            let Some(source) = Source::of(name) else {
                continue;
            };
            let kept = then.column(name).filter(|_| keep(name));
            let cells: Vec<Option<Value>> = rows
                .iter()
                .map(
                    |(participant, partner)| match (kept, rows_then.get(&partner.key)) {
                        (Some(column), Some(row)) => column.value(*row),
                        _ => self.value(source, participant, partner, &facts),
                    },
                )
                .collect();
            if let Some(column) = column(name, &cells) {
                table = table.with(name.as_ref(), column);
            }
        }
        table
    }

    /// One partner.
    pub fn one(&self, participant: &Participant, partner: &Partner) -> question::Partner {
        let facts = self.facts.read();
        question::Partner {
            key: partner.key,
            attributes: self
                .occasion
                .names
                .iter()
                .filter_map(|name| {
                    let value = self.value(Source::of(name)?, participant, partner, &facts)?;
                    Some((name.to_string(), value))
                })
                .collect(),
        }
    }

    /// One value a row. What differs from lead to lead is written into its column
    /// at once.
    fn column(
        &self,
        name: &str,
        source: Source<'_>,
        rows: &[(Participant, Partner)],
        works: &[Option<&Work>],
        facts: &Facts,
    ) -> Option<Column> {
        match source {
            Source::Figure(asked) if asked.figure.is_of_events() => {
                let window = self.window(asked);
                let count = |work: &Option<&Work>| {
                    Some(work.map_or(0, |work| work.count(asked.figure, window)))
                };
                Some(Column::integers(works.iter().map(count)))
            }
            Source::Host(HostColumn::DistanceKm) => {
                let distance = |(_, partner): &(_, Partner)| self.distance(partner);
                Some(Column::numbers(rows.iter().map(distance)))
            }
            Source::Host(HostColumn::ThisCycle) => {
                let offers = self.occasion.offers;
                let state = |(row, _): &(Participant, _)| this_cycle(offers, &row.partner);
                Some(Column::texts(rows.iter().map(state)))
            }
            _ => column(name, &self.cells(source, rows, facts)),
        }
    }

    fn cells(
        &self,
        source: Source<'_>,
        rows: &[(Participant, Partner)],
        facts: &Facts,
    ) -> Vec<Option<Value>> {
        rows.iter()
            .map(|(participant, partner)| self.value(source, participant, partner, facts))
            .collect()
    }

    fn value(
        &self,
        source: Source<'_>,
        participant: &Participant,
        partner: &Partner,
        facts: &Facts,
    ) -> Option<Value> {
        match source {
            Source::Host(column) => self.host_value(column, participant, partner),
            Source::Attribute(name) => participant.attributes.get(name).and_then(super::plain),
            Source::Figure(asked) => self.figure(asked, &participant.partner, facts),
            Source::Measure(name) => self
                .measures
                .get(name)
                .and_then(|of_partners| of_partners.get(&participant.partner))
                .map(|value| Value::Number(*value)),
        }
    }

    fn host_value(
        &self,
        column: HostColumn,
        participant: &Participant,
        partner: &Partner,
    ) -> Option<Value> {
        let instant = |at: Option<Micros>| {
            at.filter(|at| *at > self.occasion.now)
                .map(|at| Value::Integer(at.0))
        };
        match column {
            HostColumn::Level => Some(Value::Text(participant.level.clone())),
            HostColumn::DistanceKm => self.distance(partner).map(Value::Number),
            HostColumn::LeaveUntil => instant(
                participant
                    .leave
                    .filter(|leave| leave.from <= self.occasion.now)
                    .map(|leave| leave.until),
            ),
            HostColumn::BlockedUntil => instant(participant.blocked_until),
            HostColumn::Capacity => participant.capacity.map(Value::Integer),
            HostColumn::CapacityUsed => Some(Value::Integer(self.held(&participant.partner).open)),
            HostColumn::ComplaintsOpen => Some(Value::Integer(participant.complaints_open)),
            HostColumn::ThisCycle => this_cycle(self.occasion.offers, &participant.partner)
                .map(|state| Value::Text(state.to_owned())),
            HostColumn::Counter => Some(Value::Integer(participant.counter)),
            HostColumn::Certificates => Some(Value::Texts(participant.certificates.clone())),
            HostColumn::Country => partner.country.clone().map(Value::Text),
            HostColumn::Postcode => partner.postcode.clone().map(Value::Text),
        }
    }

    fn held(&self, partner: &PartnerId) -> ClaimCounts {
        self.claims.get(partner).copied().unwrap_or_default()
    }

    fn figure(&self, asked: Asked, partner: &PartnerId, facts: &Facts) -> Option<Value> {
        let count = match asked.figure {
            Figure::Open => self.held(partner).open,
            Figure::OpenWithoutFeedback => self.held(partner).without_feedback,
            Figure::FeedbackOverdue => self.held(partner).overdue,
            Figure::WonLastForCustomerDays => {
                let customer = self.occasion.lead?.customer.as_ref()?;
                facts.won_last_days(partner, customer.as_str(), self.occasion.now)?
            }
            figure => facts.count_of(partner, figure, self.window(asked)),
        };
        Some(Value::Integer(count))
    }

    /// What a figure counts.
    fn window(&self, asked: Asked) -> Window {
        match (asked.days, self.occasion.counted) {
            (None, Some(counted)) => counted,
            _ => asked.window(self.occasion.now),
        }
    }

    /// From the partner to the lead; none where either place is unknown.
    fn distance(&self, partner: &Partner) -> Option<f64> {
        let seat = self.occasion.seat?;
        Some(distance::kilometres(seat, partner.position?))
    }
}

/// Where a column comes from, by its name.
#[derive(Clone, Copy)]
enum Source<'n> {
    Host(HostColumn),
    Attribute(&'n str),
    Figure(Asked),
    Measure(&'n str),
}

impl<'n> Source<'n> {
    /// None for a word of the vocabulary that is no column.
    fn of(name: &'n str) -> Option<Self> {
        if let Some(column) = HostColumn::parse(name) {
            return Some(Self::Host(column));
        }
        if let Some(attribute) = name.strip_prefix("attribute/") {
            return Some(Self::Attribute(attribute));
        }
        if is_measured(name) {
            return Some(Self::Measure(name));
        }
        Asked::parse(name).map(Self::Figure)
    }

    /// Whether it tells what a partner is, whichever lead it is about and when.
    fn is_of_the_partner(self) -> bool {
        match self {
            Self::Attribute(_) => true,
            Self::Host(column) => matches!(
                column,
                HostColumn::Level
                    | HostColumn::Capacity
                    | HostColumn::ComplaintsOpen
                    | HostColumn::Certificates
                    | HostColumn::Country
                    | HostColumn::Postcode
            ),
            Self::Figure(_) | Self::Measure(_) => false,
        }
    }
}

fn keys(rows: &[(Participant, Partner)]) -> Vec<u64> {
    rows.iter().map(|(_, partner)| partner.key).collect()
}

/// Whether a column is counted or measured, and not what a partner is.
pub fn is_counted(name: &str) -> bool {
    name.starts_with("figure/") || is_measured(name)
}

fn is_measured(name: &str) -> bool {
    name.starts_with("measure/") || name.starts_with("target/")
}

/// The column under which policies read a measure.
fn column_of(kind: MeasureKind, name: &str) -> String {
    format!("{}/{name}", kind.as_str())
}

/// What became of the lead's last offer to the partner in this cycle.
fn this_cycle(offers: &[Offer], partner: &PartnerId) -> Option<&'static str> {
    let offer = offers
        .iter()
        .rev()
        .find(|offer| offer.partner == *partner)?;
    Some(match offer.state {
        OfferState::Open | OfferState::Reopened => "offered",
        OfferState::Claimed => "claimed",
        OfferState::Withdrawn | OfferState::Lapsed => "lapsed",
        OfferState::Declined => "declined",
        OfferState::Recalled => "recalled",
    })
}

/// A column of cells that are all of one type; none where no row has a value
/// and the name does not tell the type.
fn column(name: &str, cells: &[Option<Value>]) -> Option<Column> {
    let first = cells.iter().flatten().next();
    let rows = || cells.iter();
    Some(match first {
        Some(Value::Text(_)) => Column::texts(rows().map(|cell| match cell {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        })),
        Some(Value::Texts(_)) => Column::sets(rows().map(|cell| match cell {
            Some(Value::Texts(texts)) => Some(texts.iter().map(String::as_str)),
            _ => None,
        })),
        Some(Value::Number(_)) => Column::numbers(rows().map(|cell| match cell {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        })),
        Some(Value::Flag(_)) => Column::flags(rows().map(|cell| match cell {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        })),
        Some(_) => Column::integers(rows().map(|cell| match cell {
            Some(Value::Integer(integer) | Value::Money(integer)) => Some(*integer),
            Some(Value::Date(days)) => Some(i64::from(*days)),
            _ => None,
        })),
        None if matches!(name, "leave-until" | "blocked-until" | "capacity") => {
            Column::integers(rows().map(|_| None))
        }
        None if name == "this-cycle" => Column::texts(rows().map(|_| None)),
        None if name == "distance-km" => Column::numbers(rows().map(|_| None)),
        None => return None,
    })
}
