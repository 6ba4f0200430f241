//! Other programs, run with a bound on their time.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const POLL_MS: u64 = 20;

/// How a program has ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// What it had to say last, for a message of one line.
    pub fn last_line(&self) -> &str {
        self.stdout
            .lines()
            .chain(self.stderr.lines())
            .map(str::trim)
            .rfind(|line| !line.is_empty())
            .unwrap_or("it said nothing")
    }
}

/// Why a program has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("`{0}` is not installed")]
    Missing(String),
    #[error("`{program}` did not end within {seconds} s")]
    TooSlow { program: String, seconds: u64 },
    #[error("`{program}`: {source}")]
    Io { program: String, source: io::Error },
}

/// Runs the program to its end, which has to come in time.
pub fn run(command: &mut Command, time_max: Duration) -> Result<Ended, ProcessError> {
    let program = name(command);
    let io = |source| ProcessError::Io {
        program: program.clone(),
        source,
    };
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ProcessError::Missing(program.clone()),
            _ => io(error),
        })?;
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    let Some(status) = wait(&mut child, time_max).map_err(io)? else {
        // It may have ended at this very moment; either way it is gone.
        let _gone = child.kill();
        child.wait().map_err(io)?;
        return Err(ProcessError::TooSlow {
            program,
            seconds: time_max.as_secs(),
        });
    };
    Ok(Ended {
        status,
        stdout: stdout.recv().unwrap_or_default(),
        stderr: stderr.recv().unwrap_or_default(),
    })
}

fn name(command: &Command) -> String {
    let program: &OsStr = command.get_program();
    program.to_string_lossy().into_owned()
}

fn wait(child: &mut Child, time_max: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > time_max {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(POLL_MS));
    }
}

/// Reads on a thread of its own, so that a full pipe never stops the program
/// and a grandchild that keeps the pipe open never stops us.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What could be read is told; a broken pipe ends it.
            let _end = pipe.read_to_end(&mut bytes);
        }
        let _nobody_waits = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let error = run(Command::new("sleep").arg("60"), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, ProcessError::TooSlow { .. }), "{error}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program"), Duration::from_secs(1)).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program` is not installed");
    }

    #[test]
    fn what_a_program_says_last_is_told() {
        let ended = run(
            Command::new("sh").args(["-c", "echo first; echo last >&2; echo >&2; exit 3"]),
            Duration::from_secs(10),
        )
        .unwrap();
        assert_eq!(ended.status.code(), Some(3));
        assert_eq!(ended.stdout, "first\n");
        assert_eq!(ended.last_line(), "last");
    }
}
