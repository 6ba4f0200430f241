//! The sources, each as a list of settings that it makes.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ConfigError, FILE, Problem};
use crate::domain::nearest::nearest;

mod file;

/// What every variable of Stellwerk begins with.
const PREFIX: &str = "STELLWERK_";
/// Names the file.
const FILE_VARIABLE: &str = "STELLWERK_CONFIG";
/// Variables that are no settings of a server.
const OTHERS: [&str; 8] = [
    FILE_VARIABLE,
    "STELLWERK_SERVER",
    "STELLWERK_TOKEN",
    "STELLWERK_PLUGINS",
    "STELLWERK_PLUGIN_VERSION",
    "STELLWERK_TOOLCHAIN",
    "STELLWERK_REAL_DATA",
    "STELLWERK_TEST_POSTGRES",
];
/// Settings that name a folder, or a file beside one: in a file they count from where it
/// lies.
const FOLDERS: [&str; 4] = ["data", "cache", "erasures", "policies"];

/// Where a configuration is read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file that a flag names.
    pub file: Option<PathBuf>,
    /// The working folder; its `stellwerk.toml` is read when no file is named.
    pub folder: PathBuf,
    pub environment: Vec<(String, String)>,
    pub flags: Vec<Flag>,
}

/// A setting made on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// As it was written, such as `--listen`.
    pub flag: String,
    pub key: String,
    pub value: String,
}

/// Where a value comes from; a later one wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Environment(String),
    Flag(String),
}

impl Origin {
    /// Whether both are of the same source.
    pub fn is_beside(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment(variable) => f.write_str(variable),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// One setting that a source makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    pub value: Given,
    pub origin: Origin,
}

/// A value as its source has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Of a file: it has a type.
    Typed(Value),
    /// Of a variable or a flag: it may be meant as text or as something else.
    Text(String),
}

impl Entry {
    /// What the value may mean, the likeliest first.
    pub(super) fn readings(&self) -> Vec<Value> {
        match &self.value {
            Given::Typed(value) => vec![value.clone()],
            Given::Text(text) => {
                let mut readings = vec![Value::String(text.clone())];
                readings.extend(text.trim().parse::<u64>().ok().map(Value::from));
                readings
            }
        }
    }
}

impl Sources {
    /// Everything that the sources set, the winners last, and what they name
    /// that is no setting.
    pub(super) fn entries(
        &self,
        defaults: &Value,
    ) -> Result<(Vec<Entry>, Vec<Problem>), ConfigError> {
        let keys = keys(defaults);
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        if let Some(path) = self.file() {
            let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::File {
                path: path.clone(),
                source,
            })?;
            let found = file::entries(&path, &text, defaults, &keys);
            entries.extend(found.entries);
            problems.extend(found.problems);
        }
        self.variables(&keys, &mut entries, &mut problems);
        for flag in &self.flags {
            let origin = Origin::Flag(flag.flag.clone());
            if keys.contains(&flag.key) {
                entries.push(Entry {
                    key: flag.key.clone(),
                    value: Given::Text(flag.value.clone()),
                    origin,
                });
            } else {
                problems.push(unknown(origin, &flag.key, &keys));
            }
        }
        Ok((entries, problems))
    }

    /// The file to read, if there is one.
    fn file(&self) -> Option<PathBuf> {
        let named = self.file.clone().or_else(|| {
            let named = self.environment.iter();
            named
                .filter(|(variable, path)| variable == FILE_VARIABLE && !path.is_empty())
                .map(|(_, path)| path.into())
                .next()
        });
        named.or_else(|| {
            let usual = self.folder.join(FILE);
            // Shown as people know it.
            usual.is_file().then(|| match self.folder == Path::new("") {
                true => FILE.into(),
                false => usual,
            })
        })
    }

    fn variables(&self, keys: &[String], entries: &mut Vec<Entry>, problems: &mut Vec<Problem>) {
        let known: Vec<(String, &String)> = keys.iter().map(|key| (variable(key), key)).collect();
        let names = known.iter().map(|(variable, _)| variable.as_str());
        let names: Vec<&str> = names.chain(OTHERS).collect();
        for (name, value) in &self.environment {
            // An empty variable is how one is taken away in many places.
            if !name.starts_with(PREFIX) || OTHERS.contains(&name.as_str()) || value.is_empty() {
                continue;
            }
            let origin = Origin::Environment(name.clone());
            if let Some((_, key)) = known.iter().find(|(variable, _)| variable == name) {
                entries.push(Entry {
                    key: (*key).clone(),
                    value: Given::Text(value.clone()),
                    origin,
                });
                continue;
            }
            // Others make variables with this beginning too, such as Kubernetes
            // for a service of this name: what is like none of ours is theirs.
            if let Some(near) = nearest_variable(name, &names) {
                problems.push(Problem {
                    origin,
                    message: format!("is no setting; did you mean {near}?"),
                });
            }
        }
    }
}

fn nearest_variable<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let own = |name: &'a str| name.strip_prefix(PREFIX);
    let found = nearest(
        name.strip_prefix(PREFIX)?,
        known.iter().copied().filter_map(own),
    )?;
    known
        .iter()
        .copied()
        .find(|variable| own(variable) == Some(found))
}

/// The variable of a setting.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace(['.', '-'], "_"))
}

/// The names of all settings, in order.
pub(super) fn keys(document: &Value) -> Vec<String> {
    let Some(table) = document.as_object() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            Value::Object(_) => {
                found.extend(keys(value).iter().map(|below| format!("{name}.{below}")));
            }
            _ => found.push(name.clone()),
        }
    }
    found
}

/// A name that is no setting, with the one that was probably meant.
pub(super) fn unknown(origin: Origin, key: &str, keys: &[String]) -> Problem {
    let message = match meant(key, keys) {
        Some(near) => format!("`{key}` is no setting; did you mean `{near}`?"),
        None => format!("`{key}` is no setting; `stellwerk config show` lists them all"),
    };
    Problem { origin, message }
}

/// The nearest setting or table; else one of that name in another table.
fn meant<'a>(key: &str, keys: &'a [String]) -> Option<&'a str> {
    let tables = keys.iter().flat_map(|key| {
        key.match_indices('.')
            .map(move |(end, _)| &key[..end])
            .collect::<Vec<_>>()
    });
    let names = keys.iter().map(String::as_str).chain(tables);
    nearest(key, names).or_else(|| {
        let last = |key: &'a str| key.rsplit('.').next().unwrap_or(key);
        let ends: Vec<&str> = keys.iter().map(|key| last(key)).collect();
        let near = nearest(key.rsplit('.').next().unwrap_or(key), ends)?;
        keys.iter()
            .map(String::as_str)
            .find(|key| last(key) == near)
    })
}
