//! Functions whose digits are the same natively and in WebAssembly, so that a
//! test answers what the sandbox will. Those of `f64` may differ in the last one.
//!
//! ```
//! use stellwerk_plugin_sdk::math;
//!
//! // What a contact has done counts half as much after every 30 days.
//! let faded = |points: f64, age_days: f64| points * math::exp2(-age_days / 30.0);
//! assert_eq!(faded(80.0, 60.0), 20.0);
//! // The odds of a source of which 30 leads were won and 90 lost.
//! let log_odds = math::log(30.0 / 90.0);
//! assert!((log_odds - -1.098_612).abs() < 0.000_001);
//! ```

pub use libm::{acos, asin, atan2, cbrt, cos, exp, exp2, log, log2, log10, pow, sin, sqrt, tan};
