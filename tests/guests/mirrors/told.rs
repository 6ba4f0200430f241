//! What all mirrors have in common.

use std::fmt::Debug;

use stellwerk_plugin_sdk::{Leg, prelude::*};

/// Nothing can be set.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}

/// Attributes, figures and columns that a mirror is told: those of `tests/corpus/questions`
/// and of the demonstration.
const NAMES: &[&str] = &[
    "a-date",
    "a-flag",
    "a-number",
    "a-span",
    "a-text",
    "above",
    "agency",
    "an-amount",
    "an-instant",
    "an-integer",
    "attribute/certificates",
    "attribute/language",
    "attribute/products",
    "attribute/regions",
    "account/project",
    "blocked-until",
    "building-year",
    "cancelled",
    "capacity",
    "capacity-used",
    "care",
    "certificates-asked",
    "city",
    "claim",
    "claimed",
    "claimer",
    "commission",
    "consent",
    "contact",
    "country",
    "declined",
    "distance-km",
    "due",
    "figure/claimed",
    "figure/claimed@365d",
    "figure/feedback-overdue",
    "figure/open-without-feedback",
    "figure/recalled@90d",
    "figure/unworked",
    "figure/within-sla@365d",
    "figure/won@365d",
    "key",
    "language",
    "lapsed",
    "leave-until",
    "level",
    "lost",
    "malus",
    "offered",
    "partner",
    "project",
    "recalled",
    "role",
    "some-texts",
    "this-cycle",
    "unmatched",
    "value",
    "value-band",
    "wave",
    "within-sla",
    "won",
    "result",
];

/// Gives the vocabulary its names.
pub fn configure() {
    for name in NAMES {
        let _ = Word::of(name);
    }
}

pub fn manifest(kind: &str) -> Manifest {
    Manifest::new(
        &format!("{kind}-mirror"),
        env!("CARGO_PKG_VERSION"),
        "Answers with all that it was told.",
    )
    .reason("told", "It was told {0}", "Gesagt wurde {0}")
    .reason("values", "Values of every type.", "Werte jeder Art.")
    .reason("part", "A part per row.", "Ein Anteil je Zeile.")
}

/// All that was told, and a value of every type.
pub fn reasons(context: &Context, input: &impl Debug) -> Vec<Reason> {
    let told = format!("{context:?} {input:?}");
    let mut values = Reason::of("values").weighing(i64::MIN);
    values.args = every_value();
    vec![Reason::of("told").with(told.as_str()), values]
}

fn every_value() -> Vec<Value> {
    vec![
        Value::Text(Word::of("a text of the answer")),
        Value::Texts({
            let mut words = [Word::of("won"), Word::of("some word of the answer")];
            words.sort();
            words.to_vec()
        }),
        Value::Integer(i64::MAX),
        Value::Number(-0.1),
        Value::Flag(true),
        Value::Money(Money(-1)),
        Value::Date(Date(-1)),
        Value::Instant(Instant {
            micros: -1,
            offset_seconds: -3_600,
            in_working_time: true,
        }),
        Value::Span(every_leg()),
    ]
}

/// The same values by name.
pub fn attributes() -> Attributes {
    let mut attributes = Attributes::new();
    for (name, value) in NAMES.iter().zip(every_value()) {
        attributes.set(*name, value);
    }
    attributes
}

pub fn every_leg() -> Span {
    Span::of([
        Leg::CalendarMonths(1),
        Leg::BusinessDays(2),
        Leg::CalendarDays(3),
        Leg::WorkingSeconds(4),
        Leg::ElapsedSeconds(5),
    ])
}
