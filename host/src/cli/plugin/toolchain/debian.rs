//! Debian's compiler for web browsers, which needs neither rustup nor root: its
//! packages are unpacked into a cache folder, and the standard library is built
//! there from their sources, once.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::apt;
use super::version::Version;
use super::{TARGET, Toolchain, equip};
use crate::cli::Console;
use crate::cli::plugin::project;
use crate::cli::process::{self, ProcessError};

/// Compiler, its own libraries, the sources of the standard library, linker.
/// The linker's version is the one of the compiler's LLVM.
pub const PACKAGES: &[&str] = &["rustc-web", "libstd-rust-web-dev", "rust-web-src", "lld-22"];

const LINKER: &str = "usr/bin/wasm-ld-22";
const ASK_MAX: Duration = Duration::from_secs(30);
const UNPACK_MAX: Duration = Duration::from_secs(300);
/// 25 s on two cores.
const BUILD_MAX: Duration = Duration::from_secs(900);

/// Why there is no toolchain of Debian's.
#[derive(Debug, thiserror::Error)]
pub enum DebianError {
    #[error("neither XDG_CACHE_HOME nor HOME says where to keep them")]
    NoCacheFolder,
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("{}: {source}", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{program}` failed: {reason}")]
    Failed { program: String, reason: String },
    #[error("{}: no {missing}", root.display())]
    Incomplete { root: PathBuf, missing: String },
    #[error("they hold rustc {found}, at least {needed} is needed")]
    TooOld { found: String, needed: String },
}

impl DebianError {
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub fn failed(program: &str, reason: &str) -> Self {
        Self::Failed {
            program: program.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// The packages as installed, as unpacked before, or as unpacked now.
pub fn find(console: &Console) -> Result<Toolchain, DebianError> {
    let cache = cache_folder()?;
    fs::create_dir_all(&cache).map_err(DebianError::io(&cache))?;
    // Invariant: one process at a time changes the cache; what has its final
    // name is complete.
    let lock_file = cache.join("lock");
    let lock = File::create(&lock_file).map_err(DebianError::io(&lock_file))?;
    lock.lock().map_err(DebianError::io(&lock_file))?;

    let unpacked = cache.join("debian");
    let tree = match (Tree::open(Path::new("/")), unpacked.is_dir()) {
        (Ok(tree), _) => tree,
        (Err(_), true) => Tree::open(&unpacked)?,
        (Err(_), false) => {
            unpack(&cache, &unpacked, console)?;
            Tree::open(&unpacked)?
        }
    };
    let library = standard_library(&tree, &cache, console)?;
    Ok(tree.toolchain(&library))
}

/// `stellwerk/wasm` in the user's cache folder.
fn cache_folder() -> Result<PathBuf, DebianError> {
    let given = |variable| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    given("XDG_CACHE_HOME")
        .or_else(|| given("HOME").map(|home| home.join(".cache")))
        .map(|folder| folder.join("stellwerk/wasm"))
        .ok_or(DebianError::NoCacheFolder)
}

/// Downloads and unpacks the packages.
fn unpack(cache: &Path, destination: &Path, console: &Console) -> Result<(), DebianError> {
    let work = emptied(cache.join("unfinished"))?;
    let (files, root) = (work.join("packages"), work.join("root"));
    for folder in [&files, &root] {
        fs::create_dir_all(folder).map_err(DebianError::io(folder))?;
    }
    for package in apt::download(PACKAGES, &files, &cache.join("apt"), console)? {
        let mut dpkg = Command::new("dpkg-deb");
        dpkg.arg("--extract").arg(&package).arg(&root);
        let ended = process::run(&mut dpkg, UNPACK_MAX)?;
        if !ended.status.success() {
            return Err(DebianError::failed("dpkg-deb", ended.last_line()));
        }
    }
    console.step(format!("Unpacked them into {}", destination.display()));
    fs::rename(&root, destination).map_err(DebianError::io(destination))?;
    fs::remove_dir_all(&work).map_err(DebianError::io(&work))
}

/// The packages' files below a root folder.
struct Tree {
    root: PathBuf,
    /// The sources of the standard library.
    sources: PathBuf,
    /// What the compiler says of itself.
    version: Version,
}

impl Tree {
    fn open(root: &Path) -> Result<Self, DebianError> {
        let incomplete = |missing: &str| DebianError::Incomplete {
            root: root.to_owned(),
            missing: missing.to_owned(),
        };
        if !root.join(LINKER).is_file() {
            return Err(incomplete(LINKER));
        }
        let sources = children(&root.join("usr/src"))
            .into_iter()
            .map(|folder| folder.join("library"))
            .find(|library| library.join("vendor").is_dir())
            .ok_or_else(|| incomplete("usr/src/rustc-…/library"))?;
        let mut compiler = Command::new(root.join("usr/bin/rustc"));
        compiler
            .args(["--verbose", "--version"])
            .env("LD_LIBRARY_PATH", library_path(root));
        let ended = process::run(&mut compiler, ASK_MAX)?;
        let version = Version::parse(&ended.stdout)
            .ok_or_else(|| DebianError::failed("rustc", ended.last_line()))?;
        let needed = env!("CARGO_PKG_RUST_VERSION");
        if !version.at_least(needed) {
            return Err(DebianError::TooOld {
                found: version.release,
                needed: needed.to_owned(),
            });
        }
        Ok(Self {
            root: root.to_owned(),
            sources,
            version,
        })
    }

    fn compiler(&self) -> PathBuf {
        self.root.join("usr/bin/rustc")
    }

    /// What the sources are called in what is compiled, wherever they lie.
    fn sources_name(&self) -> String {
        format!("/rustc/{}/library", self.version.release)
    }

    /// Makes cargo use this compiler.
    fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("RUSTC", self.compiler().into()),
            ("RUSTC_WRAPPER", OsString::new()),
            ("RUSTC_WORKSPACE_WRAPPER", OsString::new()),
            ("LD_LIBRARY_PATH", library_path(&self.root)),
        ]
    }

    /// With the standard library for the target, as built into a folder.
    fn toolchain(&self, sysroot: &Path) -> Toolchain {
        Toolchain {
            identity: format!("{}, Debian", self.version.identity()),
            environment: self.environment(),
            arguments: vec![
                "--sysroot".into(),
                sysroot.into(),
                joined("-Clinker=", &self.root.join(LINKER)),
            ],
            sources: vec![(self.sources.clone(), self.sources_name())],
        }
    }
}

/// Builds the standard library for the target, unless that was done before.
fn standard_library(tree: &Tree, cache: &Path, console: &Console) -> Result<PathBuf, DebianError> {
    let sysroot = cache.join(format!("std-{}", tree.version.release_and_commit()));
    if sysroot.is_dir() {
        return Ok(sysroot);
    }
    console.step(format!(
        "Building the standard library of rustc {} for {TARGET}, once",
        tree.version.release
    ));
    let work = emptied(cache.join("unfinished"))?;
    let ended = process::run(&mut standard_library_build(tree, &work), BUILD_MAX)?;
    if !ended.status.success() {
        return Err(DebianError::failed("cargo", ended.last_line()));
    }
    let finished = work.join("sysroot");
    let libraries = finished.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries).map_err(DebianError::io(&libraries))?;
    for file in children(&work.join(TARGET).join("release/deps")) {
        if let (Some("rlib"), Some(name)) = (
            file.extension().and_then(|extension| extension.to_str()),
            file.file_name(),
        ) {
            fs::copy(&file, libraries.join(name)).map_err(DebianError::io(&file))?;
        }
    }
    fs::rename(&finished, &sysroot).map_err(DebianError::io(&sysroot))?;
    fs::remove_dir_all(&work).map_err(DebianError::io(&work))?;
    Ok(sysroot)
}

/// Built as a project of its own, the library is the same wherever its sources
/// lie, which cargo's `-Zbuild-std` does not promise.
fn standard_library_build(tree: &Tree, target_folder: &Path) -> Command {
    let sources = &tree.sources;
    let mut vendored = OsString::from("source.vendored.directory='");
    vendored.push(sources.join("vendor"));
    vendored.push("'");
    let mut remap = joined("--remap-path-prefix=", sources);
    remap.push(format!("={}", tree.sources_name()));
    let arguments = [
        // Its own dependencies are no dependencies of whoever uses it.
        "-Zforce-unstable-if-unmarked".into(),
        // Link-time optimisation works on the bitcode.
        "-Cembed-bitcode=yes".into(),
        remap,
    ];
    let mut cargo = project::cargo();
    cargo
        // The sources of the tests' dependencies are not in the package.
        .args(["build", "--release", "--offline", "-Zavoid-dev-deps"])
        .args(["--target", TARGET, "--package=std", "--package=panic_abort"])
        .arg("--manifest-path")
        .arg(sources.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target_folder)
        .args(["--config", "profile.release.codegen-units=1"])
        .args(["--config", "profile.release.debug=false"])
        .args(["--config", "source.crates-io.replace-with='vendored'"])
        .arg("--config")
        .arg(vendored);
    equip(&mut cargo, &tree.environment());
    cargo
        // The standard library uses what is unstable for everybody else.
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            arguments.join(OsStr::new("\u{1f}")),
        );
    cargo
}

/// The folder, without what an earlier process may have left in it.
fn emptied(folder: PathBuf) -> Result<PathBuf, DebianError> {
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(DebianError::io(&folder))?;
    }
    Ok(folder)
}

fn joined(before: &str, path: &Path) -> OsString {
    let mut text = OsString::from(before);
    text.push(path);
    text
}

/// Where shared libraries of the packages lie, before those of the system.
fn library_path(root: &Path) -> OsString {
    let mut folders: Vec<PathBuf> = ["usr/lib", "lib"]
        .iter()
        .flat_map(|folder| children(&root.join(folder)))
        .filter(|folder| {
            folder.is_dir()
                && folder
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().contains("-linux-"))
        })
        .collect();
    if let Some(before) = std::env::var_os("LD_LIBRARY_PATH") {
        folders.extend(std::env::split_paths(&before));
    }
    // A folder with a colon in its name cannot be told to the loader at all.
    std::env::join_paths(folders).unwrap_or_default()
}

/// What lies in a folder, in order of names; nothing if it cannot be read.
fn children(folder: &Path) -> Vec<PathBuf> {
    let mut children: Vec<PathBuf> = folder
        .read_dir()
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    children.sort();
    children
}
