//! A trial's folder, and the program at work on it.

use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use stellwerk_tests::compiled;
use stellwerk_tests::load::{
    HISTORY_MAPPING, month_after, processor_time, resident_peak, write_history,
};

use crate::BINARY;

/// How often the process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

const TRIAL: &str = r#"
complete = true
[[history]]
kind = "leads"
file = "leads.csv"
mapping = "leads.toml"
"#;

/// A contract, a plan and history, in a folder that goes with the value.
pub struct Folder {
    folder: tempfile::TempDir,
}

/// How a trial went.
pub struct Ran {
    /// What it has said, and when, counted from its start.
    steps: Vec<(Duration, String)>,
    pub took: Duration,
    /// Of all cores.
    pub processor_time: Duration,
    /// The most memory that it had, in bytes.
    pub peak: u64,
}

impl Folder {
    /// Of leads with these numbers, worked by so many partners.
    pub fn new(contract: &str, plan: &str, leads: Range<u32>, partners: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Self { folder };
        let until = month_after(leads.end - 1);
        let trial = format!("name = \"Measured\"\nuntil = \"{until}\"\n{TRIAL}");
        for (name, text) in [
            ("contract.toml", contract),
            ("trial.toml", &trial),
            ("leads.toml", HISTORY_MAPPING),
            ("plans/other.toml", plan),
        ] {
            made.write(name, text);
        }
        write_history(&made.path("leads.csv"), leads, partners);
        made
    }

    /// As a new user gets it, with one lead.
    pub fn to_fill_in() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Self { folder };
        let new = Command::new(BINARY)
            .args(["trial", "new"])
            .arg(made.folder.path())
            .output()
            .expect("the binary runs");
        assert!(new.status.success(), "{new:?}");
        let lead = "number;received;partner;claimed;contacted;outcome;ended;value\n\
            1;2026-01-05;north;2026-01-05;2026-01-06;won;2026-02-10;10000,00\n";
        made.write("leads.csv", lead);
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let parent = path.parent().expect("a folder");
        std::fs::create_dir_all(parent).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Runs the trial.
    pub fn run(&self) -> Ran {
        run(self.folder.path())
    }
}

fn run(folder: &Path) -> Ran {
    let begun = Instant::now();
    let mut child = Command::new(BINARY)
        .args(["--output", "json", "trial", "run"])
        .arg(folder)
        .env("STELLWERK_CACHE", compiled())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let (said, id) = (child.stderr.take().expect("its steps"), child.id());
    let mut result = child.stdout.take().expect("its result");
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let (mut peak, mut processor) = (0, Duration::ZERO);
            while !ended.load(Ordering::Relaxed) {
                // Both are nothing once the process has ended.
                peak = resident_peak(id).max(peak);
                processor = processor_time(id).max(processor);
                thread::sleep(LOOK_EVERY);
            }
            (peak, processor)
        });
        let results = scope.spawn(move || {
            let mut text = String::new();
            result.read_to_string(&mut text).map(|_| text)
        });
        let mut steps = Vec::new();
        for line in BufReader::new(said).lines() {
            steps.push((begun.elapsed(), line.expect("a line")));
        }
        let status = child.wait().expect("the trial ends");
        let took = begun.elapsed();
        ended.store(true, Ordering::Relaxed);
        let result = results.join().expect("the result").expect("text");
        assert!(status.success(), "{steps:?} {result}");
        let (peak, processor_time) = watching.join().expect("the process was watched");
        Ran {
            steps,
            took,
            processor_time,
            peak,
        }
    })
}

impl Ran {
    /// How long it was at steps of that name.
    pub fn took_for(&self, step: &str) -> Duration {
        let ends = self.steps.iter().skip(1).map(|(at, _)| *at);
        let ends = ends.chain([self.took]);
        let spans = self.steps.iter().zip(ends);
        spans
            .filter(|((_, said), _)| said.contains(step))
            .map(|((begun, _), ended)| ended - *begun)
            .sum()
    }

    /// When it began with a step of that name.
    pub fn began(&self, step: &str) -> Duration {
        let begun = self.steps.iter().find(|(_, said)| said.contains(step));
        begun.map(|(at, _)| *at).expect("such a step")
    }

    /// How often it has taken a step of that name.
    pub fn times(&self, step: &str) -> usize {
        let steps = self.steps.iter();
        steps.filter(|(_, said)| said.contains(step)).count()
    }

    /// Cores that were at work on average.
    pub fn cores(&self) -> f64 {
        self.processor_time.as_secs_f64() / self.took.as_secs_f64()
    }
}
