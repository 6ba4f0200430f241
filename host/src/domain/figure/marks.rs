//! What the host writes on events so that leads can be counted by their source,
//! and the times of stages by product. Policies and people read these like other
//! attributes; their names have a `/`, which the terms let no declared one have.

use super::stages::{self, Passed};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::calendar::Calendar;
use crate::domain::happening::Event;
use crate::domain::lead::Teaser;
use crate::domain::time::Micros;

const SOURCE: &str = "lead/source";
const PRODUCT: &str = "lead/product";
const OF_LEAD: &str = "lead/";
const STAGE: &str = "stage/left";
const STAGE_SECONDS: &str = "stage/seconds";
const STAGE_WORKING_SECONDS: &str = "stage/working-seconds";

/// How warm the lead of a claim is.
pub const TEMPERATURE: &str = "claim/temperature";
/// How soon a claim was first worked.
pub const WORKED_AFTER: &str = "claim/worked-after-seconds";

/// Longer texts are no values that many leads share.
const VALUE_CHARS_MAX: usize = 64;

/// The source of a lead that has come in.
pub fn of_lead(teaser: &Teaser) -> Attributes {
    let source = teaser.source.as_ref();
    source
        .map(|source| (SOURCE.to_owned(), AttributeValue::Text(source.clone())))
        .into_iter()
        .collect()
}

/// What is known of a lead that has ended: all that several leads may share.
pub fn of_ended_lead(teaser: &Teaser) -> Attributes {
    let mut marks = of_lead(teaser);
    for (name, value) in [("product", &teaser.product), ("country", &teaser.country)] {
        if let Some(value) = value {
            let value = AttributeValue::Text(value.clone());
            marks.insert(format!("{OF_LEAD}{name}"), value);
        }
    }
    for (name, value) in &teaser.attributes {
        let is_shared = match value {
            AttributeValue::Text(text) => text.chars().count() <= VALUE_CHARS_MAX,
            AttributeValue::Texts(_) | AttributeValue::Flag(_) => true,
            _ => false,
        };
        if is_shared {
            marks
                .entry(format!("{OF_LEAD}{name}"))
                .or_insert_with(|| value.clone());
        }
    }
    marks
}

/// The stage that the lead leaves with an event of `code`, and how long it was
/// in it; nothing where it stays in the same one.
///
/// `history` is that of the lead's cycle, oldest first.
pub fn of_stage_left(
    history: &[Event],
    product: Option<&str>,
    code: &str,
    at: Micros,
    calendar: &Calendar,
) -> Attributes {
    let Some((stage, since)) = stages::left(history, code) else {
        return Attributes::new();
    };
    let seconds = (at.0 - since.0).div_euclid(1_000_000).max(0);
    let working = calendar.working_seconds_between(since, at).max(0);
    let mut marks = Attributes::from([
        (STAGE.to_owned(), AttributeValue::Text(stage.to_owned())),
        (STAGE_SECONDS.to_owned(), AttributeValue::Integer(seconds)),
        (
            STAGE_WORKING_SECONDS.to_owned(),
            AttributeValue::Integer(working),
        ),
    ]);
    if let Some(product) = product {
        let product = AttributeValue::Text(product.to_owned());
        marks.insert(PRODUCT.to_owned(), product);
    }
    marks
}

/// Forgets how long a stage took, where nobody knows it.
pub fn forget_stage(attributes: &mut Attributes) {
    for name in [STAGE, STAGE_SECONDS, STAGE_WORKING_SECONDS] {
        attributes.remove(name);
    }
}

/// The source on an event of a lead; empty for a lead without one.
pub(super) fn source(event: &Event) -> &str {
    text(event, SOURCE).unwrap_or_default()
}

/// Fields of the lead on an event that ended it, with the values of each.
pub(super) fn fields(event: &Event) -> impl Iterator<Item = (&str, Vec<&str>)> {
    event.attributes.iter().filter_map(|(name, value)| {
        let field = name.strip_prefix(OF_LEAD)?;
        let values = match value {
            _ if name == SOURCE => return None,
            AttributeValue::Text(text) => vec![text.as_str()],
            AttributeValue::Texts(texts) => texts.iter().map(String::as_str).collect(),
            AttributeValue::Flag(true) => vec!["true"],
            AttributeValue::Flag(false) => vec!["false"],
            _ => return None,
        };
        Some((field, values))
    })
}

/// The stage that was left with an event.
pub(super) fn passed(event: &Event) -> Option<Passed<'_>> {
    let whole = |name| match event.attributes.get(name) {
        Some(AttributeValue::Integer(seconds)) => Some(*seconds),
        _ => None,
    };
    Some(Passed {
        product: text(event, PRODUCT).unwrap_or_default(),
        stage: text(event, STAGE)?,
        seconds: whole(STAGE_SECONDS)?,
        working_seconds: whole(STAGE_WORKING_SECONDS)?,
    })
}

fn text<'e>(event: &'e Event, name: &str) -> Option<&'e str> {
    match event.attributes.get(name) {
        Some(AttributeValue::Text(text)) => Some(text),
        _ => None,
    }
}
