//! A contract's terms: service catalogue, calendar, promised times, value bands
//! and what else policies and host have to agree on. One number has one home.
//!
//! The document is `wit/terms.schema.json`; policies are told it complete, with
//! every default filled in.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::attribute::AttributeValue;
use super::calendar::{Cadence, Calendar, Interval, WEEKDAYS};
use super::event::EventCode;
use super::money;
use super::span::Span;
use super::temperature::Temperature;

/// The terms as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Terms {
    /// ISO 4217.
    pub currency: String,
    /// IANA name, such as Europe/Berlin.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2; for phone numbers without a country code.
    pub country: String,
    #[serde(default = "default_languages")]
    pub languages: Vec<String>,
    #[serde(default)]
    pub calendar: Hours,
    /// Partner levels, the lowest first.
    pub levels: Vec<String>,
    #[serde(default)]
    pub value_bands: Vec<ValueBand>,
    #[serde(default)]
    pub products: Vec<Product>,
    #[serde(default)]
    pub sources: Vec<Named>,
    #[serde(default)]
    pub service_levels: ServiceLevels,
    /// How often the holder of a lead reports.
    #[serde(default = "default_feedback_every", with = "span_text")]
    pub feedback_every: Span,
    /// A claimed lead without contact attempt, care contact or outcome counts
    /// as unworked after that many days.
    #[serde(default = "default_unworked_after_days")]
    pub unworked_after_days: u32,
    #[serde(default)]
    pub attributes: Vec<Declared>,
    /// Events beyond those of the host.
    #[serde(default)]
    pub events: Vec<DeclaredEvent>,
    #[serde(default)]
    pub periods: Periods,
    /// Whether those above the claimer see the contact.
    #[serde(default)]
    pub contact_visible_above: bool,
    /// Whether the manufacturer sees what is in a partner's open business:
    /// customer, value, lines and attributes of a deal before it is won, and
    /// what is reported beside feedback. Written only where it does not, so that
    /// what was agreed before reads the same.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub pipeline_visible: bool,
    /// Whether policies are told free text.
    #[serde(default)]
    pub free_text: bool,
    /// Who is paid besides the claimer and those above.
    #[serde(default)]
    pub payees: Vec<NamedPayee>,
    /// Whom escalation may tell.
    #[serde(default = "default_roles")]
    pub roles: Vec<String>,
    /// Whether a lead keeps the generations of matching and escalation with
    /// which its cycle began.
    #[serde(default = "yes")]
    pub generations_pinned_to_cycle: bool,
}

/// Working hours by weekday, and the days without any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hours {
    /// By English weekday; `[["08:00", "17:00"]]`, `24:00` for the end of a day.
    #[serde(default = "default_working_hours")]
    pub working_hours: BTreeMap<String, Vec<[String; 2]>>,
    /// Such as 2026-12-25.
    #[serde(default)]
    pub holidays: BTreeSet<Date>,
}

/// Which partner levels a project of that size is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ValueBand {
    pub name: String,
    /// Minor units; the last band has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<i64>,
    pub levels: Vec<String>,
}

/// An entry of the service catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Product {
    pub code: String,
    /// By language.
    #[serde(default)]
    pub name: BTreeMap<String, String>,
    /// Contact fields and attributes without which a lead is not complete.
    #[serde(default)]
    pub required: Vec<String>,
    /// What a project is usually worth, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// How long leads usually stay in a stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_stage_days: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Named {
    pub code: String,
    /// By language.
    #[serde(default)]
    pub name: BTreeMap<String, String>,
}

/// Promised times by temperature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceLevels {
    pub hot: ServiceLevel,
    pub warm: ServiceLevel,
    pub cold: ServiceLevel,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceLevel {
    /// From offer to claim.
    #[serde(with = "span_text")]
    pub claim: Span,
    /// From claim to the first contact.
    #[serde(with = "span_text")]
    pub contact: Span,
}

/// An attribute that entities of the contract may carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Declared {
    pub name: String,
    pub of: Of,
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Personal attributes are kept with the contact; no policy sees them.
    #[serde(default)]
    pub personal: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What carries the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    Lead,
    Partner,
    Claim,
    Deal,
    Customer,
    Event,
    Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeType {
    Text,
    Texts,
    Integer,
    Number,
    Flag,
    Money,
    Date,
}

impl AttributeType {
    /// Whether a value is of the type.
    pub fn fits(self, value: &AttributeValue) -> bool {
        matches!(
            (self, value),
            (Self::Text, AttributeValue::Text(_))
                | (Self::Texts, AttributeValue::Texts(_))
                | (Self::Integer, AttributeValue::Integer(_))
                | (
                    Self::Number,
                    AttributeValue::Number(_) | AttributeValue::Integer(_)
                )
                | (Self::Flag, AttributeValue::Flag(_))
                | (Self::Money, AttributeValue::Money(_))
                | (Self::Date, AttributeValue::Date(_))
        )
    }

    /// What has to be written, in the words of a message.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Money => "a whole number of minor units",
            Self::Date => "a date such as 2026-03-02",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclaredEvent {
    pub code: String,
    #[serde(default)]
    pub about: String,
    /// Whether partners report it.
    #[serde(default)]
    pub feedback: bool,
}

/// The periods over which money is reckoned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Periods {
    pub cadence: Cadence,
    /// How long after its end a period may be closed at the earliest.
    pub grace_business_days: u32,
    /// How far back an event may lie.
    pub late_days_max: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NamedPayee {
    pub role: String,
    /// A partner's code.
    pub partner: String,
}

/// What is wrong with terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsProblem {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// What, and what would be right.
    pub message: String,
}

impl Terms {
    /// Reads terms and checks what a schema cannot say.
    pub fn parse(json: &str) -> Result<Self, Vec<TermsProblem>> {
        let terms: Self = serde_json::from_str(json).map_err(|error| {
            vec![TermsProblem {
                pointer: String::new(),
                message: error.to_string(),
            }]
        })?;
        let problems = terms.problems();
        if problems.is_empty() {
            Ok(terms)
        } else {
            Err(problems)
        }
    }

    /// The complete document as canonical JSON (RFC 8785).
    pub fn canonical_json(&self) -> String {
        // Terms hold text, flags and numbers below 2^53 alone, which cannot fail.
        serde_json_canonicalizer::to_string(self).unwrap_or_default()
    }

    /// What is wrong; nothing where the terms can be used.
    pub fn problems(&self) -> Vec<TermsProblem> {
        let mut problems = Problems::default();
        if money::exponent(&self.currency).is_none() {
            problems.add(
                "/currency",
                format!(
                    "`{}` is no currency of ISO 4217, such as EUR",
                    self.currency
                ),
            );
        }
        if TimeZone::get(&self.time_zone).is_err() {
            problems.add(
                "/time-zone",
                format!(
                    "`{}` is no time zone, such as Europe/Berlin",
                    self.time_zone
                ),
            );
        }
        if self.country.len() != 2 || !self.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.add("/country", "is no ISO 3166-1 code, such as DE".to_owned());
        }
        if let Err(found) = self.calendar.parsed() {
            problems.0.extend(found);
        }
        problems.unique("/levels", self.levels.iter());
        if self.levels.is_empty() {
            problems.add("/levels", "needs at least one level".to_owned());
        }
        problems.unique(
            "/products",
            self.products.iter().map(|product| &product.code),
        );
        problems.unique("/sources", self.sources.iter().map(|source| &source.code));
        problems.unique("/events", self.events.iter().map(|event| &event.code));
        let mut seen = BTreeSet::new();
        for (position, declared) in self.attributes.iter().enumerate() {
            if !seen.insert((declared.of as u8, &declared.name)) {
                problems.add(
                    &format!("/attributes/{position}/name"),
                    format!("`{}` is declared twice", declared.name),
                );
            }
        }
        for (position, event) in self.events.iter().enumerate() {
            if EventCode::parse(&event.code).is_some() {
                problems.add(
                    &format!("/events/{position}/code"),
                    format!("`{}` is an event of the host already", event.code),
                );
            }
        }
        self.check_bands(&mut problems);
        problems.0
    }

    /// What these terms change of those before that must stay once something has
    /// happened: amounts and periods that were reckoned by it.
    pub fn unsettling(&self, before: &Self) -> Vec<TermsProblem> {
        let mut problems = Problems::default();
        let cadence = |terms: &Self| terms.periods.cadence.as_str().to_owned();
        for (pointer, was, is) in [
            ("/currency", before.currency.clone(), self.currency.clone()),
            (
                "/time-zone",
                before.time_zone.clone(),
                self.time_zone.clone(),
            ),
            ("/periods/cadence", cadence(before), cadence(self)),
        ] {
            if was != is {
                problems.add(
                    pointer,
                    format!(
                        "has to stay `{was}`: money is reckoned by it already; make a new \
                         contract for `{is}`"
                    ),
                );
            }
        }
        problems.0
    }

    fn check_bands(&self, problems: &mut Problems) {
        let last = self.value_bands.len().saturating_sub(1);
        let mut floor = 0;
        for (position, band) in self.value_bands.iter().enumerate() {
            let pointer = format!("/value-bands/{position}");
            match band.below {
                None if position < last => problems.add(
                    &format!("{pointer}/below"),
                    "is missing: only the last band has no upper end".to_owned(),
                ),
                Some(_) if position == last => problems.add(
                    &format!("{pointer}/below"),
                    "has to be left out: the last band has no upper end".to_owned(),
                ),
                Some(below) if below <= floor => problems.add(
                    &format!("{pointer}/below"),
                    format!("has to be more than {floor}, the end of the band before"),
                ),
                Some(below) => floor = below,
                None => {}
            }
            for level in &band.levels {
                if !self.levels.contains(level) {
                    problems.add(
                        &format!("{pointer}/levels"),
                        format!(
                            "`{level}` is no level; there are {}",
                            self.levels.join(", ")
                        ),
                    );
                }
            }
        }
    }

    /// The catalogue's entry of that code.
    pub fn product(&self, code: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.code == code)
    }

    /// The declaration of an attribute.
    pub fn attribute(&self, of: Of, name: &str) -> Option<&Declared> {
        self.attributes
            .iter()
            .find(|declared| declared.of == of && declared.name == name)
    }

    /// The promised times of a temperature; those of a cold lead where none is
    /// known.
    pub fn service_level(&self, temperature: Option<Temperature>) -> &ServiceLevel {
        match temperature {
            Some(Temperature::Hot) => &self.service_levels.hot,
            Some(Temperature::Warm) => &self.service_levels.warm,
            Some(Temperature::Cold) | None => &self.service_levels.cold,
        }
    }

    /// Whether partners may report the event, apart from won and lost.
    pub fn is_feedback(&self, code: &str) -> bool {
        self.feedback_codes().contains(&code)
    }

    /// What partners may report, apart from won and lost.
    pub fn feedback_codes(&self) -> Vec<&str> {
        let own = self
            .events
            .iter()
            .filter(|event| event.feedback)
            .map(|event| event.code.as_str());
        EventCode::FEEDBACK
            .iter()
            .map(|code| code.as_str())
            .chain(own)
            .collect()
    }
}

impl Hours {
    /// Hours by weekday, Monday first.
    pub(super) fn parsed(&self) -> Result<[Vec<Interval>; 7], Vec<TermsProblem>> {
        let mut hours: [Vec<Interval>; 7] = Default::default();
        let mut problems = Problems::default();
        for (day, intervals) in &self.working_hours {
            let pointer = format!("/calendar/working-hours/{day}");
            let weekday = WEEKDAYS
                .iter()
                .position(|weekday| format!("{weekday:?}").to_lowercase() == *day);
            let Some(weekday) = weekday else {
                problems.add(&pointer, "is no weekday, such as monday".to_owned());
                continue;
            };
            for (position, [from, until]) in intervals.iter().enumerate() {
                let pointer = format!("{pointer}/{position}");
                match (time_of(from), end_of(until)) {
                    (Some(from), Some(until)) if until == Time::midnight() || from < until => {
                        hours[weekday].push(Interval { from, until });
                    }
                    _ => problems.add(
                        &pointer,
                        format!(
                            "`{from}` to `{until}` is no span of a day, such as 08:00 to 17:00"
                        ),
                    ),
                }
            }
            hours[weekday].sort_by_key(|interval| interval.from);
            let overlaps = hours[weekday]
                .windows(2)
                .any(|pair| pair[0].until == Time::midnight() || pair[0].until > pair[1].from);
            if overlaps {
                problems.add(&pointer, "has working hours that overlap".to_owned());
            }
        }
        if problems.0.is_empty() {
            Ok(hours)
        } else {
            Err(problems.0)
        }
    }
}

impl Calendar {
    /// The calendar of terms.
    ///
    /// # Errors
    /// The problems that [`Terms::problems`] finds too.
    pub fn of(terms: &Terms) -> Result<Self, Vec<TermsProblem>> {
        let hours = terms.calendar.parsed()?;
        let zone = TimeZone::get(&terms.time_zone).map_err(|error| {
            vec![TermsProblem {
                pointer: "/time-zone".to_owned(),
                message: error.to_string(),
            }]
        })?;
        Ok(Self::new(zone, hours, terms.calendar.holidays.clone()))
    }
}

fn time_of(text: &str) -> Option<Time> {
    (text.len() == 5).then(|| text.parse().ok()).flatten()
}

/// The end of an interval; 24:00 is the midnight that ends the day.
fn end_of(text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(Time::midnight());
    }
    time_of(text).filter(|time| *time != Time::midnight())
}

#[derive(Default)]
struct Problems(Vec<TermsProblem>);

impl Problems {
    fn add(&mut self, pointer: &str, message: String) {
        self.0.push(TermsProblem {
            pointer: pointer.to_owned(),
            message,
        });
    }

    fn unique<'a>(&mut self, pointer: &str, codes: impl Iterator<Item = &'a String>) {
        let mut seen = BTreeSet::new();
        for (position, code) in codes.enumerate() {
            if code.is_empty() {
                self.add(&format!("{pointer}/{position}"), "is empty".to_owned());
            } else if !seen.insert(code) {
                self.add(
                    &format!("{pointer}/{position}"),
                    format!("`{code}` stands there twice"),
                );
            }
        }
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            working_hours: default_working_hours(),
            holidays: BTreeSet::new(),
        }
    }
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            cadence: Cadence::Month,
            grace_business_days: 5,
            late_days_max: 365,
        }
    }
}

impl Default for ServiceLevels {
    /// Hot leads cool fast; warm and cold ones wait for working hours.
    fn default() -> Self {
        use super::span::Leg;
        let level = |claim, contact| ServiceLevel {
            claim: Span(vec![claim]),
            contact: Span(vec![contact]),
        };
        Self {
            hot: level(Leg::ElapsedSeconds(900), Leg::ElapsedSeconds(3_600)),
            warm: level(Leg::WorkingSeconds(14_400), Leg::ElapsedSeconds(86_400)),
            cold: level(Leg::BusinessDays(2), Leg::BusinessDays(5)),
        }
    }
}

fn default_working_hours() -> BTreeMap<String, Vec<[String; 2]>> {
    ["monday", "tuesday", "wednesday", "thursday", "friday"]
        .into_iter()
        .map(|day| {
            (
                day.to_owned(),
                vec![["08:00".to_owned(), "17:00".to_owned()]],
            )
        })
        .collect()
}

fn default_languages() -> Vec<String> {
    vec!["en".to_owned()]
}

fn default_feedback_every() -> Span {
    Span(vec![super::span::Leg::BusinessDays(10)])
}

fn default_unworked_after_days() -> u32 {
    30
}

fn default_roles() -> Vec<String> {
    ["channel-manager", "head-of-channel", "direct-sales"]
        .map(str::to_owned)
        .to_vec()
}

fn yes() -> bool {
    true
}

fn is_yes(flag: &bool) -> bool {
    *flag
}

/// Spans as their text.
mod span_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Span;

    pub fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(span)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let text = String::deserialize(deserializer)?;
        let span: Span = text.parse().map_err(D::Error::custom)?;
        if span.0.is_empty() {
            return Err(D::Error::custom(
                "an empty span: write such as `4 working hours`",
            ));
        }
        Ok(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> serde_json::Value {
        serde_json::json!({
            "currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
            "levels": ["silver", "gold"],
        })
    }

    fn problems_of(change: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
        let mut terms = minimal();
        change(&mut terms);
        Terms::parse(&terms.to_string())
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|problem| format!("{}: {}", problem.pointer, problem.message))
            .collect()
    }

    #[test]
    fn a_short_document_is_completed() {
        let terms = Terms::parse(&minimal().to_string()).unwrap();
        assert_eq!(terms.unworked_after_days, 30);
        let again = Terms::parse(&terms.canonical_json()).unwrap();
        assert_eq!(again, terms);
        assert!(!terms.canonical_json().contains("pipeline"));
    }

    #[test]
    fn what_money_is_reckoned_by_has_to_stay() {
        let before = Terms::parse(&minimal().to_string()).unwrap();
        let mut after = before.clone();
        after.unworked_after_days = 60;
        assert_eq!(after.unsettling(&before), []);
        after.currency = "CHF".to_owned();
        after.periods.cadence = Cadence::Quarter;
        let pointers: Vec<String> = after
            .unsettling(&before)
            .into_iter()
            .map(|problem| problem.pointer)
            .collect();
        assert_eq!(pointers, ["/currency", "/periods/cadence"]);
    }

    #[test]
    fn each_mistake_is_named_with_its_place() {
        let cases: [(&str, serde_json::Value, &str); 6] = [
            (
                "currency",
                "EURO".into(),
                "/currency: `EURO` is no currency",
            ),
            (
                "time-zone",
                "Berlin".into(),
                "/time-zone: `Berlin` is no time zone",
            ),
            (
                "levels",
                serde_json::json!(["a", "a"]),
                "/levels/1: `a` stands there twice",
            ),
            (
                "calendar",
                serde_json::json!({"working-hours": {"monday": [["08:00", "12:00"], ["11:00", "17:00"]]}}),
                "/calendar/working-hours/monday: has working hours that overlap",
            ),
            (
                "value-bands",
                serde_json::json!([{"name": "all", "levels": ["bronze"]}]),
                "/value-bands/0/levels: `bronze` is no level; there are silver, gold",
            ),
            (
                "events",
                serde_json::json!([{"code": "won"}]),
                "/events/0/code: `won` is an event of the host already",
            ),
        ];
        for (field, value, expected) in cases {
            let found = problems_of(|terms| terms[field] = value);
            assert!(
                found.iter().any(|problem| problem.starts_with(expected)),
                "{expected}: {found:?}"
            );
        }
    }

    /// What the schema says of a document.
    fn is_valid(document: &serde_json::Value) -> bool {
        let schema = serde_json::from_str(include_str!("../../../wit/terms.schema.json")).unwrap();
        jsonschema::validator_for(&schema)
            .unwrap()
            .is_valid(document)
    }

    #[test]
    fn schema_and_type_agree() {
        let complete = Terms::parse(&minimal().to_string()).unwrap();
        let example = include_str!("../../../wit/example-terms.json");
        for text in [
            complete.canonical_json(),
            example.to_owned(),
            minimal().to_string(),
        ] {
            let document = serde_json::from_str(&text).unwrap();
            assert!(is_valid(&document), "{text}");
            assert!(Terms::parse(&text).is_ok(), "{text}");
        }
        for (field, value) in [
            ("colour", serde_json::json!("red")),
            ("country", serde_json::json!(49)),
            ("levels", serde_json::json!("silver")),
            ("feedback-every", serde_json::json!("soon")),
            ("products", serde_json::json!([{ "name": {} }])),
            (
                "attributes",
                serde_json::json!([{ "name": "a", "of": "lead", "type": "colour" }]),
            ),
            ("periods", serde_json::json!({ "cadence": "week" })),
            ("pipeline-visible", serde_json::json!("won")),
            (
                "service-levels",
                serde_json::json!({ "hot": { "claim": "1 hour" } }),
            ),
        ] {
            let mut document = minimal();
            document[field] = value;
            assert!(!is_valid(&document), "{field}: the schema takes it");
            assert!(
                Terms::parse(&document.to_string()).is_err(),
                "{field}: the type takes it"
            );
        }
    }

    #[test]
    fn every_property_is_in_the_schema() {
        let mut document = minimal();
        // By default it is not written.
        document["pipeline-visible"] = false.into();
        let terms = Terms::parse(&document.to_string()).unwrap();
        let complete: serde_json::Value = serde_json::from_str(&terms.canonical_json()).unwrap();
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../wit/terms.schema.json")).unwrap();
        let names = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        let mut described = names(&schema["properties"]);
        described.sort();
        assert_eq!(names(&complete), described);
    }
}
