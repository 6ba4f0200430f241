//! Dates and instants as foreign files write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::text::shown;
use crate::domain::time::Micros;

/// How dates and instants are written.
#[derive(Clone, Debug)]
pub struct When {
    /// As `strptime` has it; none: ISO 8601.
    pub form: Option<String>,
    /// Of instants that do not say it themselves.
    pub zone: TimeZone,
}

/// What a text says of when.
enum Written {
    Instant(Timestamp),
    /// By a clock on a wall.
    Local(DateTime),
    Day(Date),
}

impl When {
    /// The error says what is wrong with the text.
    pub fn date(&self, text: &str) -> Result<Date, String> {
        let date = match &self.form {
            Some(form) => strtime::parse(form, text).and_then(|found| found.to_date()),
            None => text.parse(),
        };
        date.map_err(|_| self.no_date(text))
    }

    /// An instant; a date alone is taken as its first moment.
    pub fn instant(&self, text: &str) -> Result<Micros, String> {
        let timestamp = match self.written(text).ok_or_else(|| self.no_date(text))? {
            Written::Instant(timestamp) => timestamp,
            Written::Day(date) => self
                .zone
                .to_timestamp(date.at(0, 0, 0, 0))
                .map_err(|_| self.no_date(text))?,
            Written::Local(local) => self.local(text, local)?,
        };
        Micros(timestamp.as_microsecond())
            .known()
            .map_err(|bad| format!("`{}` {bad}", shown(text)))
    }

    fn written(&self, text: &str) -> Option<Written> {
        let Some(form) = &self.form else {
            return iso(text);
        };
        let found = strtime::parse(form, text).ok()?;
        if found.offset().is_some() || found.timestamp().is_some() {
            return found.to_timestamp().ok().map(Written::Instant);
        }
        local(&found)
    }

    /// The instant of a local time. One that exists twice is taken as its first
    /// occurrence; one that the clocks skip nobody has ever read from one.
    fn local(&self, text: &str, local: DateTime) -> Result<Timestamp, String> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            let zone = self.zone.iana_name().unwrap_or("the mapping's zone");
            return Err(format!(
                "`{}` does not exist in {zone}, where the clocks went forward; `time-zone` in the \
                 mapping names another zone",
                shown(text)
            ));
        }
        ambiguous.compatible().map_err(|_| self.no_date(text))
    }

    fn no_date(&self, text: &str) -> String {
        match &self.form {
            Some(form) => format!("`{}` is no date like {form}", shown(text)),
            None => format!(
                "`{}` is no date such as 2026-03-02 or 2026-03-02 10:00:00; `date` in the mapping \
                 names another form",
                shown(text)
            ),
        }
    }
}

fn iso(text: &str) -> Option<Written> {
    const DAY_CHARS: usize = "2026-03-02".len();
    if let Ok(timestamp) = text.parse() {
        return Some(Written::Instant(timestamp));
    }
    if text.len() <= DAY_CHARS {
        return text.parse().ok().map(Written::Day);
    }
    text.parse().ok().map(Written::Local)
}

fn local(found: &BrokenDownTime) -> Option<Written> {
    if found.hour().is_some() {
        return found.to_datetime().ok().map(Written::Local);
    }
    found.to_date().ok().map(Written::Day)
}

/// Whether a form of dates can be read at all: what it writes it must read.
pub fn is_date_form(form: &str) -> bool {
    let sample = jiff::civil::date(2026, 3, 2)
        .at(10, 20, 30, 0)
        .to_zoned(TimeZone::UTC);
    let Ok(sample) = sample else { return false };
    strtime::format(form, &sample)
        .and_then(|written| strtime::parse(form, written))
        .is_ok_and(|found| {
            found.timestamp().is_some() || found.to_date().is_ok_and(|date| date == sample.date())
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn when(form: Option<&str>, zone: &str) -> When {
        When {
            form: form.map(str::to_owned),
            zone: TimeZone::get(zone).unwrap(),
        }
    }

    fn berlin(form: Option<&str>) -> When {
        when(form, "Europe/Berlin")
    }

    #[test]
    fn instants_are_of_the_mappings_zone_unless_they_say_another() {
        let iso = || berlin(None);
        for (when, text, expected) in [
            (iso(), "2026-03-02", "2026-03-01T23:00:00Z"),
            (iso(), "2026-07-02 10:00:00", "2026-07-02T08:00:00Z"),
            (iso(), "2026-07-02T10:00:00-03:00", "2026-07-02T13:00:00Z"),
            (iso(), "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
            // Clocks that go forward at midnight leave the day its first moment.
            (
                when(None, "America/Sao_Paulo"),
                "2018-11-04",
                "2018-11-04T03:00:00Z",
            ),
            (
                berlin(Some("%d.%m.%Y")),
                "02.07.2026",
                "2026-07-01T22:00:00Z",
            ),
            (
                berlin(Some("%d.%m.%y %H:%M")),
                "02.07.26 10:05",
                "2026-07-02T08:05:00Z",
            ),
            (
                berlin(Some("%Y%m%d %I:%M %p")),
                "20260702 01:05 PM",
                "2026-07-02T11:05:00Z",
            ),
            (
                berlin(Some("%d/%m/%Y %H:%M %z")),
                "02/07/2026 10:00 +0000",
                "2026-07-02T10:00:00Z",
            ),
            (berlin(Some("%s")), "0", "1970-01-01T00:00:00Z"),
        ] {
            let read = when.instant(text).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_have_been_is_said() {
        for (form, text, expected) in [
            (
                Some("%d.%m.%Y"),
                "31.02.2026",
                "`31.02.2026` is no date like %d.%m.%Y",
            ),
            (
                Some("%d.%m.%Y"),
                "2026-03-02",
                "`2026-03-02` is no date like %d.%m.%Y",
            ),
            (
                None,
                "2026-03-29 02:30:00",
                "`2026-03-29 02:30:00` does not exist in Europe/Berlin, where the clocks went \
                 forward; `time-zone` in the mapping names another zone",
            ),
            (
                Some("%d.%m.%Y %H:%M"),
                "29.03.2026 02:30",
                "`29.03.2026 02:30` does not exist in Europe/Berlin, where the clocks went \
                 forward; `time-zone` in the mapping names another zone",
            ),
            (None, "1969-12-31", "`1969-12-31` lies before 1970"),
        ] {
            assert_eq!(berlin(form).instant(text), Err(expected.to_owned()));
        }
        assert!(berlin(None).date("2026-02-31").is_err());
        assert!(berlin(None).date("1950-12-31").is_ok());
    }

    #[test]
    fn a_form_of_dates_has_to_tell_the_day() {
        for form in [
            "%d.%m.%Y",
            "%Y-%m-%d %H:%M:%S",
            "%s",
            "%d %b %Y",
            "%m/%d/%y",
        ] {
            assert!(is_date_form(form), "{form}");
        }
        for form in ["", "%H:%M", "%m.%Y", "%q", "dd.mm.yyyy", "%"] {
            assert!(!is_date_form(form), "{form}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_form_panics(text: String, form: Option<String>) {
            let when = When { form, zone: TimeZone::get("Europe/Berlin").unwrap() };
            let _ = (when.date(&text), when.instant(&text));
        }

        #[test]
        fn no_text_panics_in_a_usual_form(
            text in "[0-9:. +TZ-]{0,20}",
            form in proptest::option::of(proptest::sample::select(
                vec!["%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%s", "%z %Y-%j", "%G-W%V-%u"],
            )),
        ) {
            let when = berlin(form);
            let _ = (when.date(&text), when.instant(&text), is_date_form(&text));
        }
    }
}
