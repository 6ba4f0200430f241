//! What should be in force by what is stored, and its way into this host.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::drain::Life;
use super::in_force::{Behind, Beside, InForce, Slot, unreadable};
use super::running::stage_of;
use super::{ContractError, Host, KnownContract};
use crate::domain::calendar::Calendar;
use crate::domain::contract::{Binding, Contract};
use crate::domain::digest::sha256;
use crate::domain::generation::{Course, Standing, Trial};
use crate::domain::ids::ContractId;
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::policy::{Bound, Code, Kind, Limits, Place, PolicyError};
use crate::store;

/// How long what could not be loaded is left alone: half a minute.
const FAILED_MICROS: i64 = 30_000_000;

/// A generation that this host could not load: its slot, its number, and the
/// version of the terms.
pub(super) type Unloaded = (String, i64, i64);

/// What should be in force.
pub(super) struct Wanted {
    pub row: Contract,
    manufacturer: String,
    terms: Arc<Terms>,
    /// Canonical JSON, with its SHA-256.
    terms_text: String,
    terms_digest: String,
    calendar: Arc<Calendar>,
    at: Micros,
    courses: BTreeMap<String, Course>,
    /// The generations that are needed, by slot.
    pub bindings: BTreeMap<String, Vec<Binding>>,
    /// What was in force before.
    known: Option<Arc<InForce>>,
}

impl Wanted {
    /// What is loaded already need not be loaded again.
    pub fn take_over(&mut self, known: &Arc<InForce>) {
        self.known = Some(known.clone());
    }

    fn same_terms(&self) -> Option<&InForce> {
        let known = self.known.as_deref()?;
        (known.contract.terms_version == self.row.terms_version).then_some(known)
    }

    fn unloaded(&self, binding: &Binding) -> Unloaded {
        let slot = binding.slot.clone();
        (slot, binding.generation, self.row.terms_version)
    }

    /// The contract with these slots, of which there is one for each binding.
    pub fn put_together(self, mut loaded: BTreeMap<String, Vec<Slot>>) -> InForce {
        let mut slots = BTreeMap::new();
        let mut beside = BTreeMap::new();
        let mut until = Micros::NEVER;
        for (name, course) in &self.courses {
            let mut found = loaded.remove(name).unwrap_or_default();
            // What may have been in the way for a moment alone is tried again.
            if found.iter().any(Slot::may_pass) {
                until = until.min(Micros(self.at.0.saturating_add(FAILED_MICROS)));
            }
            let mut take = |generation: Option<i64>| {
                let place = found
                    .iter()
                    .position(|slot| Some(slot.generation) == generation)?;
                Some(found.swap_remove(place))
            };
            let of = |trial: Option<&Trial>| trial.map(|trial| trial.generation);
            let in_force = take(course.in_force(self.at));
            let shadow = take(of(course.shadow(self.at)));
            let canary = take(of(course.canary(self.at)));
            let mut behind = None;
            if let Some(slot) = in_force {
                let slot = self.or_as_before(name, slot, &mut behind);
                slots.insert(name.clone(), slot);
            }
            if let Some(next) = course.next(self.at) {
                until = until.min(next.from);
            }
            let beside_it = Beside {
                course: course.clone(),
                shadow: shadow.filter(|slot| slot.bound.is_ok()),
                canary: canary.filter(|slot| slot.bound.is_ok()),
                warm: found,
                behind,
            };
            beside.insert(name.clone(), beside_it);
        }
        let generations = slots.iter();
        let life = Life {
            contract: self.row.code.clone(),
            generations: generations
                .map(|(name, slot): (&String, &Slot)| (name.clone(), slot.generation))
                .collect(),
        };
        InForce {
            of: (self.row.version, self.row.terms_version),
            contract: self.row,
            manufacturer: self.manufacturer,
            terms: self.terms,
            calendar: self.calendar,
            slots,
            beside,
            taken_at: self.at,
            until,
            life: Arc::new(life),
        }
    }

    /// What was in force before goes on where this host cannot load what should be.
    fn or_as_before(&self, name: &str, slot: Slot, behind: &mut Option<Behind>) -> Slot {
        let before = self.same_terms().and_then(|known| known.slots.get(name));
        match (&slot.bound, before) {
            (Err(error), Some(before)) if before.bound.is_ok() => {
                *behind = Some(Behind {
                    generation: slot.generation,
                    error: error.clone(),
                });
                before.clone()
            }
            _ => slot,
        }
    }
}

impl Host {
    /// What should be in force in the slots of routing now.
    pub(super) async fn wanted(&self, row: Contract) -> Result<Wanted, ContractError> {
        let mut courses = self.store.courses(&row.manufacturer, &row.id).await?;
        courses.retain(|slot, _| Kind::of_slot(slot) != Some(Kind::Compensation));
        self.wanted_of(row, courses).await
    }

    pub(super) async fn wanted_of(
        &self,
        row: Contract,
        courses: BTreeMap<String, Course>,
    ) -> Result<Wanted, ContractError> {
        let at = self.clock.now();
        let mut bindings = BTreeMap::new();
        for (slot, course) in &courses {
            let mut found = Vec::new();
            for generation in needed(course, at) {
                let binding = self
                    .store
                    .generation(&row.manufacturer, &row.id, slot, generation)
                    .await?;
                found.extend(binding);
            }
            bindings.insert(slot.clone(), found);
        }
        let terms = self.read_terms(&row).await?;
        let terms_text = terms.canonical_json();
        let calendar = Calendar::of(&terms).map_err(|problems| unreadable(&row, &problems))?;
        Ok(Wanted {
            manufacturer: self.code_of(&row.manufacturer).await?,
            terms: Arc::new(terms),
            terms_digest: sha256(terms_text.as_bytes()),
            terms_text,
            calendar: Arc::new(calendar),
            at,
            courses,
            bindings,
            known: None,
            row,
        })
    }

    /// Whether nothing of it has to be compiled.
    pub(super) fn is_warm(&self, wanted: &Wanted) -> bool {
        let mut all = wanted.bindings.values().flatten();
        all.all(|binding| {
            let loaded = wanted
                .same_terms()
                .and_then(|known| known.loaded(&binding.slot, binding.generation));
            loaded.is_some() || self.at_hand(wanted, binding).is_some()
        })
    }

    /// The binding as the engine has it, or what was wrong with it a moment ago.
    fn at_hand(
        &self,
        wanted: &Wanted,
        binding: &Binding,
    ) -> Option<Result<Arc<Bound>, PolicyError>> {
        let bound = self.engine.warm(
            &binding.plugin_digest,
            &binding.configuration_digest,
            &wanted.terms_digest,
        );
        if let Some(bound) = bound {
            return Some(Ok(bound));
        }
        let known = self.known(&wanted.row.id);
        let (error, at) = known.failed().get(&wanted.unloaded(binding)).cloned()?;
        (wanted.at.0.saturating_sub(at.0) < FAILED_MICROS).then_some(Err(error))
    }

    /// Whether something of the contract is being loaded.
    pub(super) fn is_preparing(&self, contract: &ContractId) -> bool {
        self.known(contract).preparing.load(Ordering::SeqCst)
    }

    /// Loads what is missing while what was in force before goes on, and takes it into
    /// use.
    pub(super) fn prepare(&self, wanted: Wanted) {
        let known = self.known(&wanted.row.id);
        if known.preparing.swap(true, Ordering::SeqCst) {
            return;
        }
        let host = self.clone();
        tokio::spawn(async move {
            // Kept until they are in use: nothing that is loaded is loaded twice.
            let mut loaded = Vec::new();
            let mut is_read = true;
            for binding in wanted.bindings.values().flatten() {
                match host.slot(&wanted, binding).await {
                    Ok(slot) => loaded.push(slot),
                    Err(error) => {
                        is_read = false;
                        tracing::error!(
                            contract = wanted.row.code,
                            slot = binding.slot,
                            "a generation cannot be read, and is looked for again: {error}"
                        );
                    }
                }
            }
            known.preparing.store(false, Ordering::SeqCst);
            let row = &wanted.row;
            if is_read && let Err(error) = host.contract(&row.manufacturer, &row.id).await {
                tracing::warn!(
                    contract = row.code,
                    "what was loaded is taken into use by the next request: {error}"
                );
            }
        });
    }

    /// A generation, from what is loaded or by loading it. A failure concerns this
    /// slot alone.
    pub(super) async fn slot(
        &self,
        wanted: &Wanted,
        binding: &Binding,
    ) -> Result<Slot, store::Error> {
        let course = wanted.courses.get(&binding.slot);
        let quarantined = course.is_some_and(|course| course.is_bad(binding.generation));
        let loaded = wanted
            .same_terms()
            .and_then(|known| known.loaded(&binding.slot, binding.generation));
        if let Some(loaded) = loaded {
            return Ok(Slot {
                quarantined,
                ..loaded.clone()
            });
        }
        let bound = match self.at_hand(wanted, binding) {
            Some(bound) => bound,
            None => self.load_binding(wanted, binding).await?,
        };
        Ok(Slot {
            generation: binding.generation,
            plugin_digest: binding.plugin_digest.clone(),
            configuration_digest: binding.configuration_digest.clone(),
            limits: Limits::kept(binding.limits.as_deref()),
            place: Place::Slot,
            quarantined,
            bound,
        })
    }

    async fn load_binding(
        &self,
        wanted: &Wanted,
        binding: &Binding,
    ) -> Result<Result<Arc<Bound>, PolicyError>, store::Error> {
        let component = self
            .store
            .plugin_bytes(&binding.manufacturer, &binding.plugin_digest)
            .await?;
        let known = self.known(&wanted.row.id);
        let key = wanted.unloaded(binding);
        known.loading().insert(key.clone(), Standing::Uploaded);
        let _loading = Loading {
            known: known.clone(),
            key: key.clone(),
        };
        let bound = match component {
            Some(component) => self.load_and_bind(component, binding, wanted).await,
            None => Err(PolicyError::new(
                Code::HostInternal,
                format!("the component {} is not stored", binding.plugin_digest),
            )),
        };
        match &bound {
            Ok(_) => {
                known.failed().remove(&key);
            }
            Err(error) => {
                tracing::error!(
                    contract = wanted.row.code,
                    slot = binding.slot,
                    generation = binding.generation,
                    code = error.code.as_str(),
                    stage = stage_of(error).as_str(),
                    "a binding could not be loaded: {error}"
                );
                let failed = (error.clone(), self.clock.now());
                known.failed().insert(key, failed);
            }
        }
        Ok(bound)
    }

    async fn load_and_bind(
        &self,
        component: Vec<u8>,
        binding: &Binding,
        wanted: &Wanted,
    ) -> Result<Arc<Bound>, PolicyError> {
        let plugin = self.engine.load(component.into()).await?;
        let known = self.known(&wanted.row.id);
        known
            .loading()
            .insert(wanted.unloaded(binding), Standing::Compiled);
        let configuration = serde_json::from_str(&binding.configuration)
            .map_err(|error| PolicyError::new(Code::ConfigInvalid, error.to_string()))?;
        self.bind(&plugin, &configuration, &wanted.terms_text).await
    }
}

/// A generation that is being loaded, until dropped.
struct Loading {
    known: Arc<KnownContract>,
    key: Unloaded,
}

impl Drop for Loading {
    fn drop(&mut self) {
        self.known.loading().remove(&self.key);
    }
}

/// The generations that a host keeps loaded: what is in force, tried, asked for,
/// planned or was made last, so that none of these has to be compiled when it is put
/// in force, and what was in force before, so that a rollback compiles nothing.
///
/// At most seven of a slot. With `EARLIER_MAX` of [`super::begun`] and the plans that
/// are kept for what pays they bound what a host has loaded of a contract, and
/// `WARM_MAX` of [`super::warm`] what it has loaded beside; what was replaced goes with
/// the last request that uses it.
pub(super) fn needed(course: &Course, at: Micros) -> BTreeSet<i64> {
    let trials = [course.shadow(at), course.canary(at)].into_iter().flatten();
    trials
        .map(|trial| trial.generation)
        .chain(course.request.as_ref().map(|asked| asked.generation))
        .chain(course.in_force(at))
        .chain(course.next(at).map(|next| next.generation))
        .chain(course.earlier(at).next())
        .chain(course.newest())
        .collect()
}
