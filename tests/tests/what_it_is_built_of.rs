//! Everything that is built in comes from the one registry, under a licence of
//! the list in `.cargo/deny.toml`, its only home.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const LIST: &str = include_str!("../../.cargo/deny.toml");
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn allowed() -> BTreeSet<String> {
    let list: toml::Table = LIST.parse().expect("the list");
    let licences = list["licenses"]["allow"].as_array().expect("licences");
    let names = licences.iter().filter_map(toml::Value::as_str);
    names.map(str::to_owned).collect()
}

/// All packages that are built here, the workspace's own among them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", &platform()])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().cloned().unwrap_or_default()
}

/// What this machine is, as the compiler calls it: what is built for others may
/// not be here.
fn platform() -> String {
    let output = Command::new("rustc").arg("-vV").output();
    let text = output.expect("rustc runs").stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.expect("a platform").to_owned()
}

/// An expression of licences as SPDX writes it, and as crates did before.
struct Expression<'a> {
    words: Vec<&'a str>,
    at: usize,
    allowed: &'a BTreeSet<String>,
    /// Licences that were needed.
    used: BTreeSet<String>,
}

impl<'a> Expression<'a> {
    /// The licences by which it may be used; none where it may not.
    fn satisfied(text: &'a str, allowed: &'a BTreeSet<String>) -> Option<BTreeSet<String>> {
        let mut expression = Self {
            words: words(text),
            at: 0,
            allowed,
            used: BTreeSet::new(),
        };
        let is_allowed = expression.either();
        let is_whole = expression.at == expression.words.len() && !expression.words.is_empty();
        (is_allowed && is_whole).then_some(expression.used)
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }

    fn either(&mut self) -> bool {
        let mut is_allowed = self.both();
        while self.takes("OR") || self.takes("/") {
            is_allowed |= self.both();
        }
        is_allowed
    }

    fn both(&mut self) -> bool {
        let mut are_allowed = self.one();
        while self.takes("AND") {
            are_allowed &= self.one();
        }
        are_allowed
    }

    fn one(&mut self) -> bool {
        if self.takes("(") {
            return self.either() & self.takes(")");
        }
        let Some(name) = self.words.get(self.at) else {
            return false;
        };
        self.at += 1;
        let mut licence = (*name).to_owned();
        if self.takes("WITH") {
            let exception = self.words.get(self.at).copied().unwrap_or_default();
            self.at += 1;
            licence = format!("{licence} WITH {exception}");
        }
        let is_allowed = self.allowed.contains(&licence);
        if is_allowed {
            self.used.insert(licence);
        }
        is_allowed
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for piece in text.split_whitespace() {
        let mut rest = piece;
        while let Some(at) = rest.find(['(', ')', '/']) {
            words.extend([&rest[..at], &rest[at..at + 1]]);
            rest = &rest[at + 1..];
        }
        words.push(rest);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn an_expression_is_read_as_it_is_meant() {
    let allowed: BTreeSet<String> = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]
        .map(str::to_owned)
        .into();
    for (text, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND ISC", true),
        ("MIT OR GPL-3.0 AND AGPL-3.0", true),
        ("(MIT OR GPL-3.0) AND AGPL-3.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH Classpath-exception-2.0", false),
        ("MIT ISC", false),
        ("(MIT", false),
        ("", false),
    ] {
        let found = Expression::satisfied(text, &allowed).is_some();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn every_licence_is_in_the_list_and_every_crate_from_the_registry() {
    let allowed = allowed();
    let packages = packages();
    assert!(packages.len() > 200, "{} packages", packages.len());
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for package in &packages {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let title = format!("{} {}", text("name"), text("version"));
        match Expression::satisfied(text("license"), &allowed) {
            Some(licences) => used.extend(licences),
            None => wrong.push(format!("{title}: `{}`", text("license"))),
        }
        if !matches!(text("source"), "" | REGISTRY) {
            wrong.push(format!("{title}: from {}", text("source")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let idle: Vec<&String> = allowed.difference(&used).collect();
    assert!(idle.is_empty(), "nothing needs {idle:?}");
}
