//! What wins, what is refused, and what people are shown.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::testing::edited;

/// Sources in a folder of their own, with that file in it.
fn sources(file: &str) -> (Sources, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), file).unwrap();
    let sources = Sources {
        folder: folder.path().to_owned(),
        ..Sources::default()
    };
    (sources, folder)
}

fn environment(sources: &mut Sources, variables: &[(&str, &str)]) {
    sources.environment = variables
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
}

fn flags(sources: &mut Sources, settings: &[(&str, &str, &str)]) {
    sources.flags = settings
        .iter()
        .map(|(flag, key, value)| Flag {
            flag: flag.to_string(),
            key: key.to_string(),
            value: value.to_string(),
        })
        .collect();
}

/// The mistakes as people read them, without the folder's name.
fn mistakes(sources: &Sources) -> String {
    let error = Configured::read(sources).unwrap_err().to_string();
    error.replace(&format!("{}/", sources.folder.display()), "")
}

#[test]
fn without_any_source_everything_is_by_default() {
    let configured = Configured::read(&Sources::default()).unwrap();
    assert_eq!(configured.config, Config::default());
    assert_eq!(*configured.origin("listen"), Origin::Default);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (mut sources, folder) = sources(
        "listen = \"127.0.0.1:1\"\n[engine]\nslots = 3\nwaiting-max = 7\n\
         [engine.limits]\nfuel = 1000\n",
    );
    environment(
        &mut sources,
        &[
            ("STELLWERK_LISTEN", "127.0.0.1:2"),
            ("STELLWERK_ENGINE_SLOTS", "4"),
            ("STELLWERK_HTTP_BODY_BYTES_MAX", "2048"),
            ("STELLWERK_LOG_FILTER", ""),
            ("HOME", "/root"),
        ],
    );
    flags(&mut sources, &[("--listen", "listen", "127.0.0.1:3")]);
    let configured = Configured::read(&sources).unwrap();
    let config = &configured.config;
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.engine.slots, 4);
    assert_eq!(config.engine.waiting_max, 7);
    assert_eq!(config.engine.limits.fuel, 1_000);
    assert_eq!(
        config.engine.limits.memory_bytes,
        Limits::INTERPRETED.memory_bytes
    );
    assert_eq!(config.http.body_bytes_max, 2_048);
    assert_eq!(config.log.filter, "info");
    let origin = |key: &str| configured.origin(key).to_string();
    assert_eq!(origin("listen"), "--listen");
    assert_eq!(origin("engine.slots"), "STELLWERK_ENGINE_SLOTS");
    let file = folder.path().join(FILE).display().to_string();
    assert_eq!(origin("engine.waiting-max"), format!("{file}, line 4"));
    assert_eq!(origin("log.filter"), "default");
}

#[test]
fn a_named_file_is_read_in_place_of_the_usual_one_and_has_to_be_there() {
    let (mut sources, folder) = sources("listen = \"127.0.0.1:1\"");
    let other = folder.path().join("other.toml");
    fs::write(&other, "data = \"below\"").unwrap();
    environment(
        &mut sources,
        &[("STELLWERK_CONFIG", &other.display().to_string())],
    );
    let config = Configured::read(&sources).unwrap().config;
    assert_eq!(config.listen, Config::default().listen);
    // A folder counts from where the file lies.
    assert_eq!(config.data, folder.path().join("below"));

    sources.file = Some(PathBuf::from("missing.toml"));
    let error = Configured::read(&sources).unwrap_err();
    assert!(error.to_string().starts_with("missing.toml: "), "{error}");
}

#[test]
fn a_folder_named_later_takes_the_databases_place() {
    let url = "postgres://me:geheim@host/db";
    let (mut sources, _folder) = sources(&format!("postgres = \"{url}\""));
    let config = Configured::read(&sources).unwrap().config;
    assert_eq!(config.store(), StoreSettings::Postgres { url: url.into() });
    assert_eq!(config.engine().cache_folder, None);

    flags(&mut sources, &[("--data", "data", "here")]);
    let config = Configured::read(&sources).unwrap().config;
    let folder = PathBuf::from("here");
    assert_eq!(config.engine().cache_folder, Some(folder.join("compiled")));
    assert_eq!(config.store(), StoreSettings::Sqlite { folder });

    environment(
        &mut sources,
        &[("STELLWERK_DATA", "x"), ("STELLWERK_POSTGRES", url)],
    );
    sources.flags.clear();
    let mistakes = mistakes(&sources);
    assert!(mistakes.contains("name one"), "{mistakes}");
    assert!(!mistakes.contains("geheim"), "{mistakes}");
}

#[test]
fn every_mistake_is_told_with_its_place_and_the_nearest_name() {
    let (mut sources, _folder) = sources(
        r#"listne = "127.0.0.1:1"
colour = "red"
slots = 4
log = "json"
data = 7
postgres = "mysql://geheim@host"

[engine]
slots = 0
waiting-max = "many"

[engine.limits]
fuel = 20_000_000_000
memory = 5

[htpp]
body-bytes-max = 1
"#,
    );
    environment(
        &mut sources,
        &[
            ("STELLWERK_LISTNE", "127.0.0.1:1"),
            ("STELLWERK_LISTEN", "here"),
            ("STELLWERK_SERVICE_HOST", "10.0.0.1"),
            ("STELLWERK_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ],
    );
    flags(
        &mut sources,
        &[
            ("--set", "engine.slot", "4"),
            ("--set", "worker.poll-ms", "1"),
            ("--set", "log.filter", "info,stellwerk=loud"),
        ],
    );
    insta::assert_snapshot!(mistakes(&sources));
}

#[test]
fn a_file_that_cannot_be_read_says_where() {
    let (sources, _folder) = sources("data = \"here\"\nlisten = \"127.0.0.1:1\n");
    assert_eq!(
        mistakes(&sources),
        "stellwerk.toml, line 2: invalid basic string, expected `\"`"
    );
}

#[test]
fn what_is_shown_says_where_it_comes_from_and_can_be_a_file_again() {
    let (mut sources, folder) = sources("[engine.kinds.matching]\nfuel = 5\n");
    environment(&mut sources, &[("STELLWERK_ENGINE_SLOTS", "2")]);
    flags(
        &mut sources,
        &[("--postgres", "postgres", "postgres://me:geheim@host/db")],
    );
    let configured = Configured::read(&sources).unwrap();
    let text = shown(&configured).to_string();
    assert!(!text.contains("geheim"));
    let values = shown(&configured).values().to_string();
    assert!(!values.contains("geheim"));
    insta::assert_snapshot!(text.replace(&format!("{}/", folder.path().display()), ""));

    fs::write(folder.path().join(FILE), &text).unwrap();
    sources.environment.clear();
    let again = Configured::read(&sources).unwrap();
    // A folder in a file counts from where that lies.
    let config = Config {
        data: folder.path().join(&configured.config.data),
        ..configured.config
    };
    assert_eq!(again.config, config);
}

#[test]
fn the_example_names_every_setting_with_its_default() {
    let example = include_str!("../../examples/stellwerk.toml");
    let (sources, _folder) = sources(example);
    let configured = Configured::read(&sources).unwrap();
    let unnamed: Vec<String> = layers::keys(&defaults())
        .into_iter()
        .filter(|key| !key.starts_with("engine.kinds."))
        .filter(|key| *configured.origin(key) == Origin::Default)
        .collect();
    // Those that depend on the machine, or have no value.
    assert_eq!(
        unnamed,
        [
            "admin-listen",
            "cache",
            "engine.slots",
            "erasures",
            "policies",
            "postgres",
            "public-url",
            "seals.key-file",
            "traces.endpoint"
        ]
    );
    let config = Config {
        data: sources.folder.join("stellwerk-data"),
        ..Config::default()
    };
    assert_eq!(configured.config, config);
}

proptest! {
    #[test]
    fn no_file_and_no_variable_panics(
        file in edited(include_str!("../../examples/stellwerk.toml")),
        value: String,
    ) {
        let (mut sources, _folder) = sources(&file);
        let variables = [("STELLWERK_LISTEN", value.as_str()), ("STELLWERK_POSTGRES", &value)];
        environment(&mut sources, &variables);
        flags(&mut sources, &[("--set", &value, &value)]);
        let _ = Configured::read(&sources).map_err(|error| error.to_string());
    }
}
