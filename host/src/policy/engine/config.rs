//! The one place where Wasmtime is set up.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use sha2::{Digest, Sha256};
use wasmparser::WasmFeatures;
use wasmtime::{CacheStore, Config, OptLevel, PoolingAllocationConfig};

use super::guest::TABLE_ELEMENTS_MAX;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::Limits;

/// What a component may use of WebAssembly: nothing that depends on the machine
/// (threads, relaxed SIMD), and nothing that no policy has needed yet.
pub const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::COMPONENT_MODEL)
    // Garbage-collected references need a collector, which is not built in.
    .difference(WasmFeatures::GC_TYPES);

/// The unit of wall-clock limits.
pub const TICK: Duration = Duration::from_millis(10);

/// Memory of a slot that is kept and cleared rather than returned and faulted in
/// again; it took a one-candidate decision from 33 to 22 us.
const KEEP_RESIDENT_BYTES: usize = 256 * 1024;
/// Of one component, as `guest` limits each of them too.
const CORE_INSTANCES_MAX: u32 = 64;
const TABLES_MAX: u32 = 4;
const MEMORIES_MAX: u32 = 4;
/// What loads, trials and commands may run beside the slots for calls.
const SPARE_SLOTS: u32 = 16;

/// Wasmtime's engine, how it allocates, and who it is.
pub struct Machine {
    pub engine: wasmtime::Engine,
    /// Whether instances come from a pool. Without one a call costs about 1.6
    /// times as much.
    pub pooling: bool,
    /// Version, platform and settings: what fuel and compiled code depend on.
    pub fingerprint: String,
    // Stops the ticker when it is dropped.
    _ticker: mpsc::Sender<()>,
}

impl Machine {
    pub fn new(slots: usize) -> Result<Self, PolicyError> {
        Self::keeping(slots, None)
    }

    /// Keeps the functions that it compiles.
    pub fn keeping(
        slots: usize,
        functions: Option<Arc<dyn CacheStore>>,
    ) -> Result<Self, PolicyError> {
        let refused =
            |error: wasmtime::Error| PolicyError::new(Code::HostInternal, format!("{error:#}"));
        let common = || {
            let mut config = common();
            if let Some(functions) = &functions {
                config.enable_incremental_compilation(functions.clone())?;
            }
            Ok(config)
        };
        let mut config = common().map_err(refused)?;
        config.allocation_strategy(pool(slots));
        let (engine, pooling) = match wasmtime::Engine::new(&config) {
            Ok(engine) => (engine, true),
            Err(error) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "no pool of sandboxes: each call allocates its own, which is slower"
                );
                let engine = common().and_then(|config| wasmtime::Engine::new(&config));
                let engine = engine.map_err(refused)?;
                (engine, false)
            }
        };
        Ok(Self {
            fingerprint: fingerprint(&engine),
            _ticker: start_ticker(&engine),
            engine,
            pooling,
        })
    }
}

fn common() -> Config {
    let mut config = Config::new();
    config.wasm_features(WasmFeatures::all().difference(FEATURES), false);
    config.wasm_features(FEATURES, true);
    config.concurrency_support(false);
    config.consume_fuel(true);
    config.epoch_interruption(true);
    config.cranelift_nan_canonicalization(true);
    config.cranelift_opt_level(OptLevel::Speed);
    // One component on all processors at once would take them from those who serve,
    // on threads whose priority is not ours to set.
    config.parallel_compilation(false);
    config
}

fn pool(slots: usize) -> PoolingAllocationConfig {
    let components = u32::try_from(slots)
        .unwrap_or(u32::MAX)
        .saturating_add(SPARE_SLOTS);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(components);
    pool.max_core_instances_per_component(CORE_INSTANCES_MAX);
    pool.total_core_instances(components.saturating_mul(8));
    pool.max_memories_per_component(MEMORIES_MAX);
    pool.max_memories_per_module(MEMORIES_MAX);
    pool.total_memories(components.saturating_mul(2));
    pool.max_memory_size(Limits::INTERPRETED.memory_bytes as usize);
    pool.max_tables_per_component(TABLES_MAX);
    pool.max_tables_per_module(TABLES_MAX);
    pool.total_tables(components.saturating_mul(4));
    pool.table_elements(TABLE_ELEMENTS_MAX);
    pool.linear_memory_keep_resident(KEEP_RESIDENT_BYTES);
    pool.table_keep_resident(KEEP_RESIDENT_BYTES);
    pool.max_unused_warm_slots(components);
    pool
}

/// A thread that moves the epoch on for as long as the engine lives: without it
/// no wall-clock limit would ever be reached.
fn start_ticker(engine: &wasmtime::Engine) -> mpsc::Sender<()> {
    let (alive, dropped) = mpsc::channel::<()>();
    let engine = engine.weak();
    std::thread::spawn(move || {
        while let Err(mpsc::RecvTimeoutError::Timeout) = dropped.recv_timeout(TICK) {
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        }
    });
    alive
}

fn fingerprint(engine: &wasmtime::Engine) -> String {
    let mut settings = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut settings);
    let digest = settings.0.finalize();
    let short: String = digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "wasmtime-{WASMTIME_VERSION}/{}-{}/{short}",
        std::env::consts::ARCH,
        std::env::consts::OS,
    )
}

/// As locked in the workspace's manifest; a test holds it to what is linked.
pub const WASMTIME_VERSION: &str = "48.0.8";

/// Feeds what Wasmtime says of its settings into a digest that is the same in
/// every process.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn finish(&self) -> u64 {
        // Only `write` is of use here: the digest is taken from the inside.
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_named_is_the_version_linked() {
        let lock = include_str!("../../../../Cargo.lock");
        let named = format!("name = \"wasmtime\"\nversion = \"{WASMTIME_VERSION}\"\n");
        assert!(lock.contains(&named));
    }

    #[test]
    fn equal_settings_have_equal_fingerprints() {
        let machines = [1, 5].map(|slots| Machine::new(slots).unwrap());
        assert_eq!(machines[0].fingerprint, machines[1].fingerprint);
        assert!(machines[0].pooling);
    }

    #[test]
    fn without_address_space_for_a_pool_each_call_allocates_its_own() {
        // A million slots ask for more than 47 bits of addresses.
        let machine = Machine::new(1 << 20).unwrap();
        assert!(!machine.pooling);
        let component = wat::parse_str("(component)").unwrap();
        assert!(wasmtime::component::Component::new(&machine.engine, component).is_ok());
    }
}
