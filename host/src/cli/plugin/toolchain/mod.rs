//! How Rust becomes WebAssembly on this machine. The ways are tried in an order
//! that changes as little as possible: what is installed, what rustup can add,
//! what was fetched before, what can be fetched.

mod apt;
mod debian;
mod installed;
mod version;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{CliError, Console};

/// The one target of plugins: `wasm32-wasip2` would drag imports in that no
/// policy may have.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Which ways may be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// The first that works: installed, rustup, debian
    #[default]
    Auto,
    /// The active toolchain's own target, nothing else
    Installed,
    /// As `installed`; rustup may add the target
    Rustup,
    /// Debian's packages, unpacked into a cache folder
    Debian,
}

/// A compiler with a standard library for [`TARGET`].
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// Tells whether two builds can be expected to give the same bytes, such as
    /// `rustc 1.96.0 (ac68faa20 2026-05-25), Debian`.
    pub identity: String,
    /// Variables for cargo.
    environment: Vec<(&'static str, OsString)>,
    /// Arguments for the compiler when it compiles for the target.
    arguments: Vec<OsString>,
    /// Folders of the standard library's sources, and what to call them.
    pub sources: Vec<(PathBuf, String)>,
}

impl Toolchain {
    /// Makes cargo use this toolchain.
    pub fn equip(&self, cargo: &mut Command) {
        equip(cargo, &self.environment);
    }

    /// What the compiler is told besides.
    pub fn arguments(&self) -> &[OsString] {
        &self.arguments
    }
}

/// Gives cargo variables, in place of what the user may have set for builds of
/// another kind.
fn equip(cargo: &mut Command, environment: &[(&'static str, OsString)]) {
    for variable in ["RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(variable);
    }
    for (name, value) in environment {
        cargo.env(name, value);
    }
}

/// Finds a way, or makes one. The folder is the project's, which may have a
/// toolchain of its own.
pub fn find(choice: Choice, folder: &Path, console: &Console) -> Result<Toolchain, CliError> {
    let mut tried = Vec::new();
    if choice != Choice::Debian {
        match installed::find(folder) {
            Ok(toolchain) => return Ok(found(toolchain, console)),
            Err(reason) => tried.push(format!("the active toolchain: {reason}")),
        }
    }
    if matches!(choice, Choice::Auto | Choice::Rustup) {
        console.step(format!("Adding the target {TARGET} by rustup"));
        match installed::add_by_rustup(folder) {
            Ok(toolchain) => return Ok(found(toolchain, console)),
            Err(reason) => tried.push(format!("rustup: {reason}")),
        }
    }
    if matches!(choice, Choice::Auto | Choice::Debian) {
        match debian::find(console) {
            Ok(toolchain) => return Ok(found(toolchain, console)),
            Err(error) => tried.push(format!("Debian's packages: {error}")),
        }
    }
    Err(CliError::ProgramMissing {
        message: format!(
            "no way to compile to WebAssembly:\n  {}",
            tried.join("\n  ")
        ),
        next: format!(
            "Install one of these and try again:\n  \
             with rustup:            rustup target add {TARGET}\n  \
             on Debian and the like: apt-get install {}",
            debian::PACKAGES.join(" ")
        ),
    })
}

fn found(toolchain: Toolchain, console: &Console) -> Toolchain {
    console.step(format!(
        "Compiling to WebAssembly by {}",
        toolchain.identity
    ));
    toolchain
}
