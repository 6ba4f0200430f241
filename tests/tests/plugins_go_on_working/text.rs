//! The text of the interface today against one that was released. What is published
//! of a package stays as it is for as long as its version does: an answer or a
//! question of other types fits no component that has been built, records and
//! variants have no room for more, and what a later text of the same version adds
//! no server of before has.

use std::collections::BTreeSet;
use std::path::Path;

use wit_component::semver_check;
use wit_parser::{PackageId, PackageName, Resolve, WorldId};

const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");
/// Of the whole text: it changes with any of the packages.
const WHOLE: (&str, &str) = ("stellwerk", "wit");
/// Brings two texts of one version under one roof: those of the other have it added.
const APART: u64 = 1_000_000;
const WHAT_TO_DO: &str = "Put back what was published, and make the change in a new version \
    (ARCHITECTURE.md, \"The next version of the interface\")";

pub fn parse(folder: &Path) -> Resolve {
    let mut text = Resolve::default();
    if let Err(error) = text.push_dir(folder) {
        panic!("{}: {error:#}", folder.display());
    }
    text
}

/// The version of a text as a whole.
pub fn version(text: &Resolve) -> String {
    let mut names = text.package_names.keys();
    let whole = names.find(|name| (name.namespace.as_str(), name.name.as_str()) == WHOLE);
    let version = whole.and_then(|whole| whole.version.as_ref());
    version.expect("stellwerk:wit with a version").to_string()
}

/// The packages of policies in a text, as kind and version.
pub fn kinds(text: &Resolve) -> BTreeSet<(String, String)> {
    let packages = text.packages.iter().filter(|(_, package)| {
        let exports = |world: &WorldId| !text.worlds[*world].exports.is_empty();
        package.worlds.values().any(exports)
    });
    packages
        .map(|(_, package)| {
            let version = package.name.version.as_ref().expect("a version");
            (package.name.name.clone(), version.to_string())
        })
        .collect()
}

/// What is not as it was released, though its version says that it is.
pub fn changes(released: &Path, today: &Path) -> Vec<String> {
    let (released, today) = (parse(released), parse(today));
    let mut found = Vec::new();
    for name in released.package_names.keys() {
        // A package that has moved on: what was built from it, the corpus shows.
        if today.package_names.contains_key(name) {
            found.extend(changes_of(&released, &today, name));
        }
    }
    if version(&released) == version(&today) {
        for name in today.package_names.keys() {
            if !released.package_names.contains_key(name) {
                found.push(format!(
                    "{name} is new, so the whole needs a new version too: give it to \
                     stellwerk:wit in wit/stellwerk.wit"
                ));
            }
        }
    }
    found
}

fn changes_of(released: &Resolve, today: &Resolve, name: &PackageName) -> Vec<String> {
    let (before, now) = (released.package_names[name], today.package_names[name]);
    let worlds = |text: &Resolve, package: PackageId| -> BTreeSet<String> {
        text.packages[package].worlds.keys().cloned().collect()
    };
    let (before, now) = (worlds(released, before), worlds(today, now));
    let mut found = Vec::new();
    if before != now {
        found.push(format!("its worlds were {before:?} and are {now:?}"));
    }
    for world in before.intersection(&now) {
        found.extend(changes_of_world(released, today, name, world));
    }
    let interfaces = |text: &Resolve| -> BTreeSet<String> {
        let package = text.package_names[name];
        let names = text.packages[package].interfaces.keys();
        names.cloned().collect()
    };
    let (before, now) = (interfaces(released), interfaces(today));
    if before != now {
        found.push(format!("its interfaces were {before:?} and are {now:?}"));
    } else if found.is_empty() {
        // In no world stands what no function takes or gives.
        let [released, today] = [released, today].map(|text| with_a_world_of(text, name, &before));
        found.extend(compatible(&released, &today).err());
    }
    found
        .into_iter()
        .map(|what| format!("{name} is not what was released: {what}. {WHAT_TO_DO}"))
        .collect()
}

/// A text, and a world in it.
type World = (Resolve, WorldId);

fn changes_of_world(
    released: &Resolve,
    today: &Resolve,
    package: &PackageName,
    name: &str,
) -> Vec<String> {
    let world = |text: &Resolve| -> World {
        let package = &text.packages[text.package_names[package]];
        (text.clone(), package.worlds[name])
    };
    let (released, today) = (world(released), world(today));
    // The comparison itself looks past versions; a component that imports an
    // interface of one version is not served by another.
    let (before, now) = (names(&released), names(&today));
    if before != now {
        let gone: Vec<_> = before.difference(&now).collect();
        let come: Vec<_> = now.difference(&before).collect();
        return vec![format!("the world {name} had {gone:?}, and has {come:?}")];
    }
    compatible(&released, &today).err().into_iter().collect()
}

/// What a world imports and exports, with versions.
fn names((text, world): &World) -> BTreeSet<String> {
    let world = &text.worlds[*world];
    let imports = world.imports.keys().map(|key| ("imports", key));
    let exports = world.exports.keys().map(|key| ("exports", key));
    imports
        .chain(exports)
        .map(|(way, key)| format!("{way} {}", text.name_world_key(key)))
        .collect()
}

/// A text with one more world, which exports everything that a package has.
fn with_a_world_of(text: &Resolve, package: &PackageName, interfaces: &BTreeSet<String>) -> World {
    let exports: String = interfaces
        .iter()
        .map(|interface| format!("export {};\n", package.interface_id(interface)))
        .collect();
    let source = format!("package everything:of@0.0.0;\nworld it {{\n{exports}}}\n");
    let mut text = text.clone();
    let added = text.push_str("everything.wit", &source);
    let added = added.expect("a world of what is there");
    let world = text.packages[added].worlds["it"];
    (text, world)
}

/// Whether each can stand for the other: what was built for the one is served by
/// who knows the other, in both directions.
fn compatible(released: &World, today: &World) -> Result<(), String> {
    let (mut together, before) = released.clone();
    for (_, package) in together.packages.iter_mut() {
        let version = package.name.version.as_mut().expect("a version");
        version.major += APART;
    }
    let packages = together.packages.iter();
    together.package_names = packages
        .map(|(id, package)| (package.name.clone(), id))
        .collect();
    let moved = together.merge(today.0.clone()).expect("two texts together");
    let now = moved.worlds[today.1.index()].expect("a world that is not switched off");
    semver_check(together.clone(), before, now)
        .map_err(|error| format!("what was built from it does not fit any more ({error:#})"))?;
    semver_check(together, now, before).map_err(|error| {
        format!("what is built from it now does not fit servers of before ({error:#})")
    })
}

#[test]
fn a_published_text_changes_only_with_its_version() {
    let today = crate::plugins_go_on_working::corpus::repository().join("wit");
    for release in crate::plugins_go_on_working::corpus::releases() {
        let text = parse(&release.join("wit"));
        assert_eq!(
            version(&text),
            crate::plugins_go_on_working::corpus::name(&release),
            "a folder is named after the version of the text in it"
        );
        let found = changes(&release.join("wit"), &today);
        assert!(found.is_empty(), "{}", found.join("\n\n"));
    }
}

#[test]
fn a_release_comes_with_the_folder_of_its_interface() {
    let today = version(&parse(
        &crate::plugins_go_on_working::corpus::repository().join("wit"),
    ));
    let there = crate::plugins_go_on_working::corpus::releases();
    let there: Vec<String> = there
        .iter()
        .map(|release| crate::plugins_go_on_working::corpus::name(release))
        .collect();
    assert!(
        is_unreleased(CHANGELOG) || there.contains(&today),
        "tests/corpus has no {today}, which is released; its README.md says how it is made"
    );
    assert!(!is_unreleased(
        "# Changelog\n\n## 0.2.0 (1 March 2027)\n\n## 0.1.0 (unreleased)\n"
    ));
}

/// Whether the version at the top of the changelog is still in the making.
fn is_unreleased(changelog: &str) -> bool {
    let mut titles = changelog.lines().filter(|line| line.starts_with("## "));
    titles.next().expect("a version").ends_with("(unreleased)")
}

/// A file of the text, what is written in place of what in it, and what is said of
/// that; nothing where it is no change.
const EDITS: &[(&str, &str, &str, &[&str])] = &[
    (
        "deps/matching/matching.wit",
        "/// The wave to be made; the first is 1.",
        "/// Which wave is to be made.",
        &[],
    ),
    (
        "deps/matching/matching.wit",
        "  /// Asked when a lead is qualified,",
        "  more: func() -> string;\n  /// Asked when a lead is qualified,",
        &[
            "stellwerk:matching@0.1.0",
            "built from it does not fit any more",
        ],
    ),
    // What is removed breaks no component that was built, but whoever builds one now.
    (
        "deps/escalation/escalation.wit",
        "  admit: func(context: context, input: admit-input) -> result<admission, policy-error>;\n",
        "",
        &[
            "stellwerk:escalation@0.1.0",
            "does not fit servers of before",
        ],
    ),
    (
        "deps/qualification/qualification.wit",
        "    won: u64,\n",
        "    won: u64,\n    open: u64,\n",
        &[
            "stellwerk:qualification@0.1.0",
            "built from it does not fit any more",
        ],
    ),
    (
        "deps/compensation/compensation.wit",
        "    plan,\n",
        "    plan,\n    region,\n",
        &[
            "stellwerk:compensation@0.1.0",
            "built from it does not fit any more",
        ],
    ),
    (
        "deps/qualification/qualification.wit",
        "    valid,\n    invalid,\n",
        "    invalid,\n    valid,\n",
        &[
            "stellwerk:qualification@0.1.0",
            "built from it does not fit any more",
        ],
    ),
    (
        "deps/types/parties.wit",
        "    cold,\n",
        "    cold,\n    frozen,\n",
        &[
            "stellwerk:types@0.1.0",
            "stellwerk:qualification@0.1.0",
            "built from it does not fit any more",
        ],
    ),
    // No function takes or gives this.
    (
        "deps/types/values.wit",
        "type millionths = s64;",
        "type millionths = s32;",
        &["stellwerk:types@0.1.0"],
    ),
    (
        "deps/types/values.wit",
        "type millionths = s64;",
        "type millionths = s64;\n  type billionths = s64;",
        &["stellwerk:types@0.1.0"],
    ),
    (
        "deps/host/log.wit",
        "  /// Lines beyond",
        "  flush: func();\n  /// Lines beyond",
        &["stellwerk:host@0.1.0", "does not fit servers of before"],
    ),
    (
        "deps/matching/matching.wit",
        "  import stellwerk:host/log@0.1.0;\n",
        "  import stellwerk:host/log@0.1.0;\n  import shout: func();\n",
        &["the world matching had []", "imports shout"],
    ),
    (
        "deps/matching/matching.wit",
        "\nworld matching {",
        "\nworld more {}\n\nworld matching {",
        &["its worlds were"],
    ),
    (
        "deps/types/calls.wit",
        "/// What every call has in common.",
        "interface more {}\n/// What every call has in common.",
        &["its interfaces were"],
    ),
    // A new version of a package is none of the whole.
    (
        "deps/matching/matching.wit",
        "package stellwerk:matching@0.1.0;",
        "package stellwerk:matching@0.2.0;",
        &["stellwerk:matching@0.2.0 is new", "wit/stellwerk.wit"],
    ),
];

#[test]
fn whatever_would_break_a_built_plugin_is_refused() {
    let released = crate::plugins_go_on_working::corpus::releases()
        .remove(0)
        .join("wit");
    for (file, before, after, said) in EDITS {
        let folder = tempfile::tempdir().unwrap();
        copy(&released, folder.path());
        let file = folder.path().join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(before), "{before}");
        std::fs::write(&file, text.replacen(before, after, 1)).unwrap();

        let found = changes(&released, folder.path()).join("\n");
        assert_eq!(found.is_empty(), said.is_empty(), "{after}: {found}");
        for part in *said {
            assert!(found.contains(part), "{after}: no {part:?} in {found}");
        }
    }
}

/// A log of another version is one that no component of before imports, though it has
/// the same functions.
#[test]
fn another_version_beneath_is_a_change_of_what_stands_on_it() {
    let released = crate::plugins_go_on_working::corpus::releases()
        .remove(0)
        .join("wit");
    let folder = tempfile::tempdir().unwrap();
    copy(&released, folder.path());
    let edit = |file: &str| {
        let file = folder.path().join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.replace("stellwerk:host/log@0.1.0", "stellwerk:host/log@0.2.0");
        let text = text.replace(
            "package stellwerk:host@0.1.0",
            "package stellwerk:host@0.2.0",
        );
        std::fs::write(&file, text).unwrap();
    };
    for kind in ["matching", "escalation", "qualification", "compensation"] {
        edit(&format!("deps/{kind}/{kind}.wit"));
    }
    edit("deps/host/log.wit");
    let found = changes(&released, folder.path()).join("\n");
    for part in [
        "stellwerk:matching@0.1.0 is not what was released",
        r#"had ["imports stellwerk:host/log@0.1.0"]"#,
        "new version",
    ] {
        assert!(found.contains(part), "{found}");
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
