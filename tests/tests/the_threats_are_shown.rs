//! SECURITY.md names for each threat the test that shows what holds it: each is
//! there.

use std::collections::BTreeSet;
use std::path::Path;

const TEST: &str = "#[test]";
const SECURITY: &str = include_str!("../../SECURITY.md");

/// What stands between backticks in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// A story's text: of a file, or of a folder's files.
fn story(root: &Path, name: &str) -> Option<String> {
    let folder = root.join("tests/tests");
    let file = std::fs::read_to_string(folder.join(format!("{name}.rs"))).ok();
    let text = file.or_else(|| {
        let files = std::fs::read_dir(folder.join(name)).ok()?;
        let texts = files
            .flatten()
            .filter_map(|file| std::fs::read_to_string(file.path()).ok());
        Some(texts.collect())
    });
    text.filter(|text| text.contains(TEST))
}

#[test]
fn every_threat_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut wrong = Vec::new();
    let mut threats = 0;
    let mut named = BTreeSet::new();
    // Rows of three columns, whose last one has the tests.
    for line in SECURITY.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [threat, _, tests] = cells.as_slice() else {
            continue;
        };
        if *threat == "could" || threat.starts_with("---") {
            continue;
        }
        threats += 1;
        if quoted(tests).next().is_none() {
            wrong.push(format!("{threat}: no test"));
        }
        for test in quoted(tests) {
            named.insert(test);
            let is_there = match test.split_once("::") {
                Some((name, function)) => story(&root, name)
                    .is_some_and(|text| text.contains(&format!("{TEST}\nfn {function}()"))),
                None if test.ends_with(".rs") => std::fs::read_to_string(root.join(test))
                    .is_ok_and(|text| text.contains(TEST) || text.contains("#[tokio::test]")),
                // Which one of several is meant has to be said.
                None => story(&root, test).is_some_and(|text| text.matches(TEST).count() == 1),
            };
            if !is_there {
                wrong.push(format!("{threat}: there is no one test {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(threats > 30, "{threats} threats");
    assert!(named.len() > 20, "{named:#?}");
}
