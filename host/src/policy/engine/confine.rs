//! What a process may take of the machine, as the system sees to it. Where it does not,
//! nothing is limited.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// The lowest priority there is.
const LEAST: libc::c_int = 19;

/// A limit that a process has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Time,
    Memory,
}

/// Leaves the processors to whoever else wants them: this process gets what remains.
/// One that may not say so works on as it is.
pub fn step_back() {
    // SAFETY: the call takes numbers alone; 0 is whoever calls.
    let _ = unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, LEAST) };
}

/// Limits this process, from now on: its time on processors, and what it writes in
/// memory. It leaves no dump behind.
pub fn limit(time: Duration, bytes: u64) -> io::Result<()> {
    // The system ends the process at the first of both, and kills it at the second.
    // Nobody may be given more than there is.
    let most = |wanted: u64, known: libc::rlimit| libc::rlimit {
        rlim_cur: known.rlim_max.min(wanted),
        rlim_max: known.rlim_max.min(wanted.saturating_add(1)),
    };
    let nothing = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let (mut cpu, mut data) = (nothing, nothing);
    // SAFETY: the calls read and write what the references point to.
    let is_limited = unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &nothing) == 0
            && libc::getrlimit(libc::RLIMIT_CPU, &mut cpu) == 0
            && libc::getrlimit(libc::RLIMIT_DATA, &mut data) == 0
            && libc::setrlimit(libc::RLIMIT_CPU, &most(time.as_secs(), cpu)) == 0
            && libc::setrlimit(libc::RLIMIT_DATA, &most(bytes, data)) == 0
    };
    match is_limited {
        true => Ok(()),
        false => Err(io::Error::last_os_error()),
    }
}

/// The limit that a process has passed, if that is how it has ended.
pub fn passed(status: ExitStatus) -> Option<Limit> {
    match status.signal()? {
        libc::SIGXCPU => Some(Limit::Time),
        // Who gets no memory gives up; who runs out of stack, and whom the system ends
        // for the sake of others, wants too much as well.
        libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS | libc::SIGKILL => Some(Limit::Memory),
        _ => None,
    }
}
