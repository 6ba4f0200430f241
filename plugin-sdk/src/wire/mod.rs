//! The border to the host: what wit-bindgen makes of the interface, and the
//! conversions to and from what authors see. Not for authors.

#[cfg(any(
    feature = "qualification",
    feature = "matching",
    feature = "escalation",
    feature = "compensation"
))]
mod convert;
#[cfg(any(
    feature = "qualification",
    feature = "matching",
    feature = "escalation",
    feature = "compensation"
))]
mod guest;

#[cfg(feature = "compensation")]
pub mod compensation;
#[cfg(feature = "escalation")]
pub mod escalation;
#[cfg(feature = "matching")]
pub mod matching;
#[cfg(feature = "qualification")]
pub mod qualification;

/// The types that the kinds share.
#[cfg(any(
    feature = "qualification",
    feature = "matching",
    feature = "escalation",
    feature = "compensation"
))]
#[allow(missing_docs)]
pub mod shared {
    wit_bindgen::generate!({
        world: "stellwerk:wit/shared@0.1.0",
        path: "../wit",
        generate_all,
    });
    pub use stellwerk::types::{calls, parties, tables, values};
}
