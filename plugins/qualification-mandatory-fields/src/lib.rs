//! Qualifies leads whose required fields are there, and says honestly how warm
//! they are.

mod policy;

pub use policy::{Config, MandatoryFields, WarmthRule};

stellwerk_plugin_sdk::export!(qualification: MandatoryFields);
