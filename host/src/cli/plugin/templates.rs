//! What a new plugin's project begins with.

use crate::policy::Kind;

/// Files of one kind.
struct Template {
    lib: &'static str,
    policy: &'static str,
    example: &'static str,
    configuration: &'static str,
    input: &'static str,
}

macro_rules! template {
    ($kind:literal) => {
        Template {
            lib: include_str!(concat!("templates/", $kind, "/lib.rs")),
            policy: include_str!(concat!("templates/", $kind, "/policy.rs")),
            example: include_str!(concat!("templates/", $kind, "/example.json")),
            configuration: include_str!(concat!("templates/", $kind, "/configuration.json")),
            input: include_str!(concat!("templates/", $kind, "/input.json")),
        }
    };
}

/// Paths in the project and what they hold.
pub fn files(kind: Kind, name: &str) -> Vec<(&'static str, String)> {
    let template = match kind {
        Kind::Qualification => template!("qualification"),
        Kind::Matching => template!("matching"),
        Kind::Escalation => template!("escalation"),
        Kind::Compensation => template!("compensation"),
    };
    let function = kind.functions().first().map_or("", |first| first.as_str());
    let slot = match kind {
        Kind::Compensation => format!("\"compensation/{name}\""),
        kind => kind.as_str().to_owned(),
    };
    let filled = |text: &str| {
        text.replace("{{name}}", name)
            .replace("{{kind}}", kind.as_str())
            .replace("{{function}}", function)
            .replace("{{slot}}", &slot)
    };
    vec![
        (
            "Cargo.toml",
            filled(include_str!("templates/common/Cargo.toml.in")),
        ),
        (
            "README.md",
            filled(include_str!("templates/common/README.md")),
        ),
        (
            ".gitignore",
            include_str!("templates/common/gitignore").into(),
        ),
        ("src/lib.rs", template.lib.into()),
        ("src/policy.rs", template.policy.into()),
        ("golden/example.json", template.example.into()),
        ("configuration.json", template.configuration.into()),
        ("input.json", template.input.into()),
    ]
}
