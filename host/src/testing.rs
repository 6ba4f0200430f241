//! What unit tests with real policies share.

use std::sync::OnceLock;

use crate::policy::{Engine, EngineSettings};

/// One engine for all tests; what it has compiled serves the next test program
/// too.
pub fn engine() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE
        .get_or_init(|| {
            Engine::new(EngineSettings {
                cache_folder: Some(stellwerk_tests::compiled().to_owned()),
                ..EngineSettings::default()
            })
            .unwrap()
        })
        .clone()
}
