//! What one call may use. The host has a maximum; kinds and contracts lower it;
//! the smallest wins.

use std::time::Duration;

use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// Limits of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Units of Wasmtime's fuel; 1 M is about a quarter of a millisecond.
    pub fuel: u64,
    /// Added to `fuel` for each row of the candidates or the partners.
    pub fuel_per_row: u64,
    /// Against the wall clock; a multiple of the engine's tick of 10 ms.
    pub wall_clock_ms: u64,
    /// All linear memories and tables of the instance together.
    pub memory_bytes: u64,
    /// The question as deterministic CBOR.
    pub input_bytes: u64,
    pub output_bytes: u64,
    /// Added to `output_bytes` for each row.
    pub output_bytes_per_row: u64,
}

impl Limits {
    /// The host's maximum for components of compiled languages.
    pub const COMPILED: Self = Self {
        fuel: 20_000_000,
        fuel_per_row: 20_000,
        wall_clock_ms: 250,
        memory_bytes: 32 * MIB,
        input_bytes: 8 * MIB,
        output_bytes: MIB,
        output_bytes_per_row: 1024,
    };

    /// The host's maximum for components that carry an interpreter.
    pub const INTERPRETED: Self = Self {
        fuel: 100_000_000,
        memory_bytes: 128 * MIB,
        ..Self::COMPILED
    };

    /// The smaller of both in each respect.
    pub fn lowered_to(self, other: Self) -> Self {
        Self {
            fuel: self.fuel.min(other.fuel),
            fuel_per_row: self.fuel_per_row.min(other.fuel_per_row),
            wall_clock_ms: self.wall_clock_ms.min(other.wall_clock_ms),
            memory_bytes: self.memory_bytes.min(other.memory_bytes),
            input_bytes: self.input_bytes.min(other.input_bytes),
            output_bytes: self.output_bytes.min(other.output_bytes),
            output_bytes_per_row: self.output_bytes_per_row.min(other.output_bytes_per_row),
        }
    }

    /// The fuel of a question about that many rows.
    pub fn fuel_for(&self, rows: usize) -> u64 {
        self.fuel
            .saturating_add(self.fuel_per_row.saturating_mul(rows as u64))
    }

    /// The size of an answer about that many rows.
    pub fn output_bytes_for(&self, rows: usize) -> u64 {
        self.output_bytes
            .saturating_add(self.output_bytes_per_row.saturating_mul(rows as u64))
    }

    /// As a binding lowers them; what cannot be read, or is not there, lowers nothing.
    pub fn kept(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// As a binding keeps them.
    pub fn to_json(self) -> String {
        // Whole numbers alone, which cannot fail.
        serde_json::to_string(&self).unwrap_or_default()
    }

    pub fn wall_clock(&self) -> Duration {
        Duration::from_millis(self.wall_clock_ms)
    }
}

impl Default for Limits {
    /// No lower than the host's maximum.
    fn default() -> Self {
        Self::INTERPRETED
    }
}

/// What a component carries, judged by its size: how large it may be and what
/// its calls may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeClass {
    Compiled,
    Interpreted,
}

/// Components up to this size count as compiled.
pub const COMPILED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Components beyond this size are refused.
pub const COMPONENT_BYTES_MAX: usize = 24 * 1024 * 1024;
/// A configuration as canonical JSON; also a manifest.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;

impl SizeClass {
    /// None where the component is too large for either.
    pub fn of(component_bytes: usize) -> Option<Self> {
        if component_bytes <= COMPILED_BYTES_MAX {
            Some(Self::Compiled)
        } else if component_bytes <= COMPONENT_BYTES_MAX {
            Some(Self::Interpreted)
        } else {
            None
        }
    }

    pub fn limits(self) -> Limits {
        match self {
            Self::Compiled => Limits::COMPILED,
            Self::Interpreted => Limits::INTERPRETED,
        }
    }

    /// Functions of all its modules together. Interpreters have some ten thousand.
    pub fn functions_max(self) -> usize {
        match self {
            Self::Compiled => 10_000,
            Self::Interpreted => 60_000,
        }
    }

    /// The code of one function: memory and time for compiling it grow faster than
    /// it does. The loop of an interpreter is the largest that people write.
    pub fn function_bytes_max(self) -> usize {
        match self {
            Self::Compiled => 256 * 1024,
            Self::Interpreted => 512 * 1024,
        }
    }

    /// What compiling may take of memory.
    pub fn compile_bytes_max(self) -> u64 {
        match self {
            Self::Compiled => 512 * MIB,
            Self::Interpreted => 2048 * MIB,
        }
    }

    /// How long compiling may take, in time of a processor where it is limited apart.
    pub fn compile_seconds_max(self) -> u64 {
        match self {
            Self::Compiled => 10,
            Self::Interpreted => 180,
        }
    }
}
