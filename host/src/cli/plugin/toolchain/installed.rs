//! The active toolchain, whose target rustup may have installed or can add.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::version::Version;
use super::{TARGET, Toolchain};
use crate::cli::process;

/// A question to the compiler; it may have to be loaded from a slow disk.
const ASK_MAX: Duration = Duration::from_secs(30);
/// Downloading the target's library, some 20 MB.
const DOWNLOAD_MAX: Duration = Duration::from_secs(120);

/// The active toolchain, if it has the target.
pub fn find(folder: &Path) -> Result<Toolchain, String> {
    let ask = |arguments| ask(folder, arguments);
    let library = PathBuf::from(ask(&["--print", "target-libdir", "--target", TARGET])?);
    if !has_standard_library(&library) {
        return Err(format!("it has no target {TARGET}"));
    }
    let version = Version::parse(&ask(&["--verbose", "--version"])?)
        .ok_or("it does not say which version it is")?;
    let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
    Ok(Toolchain {
        identity: version.identity(),
        environment: Vec::new(),
        arguments: Vec::new(),
        // The compiler shows the sources' real place where they are installed.
        sources: vec![(
            sysroot.join("lib/rustlib/src/rust"),
            format!("/rustc/{}", version.commit),
        )],
    })
}

/// Lets rustup add the target to the active toolchain.
pub fn add_by_rustup(folder: &Path) -> Result<Toolchain, String> {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(folder);
    let ended = process::run(&mut rustup, DOWNLOAD_MAX).map_err(|error| error.to_string())?;
    if !ended.status.success() {
        return Err(ended.last_line().to_owned());
    }
    // The compiler on the path need not be one of rustup's.
    find(folder)
}

/// Whether the folder holds libraries of the standard library.
fn has_standard_library(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|files| {
        files.flatten().any(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

fn ask(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut compiler = Command::new(compiler);
    compiler.args(arguments).current_dir(folder);
    let ended = process::run(&mut compiler, ASK_MAX).map_err(|error| error.to_string())?;
    if ended.status.success() {
        Ok(ended.stdout.trim().to_owned())
    } else {
        Err(ended.last_line().to_owned())
    }
}
