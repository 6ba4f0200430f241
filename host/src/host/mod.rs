//! What every use-case is given: the database, the policies, the time.

pub mod again;
mod asking;
mod facts;
mod in_force;
mod observe;
mod origin;
mod plan;
pub mod problem;
pub mod telling;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::clock::{Clock, Ids};
use crate::domain::figure::Facts;
use crate::domain::ids::ContractId;
use crate::policy::Engine;
use crate::store::Store;

pub use asking::{Asked, Overloaded};
pub use in_force::{ContractError, InForce, Slot};
pub use origin::{Keep, Origin};
pub use plan::{BadStart, Plans};
pub use problem::Problem;

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
    /// The contracts as they were last found, so that terms are not read and
    /// policies not bound anew for each request.
    known: Arc<Mutex<HashMap<ContractId, Arc<InForce>>>>,
    facts: Arc<Mutex<HashMap<ContractId, Arc<Facts>>>>,
    /// The latest plans of each contract, the newest last.
    plans: Arc<Mutex<HashMap<ContractId, Vec<Arc<InForce>>>>>,
}

impl Host {
    pub fn new(store: Store, engine: Engine, clock: Clock, ids: Ids) -> Self {
        Self {
            store,
            engine,
            clock,
            ids,
            lane_lease_micros: LANE_LEASE_MICROS,
            known: Arc::default(),
            facts: Arc::default(),
            plans: Arc::default(),
        }
    }
}
