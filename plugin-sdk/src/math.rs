//! Functions whose digits are the same natively and in WebAssembly.

pub use libm::{acos, asin, atan2, cbrt, cos, exp, exp2, log, log2, log10, pow, sin, sqrt, tan};
