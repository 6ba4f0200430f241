//! What every use-case is given: the database, the policies, the time.

pub mod again;
mod aside;
mod asking;
mod begun;
mod drain;
mod facts;
mod failing;
mod followed;
mod found;
pub mod free_text;
mod gathered;
mod in_force;
mod latest;
mod observe;
mod origin;
mod plan;
pub mod problem;
mod queues;
mod roster;
mod running;
pub mod telling;
mod wanted;
mod warm;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use self::aside::Asides;
use self::drain::Draining;
use self::failing::Failing;
use self::followed::Followed;
use self::found::PlaceKey;
use self::gathered::Gathered;
use self::latest::Latest;
use self::queues::Queues;
use self::wanted::Unloaded;
use self::warm::Warm;
use crate::clock::{Clock, Ids};
use crate::domain::access::Token;
use crate::domain::book::Book;
use crate::domain::generation::Standing;
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::partner::Position;
use crate::domain::time::Micros;
use crate::policy::{Engine, Kind, PolicyError};
use crate::store::{KeyUses, Store};

pub use aside::{Aside, Tried};
pub use asking::{Asked, Overloaded};
pub use drain::Overdue;
pub use facts::KnownFacts;
pub use failing::Decider;
pub use in_force::{Behind, Beside, ContractError, InForce, Slot};
pub use origin::{Keep, Origin};
pub use plan::{BadStart, Plans};
pub use problem::{Mistake, Problem};
pub use roster::{Held, Roster};

/// A minute, unless a host is told otherwise.
const LANE_LEASE_MICROS: i64 = 60_000_000;

/// One server's means. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    pub store: Store,
    pub engine: Engine,
    pub clock: Clock,
    pub ids: Ids,
    /// How long this host may be at a contract's money without giving a sign;
    /// then another one takes over.
    pub lane_lease_micros: i64,
    /// What its store has is played once and thrown away: what could be found again is not
    /// kept, such as receipts of money, and what was counted.
    pub is_throwaway: bool,
    /// File that lists what was erased, where one is kept.
    pub erasures: Option<Arc<Path>>,
    known: Arc<Mutex<HashMap<ContractId, Arc<KnownContract>>>>,
    warm: Arc<Warm>,
    failing: Arc<Failing>,
    draining: Arc<Draining>,
    /// Told whenever something is taken into use.
    taken: Arc<Notify>,
    /// A code stays with its contract.
    codes: Arc<Mutex<HashMap<(ManufacturerId, String), ContractId>>>,
    tokens: Arc<Gathered<String, Token>>,
    places: Arc<Gathered<PlaceKey, Position>>,
    /// Of those who claim the same lead.
    pub claims: Arc<Queues<LeadId>>,
    asides: Arc<Asides>,
}

/// What is kept of a contract between requests.
#[derive(Default)]
struct KnownContract {
    /// So that terms are not read and policies not bound anew each time.
    in_force: Latest<InForce>,
    /// Whether what has changed is being loaded, beside the requests.
    preparing: AtomicBool,
    /// What could not be loaded, with the reason and when that was.
    failed: Mutex<HashMap<Unloaded, (PolicyError, Micros)>>,
    /// What is being loaded, and how far it has come.
    loading: Mutex<HashMap<Unloaded, Standing>>,
    /// Generations with which leads began that are no longer in force.
    earlier: Mutex<Vec<(Earlier, Slot)>>,
    /// Canaries that are followed, by slot.
    followed: tokio::sync::Mutex<BTreeMap<String, Followed>>,
    /// The latest plans, the newest last.
    plans: Mutex<Vec<Arc<InForce>>>,
    facts: Latest<KnownFacts>,
    roster: Mutex<Option<Arc<Roster>>>,
    held: Latest<Held>,
    /// By the duplicate keys of one lead.
    duplicates: Gathered<Vec<String>, KeyUses>,
    /// What the accounts hold, as of a version of the lane.
    book: Mutex<Option<(i64, Book)>>,
    /// When events of the period that is closed next were last recorded, as far
    /// as was seen.
    recorded: Mutex<Option<(String, Micros)>>,
}

/// A generation by its kind, its number and the version of the terms.
type Earlier = (Kind, i64, i64);

impl KnownContract {
    fn failed(&self) -> MutexGuard<'_, HashMap<Unloaded, (PolicyError, Micros)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn earlier(&self) -> MutexGuard<'_, Vec<(Earlier, Slot)>> {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn loading(&self) -> MutexGuard<'_, HashMap<Unloaded, Standing>> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What pays, by slot: the newest generation of each that is kept ready.
    fn paying(&self) -> BTreeMap<String, Slot> {
        let plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest: BTreeMap<String, Slot> = BTreeMap::new();
        for (name, slot) in plans.iter().flat_map(|plan| &plan.slots) {
            let known = newest.get(name);
            if known.is_none_or(|known| known.generation < slot.generation) {
                newest.insert(name.clone(), slot.clone());
            }
        }
        newest
    }

    /// What routes and what pays.
    fn plans_in_use(&self) -> Vec<Arc<InForce>> {
        let plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.iter().cloned().chain(self.in_force.found()).collect()
    }
}

impl Host {
    pub fn new(store: Store, engine: Engine, clock: Clock, ids: Ids) -> Self {
        Self {
            store,
            engine,
            clock,
            ids,
            is_throwaway: false,
            lane_lease_micros: LANE_LEASE_MICROS,
            erasures: None,
            known: Arc::default(),
            warm: Arc::default(),
            failing: Arc::default(),
            draining: Arc::default(),
            taken: Arc::default(),
            codes: Arc::default(),
            tokens: Arc::default(),
            places: Arc::default(),
            claims: Arc::default(),
            asides: Arc::default(),
        }
    }

    fn known(&self, contract: &ContractId) -> Arc<KnownContract> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(contract) {
            Some(known) => known.clone(),
            None => known.entry(contract.clone()).or_default().clone(),
        }
    }

    /// The book that was kept of a contract's lane, if it is of that version.
    pub fn take_book(&self, contract: &ContractId, version: i64) -> Option<Book> {
        let known = self.known(contract);
        let mut kept = known.book.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take()
            .filter(|(kept, _)| *kept == version)
            .map(|(_, book)| book)
    }

    /// Keeps the book of a contract's lane for whoever pays there next.
    pub fn keep_book(&self, contract: &ContractId, version: i64, book: Book) {
        let known = self.known(contract);
        *known.book.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, book));
    }

    /// When an event of a contract's period was recorded that is among its last
    /// ones; others may have been recorded since.
    pub fn recorded(&self, contract: &ContractId, period: &str) -> Option<Micros> {
        let known = self.known(contract);
        let kept = known.recorded.lock();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|(of, _)| of == period)
            .map(|(_, recorded)| *recorded)
    }

    /// Keeps when the last event of a period was recorded.
    pub fn keep_recorded(&self, contract: &ContractId, period: &str, recorded: Micros) {
        let known = self.known(contract);
        let mut kept = known
            .recorded
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some((period.to_owned(), recorded));
    }

    fn forget(&self, contract: &ContractId) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(contract);
    }
}
