//! Between the host's types and those of the packages `types`.

use std::collections::BTreeMap;

use super::bindings::shared::stellwerk::types::{calls, parties, tables, values};
use super::words::{Decoder, Encoder, Invalid};
use crate::domain::span::{Leg, Span};
use crate::domain::temperature::Temperature;
use crate::policy::question::table::Cells;
use crate::policy::question::{
    Age, Assessed, Attributes, Column, Context, Instant, Lead, OpenCase, Partner, PastEvent,
    Reason, Table, Terms, Texts, Value, WakeUp,
};

pub fn context(context: &Context, words: String) -> calls::Context {
    calls::Context {
        words,
        now: instant(context.now),
        seed: context.seed,
    }
}

pub fn instant(instant: Instant) -> values::Instant {
    values::Instant {
        micros: instant.micros,
        offset_seconds: instant.offset_seconds,
        in_working_time: instant.in_working_time,
    }
}

pub fn age(age: Age) -> values::Age {
    values::Age {
        elapsed_seconds: age.elapsed_seconds,
        working_seconds: age.working_seconds,
    }
}

pub fn temperature(temperature: Temperature) -> parties::Temperature {
    match temperature {
        Temperature::Hot => parties::Temperature::Hot,
        Temperature::Warm => parties::Temperature::Warm,
        Temperature::Cold => parties::Temperature::Cold,
    }
}

pub fn temperature_back(temperature: parties::Temperature) -> Temperature {
    match temperature {
        parties::Temperature::Hot => Temperature::Hot,
        parties::Temperature::Warm => Temperature::Warm,
        parties::Temperature::Cold => Temperature::Cold,
    }
}

fn span(span: &Span) -> values::Span {
    span.0
        .iter()
        .map(|leg| match *leg {
            Leg::ElapsedSeconds(seconds) => values::Leg::ElapsedSeconds(seconds),
            Leg::WorkingSeconds(seconds) => values::Leg::WorkingSeconds(seconds),
            Leg::CalendarDays(days) => values::Leg::CalendarDays(days),
            Leg::BusinessDays(days) => values::Leg::BusinessDays(days),
            Leg::CalendarMonths(months) => values::Leg::CalendarMonths(months),
        })
        .collect()
}

fn span_back(span: &values::Span) -> Span {
    Span(
        span.iter()
            .map(|leg| match *leg {
                values::Leg::ElapsedSeconds(seconds) => Leg::ElapsedSeconds(seconds),
                values::Leg::WorkingSeconds(seconds) => Leg::WorkingSeconds(seconds),
                values::Leg::CalendarDays(days) => Leg::CalendarDays(days),
                values::Leg::BusinessDays(days) => Leg::BusinessDays(days),
                values::Leg::CalendarMonths(months) => Leg::CalendarMonths(months),
            })
            .collect(),
    )
}

fn value<'a>(words: &mut Encoder<'a>, value: &'a Value) -> values::Value {
    match value {
        Value::Text(text) => values::Value::Text(words.word(text)),
        Value::Texts(texts) => values::Value::Texts(words.set(texts.iter().map(String::as_str))),
        Value::Integer(integer) => values::Value::Integer(*integer),
        Value::Number(number) => values::Value::Number(*number),
        Value::Flag(flag) => values::Value::Flag(*flag),
        Value::Money(money) => values::Value::Money(*money),
        Value::Date(date) => values::Value::Date(*date),
        Value::Instant(at) => values::Value::Instant(instant(*at)),
        Value::Span(legs) => values::Value::Span(span(legs)),
    }
}

fn value_back(words: &Decoder<'_>, value: &values::Value) -> Result<Value, Invalid> {
    Ok(match value {
        values::Value::Text(text) => Value::Text(words.owned(*text)?),
        values::Value::Texts(texts) => Value::Texts(
            texts
                .iter()
                .map(|text| words.owned(*text))
                .collect::<Result<_, _>>()?,
        ),
        values::Value::Integer(integer) => Value::Integer(*integer),
        values::Value::Number(number) if number.is_finite() => Value::Number(*number),
        values::Value::Number(number) => return Err(Invalid(format!("{number} is no number"))),
        values::Value::Flag(flag) => Value::Flag(*flag),
        values::Value::Money(money) => Value::Money(*money),
        values::Value::Date(date) => Value::Date(*date),
        values::Value::Instant(instant) => Value::Instant(Instant {
            micros: instant.micros,
            offset_seconds: instant.offset_seconds,
            in_working_time: instant.in_working_time,
        }),
        values::Value::Span(span) => Value::Span(span_back(span)),
    })
}

pub fn attributes<'a>(
    words: &mut Encoder<'a>,
    attributes: &'a Attributes,
) -> Vec<values::Attribute> {
    attributes
        .iter()
        .map(|(name, held)| values::Attribute {
            name: words.word(name),
            value: value(words, held),
        })
        .collect()
}

pub fn attributes_back(
    words: &Decoder<'_>,
    attributes: &[values::Attribute],
) -> Result<Attributes, Invalid> {
    let mut named = BTreeMap::new();
    for attribute in attributes {
        let name = words.owned(attribute.name)?;
        if name.is_empty() {
            return Err(Invalid("an attribute has no name".into()));
        }
        let value = value_back(words, &attribute.value)?;
        if named.insert(name, value).is_some() {
            let name = words.word(attribute.name)?;
            return Err(Invalid(format!("the attribute `{name}` stands twice")));
        }
    }
    Ok(Attributes(named))
}

pub fn lead<'a>(words: &mut Encoder<'a>, lead: &'a Lead) -> parties::Lead {
    parties::Lead {
        reference: words.word(&lead.reference),
        cycle: lead.cycle,
        age: age(lead.age),
        product: words.option(&lead.product),
        source: words.option(&lead.source),
        country: words.option(&lead.country),
        postcode: words.option(&lead.postcode),
        centroid: lead.centroid.map(|centroid| values::Coordinate {
            latitude: centroid.latitude,
            longitude: centroid.longitude,
        }),
        value: lead.value,
        attributes: attributes(words, &lead.attributes),
    }
}

pub fn assessed<'a>(words: &mut Encoder<'a>, assessed: &'a Assessed) -> parties::Assessed {
    parties::Assessed {
        temperature: assessed.temperature.map(temperature),
        score: assessed.score,
        expected_value: assessed.expected_value,
        attributes: attributes(words, &assessed.attributes),
    }
}

pub fn partner<'a>(words: &mut Encoder<'a>, partner: &'a Partner) -> parties::Partner {
    parties::Partner {
        key: partner.key,
        attributes: attributes(words, &partner.attributes),
    }
}

pub fn past_event<'a>(words: &mut Encoder<'a>, event: &'a PastEvent) -> parties::PastEvent {
    parties::PastEvent {
        code: words.word(&event.code),
        age: age(event.age),
        attributes: attributes(words, &event.attributes),
    }
}

/// Gives a column's words their numbers, each when a row first needs it: words
/// that no row has are not told.
struct Renumber<'a, 'w> {
    words: &'w mut Encoder<'a>,
    texts: &'a [String],
    numbers: Vec<Option<u32>>,
}

impl<'a, 'w> Renumber<'a, 'w> {
    fn new(words: &'w mut Encoder<'a>, texts: &'a [String]) -> Self {
        Self {
            words,
            texts,
            numbers: vec![None; texts.len()],
        }
    }

    fn number(&mut self, own: u32) -> u32 {
        let Some(position) = (own as usize).checked_sub(1) else {
            return 0;
        };
        match self.numbers[position] {
            Some(number) => number,
            None => {
                let number = self.words.word(&self.texts[position]);
                self.numbers[position] = Some(number);
                number
            }
        }
    }
}

fn column<'a>(words: &mut Encoder<'a>, name: &'a str, column: &'a Column) -> tables::Column {
    let name = words.word(name);
    let cells = match column.cells() {
        Cells::Numbers(cells) => tables::Cells::Numbers(cells.clone()),
        Cells::Integers(cells) => tables::Cells::Integers(cells.clone()),
        Cells::Flags(cells) => tables::Cells::Flags(cells.clone()),
        Cells::Texts(texts) => {
            let mut renumber = Renumber::new(words, texts.words());
            let rows = texts.numbers().iter().map(|own| renumber.number(*own));
            tables::Cells::Texts(rows.collect())
        }
        Cells::Sets(sets) => {
            let mut renumber = Renumber::new(words, sets.words());
            let mut members = Vec::new();
            let mut ends = Vec::with_capacity(sets.len());
            for row in 0..sets.len() {
                let begin = members.len();
                members.extend(sets.members_of(row).iter().map(|own| renumber.number(*own)));
                members[begin..].sort_unstable();
                ends.push(members.len() as u32);
            }
            tables::Cells::Sets(tables::Sets { ends, members })
        }
    };
    tables::Column {
        name,
        present: column.presence().map(<[u8]>::to_vec),
        cells,
    }
}

pub fn table<'a>(words: &mut Encoder<'a>, table: &'a Table) -> tables::Table {
    tables::Table {
        keys: table.keys.clone(),
        columns: table
            .columns
            .iter()
            .map(|(name, cells)| column(words, name, cells))
            .collect(),
    }
}

pub fn open_case_back(words: &Decoder<'_>, case: &values::OpenCase) -> Result<OpenCase, Invalid> {
    Ok(OpenCase {
        code: words.owned(case.code)?,
        attributes: attributes_back(words, &case.attributes)?,
    })
}

pub fn reasons_back(
    words: &Decoder<'_>,
    reasons: &[values::Reason],
) -> Result<Vec<Reason>, Invalid> {
    each("reasons", reasons, |reason| {
        Ok(Reason {
            code: words.owned(reason.code)?,
            args: reason
                .args
                .iter()
                .map(|arg| value_back(words, arg))
                .collect::<Result<_, _>>()?,
            weight: reason.weight,
        })
    })
}

pub fn wake_ups_back(
    words: &Decoder<'_>,
    field: &str,
    wake_ups: &[values::WakeUp],
) -> Result<Vec<WakeUp>, Invalid> {
    each(field, wake_ups, |wake_up| {
        Ok(WakeUp {
            key: words.owned(wake_up.key)?,
            after: span_back(&wake_up.after),
            attributes: attributes_back(words, &wake_up.attributes)?,
        })
    })
}

pub fn terms_back(
    words: &Decoder<'_>,
    rows: usize,
    terms: Vec<tables::Term>,
) -> Result<Terms, Invalid> {
    let mut named = BTreeMap::new();
    for term in terms {
        let name = words.owned(term.name)?;
        if term.contributions.len() != rows {
            return Err(Invalid(format!(
                "terms: `{name}` has {} rows of {rows}",
                term.contributions.len()
            )));
        }
        if named.insert(name, term.contributions).is_some() {
            let name = words.word(term.name)?;
            return Err(Invalid(format!("terms: `{name}` stands twice")));
        }
    }
    Ok(Terms(named))
}

/// One word per row. Each number is looked up once.
pub fn texts_back(words: &Decoder<'_>, field: &str, rows: &[u32]) -> Result<Texts, Invalid> {
    let mut found: Vec<Option<&str>> = vec![None; words.count()];
    let mut texts = Vec::with_capacity(rows.len());
    for (row, number) in rows.iter().enumerate() {
        let word = match found.get(*number as usize) {
            Some(Some(word)) => *word,
            _ => words
                .word(*number)
                .map_err(|Invalid(what)| Invalid(format!("{field}: row {row}: {what}")))?,
        };
        found[*number as usize] = Some(word);
        texts.push(word);
    }
    Ok(Texts::new(texts))
}

/// Reads each element; an error names the field and the position.
pub fn each<T, R>(
    field: &str,
    elements: &[T],
    read: impl Fn(&T) -> Result<R, Invalid>,
) -> Result<Vec<R>, Invalid> {
    elements
        .iter()
        .enumerate()
        .map(|(position, element)| {
            read(element).map_err(|Invalid(what)| Invalid(format!("{field}/{position}: {what}")))
        })
        .collect()
}
