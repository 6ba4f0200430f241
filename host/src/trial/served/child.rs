//! The process that plays a trial: this program, at the lowest priority. What it takes of
//! memory, and what a plugin does to it, is its own; it ends when its host does.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use serde_json::Value;

/// A trial that is being played.
pub struct Playing {
    child: Child,
    /// While it is open the host is there.
    _alive: Option<ChildStdin>,
    said: Arc<Mutex<String>>,
    result: Option<JoinHandle<Vec<u8>>>,
    telling: Option<JoinHandle<()>>,
}

/// How it has ended.
pub struct Played {
    /// What it has found: JSON.
    pub found: Option<Value>,
    /// Code and text of what it failed with.
    pub error: Option<(String, String)>,
}

impl Playing {
    /// Begins, or goes on where it was.
    pub fn begin(program: &Path, folder: &Path) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .args(["--output", "json", "trial", "run", "--beside"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = Arc::new(Mutex::new(String::new()));
        let telling = child.stderr.take().map(|stderr| {
            let said = said.clone();
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        });
        let result = child.stdout.take().map(|mut stdout| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                // What was cut off is no JSON.
                let _ = stdout.read_to_end(&mut bytes);
                bytes
            })
        });
        Ok(Self {
            _alive: child.stdin.take(),
            child,
            said,
            result,
            telling,
        })
    }

    /// What it does, in its own words.
    pub fn step(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.lines().last().unwrap_or_default().to_owned()
    }

    /// What has become of it; none while it plays.
    pub fn ended(&mut self) -> std::io::Result<Option<Played>> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(None);
        };
        let result = self.result.take().and_then(|reading| reading.join().ok());
        let result: Option<Value> = result.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let _ = self.telling.take().map(JoinHandle::join);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(match status.success() {
            true => Played {
                found: result,
                error: None,
            },
            false => Played {
                found: None,
                error: Some(error(result.as_ref(), &said, status)),
            },
        }))
    }

    /// Ends it the hard way: what it had played is kept.
    pub fn end(&mut self) {
        // One that has gone already is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.end();
    }
}

/// The error that is its result, or else the last that it said.
fn error(result: Option<&Value>, said: &str, status: ExitStatus) -> (String, String) {
    let told = result.and_then(|result| {
        let text = |name: &str| result["error"][name].as_str().map(str::to_owned);
        text("code").zip(text("message"))
    });
    told.unwrap_or_else(|| {
        let last = said.lines().last().unwrap_or_default();
        let message = format!("the process that played it has ended: {status}; {last}");
        ("trial.ended".to_owned(), message)
    })
}
