//! How this process takes memory from the system.

/// Gives back what is free. glibc keeps it in the heap of the thread that had it, where
/// other threads do not find it: a compiled policy that went would be held for good.
///
/// Takes milliseconds, in which other threads may wait: for what happens seldom.
#[cfg(target_env = "gnu")]
pub fn give_back() {
    // SAFETY: the call takes a number alone: how much to keep.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators see to it themselves.
#[cfg(not(target_env = "gnu"))]
pub fn give_back() {}
