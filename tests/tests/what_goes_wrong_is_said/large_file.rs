//! One line of a gigabyte: a reject, and no more memory than any other file.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use stellwerk_tests::{Database, contract};

use crate::STELLWERK;

const GIBIBYTE: u64 = 1024 * 1024 * 1024;
/// What a file may cost more than another one.
const MORE_KIBIBYTES_MAX: u64 = 16 * 1024;
/// A gigabyte is read within it on a slow machine.
const PATIENCE: Duration = Duration::from_secs(240);
/// Between two looks at how much a program has needed so far.
const LOOK: Duration = Duration::from_millis(5);
const MAPPING: &str = "[fields]\nexternal-id = \"id\"\npartner = \"by\"\n\
    outcome = { constant = \"lost\" }\noutcome-at = \"on\"\ncontact.name = \"name\"\n";

/// A file of what comes before the line, the line, and what comes after it. The
/// line takes no room on the disk.
fn file(path: &Path, before: &str, line_bytes: u64, after: &str) {
    let mut file = File::create(path).expect("a file");
    file.write_all(before.as_bytes()).expect("its beginning");
    let end = i64::try_from(line_bytes).expect("a length");
    file.seek(SeekFrom::Current(end)).expect("a long line");
    file.write_all(after.as_bytes()).expect("its end");
}

#[test]
fn a_line_of_a_gigabyte_is_a_reject_and_costs_no_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let database = Database::Sqlite(at("data"));
    std::fs::write(at("contract.toml"), contract(1, 1)).expect("a contract");
    database.run(
        STELLWERK,
        &["apply", &at("contract.toml").display().to_string()],
    );
    std::fs::write(at("mapping.toml"), MAPPING).expect("a mapping");
    let csv = |id: &str| format!("{id},Eva,2026-01-05,partner-1\n");
    let json = |id: &str| {
        format!(
            "{{\"id\": \"{id}\", \"name\": \"Eva\", \"on\": \"2026-01-05\", \"by\": \"partner-1\"}}\n"
        )
    };
    for (name, begin, end) in [
        (
            "small.csv",
            format!("id,name,on,by\n{}", csv("A-1")),
            csv("A-2"),
        ),
        (
            "large.csv",
            format!("id,name,on,by\n{}", csv("B-1")),
            csv("B-2"),
        ),
        ("small.ndjson", json("C-1"), json("C-2")),
        ("large.ndjson", json("D-1"), json("D-2")),
    ] {
        let bytes = if name.starts_with("small") {
            10
        } else {
            GIBIBYTE
        };
        file(&at(name), &begin, bytes, &format!("\n{end}"));
    }
    let import = |name: &str| {
        let mut command = database.command(STELLWERK);
        command
            .args(["import", "leads"])
            .arg(at(name))
            .args(["--contract", "pumps", "--mapping"])
            .arg(at("mapping.toml"))
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        let begin = Instant::now();
        while child.try_wait().expect("the program").is_none() {
            peak = kibibytes_at_peak(&status).unwrap_or(peak);
            if begin.elapsed() > PATIENCE {
                child.kill().expect("the program is ended");
            }
            std::thread::sleep(LOOK);
        }
        let output = child.wait_with_output().expect("what it says");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            said.starts_with("3 rows: 2 imported, 0 unchanged, 1 rejected"),
            "{name}: {said}"
        );
        let rejects = std::fs::read_to_string(format!("{}.rejects.csv", at(name).display()));
        (peak, rejects.expect("the rejects"))
    };
    for kind in ["csv", "ndjson"] {
        let (usual, _) = import(&format!("small.{kind}"));
        let (peak, rejects) = import(&format!("large.{kind}"));
        // A CSV has its header in the first line.
        let line = if kind == "csv" { 3 } else { 2 };
        let told = format!("\n{line},,is longer than 1048576 bytes");
        assert!(rejects.contains(&told), "{told}: {rejects}");
        println!("{kind}: {usual} KiB for a small file, {peak} KiB for a large one");
        // Elsewhere it is not to be had.
        if cfg!(target_os = "linux") {
            assert!(usual > 0 && peak > 0, "{usual} and {peak} KiB");
            assert!(
                peak < usual + MORE_KIBIBYTES_MAX,
                "{kind}: {peak} KiB where {usual} are usual"
            );
        }
    }
}

/// The most memory that a program has had so far.
fn kibibytes_at_peak(status: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
