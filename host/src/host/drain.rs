//! Snapshots that others have taken the place of, while somebody still uses them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::Host;
use crate::domain::time::Micros;

/// What a snapshot was; held by it and by everything that is derived from it, so
/// that it lives as long as anybody uses any of that.
#[derive(Debug)]
pub(super) struct Life {
    /// The contract's code.
    pub contract: String,
    /// By slot name.
    pub generations: Vec<(String, i64)>,
}

/// The snapshots that were replaced and are not gone yet.
#[derive(Default)]
pub(super) struct Draining(Mutex<Vec<Replaced>>);

struct Replaced {
    life: Weak<Life>,
    at: Micros,
    is_told: bool,
}

/// A snapshot that was replaced and is used longer than it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The contract's code.
    pub contract: String,
    /// Such as `matching 3`.
    pub generations: Vec<String>,
    pub seconds: i64,
}

impl Draining {
    fn replaced(&self) -> MutexGuard<'_, Vec<Replaced>> {
        let mut replaced = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // There are never more than requests and turns of lanes that use one.
        replaced.retain(|replaced| replaced.life.strong_count() > 0);
        replaced
    }

    /// Another one has taken its place.
    pub(super) fn watch(&self, life: &Arc<Life>, at: Micros) {
        self.replaced().push(Replaced {
            life: Arc::downgrade(life),
            at,
            is_told: false,
        });
    }

    /// Those that are still used.
    pub(super) fn count(&self) -> usize {
        self.replaced().len()
    }

    /// Those that were replaced so long ago and are still used; each is told once.
    fn overdue(&self, now: Micros, after_micros: i64) -> Vec<Overdue> {
        let mut found = Vec::new();
        for replaced in self.replaced().iter_mut() {
            let used = now.0.saturating_sub(replaced.at.0);
            if replaced.is_told || used < after_micros {
                continue;
            }
            let Some(life) = replaced.life.upgrade() else {
                continue;
            };
            replaced.is_told = true;
            let generations = life.generations.iter();
            found.push(Overdue {
                contract: life.contract.clone(),
                generations: generations
                    .map(|(slot, generation)| format!("{slot} {generation}"))
                    .collect(),
                seconds: used / 1_000_000,
            });
        }
        found
    }
}

impl Host {
    /// What was replaced so long ago and is still used; each is told once.
    pub fn overdue(&self, after_micros: i64) -> Vec<Overdue> {
        self.draining.overdue(self.clock.now(), after_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    #[test]
    fn what_is_used_too_long_is_told_once_and_what_is_gone_never() {
        let draining = Draining::default();
        let life = |generation| {
            Arc::new(Life {
                contract: "pumps".to_owned(),
                generations: vec![("matching".to_owned(), generation)],
            })
        };
        let (used, gone) = (life(3), life(4));
        draining.watch(&used, Micros(0));
        draining.watch(&gone, Micros(0));
        drop(gone);
        assert_eq!(draining.count(), 1);
        assert_eq!(draining.overdue(Micros(MINUTE - 1), MINUTE), []);
        let told = draining.overdue(Micros(MINUTE), MINUTE);
        assert_eq!(
            told,
            [Overdue {
                contract: "pumps".to_owned(),
                generations: vec!["matching 3".to_owned()],
                seconds: 60,
            }]
        );
        assert_eq!(draining.overdue(Micros(2 * MINUTE), MINUTE), []);
        assert_eq!(draining.count(), 1, "it is still counted");
        drop(used);
        assert_eq!(draining.count(), 0);
    }
}
