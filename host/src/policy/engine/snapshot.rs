//! Bakes a configuration into a component: `configure` runs once in an
//! instrumented copy, and the memory it leaves behind becomes the initial memory
//! of a new component.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::Store;
use wasmtime::component::{Instance, Lift, WasmList};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

use super::guest::Guest;

/// Copies a component so that the state of its instances can be read.
pub fn instrument(component: &[u8]) -> wasmtime::Result<(Instrumented<'_>, Vec<u8>)> {
    let wizer = Wizer::new();
    let (context, bytes) = wizer.instrument_component(component)?;
    Ok((Instrumented { wizer, context }, bytes))
}

/// What is needed to make a snapshot of an instance of the copy.
pub struct Instrumented<'a> {
    wizer: Wizer,
    context: wasmtime_wizer::ComponentContext<'a>,
}

impl Instrumented<'_> {
    /// The component with the instance's state as its initial state.
    pub fn snapshot(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
    ) -> wasmtime::Result<Vec<u8>> {
        let mut state = State {
            store,
            instance,
            failure: None,
        };
        let bytes = ready(self.wizer.snapshot_component(&self.context, &mut state))?;
        match state.failure {
            None => bytes,
            Some(error) => Err(error),
        }
    }
}

/// Wizer's interface is asynchronous for other runtimes' sake; nothing here ever
/// waits.
fn ready<T>(future: impl Future<Output = T>) -> wasmtime::Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => wasmtime::bail!("taking the snapshot has waited for something"),
    }
}

/// Reads an instance through the functions that the instrumentation has added.
/// The interface has no place for errors, so the first one is kept.
struct State<'a> {
    store: &'a mut Store<Guest>,
    instance: &'a Instance,
    failure: Option<wasmtime::Error>,
}

impl State<'_> {
    fn call<R: Lift + Send + Sync + 'static>(
        &mut self,
        instance: &str,
        function: &str,
    ) -> Option<R> {
        let result = self.try_call(instance, function);
        result
            .map_err(|error| self.failure.get_or_insert(error))
            .ok()
    }

    fn try_call<R: Lift + Send + Sync + 'static>(
        &mut self,
        instance: &str,
        function: &str,
    ) -> wasmtime::Result<R> {
        let missing = || wasmtime::format_err!("the copy has no {instance}.{function}");
        let (_, outer) = self
            .instance
            .get_export(&mut *self.store, None, instance)
            .ok_or_else(missing)?;
        let (_, inner) = self
            .instance
            .get_export(&mut *self.store, Some(&outer), function)
            .ok_or_else(missing)?;
        let function = self
            .instance
            .get_typed_func::<(), (R,)>(&mut *self.store, inner)?;
        Ok(function.call(&mut *self.store, ())?.0)
    }
}

impl ComponentInstanceState for State<'_> {
    async fn call_func_ret_list_u8(
        &mut self,
        instance: &str,
        func: &str,
        contents: impl FnOnce(&[u8]) + Send,
    ) {
        match self.call::<WasmList<u8>>(instance, func) {
            Some(list) => contents(list.as_le_slice(&*self.store)),
            None => contents(&[]),
        }
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.call(instance, func).unwrap_or_default()
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.call(instance, func).unwrap_or_default()
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.call(instance, func)
            .map_or(0, |value: f32| value.to_bits())
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.call(instance, func)
            .map_or(0, |value: f64| value.to_bits())
    }
}
