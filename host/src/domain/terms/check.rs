//! What is wrong with terms, beyond what a schema can say.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::{Terms, TermsProblem};
use crate::domain::address::is_country;
use crate::domain::calendar::Calendar;
use crate::domain::event::EventCode;
use crate::domain::money::{self, VALUE_MINOR_UNITS_MAX};
use crate::domain::span::Span;
use crate::domain::text::{self, NAME_CHARS_MAX, shown};
use crate::domain::time::Micros;

const DAY_MICROS: i64 = 86_400_000_000;
/// Ten years: what takes longer is no promise.
const SPAN_DAYS_MAX: i64 = 3_660;
/// A hundred years: for history that is imported.
const LATE_DAYS_MAX: u32 = 36_600;

/// Problems in the making.
#[derive(Default)]
pub(super) struct Problems(pub Vec<TermsProblem>);

impl Problems {
    pub fn add(&mut self, pointer: &str, message: String) {
        self.0.push(TermsProblem {
            pointer: pointer.to_owned(),
            message,
        });
    }

    /// A text of one line.
    fn line(&mut self, pointer: &str, text: &str) {
        if let Err(bad) = text::check_line(text, NAME_CHARS_MAX) {
            self.add(pointer, bad.to_string());
        }
    }

    /// Names of which each stands there once; `field` is where an entry has its
    /// own.
    fn unique<'a>(&mut self, pointer: &str, field: &str, names: impl Iterator<Item = &'a String>) {
        let mut seen = BTreeSet::new();
        for (position, name) in names.enumerate() {
            let pointer = format!("{pointer}/{position}{field}");
            self.line(&pointer, name);
            if !seen.insert(name) {
                self.add(&pointer, format!("`{}` stands there twice", shown(name)));
            }
        }
    }

    fn at_most(&mut self, pointer: &str, days: u32, max: u32) {
        if days > max {
            self.add(pointer, format!("is {days} days; at most {max} are taken"));
        }
    }

    fn amount(&mut self, pointer: &str, amount: Option<i64>) {
        if amount.is_some_and(|amount| !(0..=VALUE_MINOR_UNITS_MAX).contains(&amount)) {
            self.add(
                pointer,
                format!("has to lie between 0 and {VALUE_MINOR_UNITS_MAX} minor units"),
            );
        }
    }
}

impl Terms {
    /// What is wrong; nothing where the terms can be used.
    pub fn problems(&self) -> Vec<TermsProblem> {
        let mut problems = Problems::default();
        if money::exponent(&self.currency).is_none() {
            problems.add(
                "/currency",
                format!(
                    "`{}` is no currency of ISO 4217, such as EUR",
                    shown(&self.currency)
                ),
            );
        }
        if TimeZone::get(&self.time_zone).is_err() {
            problems.add(
                "/time-zone",
                format!(
                    "`{}` is no time zone, such as Europe/Berlin",
                    shown(&self.time_zone)
                ),
            );
        }
        if !is_country(&self.country) {
            problems.add("/country", "is no ISO 3166-1 code, such as DE".to_owned());
        }
        match Calendar::of(self) {
            Ok(calendar) => self.check_spans(&calendar, &mut problems),
            Err(found) => problems.0.extend(
                found
                    .into_iter()
                    .filter(|found| found.pointer != "/time-zone"),
            ),
        }
        self.check_names(&mut problems);
        self.check_bands(&mut problems);
        for (position, product) in self.products.iter().enumerate() {
            problems.amount(&format!("/products/{position}/value"), product.value);
        }
        let days = SPAN_DAYS_MAX.unsigned_abs() as u32;
        problems.at_most("/unworked-after-days", self.unworked_after_days, days);
        problems.at_most(
            "/periods/grace-business-days",
            self.periods.grace_business_days,
            days,
        );
        problems.at_most(
            "/periods/late-days-max",
            self.periods.late_days_max,
            LATE_DAYS_MAX,
        );
        self.swaps.check(&mut problems);
        problems.0
    }

    fn check_names(&self, problems: &mut Problems) {
        if self.levels.is_empty() {
            problems.add("/levels", "needs at least one level".to_owned());
        }
        problems.unique("/levels", "", self.levels.iter());
        problems.unique("/languages", "", self.languages.iter());
        problems.unique("/roles", "", self.roles.iter());
        let products = self.products.iter().map(|product| &product.code);
        problems.unique("/products", "/code", products);
        let sources = self.sources.iter().map(|source| &source.code);
        problems.unique("/sources", "/code", sources);
        let events = self.events.iter().map(|event| &event.code);
        problems.unique("/events", "/code", events);
        for (position, event) in self.events.iter().enumerate() {
            if EventCode::parse(&event.code).is_some() {
                problems.add(
                    &format!("/events/{position}/code"),
                    format!("`{}` is an event of the host already", event.code),
                );
            }
        }
        let mut seen = BTreeSet::new();
        for (position, declared) in self.attributes.iter().enumerate() {
            let pointer = format!("/attributes/{position}/name");
            problems.line(&pointer, &declared.name);
            if declared.name.contains('/') {
                problems.add(
                    &pointer,
                    "has a `/`, as only names of the host have; leave it out".to_owned(),
                );
            }
            if !seen.insert((declared.of as u8, &declared.name)) {
                problems.add(
                    &pointer,
                    format!("`{}` is declared twice", shown(&declared.name)),
                );
            }
        }
        for (position, product) in self.products.iter().enumerate() {
            for (which, name) in product.required.iter().enumerate() {
                problems.line(&format!("/products/{position}/required/{which}"), name);
            }
            for name in product.name.values() {
                problems.line(&format!("/products/{position}/name"), name);
            }
        }
        for (position, payee) in self.payees.iter().enumerate() {
            problems.line(&format!("/payees/{position}/role"), &payee.role);
        }
    }

    /// Every promised time has to end, and within what anybody waits.
    fn check_spans(&self, calendar: &Calendar, problems: &mut Problems) {
        let levels = &self.service_levels;
        let spans: [(&str, &Span); 7] = [
            ("/service-levels/hot/claim", &levels.hot.claim),
            ("/service-levels/hot/contact", &levels.hot.contact),
            ("/service-levels/warm/claim", &levels.warm.claim),
            ("/service-levels/warm/contact", &levels.warm.contact),
            ("/service-levels/cold/claim", &levels.cold.claim),
            ("/service-levels/cold/contact", &levels.cold.contact),
            ("/feedback-every", &self.feedback_every),
        ];
        for (pointer, span) in spans {
            match calendar.resolve(span, Micros::BEGINNING) {
                Ok(end) if end.0 / DAY_MICROS > SPAN_DAYS_MAX => {
                    problems.add(pointer, format!("`{span}` is longer than ten years"));
                }
                Ok(_) => {}
                Err(error) => problems.add(pointer, format!("`{span}`: {error}")),
            }
        }
    }

    fn check_bands(&self, problems: &mut Problems) {
        let last = self.value_bands.len().saturating_sub(1);
        let mut floor = 0;
        for (position, band) in self.value_bands.iter().enumerate() {
            let pointer = format!("/value-bands/{position}");
            problems.line(&format!("{pointer}/name"), &band.name);
            problems.amount(&format!("{pointer}/below"), band.below);
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
                            "`{}` is no level; there are {}",
                            shown(level),
                            self.levels.join(", ")
                        ),
                    );
                }
            }
        }
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
}
