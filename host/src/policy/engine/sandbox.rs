//! One sandbox: a fresh store with limits, in which one instance lives for one
//! call, and why it was stopped if it was.

use std::time::Duration;

use wasmtime::component::Instance;
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

use super::config::{Machine, TICK};
use super::guest::{Guest, shorten};
use super::interface::{Call, Component, Policy, Reply};
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::Limits;
use crate::policy::question::{Context, Vocabulary};

/// Fuel for starting an instance and for `configure`: neither depends on the
/// question, so neither counts against it.
const PREPARATION_FUEL: u64 = 500_000_000;
/// So long that the fuel ends what is endless: it says so on every machine and
/// however much there is to do.
const PREPARATION_TIME: Duration = Duration::from_secs(5);
/// What `describe` and `configure` may answer.
const PREPARATION_OUTPUT_BYTES: usize = 2 * 1024 * 1024;
/// Text of a guest that goes into a message.
pub const MESSAGE_BYTES_MAX: usize = 512;

/// A store and the instance in it.
pub struct Sandbox {
    store: Store<Guest>,
    instance: Instance,
    fuel_set: u64,
}

/// What a call has cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub fuel: u64,
    pub memory_bytes: u64,
}

impl Sandbox {
    /// A fresh instance, with the limits of the call in force but for its fuel.
    pub fn start(
        machine: &Machine,
        component: &dyn Component,
        limits: &Limits,
    ) -> Result<Self, PolicyError> {
        let mut store = Store::new(&machine.engine, Guest::new(limits.memory_bytes));
        store.limiter(|guest| &mut guest.memory);
        allow(
            &mut store,
            PREPARATION_FUEL,
            PREPARATION_TIME,
            PREPARATION_OUTPUT_BYTES,
        );
        match component.instantiate(&mut store) {
            Ok(instance) => Ok(Self {
                store,
                instance,
                fuel_set: PREPARATION_FUEL,
            }),
            Err(error) => Err(explain(&store, &error, Code::PluginUnsupportedInterface)),
        }
    }

    /// Whether the instance has the types of its interface.
    pub fn check(&mut self, component: &dyn Component) -> Result<(), PolicyError> {
        component
            .check(&mut self.store, &self.instance)
            .map_err(|error| explain(&self.store, &error, Code::PluginUnsupportedInterface))
    }

    pub fn describe(&mut self, component: &dyn Component) -> Result<String, PolicyError> {
        component
            .describe(&mut self.store, &self.instance)
            .map_err(|error| explain(&self.store, &error, Code::GuestOutputInvalid))
    }

    /// Gives the instance its configuration; answers the vocabulary. Refusals
    /// are `config.invalid`.
    pub fn configure(
        &mut self,
        component: &dyn Component,
        configuration: &str,
        terms: &str,
    ) -> Result<Vec<String>, PolicyError> {
        let words = component
            .configure(&mut self.store, &self.instance, configuration, terms)
            .map_err(|error| explain(&self.store, &error, Code::GuestOutputInvalid))?;
        // What it has logged belongs to the configuration, not to the calls.
        self.store.data_mut().log.take_lines();
        words.map_err(|problems| PolicyError::at(Code::ConfigInvalid, problems))
    }

    /// Lets the call begin: its fuel, its clock and the room for its answer.
    pub fn arm(&mut self, limits: &Limits, rows: usize, output_bytes: u64) {
        self.fuel_set = limits.fuel_for(rows);
        let output_bytes = usize::try_from(output_bytes).unwrap_or(usize::MAX);
        allow(
            &mut self.store,
            self.fuel_set,
            limits.wall_clock(),
            output_bytes,
        );
    }

    /// The call.
    pub fn ask<A>(
        &mut self,
        policy: &Policy,
        vocabulary: &Vocabulary,
        context: &Context,
        ask: impl FnOnce(&Policy, Call<'_>) -> Reply<A>,
    ) -> Reply<A> {
        let call = Call {
            store: &mut self.store,
            instance: &self.instance,
            vocabulary,
            context,
        };
        ask(policy, call)
    }

    /// Why the call was stopped.
    pub fn explain(&self, error: &wasmtime::Error) -> PolicyError {
        explain(&self.store, error, Code::GuestOutputInvalid)
    }

    /// What the call has cost since [`Self::arm`].
    pub fn cost(&self) -> Cost {
        let left = self.store.get_fuel().unwrap_or_default();
        Cost {
            fuel: self.fuel_set.saturating_sub(left),
            memory_bytes: self.store.data().memory.bytes_highest(),
        }
    }

    pub fn take_log(&mut self) -> Vec<String> {
        self.store.data_mut().log.take_lines()
    }

    /// The store and the instance, to read its whole state.
    pub fn parts_for_reading(&mut self) -> (&mut Store<Guest>, &Instance) {
        self.store.set_hostcall_fuel(usize::MAX);
        (&mut self.store, &self.instance)
    }
}

fn allow(store: &mut Store<Guest>, fuel: u64, wall_clock: Duration, output_bytes: usize) {
    // Fails only where fuel is switched off, and it is not.
    let _ = store.set_fuel(fuel);
    // One more: the tick that is under way is not a whole one.
    let ticks = wall_clock.as_millis() / TICK.as_millis() + 1;
    store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX / 2));
    store.set_hostcall_fuel(output_bytes);
}

/// Names what has stopped a guest, by the type of the trap and by the limiter's
/// flag. `otherwise` is what it means when there was no trap: then something
/// about the values themselves was wrong.
fn explain(store: &Store<Guest>, error: &wasmtime::Error, otherwise: Code) -> PolicyError {
    if error.is::<PoolConcurrencyLimitError>() {
        return PolicyError::new(Code::HostOverloaded, "there is no free sandbox");
    }
    let guest = store.data();
    let Some(trap) = error.downcast_ref::<Trap>() else {
        let code = match guest.memory.refused() {
            true => Code::GuestOutOfMemory,
            false => otherwise,
        };
        return PolicyError::new(code, root_message(error));
    };
    let code = match trap {
        Trap::OutOfFuel => Code::GuestOutOfFuel,
        Trap::Interrupt => Code::HostDeadline,
        Trap::InvalidChar
        | Trap::StringOutOfBounds
        | Trap::ListOutOfBounds
        | Trap::InvalidDiscriminant
        | Trap::UnalignedPointer => Code::GuestOutputInvalid,
        _ if guest.memory.refused() => Code::GuestOutOfMemory,
        _ => Code::GuestTrap,
    };
    let mut message = match code {
        Code::GuestOutOfFuel => "the fuel of the call is used up".to_owned(),
        Code::HostDeadline => "the call took longer than its wall-clock limit".to_owned(),
        Code::GuestOutOfMemory => format!(
            "the memory of the call is used up ({} bytes in use)",
            guest.memory.bytes_highest()
        ),
        _ => trap.to_string(),
    };
    if let Some(place) = place(error) {
        message.push_str(&format!(", in {place}"));
    }
    if let (Code::GuestTrap, Some(line)) = (code, guest.log.last_error()) {
        message.push_str(&format!("; it had logged: {line}"));
    }
    PolicyError::new(code, message)
}

/// The innermost function that has a name.
fn place(error: &wasmtime::Error) -> Option<&str> {
    let backtrace = error.downcast_ref::<WasmBacktrace>()?;
    let frame = backtrace
        .frames()
        .iter()
        .find_map(|frame| frame.func_name())?;
    Some(shorten(frame, MESSAGE_BYTES_MAX))
}

fn root_message(error: &wasmtime::Error) -> String {
    shorten(&error.root_cause().to_string(), MESSAGE_BYTES_MAX).to_owned()
}
