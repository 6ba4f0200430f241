//! One thing that is counted or measured.

use metrics::{Counter, Gauge, Histogram, Label, Unit};

/// What is counted, and under which name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instrument {
    pub name: &'static str,
    pub kind: Kind,
    pub labels: &'static [&'static str],
    /// In a line.
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only ever grows, until the server is started again.
    Counter,
    /// As it is now.
    Gauge,
    /// How many were at most as large as each of these.
    Histogram(&'static [f64]),
}

impl Kind {
    /// As Prometheus names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

impl Instrument {
    pub(super) const fn counter(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Counter, labels, help)
    }

    pub(super) const fn gauge(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Gauge, labels, help)
    }

    pub(super) const fn histogram(
        name: &'static str,
        buckets: &'static [f64],
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Histogram(buckets), labels, help)
    }

    const fn new(
        name: &'static str,
        kind: Kind,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            labels,
            help,
        }
    }

    /// Says what it is. One without labels is shown from the beginning: what has
    /// not happened yet is 0, and not missing.
    pub(super) fn begin(&self) {
        let help = self.help;
        match self.kind {
            Kind::Counter => metrics::describe_counter!(self.name, Unit::Count, help),
            Kind::Gauge => metrics::describe_gauge!(self.name, help),
            Kind::Histogram(_) => metrics::describe_histogram!(self.name, help),
        }
        if self.kind == Kind::Counter && self.labels.is_empty() {
            self.count(&[]).increment(0);
        }
    }

    /// Looks the counter up: what counts often keeps it.
    pub(super) fn count(&self, values: &[&str]) -> Counter {
        metrics::counter!(self.name, self.labelled(values))
    }

    pub(super) fn level(&self, values: &[&str]) -> Gauge {
        metrics::gauge!(self.name, self.labelled(values))
    }

    pub(super) fn measure(&self, values: &[&str]) -> Histogram {
        metrics::histogram!(self.name, self.labelled(values))
    }

    fn labelled(&self, values: &[&str]) -> Vec<Label> {
        debug_assert_eq!(self.labels.len(), values.len(), "{}", self.name);
        let pairs = self.labels.iter().zip(values);
        pairs
            .map(|(label, value)| Label::new(*label, (*value).to_owned()))
            .collect()
    }
}
