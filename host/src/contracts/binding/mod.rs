//! Which plugin, with which configuration, is in force in a contract's slots, and
//! how another takes its place.

mod difference;
mod gates;
mod look;
mod quarantine;
mod rollback;
mod sample;
mod status;
mod step;
mod stop;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::DateTime;
use serde_json::Value;

use super::error::expect;
use super::plugin::{Component, resolve};
use super::{Amendment, Error, terms};
use crate::domain::contract::{Binding, Contract};
use crate::domain::generation::{Action, Course, Step, WHOLE};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::terms::Terms;
use crate::domain::text;
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};
use crate::policy::manifest::Account;
use crate::policy::{Bound as Ready, Code, Kind, Limits, Manifest, PolicyError};

pub use difference::{
    Compared, Examples, Flip, LAST_DEFAULT, LAST_MAX, Pair, Replay, Side, Versions,
};
pub use gates::{Watched, watch, watched};
pub use look::{Stands, decided, generations, in_force};
pub use quarantine::quarantine;
pub use rollback::{Rollback, RolledBack, roll_back};
pub use sample::Sample;
pub use status::{BehindHost, Candidate, SlotStatus, StageAtHost, Status, status};
pub use step::{Move, Wish, take};
pub use stop::Stopped;

/// A binding as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub slot: String,
    /// See [`resolve`].
    pub plugin: String,
    /// None: the plugin's default.
    pub configuration: Option<Value>,
    /// What its calls may use beyond the host's limits for its plugin.
    pub limits: Option<Limits>,
    /// Why, for those who look at the history later.
    pub comment: String,
    /// When it is put in force.
    pub when: When,
}

/// When a generation is put in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Routing at once; what pays with the next period, or from the beginning
    /// where nothing has happened yet.
    Default,
    /// From a local instant on; what pays from a local day on.
    From(DateTime),
    /// Not yet: it is made ready, to be tried first.
    Ready,
}

/// Whether a second person has to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Approval {
    Needed,
    NotNeeded,
}

impl Approval {
    /// Nobody has to agree to a slot's first rules.
    fn of(ground: &Ground<'_>, course: &Course) -> Self {
        match ground.terms.swaps.four_eyes && !course.activations.is_empty() {
            true => Self::Needed,
            false => Self::NotNeeded,
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Needed => Action::Requested,
            Self::NotNeeded => Action::Activated,
        }
    }
}

impl When {
    /// As somebody has said it, or by default.
    pub fn from(said: Option<DateTime>) -> Self {
        said.map_or(Self::Default, Self::From)
    }
}

/// What a binding is made in.
pub struct Ground<'a> {
    pub contract: &'a Contract,
    pub terms: &'a Terms,
    pub courses: &'a BTreeMap<String, Course>,
    pub now: Micros,
}

impl Ground<'_> {
    fn course(&self, slot: &str) -> Course {
        self.courses.get(slot).cloned().unwrap_or_default()
    }

    /// The generations that a file that is applied again may mean: what is in
    /// force, and what was put in force last.
    fn in_force(&self, slot: &str) -> BTreeSet<i64> {
        let Some(course) = self.courses.get(slot) else {
            return BTreeSet::new();
        };
        let last = course.activations.last();
        let asked = course.request.as_ref();
        course
            .in_force(self.now)
            .into_iter()
            .chain(last.map(|last| last.generation))
            .chain(asked.map(|asked| asked.generation))
            .collect()
    }
}

/// What is wrong with a slot's name.
pub fn slot_problem(slot: &str) -> Option<String> {
    let component = slot.split_once('/').map(|(_, component)| component);
    let fits = Kind::of_slot(slot).is_some() && component.is_none_or(text::is_code);
    (!fits)
        .then(|| "is no slot: qualification, matching, escalation, or compensation/NAME".to_owned())
}

impl Amendment {
    /// Binds the plugin to the slot: a new generation, unless the same plugin and
    /// configuration are in force.
    pub async fn bind(
        &mut self,
        host: &Host,
        ground: &Ground<'_>,
        component: &Component,
        wanted: &Wanted,
    ) -> Result<Stands, Error> {
        check(wanted, component)?;
        let plugin = &component.plugin;
        let configuration = match &wanted.configuration {
            Some(configuration) => configuration,
            None => &plugin.manifest().configuration.default,
        };
        let ready = host
            .bind(plugin, configuration, &ground.terms.canonical_json())
            .await
            .map_err(|error| Error::of_slot(&wanted.slot, error))?;
        let title = plugin.title().to_owned();
        if let Some(known) = same(host, ground, &wanted.slot, &ready).await? {
            let course = ground.course(&wanted.slot);
            return Ok(Stands::of(known, title, &course, ground.now));
        }
        let course = ground.course(&wanted.slot);
        if course.generation_next() > 1 {
            keep_accounts(host, ground.contract, &wanted.slot, plugin.manifest()).await?;
        }
        self.plugin(host, component).await?;
        let binding = Binding {
            manufacturer: self.manufacturer.clone(),
            contract: ground.contract.id.clone(),
            slot: wanted.slot.clone(),
            generation: course.generation_next(),
            plugin_digest: plugin.digest().to_owned(),
            configuration: ready.configuration().to_owned(),
            configuration_digest: ready.configuration_digest().to_owned(),
            limits: wanted.limits.map(|limits| limits.to_json()),
            active_from: Micros::NEVER,
            comment: wanted.comment.clone(),
        };
        self.created(format!(
            "{} of {}, generation {}: {title}",
            wanted.slot, ground.contract.code, binding.generation
        ));
        let approval = Approval::of(ground, &course);
        self.put_in_force(host, ground, binding, title, wanted.when, approval)
            .await
    }

    /// Adds a generation that is new, and the step that puts it where it is wanted.
    async fn put_in_force(
        &mut self,
        host: &Host,
        ground: &Ground<'_>,
        mut binding: Binding,
        plugin: String,
        when: When,
        approval: Approval,
    ) -> Result<Stands, Error> {
        let course = ground.course(&binding.slot);
        let mut step = self.step(ground, &binding.slot, &course, binding.generation);
        step.comment = binding.comment.clone();
        let wanted = match when {
            When::Ready => None,
            When::Default => Some(None),
            When::From(said) => Some(Some(said)),
        };
        if let Some(said) = wanted {
            step.from = begins(host, ground, &binding.slot, said).await?;
            step.action = approval.action();
        }
        if step.action == Action::Activated {
            binding.active_from = step.from;
        }
        let mut after = course;
        after.take(&step);
        self.rows.steps.push(step);
        self.rows.bindings.push(binding.clone());
        Ok(Stands::of(binding, plugin, &after, ground.now))
    }

    /// A step of a generation, which says that it was made.
    fn step(&self, ground: &Ground<'_>, slot: &str, course: &Course, generation: i64) -> Step {
        let made = self.rows.steps.iter();
        let made = made.filter(|step| step.slot == slot).count() as i64;
        Step {
            manufacturer: self.manufacturer.clone(),
            contract: ground.contract.id.clone(),
            slot: slot.to_owned(),
            number: course.step_next() + made,
            generation,
            action: Action::Configured,
            before: course.in_force(ground.now),
            share: WHOLE,
            partners: Vec::new(),
            from: ground.now,
            at: ground.now,
            // Filled in by the commit, which knows whose request it is.
            actor: None,
            comment: String::new(),
        }
    }
}

/// The generation that is the same already.
async fn same(
    host: &Host,
    ground: &Ground<'_>,
    slot: &str,
    ready: &Arc<Ready>,
) -> Result<Option<Binding>, Error> {
    let Contract {
        manufacturer, id, ..
    } = ground.contract;
    for generation in ground.in_force(slot) {
        let known = host
            .store
            .generation(manufacturer, id, slot, generation)
            .await?;
        if let Some(known) = known
            && known.plugin_digest == ready.plugin().digest()
            && known.configuration_digest == ready.configuration_digest()
        {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// What is wrong with a binding before anything is tried.
fn check(wanted: &Wanted, component: &Component) -> Result<(), Error> {
    if let Some(message) = slot_problem(&wanted.slot) {
        return Err(Error::invalid("/slot", message));
    }
    if Kind::of_slot(&wanted.slot) != Some(component.plugin.kind()) {
        return Err(Error::invalid(
            "/plugin",
            format!(
                "{} is for {}; the slot takes another kind",
                component.plugin.title(),
                component.plugin.kind()
            ),
        ));
    }
    check_comment(&wanted.comment)
}

/// From when a generation that is put in force now counts.
async fn begins(
    host: &Host,
    ground: &Ground<'_>,
    slot: &str,
    said: Option<DateTime>,
) -> Result<Micros, Error> {
    host.begins(ground.contract, ground.terms, slot, said)
        .await?
        .map_err(|bad| Error::invalid("/from", bad.to_string()))
}

/// Every step says why it was taken.
pub(super) fn check_comment(comment: &str) -> Result<(), Error> {
    if comment.trim().is_empty() {
        return Err(Error::invalid(
            "/comment",
            "is missing: say why, for those who look at the history later",
        ));
    }
    text::check_note(comment).map_err(|bad| Error::invalid("/comment", bad.to_string()))
}

/// An account keeps its unit, holder and cadence, whatever generation posts to
/// it: its balance would mean something else.
async fn keep_accounts(
    host: &Host,
    contract: &Contract,
    slot: &str,
    new: &Manifest,
) -> Result<(), Error> {
    if new.accounts.is_empty() {
        return Ok(());
    }
    let earlier: BTreeSet<String> = host
        .store
        .generations(&contract.manufacturer, &contract.id, slot)
        .await?
        .into_iter()
        .map(|binding| binding.plugin_digest)
        .collect();
    for digest in earlier {
        let record = host.store.plugin(&contract.manufacturer, &digest).await?;
        let Some(old) = record.and_then(|record| Manifest::parse(&record.manifest).ok()) else {
            continue;
        };
        if let Some(message) = changed_account(&old, new) {
            return Err(Error::invalid("/plugin", message));
        }
    }
    Ok(())
}

fn changed_account(old: &Manifest, new: &Manifest) -> Option<String> {
    let shape = |account: &Account| (account.unit, account.holder, account.resets);
    new.accounts.iter().find_map(|account| {
        let before = old.account(&account.name)?;
        (shape(before) != shape(account)).then(|| {
            format!(
                "{} changes unit, holder or cadence of the account `{}`, which {} has posted to; \
                 give it another name",
                new.title(),
                account.name,
                old.title()
            )
        })
    })
}

/// Whether what is bound takes these terms, which are complete and canonical.
///
/// # Errors
/// `Policy`, naming the first slot that does not.
pub async fn hold(host: &Host, bindings: &[Binding], terms: &str) -> Result<(), Error> {
    for binding in bindings {
        holds(host, binding, terms)
            .await?
            .map_err(|error| Error::of_slot(&binding.slot, error))?;
    }
    Ok(())
}

async fn holds(
    host: &Host,
    binding: &Binding,
    terms: &str,
) -> Result<Result<(), PolicyError>, Error> {
    let internal = |message: String| PolicyError::new(Code::HostInternal, message);
    let bytes = host
        .store
        .plugin_bytes(&binding.manufacturer, &binding.plugin_digest)
        .await?;
    let Some(bytes) = bytes else {
        let digest = &binding.plugin_digest;
        return Ok(Err(internal(format!(
            "the component {digest} is not stored"
        ))));
    };
    let plugin = match host.engine.load(bytes.into()).await {
        Ok(plugin) => plugin,
        Err(error) => return Ok(Err(error)),
    };
    let configuration = match serde_json::from_str(&binding.configuration) {
        Ok(configuration) => configuration,
        Err(error) => return Ok(Err(internal(error.to_string()))),
    };
    let bound = host.bind(&plugin, &configuration, terms).await;
    Ok(bound.map(|_| ()))
}

/// Binds a plugin to a slot. The same plugin and configuration again change
/// nothing.
///
/// # Errors
/// `Policy` when the plugin refuses the configuration; `OtherVersion` when the
/// generation in force is not the `expected` one.
pub async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &Wanted,
    expected: Option<i64>,
    origin: &Origin<Stands>,
) -> Result<Stands, Error> {
    let component = resolve(host, manufacturer, &wanted.plugin, None).await?;
    on_stale(|| async {
        let slots = Slots::load(host, manufacturer, contract).await?;
        let ground = slots.ground();
        let course = ground.course(&wanted.slot);
        expect(expected, course.latest().unwrap_or(0))?;
        let mut amendment = Amendment::new(host, manufacturer);
        let bound = amendment.bind(host, &ground, &component, wanted).await?;
        amendment.touch(slots.contract.clone());
        amendment.commit(host, origin, &bound).await?;
        Ok(bound)
    })
    .await
}

/// A contract with what its slots have come to.
struct Slots {
    contract: Contract,
    terms: Terms,
    courses: BTreeMap<String, Course>,
    now: Micros,
}

impl Slots {
    async fn load(
        host: &Host,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Self, Error> {
        let contract = host
            .store
            .contract(manufacturer, contract)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        let (_, terms) = terms::current(host, &contract).await?;
        let courses = host.store.courses(manufacturer, &contract.id).await?;
        Ok(Self {
            contract,
            terms,
            courses,
            now: host.clock.now(),
        })
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            contract: &self.contract,
            terms: &self.terms,
            courses: &self.courses,
            now: self.now,
        }
    }
}
