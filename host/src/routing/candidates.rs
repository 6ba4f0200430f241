//! The partners that could be asked, as the policies of routing are told them:
//! only what the vocabulary names is looked up.

use std::collections::HashMap;
use std::sync::Arc;

use super::Error;
use super::draft::Draft;
use crate::domain::attribute::AttributeValue;
use crate::domain::column::HostColumn;
use crate::domain::distance;
use crate::domain::figure::{Asked as AskedFigure, Facts, Figure};
use crate::domain::ids::PartnerId;
use crate::domain::measure::MeasureKind;
use crate::domain::offer::OfferState;
use crate::domain::partner::{Participant, Partner, Position};
use crate::domain::time::Micros;
use crate::policy::question::{self, Column, Table, Value};
use crate::store::ClaimCounts;

/// The partners of a contract, row by row beside the table made of them.
pub(super) struct Candidates {
    pub participants: Vec<Participant>,
    pub table: Table,
}

/// All partners of the lead's contract that may be asked at all.
pub(super) async fn of(draft: &Draft<'_>) -> Result<Candidates, Error> {
    let lead = &draft.lead;
    let rows = draft
        .host
        .store
        .participants(&lead.manufacturer, &lead.contract)
        .await?;
    let rows: Vec<(Participant, Partner)> = rows
        .into_iter()
        .filter(|(participant, _)| participant.active)
        .filter(|(participant, _)| {
            lead.routed_to
                .as_ref()
                .is_none_or(|only| participant.partner == *only)
        })
        .collect();
    let known = Known::load(draft, "matching").await?;
    let mut table = Table::new(rows.iter().map(|(_, partner)| partner.key).collect());
    for name in known.names.iter() {
        let cells: Vec<Option<Value>> = rows
            .iter()
            .map(|(participant, partner)| known.value(draft, name, participant, partner))
            .collect();
        if let Some(column) = column(name, &cells) {
            table = table.with(name.as_ref(), column);
        }
    }
    Ok(Candidates {
        participants: rows
            .into_iter()
            .map(|(participant, _)| participant)
            .collect(),
        table,
    })
}

/// One partner, as escalation is told it.
pub(super) async fn one(
    draft: &Draft<'_>,
    participant: &Participant,
) -> Result<question::Partner, Error> {
    let partner = draft
        .host
        .store
        .partner(&draft.lead.manufacturer, &participant.partner)
        .await?
        .ok_or(Error::NotFound { what: "partner" })?;
    let known = Known::load(draft, "escalation").await?;
    let attributes = known
        .names
        .iter()
        .filter_map(|name| {
            known
                .value(draft, name, participant, &partner)
                .map(|value| (name.to_string(), value))
        })
        .collect();
    Ok(question::Partner {
        key: partner.key,
        attributes,
    })
}

/// What has to be known beside the rows of the partners themselves.
struct Known {
    /// What the policy's vocabulary names.
    names: Vec<Arc<str>>,
    facts: Arc<Facts>,
    claims: HashMap<PartnerId, ClaimCounts>,
    measures: HashMap<(PartnerId, String), f64>,
    seat: Option<Position>,
    now: Micros,
}

impl Known {
    async fn load(draft: &Draft<'_>, slot: &str) -> Result<Self, Error> {
        let lead = &draft.lead;
        let names = draft.force.names(slot);
        let store = &draft.host.store;
        let facts = if names.iter().any(|name| name.starts_with("figure/")) {
            draft.host.facts(&lead.manufacturer, &lead.contract).await?
        } else {
            Arc::default()
        };
        let needs_claims = names.iter().any(|name| {
            name.as_ref() == "capacity-used"
                || matches!(
                    AskedFigure::parse(name).map(|asked| asked.figure),
                    Some(Figure::Open | Figure::OpenWithoutFeedback | Figure::FeedbackOverdue)
                )
        });
        let claims = if needs_claims {
            store
                .claim_counts(&lead.manufacturer, &lead.contract, draft.now)
                .await?
        } else {
            HashMap::new()
        };
        let measures = if names
            .iter()
            .any(|name| name.starts_with("measure/") || name.starts_with("target/"))
        {
            store
                .measures_at(&lead.manufacturer, &lead.contract, draft.now)
                .await?
                .into_iter()
                .map(|measure| {
                    let name = column_of(measure.kind, &measure.name);
                    ((measure.partner, name), measure.value)
                })
                .collect()
        } else {
            HashMap::new()
        };
        let seat = match (&lead.teaser.country, &lead.teaser.postcode) {
            (Some(country), Some(postcode)) => {
                store.place(&lead.manufacturer, country, postcode).await?
            }
            _ => None,
        };
        Ok(Self {
            names,
            facts,
            claims,
            measures,
            seat,
            now: draft.now,
        })
    }

    /// The value of a partner under the name of a column.
    fn value(
        &self,
        draft: &Draft<'_>,
        name: &str,
        participant: &Participant,
        partner: &Partner,
    ) -> Option<Value> {
        let instant = |at: Option<Micros>| {
            at.filter(|at| *at > self.now)
                .map(|at| Value::Integer(at.0))
        };
        let claims = self
            .claims
            .get(&participant.partner)
            .copied()
            .unwrap_or_default();
        if let Some(column) = HostColumn::parse(name) {
            return match column {
                HostColumn::Level => Some(Value::Text(participant.level.clone())),
                HostColumn::DistanceKm => {
                    let km = distance::kilometres(self.seat?, partner.position?);
                    Some(Value::Number(km))
                }
                HostColumn::LeaveUntil => instant(
                    participant
                        .leave
                        .filter(|leave| leave.from <= self.now)
                        .map(|leave| leave.until),
                ),
                HostColumn::BlockedUntil => instant(participant.blocked_until),
                HostColumn::Capacity => participant.capacity.map(Value::Integer),
                HostColumn::CapacityUsed => Some(Value::Integer(claims.open)),
                HostColumn::ComplaintsOpen => Some(Value::Integer(participant.complaints_open)),
                HostColumn::ThisCycle => this_cycle(draft, &participant.partner)
                    .map(|state| Value::Text(state.to_owned())),
                HostColumn::Counter => Some(Value::Integer(participant.counter)),
                HostColumn::Certificates => Some(Value::Texts(participant.certificates.clone())),
                HostColumn::Country => partner.country.clone().map(Value::Text),
                HostColumn::Postcode => partner.postcode.clone().map(Value::Text),
            };
        }
        if let Some(attribute) = name.strip_prefix("attribute/") {
            return participant.attributes.get(attribute).and_then(plain);
        }
        if let Some(asked) = AskedFigure::parse(name) {
            return self.figure(draft, asked, &participant.partner, claims);
        }
        self.measures
            .get(&(participant.partner.clone(), name.to_owned()))
            .map(|value| Value::Number(*value))
    }

    fn figure(
        &self,
        draft: &Draft<'_>,
        asked: AskedFigure,
        partner: &PartnerId,
        claims: ClaimCounts,
    ) -> Option<Value> {
        let count = match asked.figure {
            Figure::Open => claims.open,
            Figure::OpenWithoutFeedback => claims.without_feedback,
            Figure::FeedbackOverdue => claims.overdue,
            Figure::WonLastForCustomerDays => {
                let customer = draft.lead.customer.as_ref()?;
                self.facts
                    .won_last_days(partner, customer.as_str(), self.now)?
            }
            figure => self.facts.count_of(partner, figure, asked.window(self.now)),
        };
        Some(Value::Integer(count))
    }
}

/// The column under which policies read a measure.
fn column_of(kind: MeasureKind, name: &str) -> String {
    format!("{}/{name}", kind.as_str())
}

/// What became of the lead's last offer to the partner in this cycle.
fn this_cycle(draft: &Draft<'_>, partner: &PartnerId) -> Option<&'static str> {
    let offer = draft
        .offers
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

/// A declared attribute as a value; an instant is none that partners have.
fn plain(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::Text(text) => Value::Text(text.clone()),
        AttributeValue::Texts(texts) => Value::Texts(texts.clone()),
        AttributeValue::Integer(integer) => Value::Integer(*integer),
        AttributeValue::Number(number) => Value::Number(*number),
        AttributeValue::Flag(flag) => Value::Flag(*flag),
        AttributeValue::Money(money) => Value::Money(*money),
        AttributeValue::Date(date) => Value::Date(*date),
        AttributeValue::Instant(_) => return None,
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
