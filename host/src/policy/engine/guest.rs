//! What a store holds beside the instance: how much memory it has, and what it
//! has written to its author.

use wasmtime::ResourceLimiter;

/// Lines kept of one call; what comes after is dropped.
const LOG_LINES_MAX: usize = 64;
/// Bytes kept of one line.
const LOG_LINE_BYTES_MAX: usize = 512;
/// Core instances, tables and memories of one component: enough for the
/// interpreters that were tried.
const INSTANCES_MAX: usize = 64;
const TABLES_MAX: usize = 4;
const MEMORIES_MAX: usize = 4;
/// How often an instance may ask for more than it may have. To ask takes the host
/// time and the instance next to no fuel.
const REFUSALS_MAX: u32 = 1_000;
/// Elements of one table.
pub const TABLE_ELEMENTS_MAX: usize = 10_000;

/// The data of a store.
pub struct Guest {
    pub memory: Memory,
    pub log: Log,
}

impl Guest {
    pub fn new(memory_bytes_max: u64) -> Self {
        Self {
            memory: Memory {
                bytes: 0,
                bytes_highest: 0,
                bytes_max: memory_bytes_max,
                refusals: 0,
            },
            log: Log::default(),
        }
    }
}

/// Counts what the instance has, memories and tables together.
pub struct Memory {
    bytes: u64,
    bytes_highest: u64,
    bytes_max: u64,
    /// How often the instance has asked for more than it may have. A trap that
    /// follows is "out of memory": the trap itself is the same as a panic's.
    refusals: u32,
}

impl Memory {
    /// The most that the instance has had.
    pub fn bytes_highest(&self) -> u64 {
        self.bytes_highest
    }

    pub fn refused(&self) -> bool {
        self.refusals > 0
    }

    fn grow(&mut self, current: u64, desired: u64) -> wasmtime::Result<bool> {
        let total = (self.bytes - current.min(self.bytes)).saturating_add(desired);
        if total > self.bytes_max {
            return self.refuse();
        }
        self.bytes = total;
        self.bytes_highest = self.bytes_highest.max(total);
        Ok(true)
    }

    /// The instance is told no; one that does not take it is stopped.
    fn refuse(&mut self) -> wasmtime::Result<bool> {
        self.refusals += 1;
        if self.refusals > REFUSALS_MAX {
            wasmtime::bail!("it goes on asking for memory that it may not have");
        }
        Ok(false)
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // A component that stays within its own maximum did not ask us for more.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return self.refuse();
        }
        self.grow(current as u64, desired as u64)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS_MAX {
            return self.refuse();
        }
        let element = size_of::<usize>() as u64;
        self.grow(current as u64 * element, desired as u64 * element)
    }

    fn instances(&self) -> usize {
        INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}

/// How much a line matters to its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// The lines of one call.
#[derive(Default)]
pub struct Log {
    lines: Vec<String>,
    /// The last line of level error: where a panic says what and where.
    last_error: Option<String>,
}

impl Log {
    pub fn is_full(&self) -> bool {
        self.lines.len() >= LOG_LINES_MAX
    }

    /// Marks that lines are missing.
    pub fn drop_line(&mut self) {
        if self.lines.len() == LOG_LINES_MAX {
            self.lines.push("truncated".to_owned());
        }
    }

    pub fn write(&mut self, level: Level, line: &str) {
        let line = shorten(line, LOG_LINE_BYTES_MAX);
        if level == Level::Error {
            self.last_error = Some(line.to_owned());
        }
        self.lines.push(format!("{}: {line}", level.as_str()));
    }

    pub fn take_lines(&mut self) -> Vec<String> {
        self.last_error = None;
        std::mem::take(&mut self.lines)
    }

    pub fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }
}

/// The beginning of a text, up to a number of bytes.
pub fn shorten(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_lines_is_cut_off_and_says_so() {
        let mut log = Log::default();
        for _ in 0..LOG_LINES_MAX {
            assert!(!log.is_full());
            log.write(Level::Info, &"ä".repeat(400));
        }
        assert!(log.is_full());
        log.drop_line();
        log.drop_line();
        let lines = log.take_lines();
        assert_eq!(lines.len(), LOG_LINES_MAX + 1);
        assert_eq!(lines[0], format!("info: {}", "ä".repeat(256)));
        assert_eq!(lines.last().unwrap(), "truncated");
    }

    #[test]
    fn memories_and_tables_count_together() {
        let mut memory = Guest::new(1000).memory;
        assert!(memory.memory_growing(0, 600, None).unwrap());
        assert!(memory.table_growing(0, 25, None).unwrap());
        assert!(!memory.memory_growing(600, 900, None).unwrap());
        assert!(memory.refused());
        assert!(memory.memory_growing(600, 700, None).unwrap());
        assert_eq!(memory.bytes_highest(), 900);
    }
}
