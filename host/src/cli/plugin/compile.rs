//! A plugin's sources, compiled to a core module: fast, small in memory, and the
//! same bytes wherever they are built.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::project::{self, Project};
use super::toolchain::{TARGET, Toolchain};
use crate::cli::CliError;

/// The profile of every plugin. Speed first: it halves the fuel of a small
/// decision. Names stay, without them a backtrace says nothing.
const PROFILE: &[&str] = &[
    "profile.release.opt-level=3",
    "profile.release.lto='fat'",
    "profile.release.codegen-units=1",
    "profile.release.panic='abort'",
    "profile.release.debug=false",
    "profile.release.strip='debuginfo'",
    "profile.release.incremental=false",
];

/// A fresh instance costs by the memory that it touches.
const STACK_BYTES: usize = 64 * 1024;

/// By which a build is told another version than the project's, where its manifest
/// asks for it as those of new projects do.
pub const VERSION_VARIABLE: &str = "STELLWERK_PLUGIN_VERSION";

/// What a build calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version<'a> {
    OfProject,
    Told(&'a str),
}

/// Whether cargo may change the project's lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    MayChange,
    Fixed,
}

/// All that is chosen here and has its effect on what comes out.
pub fn settings() -> String {
    format!("{} stack {STACK_BYTES}", PROFILE.join(" "))
}

/// Compiles, with cargo's own words on standard error.
pub fn compile(
    project: &Project,
    toolchain: &Toolchain,
    lock: Lock,
    version: Version<'_>,
) -> Result<Vec<u8>, CliError> {
    // Apart from the project's other builds: another compiler is at work here.
    let target_folder = project.target_folder.join("stellwerk");
    let mut cargo = project::cargo();
    cargo
        .current_dir(&project.folder)
        .args(["build", "--release", "--lib", "--target", TARGET])
        .args(["--package", &project.package])
        .arg("--target-dir")
        .arg(&target_folder);
    if lock == Lock::Fixed {
        cargo.arg("--locked");
    }
    if let Version::Told(version) = version {
        cargo.env(VERSION_VARIABLE, version);
    }
    for setting in PROFILE {
        cargo.args(["--config", setting]);
    }
    toolchain.equip(&mut cargo);
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", arguments(project, toolchain))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status = cargo
        .status()
        .map_err(|error| CliError::Fault(format!("cargo: {error}")))?;
    if !status.success() {
        return Err(CliError::BuildFailed(format!(
            "{} does not compile; cargo says why",
            project.name
        )));
    }
    let module = target_folder
        .join(TARGET)
        .join("release")
        .join(format!("{}.wasm", project.library));
    fs::read(&module).map_err(|error| CliError::file(&module, error))
}

/// The compiler's arguments, as cargo takes them.
fn arguments(project: &Project, toolchain: &Toolchain) -> OsString {
    let mut arguments = toolchain.arguments().to_vec();
    arguments.push(format!("-Clink-arg=-zstack-size={STACK_BYTES}").into());
    // No path of this machine gets into the result. Of several prefixes that
    // fit, the last one counts.
    let mut remap = |from: &Path, to: &str| {
        let mut argument = OsString::from("--remap-path-prefix=");
        argument.push(from);
        argument.push("=");
        argument.push(to);
        arguments.push(argument);
    };
    for (folder, name) in &toolchain.sources {
        remap(folder, name);
    }
    remap(&project.workspace, "/plugin");
    for (folder, name) in &project.dependencies {
        remap(folder, &format!("/crates/{name}"));
    }
    arguments.join(OsStr::new("\u{1f}"))
}
