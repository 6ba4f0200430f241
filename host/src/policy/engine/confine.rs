//! What a process may take of the machine, as the system sees to it, and what is left
//! there. Where it does not, nothing is limited.

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
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

/// What is left of the disk that a folder lies on, for those who are not its
/// administrator.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let path = CString::new(folder.as_os_str().as_bytes())?;
    let mut found = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the call reads a text that ends, and writes what the pointer points to.
    match unsafe { libc::statvfs(path.as_ptr(), found.as_mut_ptr()) } {
        0 => {
            // SAFETY: where the call says so it has written all of it.
            let found = unsafe { found.assume_init() };
            // On other systems than Linux these have 32 bits.
            #[allow(clippy::unnecessary_cast)]
            Ok((found.f_bavail as u64).saturating_mul(found.f_frsize as u64))
        }
        _ => Err(io::Error::last_os_error()),
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
