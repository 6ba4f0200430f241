//! What a process and a folder take of the machine.

use std::path::Path;
use std::time::Duration;

/// Ticks in which a process's time is counted: 100 a second on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// Where they stand behind the name of the process, which may hold blanks.
const USER_TICKS: usize = 11;

/// Resident memory of a process in bytes; 0 where the system does not tell.
pub fn resident(process_id: u32) -> u64 {
    memory(process_id, "VmRSS:")
}

/// The most that it ever had.
pub fn resident_peak(process_id: u32) -> u64 {
    memory(process_id, "VmHWM:")
}

fn memory(process_id: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process_id}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(what))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kibibytes| kibibytes.parse::<u64>().ok())
        .map_or(0, |kibibytes| kibibytes * 1024)
}

/// How long the machine's cores were at work for a process; nothing where the system
/// does not tell.
pub fn processor_time(process_id: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process_id}/stat")).unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let user_and_system = fields.split_whitespace().skip(USER_TICKS).take(2);
    let ticks = user_and_system.filter_map(|ticks| ticks.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

/// Bytes of the files in a folder and below.
pub fn bytes_in(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => bytes_in(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
