//! The reference plugins as they are kept with the sources. Loading one asks its
//! golden examples with the configuration baked in and with it given to every
//! instance, and compares the answers byte by byte.

use std::path::Path;

use super::ENGINE;
use crate::policy::engine::EngineSettings;
use crate::policy::golden::terms;
use crate::policy::{Engine, Plugin};

fn components() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins/components");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: &Path| std::fs::read(path).unwrap();
    paths.iter().map(|path| read(path)).collect()
}

fn bind_default(engine: &Engine, plugin: &std::sync::Arc<Plugin>) -> (bool, String) {
    let default = &plugin.manifest().configuration.default;
    let terms = terms(None).unwrap();
    let bound = engine.bind_blocking(plugin, default, &terms).unwrap();
    (bound.baked(), bound.artifact_digest().to_owned())
}

#[test]
fn every_shipped_plugin_answers_alike_baked_and_configured_anew() {
    for component in components() {
        let plugin = ENGINE.load_blocking(component.into()).unwrap();
        assert!(!plugin.manifest().golden.is_empty(), "{}", plugin.title());
        assert!(bind_default(&ENGINE, &plugin).0, "{}", plugin.title());
    }
}

#[test]
fn the_same_configuration_gives_the_same_artifact() {
    let component = components().remove(0);
    let artifacts = [(), ()].map(|()| {
        // An engine of its own, so that nothing is taken from memory.
        let engine = Engine::new(EngineSettings {
            slots: 1,
            ..EngineSettings::default()
        })
        .unwrap();
        let plugin = engine
            .load_unproved_blocking(component.clone().into())
            .unwrap();
        bind_default(&engine, &plugin).1
    });
    assert_eq!(artifacts[0], artifacts[1]);
}

#[test]
fn a_restart_compiles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let component = components().remove(0);
    let start = || {
        let engine = Engine::new(EngineSettings {
            slots: 1,
            cache_folder: Some(folder.path().to_owned()),
            ..EngineSettings::default()
        })
        .unwrap();
        let plugin = engine.load_blocking(component.clone().into()).unwrap();
        bind_default(&engine, &plugin);
    };
    let written = || {
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (
                    entry.file_name(),
                    entry.metadata().unwrap().modified().unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    };
    start();
    let first = written();
    // The plugin, its copy for snapshots, and at least the default's snapshot.
    assert!(first.len() >= 3);
    start();
    assert_eq!(written(), first);
}
