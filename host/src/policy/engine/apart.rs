//! The compiler in a process of its own, where what somebody has just sent can take
//! no more memory and no more time than it may, and is ended if it tries.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use wasmtime::component::Component;

use super::compile::{WAIT_MAX, too_large};
use super::config::Machine;
use super::confine;
use crate::policy::error::{Code, PolicyError};
use crate::policy::limits::SizeClass;

/// What the program is called with: it reads a component and writes what it was
/// compiled to.
pub const ARGUMENTS: [&str; 2] = ["plugin", "compile-apart"];
const MIB: u64 = 1024 * 1024;
/// How the answer begins.
const COMPILED: u8 = 0;
const REFUSED: u8 = 1;

/// Compiles by that program.
pub fn compile(
    program: &Path,
    machine: &Machine,
    class: SizeClass,
    component: &[u8],
) -> Result<Component, PolicyError> {
    let internal = |error: &dyn std::fmt::Display| {
        let message = format!("the compiler cannot be used: {error}");
        PolicyError::new(Code::HostInternal, message)
    };
    let mut child = Command::new(program)
        .args(ARGUMENTS)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| internal(&error))?;
    let answer = ask(&mut child, component);
    // It has answered, or is not going to.
    let _ = child.kill();
    let status = child.wait().map_err(|error| internal(&error))?;
    let answer = answer.ok_or_else(|| {
        let message = "the server is too busy to compile it";
        PolicyError::new(Code::HostOverloaded, message)
    })?;
    match answer.split_first() {
        Some((&COMPILED, compiled)) => {
            // SAFETY: this program has just written it, for this engine and under
            // the same settings; Wasmtime itself refuses those of others.
            unsafe { Component::deserialize(&machine.engine, compiled) }
                .map_err(|error| unsupported(format!("{error:#}")))
        }
        Some((&REFUSED, message)) => Err(unsupported(String::from_utf8_lossy(message))),
        _ => Err(ended(status, class)),
    }
}

/// It was valid: what the compiler or the pool refuses is a matter of what the
/// component asks for.
fn unsupported(message: impl Into<String>) -> PolicyError {
    PolicyError::new(Code::PluginUnsupportedFeature, message)
}

/// All that it answers; none where it takes too long.
fn ask(child: &mut Child, component: &[u8]) -> Option<Vec<u8>> {
    if let Some(mut input) = child.stdin.take() {
        // It reads everything before it begins. One that has gone answers nothing.
        let _ = input.write_all(component);
    }
    let mut output = child.stdout.take()?;
    let (done, answered) = mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = Vec::new();
        let _ = output.read_to_end(&mut answer);
        let _ = done.send(answer);
    });
    answered.recv_timeout(WAIT_MAX).ok()
}

/// Why it has ended without an answer.
fn ended(status: ExitStatus, class: SizeClass) -> PolicyError {
    match confine::passed(status) {
        Some(confine::Limit::Time) => {
            let seconds = class.compile_seconds_max();
            let message = format!("compiling it takes longer than {seconds} s");
            PolicyError::new(Code::PluginTooLarge, message)
        }
        Some(confine::Limit::Memory) => {
            let mib = class.compile_bytes_max() / MIB;
            let message = format!("compiling it takes more than {mib} MiB");
            PolicyError::new(Code::PluginTooLarge, message)
        }
        None => PolicyError::new(Code::HostInternal, format!("the compiler ends: {status}")),
    }
}

/// What the process does.
pub fn run(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut component = Vec::new();
    input.read_to_end(&mut component)?;
    let class =
        SizeClass::of(component.len()).ok_or_else(|| io::Error::other(too_large().message))?;
    let seconds = Duration::from_secs(class.compile_seconds_max());
    confine::step_back();
    confine::limit(seconds, class.compile_bytes_max())?;
    let machine = Machine::new(1).map_err(|error| io::Error::other(error.message))?;
    match machine.engine.precompile_component(&component) {
        Ok(compiled) => {
            output.write_all(&[COMPILED])?;
            output.write_all(&compiled)?;
        }
        Err(error) => {
            output.write_all(&[REFUSED])?;
            output.write_all(format!("{error:#}").as_bytes())?;
        }
    }
    output.flush()
}
