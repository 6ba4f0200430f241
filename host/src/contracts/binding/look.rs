//! How generations stand.

use crate::domain::contract::{Binding, Contract};
use crate::domain::generation::{Course, PaidTrial, Standing};
use crate::domain::ids::DecisionId;
use crate::domain::time::Micros;
use crate::host::Host;
use crate::store::{self, Decided};

/// A generation, and where it stands.
#[derive(Clone, Debug)]
pub struct Stands {
    /// With the instant from which it counts.
    pub binding: Binding,
    /// Such as matching-weighted@0.1.0.
    pub plugin: String,
    pub standing: Standing,
    /// Whether a second person has to agree before it is in force.
    pub waits: bool,
    /// Of what pays, and not over: whom it pays on trial or, of what is in force, whom
    /// others pay in its place.
    pub trials: Vec<PaidTrial>,
}

impl Stands {
    pub(super) fn of(binding: Binding, plugin: String, course: &Course, now: Micros) -> Self {
        let generation = binding.generation;
        let standing = course.standing(generation, now);
        let tried = matches!(standing, Standing::Shadow | Standing::Canary);
        // Of what is tried now it does not matter when it was in force before.
        let from = course.from(generation).filter(|from| !tried || *from > now);
        let is_in_force = course.in_force(now) == Some(generation);
        let trials = course.paid_trials_from(now);
        Self {
            trials: trials
                .filter(|trial| is_in_force || trial.generation == generation)
                .cloned()
                .collect(),
            standing,
            waits: course.waits(generation),
            binding: Binding {
                active_from: from.unwrap_or(Micros::NEVER),
                ..binding
            },
            plugin,
        }
    }

    /// From when it counts; none where it has not been put in force.
    pub fn from(&self) -> Option<Micros> {
        let from = self.binding.active_from;
        (from != Micros::NEVER).then_some(from)
    }

    pub(super) async fn named(
        host: &Host,
        binding: Binding,
        course: &Course,
    ) -> Result<Self, store::Error> {
        let record = host
            .store
            .plugin(&binding.manufacturer, &binding.plugin_digest)
            .await?;
        let plugin = record.map_or_else(String::new, |record| record.title());
        Ok(Self::of(binding, plugin, course, host.clock.now()))
    }
}

/// What is in force in a contract's slots, or was put in force for later where
/// nothing is, by slot.
pub async fn in_force(host: &Host, contract: &Contract) -> Result<Vec<Stands>, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let now = host.clock.now();
    let mut found = Vec::new();
    for (slot, course) in host.store.courses(manufacturer, id).await? {
        let Some(generation) = course.in_force(now).or(course.latest()) else {
            continue;
        };
        let binding = host
            .store
            .generation(manufacturer, id, &slot, generation)
            .await?;
        if let Some(binding) = binding {
            found.push(Stands::named(host, binding, &course).await?);
        }
    }
    Ok(found)
}

/// The generations of a slot before one, the latest first.
pub async fn generations(
    host: &Host,
    contract: &Contract,
    slot: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<Stands>, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let mut courses = host.store.courses(manufacturer, id).await?;
    let course = courses.remove(slot).unwrap_or_default();
    let mut found = Vec::new();
    let rows = host
        .store
        .generations_before(manufacturer, id, slot, before, limit)
        .await?;
    for binding in rows {
        found.push(Stands::named(host, binding, &course).await?);
    }
    Ok(found)
}

/// What a generation has decided, oldest first, after a decision where one is named.
pub async fn decided(
    host: &Host,
    contract: &Contract,
    slot: &str,
    generation: i64,
    after: Option<DecisionId>,
    limit: u32,
) -> Result<Vec<Decided>, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let steps = host.store.steps(manufacturer, id).await?;
    let mut of_it = steps
        .get(slot)
        .into_iter()
        .flatten()
        .filter(|step| step.generation == generation);
    let Some(made) = of_it.next() else {
        return Ok(Vec::new());
    };
    host.store
        .decided(contract, slot, generation, made.at, after.as_ref(), limit)
        .await
}
