//! The cases of `tests/hostile`: each file is a part of a core module in text, or
//! a whole component, under three lines that say what it does, what it is asked,
//! and how it ends.

use std::fs;
use std::path::Path;

use stellwerk::policy::Function;

use crate::case::{Case, End};
use crate::guest;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/hostile");

/// All cases of a folder, by name.
pub fn cases(chapter: &str) -> Vec<Case> {
    let folder = Path::new(FOLDER).join(chapter);
    let entries = fs::read_dir(&folder).expect("a folder of cases");
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let said = |what: &str| {
        let line = text.lines().find_map(|line| {
            line.strip_prefix(";; ")?
                .strip_prefix(what)?
                .strip_prefix(": ")
        });
        line.unwrap_or_else(|| panic!("{name} does not say `;; {what}: …`"))
    };
    let asked = Function::parse(said("asked")).expect("a function");
    let component = match text.contains("\n(component") {
        true => wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")),
        false => guest::component(
            asked,
            &guest::manifest(name, asked.kind()).to_string(),
            &text,
        ),
    };
    Case {
        asked,
        ..Case::new(
            name,
            said("does"),
            component,
            End::parse(said("ends")).unwrap_or_else(|| panic!("{name}: no such end")),
        )
    }
}
