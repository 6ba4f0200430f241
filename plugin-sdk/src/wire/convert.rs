//! Conversions of what the kinds share.

#![allow(dead_code)] // Each kind needs a part of these.

use super::shared::{calls, parties, tables, values};
use crate::compensation::WakeUp;
use crate::open_case::OpenCase;
use crate::table::column::Cells;
use crate::{
    Age, Assessed, Attributes, Column, Context, Coordinate, Date, Instant, Lead, Leg, Money,
    Partner, PastEvent, PolicyError, Reason, Span, Table, Temperature, Value, Word,
};

pub(super) fn instant(instant: values::Instant) -> Instant {
    Instant {
        micros: instant.micros,
        offset_seconds: instant.offset_seconds,
        in_working_time: instant.in_working_time,
    }
}

pub(super) fn age(age: values::Age) -> Age {
    Age {
        elapsed_seconds: age.elapsed_seconds,
        working_seconds: age.working_seconds,
    }
}

pub(super) fn context(context: &calls::Context) -> Context {
    Context {
        now: instant(context.now),
        seed: context.seed,
    }
}

pub(super) fn attributes(attributes: Vec<values::Attribute>) -> Attributes {
    Attributes(
        attributes
            .into_iter()
            .map(|attribute| (Word(attribute.name), value_in(attribute.value)))
            .collect(),
    )
}

fn value_in(value: values::Value) -> Value {
    match value {
        values::Value::Text(word) => Value::Text(Word(word)),
        values::Value::Texts(words) => Value::Texts(words.into_iter().map(Word).collect()),
        values::Value::Integer(integer) => Value::Integer(integer),
        values::Value::Number(number) => Value::Number(number),
        values::Value::Flag(flag) => Value::Flag(flag),
        values::Value::Money(money) => Value::Money(Money(money)),
        values::Value::Date(date) => Value::Date(Date(date)),
        values::Value::Instant(at) => Value::Instant(instant(at)),
        values::Value::Span(legs) => Value::Span(span_in(legs)),
    }
}

fn value_out(value: Value) -> values::Value {
    match value {
        Value::Text(word) => values::Value::Text(word.0),
        Value::Texts(mut texts) => {
            texts.sort();
            texts.dedup();
            values::Value::Texts(words(texts))
        }
        Value::Integer(integer) => values::Value::Integer(integer),
        Value::Number(number) => values::Value::Number(number),
        Value::Flag(flag) => values::Value::Flag(flag),
        Value::Money(money) => values::Value::Money(money.0),
        Value::Date(date) => values::Value::Date(date.0),
        Value::Instant(at) => values::Value::Instant(values::Instant {
            micros: at.micros,
            offset_seconds: at.offset_seconds,
            in_working_time: at.in_working_time,
        }),
        Value::Span(span) => values::Value::Span(span_out(&span)),
    }
}

fn span_in(legs: Vec<values::Leg>) -> Span {
    Span::of(
        legs.into_iter()
            .map(|leg| match leg {
                values::Leg::ElapsedSeconds(n) => Leg::ElapsedSeconds(n),
                values::Leg::WorkingSeconds(n) => Leg::WorkingSeconds(n),
                values::Leg::CalendarDays(n) => Leg::CalendarDays(n),
                values::Leg::BusinessDays(n) => Leg::BusinessDays(n),
                values::Leg::CalendarMonths(n) => Leg::CalendarMonths(n),
            })
            .collect::<Vec<_>>(),
    )
}

fn span_out(span: &Span) -> Vec<values::Leg> {
    span.legs()
        .iter()
        .map(|leg| match *leg {
            Leg::ElapsedSeconds(n) => values::Leg::ElapsedSeconds(n),
            Leg::WorkingSeconds(n) => values::Leg::WorkingSeconds(n),
            Leg::CalendarDays(n) => values::Leg::CalendarDays(n),
            Leg::BusinessDays(n) => values::Leg::BusinessDays(n),
            Leg::CalendarMonths(n) => values::Leg::CalendarMonths(n),
        })
        .collect()
}

pub(super) fn words(words: Vec<Word>) -> Vec<u32> {
    words.into_iter().map(|word| word.0).collect()
}

pub(super) fn temperature(temperature: Temperature) -> parties::Temperature {
    match temperature {
        Temperature::Hot => parties::Temperature::Hot,
        Temperature::Warm => parties::Temperature::Warm,
        Temperature::Cold => parties::Temperature::Cold,
    }
}

pub(super) fn lead(lead: parties::Lead) -> Lead {
    Lead {
        reference: Word(lead.reference),
        cycle: lead.cycle,
        age: age(lead.age),
        product: lead.product.map(Word),
        source: lead.source.map(Word),
        country: lead.country.map(Word),
        postcode: lead.postcode.map(Word),
        centroid: lead.centroid.map(|centroid| Coordinate {
            latitude: centroid.latitude,
            longitude: centroid.longitude,
        }),
        value: lead.value.map(Money),
        attributes: attributes(lead.attributes),
    }
}

pub(super) fn assessed(assessed: parties::Assessed) -> Assessed {
    Assessed {
        temperature: assessed.temperature.map(|temperature| match temperature {
            parties::Temperature::Hot => Temperature::Hot,
            parties::Temperature::Warm => Temperature::Warm,
            parties::Temperature::Cold => Temperature::Cold,
        }),
        score: assessed.score,
        expected_value: assessed.expected_value.map(Money),
        attributes: attributes(assessed.attributes),
    }
}

pub(super) fn partner(partner: parties::Partner) -> Partner {
    Partner {
        key: partner.key,
        attributes: attributes(partner.attributes),
    }
}

pub(super) fn event(event: parties::PastEvent) -> PastEvent {
    PastEvent {
        code: Word(event.code),
        age: age(event.age),
        attributes: attributes(event.attributes),
    }
}

pub(super) fn events(events: Vec<parties::PastEvent>) -> Vec<PastEvent> {
    events.into_iter().map(event).collect()
}

pub(super) fn table(table: tables::Table) -> Table {
    Table {
        keys: table.keys,
        columns: table
            .columns
            .into_iter()
            .map(|column| {
                let cells = match column.cells {
                    tables::Cells::Numbers(cells) => Cells::Numbers(cells),
                    tables::Cells::Integers(cells) => Cells::Integers(cells),
                    tables::Cells::Flags(cells) => Cells::Flags(cells),
                    tables::Cells::Texts(cells) => {
                        Cells::Texts(cells.into_iter().map(Word).collect())
                    }
                    tables::Cells::Sets(sets) => Cells::Sets {
                        ends: sets.ends,
                        members: sets.members.into_iter().map(Word).collect(),
                    },
                };
                let present = column.present;
                (Word(column.name), Column { present, cells })
            })
            .collect(),
    }
}

pub(super) fn case(case: OpenCase) -> values::OpenCase {
    values::OpenCase {
        code: case.code.0,
        attributes: attributes_out(case.attributes),
    }
}

fn attributes_out(attributes: Attributes) -> Vec<values::Attribute> {
    attributes
        .0
        .into_iter()
        .map(|(name, value)| values::Attribute {
            name: name.0,
            value: value_out(value),
        })
        .collect()
}

pub(super) fn reasons(reasons: Vec<Reason>) -> Vec<values::Reason> {
    reasons
        .into_iter()
        .map(|reason| values::Reason {
            code: reason.code.0,
            args: reason.args.into_iter().map(value_out).collect(),
            weight: reason.weight,
        })
        .collect()
}

pub(super) fn terms(terms: Vec<(Word, Vec<i64>)>) -> Vec<tables::Term> {
    terms
        .into_iter()
        .map(|(name, contributions)| tables::Term {
            name: name.0,
            contributions,
        })
        .collect()
}

pub(super) fn wake_ups(wake_ups: Vec<WakeUp>) -> Vec<values::WakeUp> {
    wake_ups
        .into_iter()
        .map(|wake_up| values::WakeUp {
            key: wake_up.key.0,
            after: span_out(&wake_up.after),
            attributes: attributes_out(wake_up.attributes),
        })
        .collect()
}

pub(super) fn error(error: PolicyError) -> calls::PolicyError {
    match error {
        PolicyError::InvalidInput(text) => calls::PolicyError::InvalidInput(text),
        PolicyError::NotApplicable(reason) => calls::PolicyError::NotApplicable(reason.text()),
        PolicyError::Internal(text) => calls::PolicyError::Internal(text),
    }
}
