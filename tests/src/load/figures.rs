//! What came of a load: how many, how fast, with which answers.

use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Of the answers that were neither refused nor failed, ascending.
    latencies: Vec<Duration>,
    span: Duration,
}

impl Figures {
    pub(super) fn add(&mut self, status: u16, latency: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        if status < 400 {
            self.latencies.push(latency);
        }
    }

    pub(super) fn together(all: Vec<Self>, span: Duration) -> Self {
        let mut together = Self {
            span,
            ..Self::default()
        };
        for figures in all {
            for (status, count) in figures.statuses {
                *together.statuses.entry(status).or_default() += count;
            }
            together.latencies.extend(figures.latencies);
        }
        together.latencies.sort_unstable();
        together
    }

    /// Requests that went well.
    pub fn done(&self) -> usize {
        self.latencies.len()
    }

    /// Of them, per second.
    pub fn per_second(&self) -> f64 {
        self.done() as f64 / self.span.as_secs_f64()
    }

    /// The latency that so many per cent of the good answers keep.
    pub fn percentile(&self, percent: usize) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{:8.0} /s, median {:7.2} ms, p99 {:7.2} ms, answers {:?}",
            self.per_second(),
            self.percentile(50).as_secs_f64() * 1e3,
            self.percentile(99).as_secs_f64() * 1e3,
            self.statuses
        )
    }
}
