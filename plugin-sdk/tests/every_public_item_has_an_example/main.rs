//! Whoever writes a policy learns the SDK from its examples: each public item has
//! one that compiles and asserts something. A scan of the text is enough, because
//! rustfmt lays it out: items begin at the margin, methods one step in.

mod scan;

use std::fs;
use std::path::{Path, PathBuf};

use scan::{items_of, lacking};

/// Not for authors, and hidden from them.
const HIDDEN: &str = "wire";

#[test]
fn every_public_item_has_an_example() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut items = Vec::new();
    for file in files_below(&sources) {
        let place = file.strip_prefix(&sources).unwrap();
        if !place.starts_with(HIDDEN) {
            let text = fs::read_to_string(&file).unwrap();
            items.extend(items_of(&place.display().to_string(), &text));
        }
    }
    // The scan sees what it is about.
    for known in [
        "Money",
        "Money::within",
        "split",
        "Matching::rank",
        "Numbers",
        "export",
        "math",
    ] {
        assert!(
            items.iter().any(|item| item.path() == known),
            "{known} was not found"
        );
    }
    let lacking = lacking(&items);
    assert!(
        lacking.is_empty(),
        "without docstring or example:\n{}",
        lacking.join("\n")
    );
}

#[test]
fn what_has_no_example_is_found() {
    let text = "\
/// Says nothing of its methods.
///
/// ```
/// assert!(Other::of().told().is_told());
/// ```
pub struct Told;

impl Told {
    /// Is told by the type's example.
    pub fn is_told(&self) -> bool {
        true
    }

    /// Is not, though its name is within another.
    pub fn is(&self) -> bool {
        true
    }

    /// Is not: another type's `of` is.
    pub fn of() {}

    pub fn undocumented(&self) {}

    /// Has one of its own.
    ///
    /// ```
    /// assert_eq!(Told::own(), 1);
    /// ```
    pub fn own() -> i32 {
        1
    }

    /// Has one that does not name it.
    ///
    /// ```
    /// assert!(true);
    /// ```
    pub fn other() {}

    fn private(&self) {}
}

/// Is not run.
///
/// ```no_run
/// assert!(true);
/// ```
#[derive(Clone)]
pub enum NotRun {}

/// Asserts nothing.
///
/// ```
/// let silent = Silent;
/// ```
pub struct Silent;

/// Has none.
pub trait Asked {
    /// Says why.
    fn ask(&self);
}

/// Has none.
#[macro_export]
macro_rules! made {
    () => {};
}

macro_rules! internal {
    () => {};
}

pub(crate) struct Internal;

pub use elsewhere::function;

#[cfg(test)]
mod tests {
    pub fn helper() {}
}
";
    let expected = [
        "x.rs:1: x",
        "x.rs:15: Told::is",
        "x.rs:20: Told::of",
        "x.rs:22: Told::undocumented",
        "x.rs:38: Told::other",
        "x.rs:49: NotRun",
        "x.rs:56: Silent",
        "x.rs:59: Asked",
        "x.rs:61: Asked::ask",
        "x.rs:66: made",
    ];
    assert_eq!(lacking(&items_of("x.rs", text)), expected);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
