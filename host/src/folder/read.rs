//! Reads the folder, as it is at one moment.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::DateTime;
use serde_json::Value;

use super::document::{Place, PluginName, Wish, parse};
use crate::domain::digest::sha256;
use crate::domain::text;
use crate::policy::limits::{COMPONENT_BYTES_MAX, DOCUMENT_BYTES_MAX};

/// Binding files are those of the folder itself with this ending, but for those
/// that another one names as a configuration.
const ENDING: &str = "toml";
/// Others are left alone: a folder with more of them is the wrong one.
const FILES_MAX: usize = 1_000;

/// What the folder says.
#[derive(Debug, Default)]
pub struct Look {
    /// The binding files, with the places that each names, or what is wrong with it.
    pub files: BTreeMap<String, Result<BTreeSet<Place>, String>>,
    /// What is wanted, or why that cannot be known.
    pub contents: BTreeMap<Place, Result<Content, String>>,
    /// Where the files lie that it depends on.
    pub folders: BTreeSet<PathBuf>,
}

/// What is wanted of a slot, with everything that was read for it.
#[derive(Clone, Debug)]
pub struct Content {
    pub plugin: PluginSource,
    pub configuration: Option<Value>,
    pub comment: String,
    pub from: Option<DateTime>,
    /// Another one where something else would be in force.
    pub fingerprint: String,
}

#[derive(Clone, Debug)]
pub enum PluginSource {
    Known(String),
    Component(Arc<[u8]>),
}

/// Looks at the folder.
///
/// # Errors
/// What is wrong with the folder itself.
pub fn look(folder: &Path) -> Result<Look, String> {
    let mut reading = Reading {
        folder,
        read: BTreeMap::new(),
        look: Look::default(),
    };
    reading.look.folders.insert(folder.to_owned());
    let mut wishes: BTreeMap<String, Vec<Wish>> = BTreeMap::new();
    for name in names(folder)? {
        let said = reading
            .text(Path::new(&name))
            .and_then(|text| parse(&text).map_err(|problem| format!("{name}: {problem}")));
        match said {
            Ok(found) => {
                let places = found.iter().map(|wish| wish.place.clone()).collect();
                reading.look.files.insert(name.clone(), Ok(places));
                wishes.insert(name, found);
            }
            Err(problem) => {
                reading.look.files.insert(name, Err(problem));
            }
        }
    }
    let named = wishes.values().flatten();
    let configurations: BTreeSet<PathBuf> = named
        .filter_map(|wish| wish.configuration.clone())
        .collect();
    let is_other = |name: &String| !configurations.contains(Path::new(name));
    reading.look.files.retain(|name, _| is_other(name));
    wishes.retain(|name, _| is_other(name));

    let mut named_by: BTreeMap<Place, String> = BTreeMap::new();
    for (file, wishes) in wishes {
        for wish in wishes {
            let place = wish.place.clone();
            let content = match named_by.get(&place) {
                Some(other) => Err(format!(
                    "{other} and {file} both bind it: take it out of one of them"
                )),
                None => reading.content(&file, wish),
            };
            named_by.insert(place.clone(), file.clone());
            reading.look.contents.insert(place, content);
        }
    }
    Ok(reading.look)
}

/// The names of the files that may be binding files. Those that begin with a dot
/// are what editors and orchestrators keep for themselves.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let is_one = path.extension().is_some_and(|ending| ending == ENDING);
        let name = path.file_name().and_then(|name| name.to_str());
        if let (true, Some(name)) = (is_one, name.filter(|name| !name.starts_with('.'))) {
            names.push(name.to_owned());
        }
        if names.len() > FILES_MAX {
            return Err(format!(
                "has more than {FILES_MAX} files that end in .{ENDING}"
            ));
        }
    }
    names.sort();
    Ok(names)
}

struct Reading<'a> {
    folder: &'a Path,
    /// Each file is read once, so that all who name it get the same.
    read: BTreeMap<PathBuf, Result<Arc<[u8]>, String>>,
    look: Look,
}

impl Reading<'_> {
    fn content(&mut self, file: &str, wish: Wish) -> Result<Content, String> {
        let (plugin, plugin_mark) = match wish.plugin {
            PluginName::Known(name) => (PluginSource::Known(name.clone()), name),
            PluginName::File(path) => {
                let component = self.bytes(&path, COMPONENT_BYTES_MAX)?;
                let digest = sha256(&component);
                (PluginSource::Component(component), digest)
            }
        };
        let configuration = match &wish.configuration {
            Some(path) => Some(self.document(path)?),
            None => None,
        };
        let configuration_mark = configuration.as_ref().map(Value::to_string);
        let from = wish.from.map(|day| day.to_string());
        let marks = [Some(plugin_mark), configuration_mark, from];
        Ok(Content {
            plugin,
            configuration,
            comment: wish.comment.unwrap_or_else(|| format!("from {file}")),
            from: wish.from,
            fingerprint: sha256(format!("{marks:?}").as_bytes()),
        })
    }

    /// A configuration in TOML or JSON, as its name says.
    fn document(&mut self, path: &Path) -> Result<Value, String> {
        let text = self.text(path)?;
        let name = path.display();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => toml::from_str(&text).map_err(|error: toml::de::Error| {
                let at = error.span().map_or(0, |span| span.start);
                format!("{name}: {}: {}", text::place_in(&text, at), error.message())
            }),
            _ => serde_json::from_str(&text).map_err(|error| format!("{name}: {error}")),
        }
    }

    fn text(&mut self, path: &Path) -> Result<String, String> {
        let bytes = self.bytes(path, DOCUMENT_BYTES_MAX)?;
        String::from_utf8(bytes.to_vec())
            .map_err(|_| format!("{}: is no text in UTF-8", path.display()))
    }

    fn bytes(&mut self, path: &Path, bytes_max: usize) -> Result<Arc<[u8]>, String> {
        if let Some(read) = self.read.get(path) {
            return read.clone();
        }
        let whole = self.folder.join(path);
        // Where the name stands, and where its links lead.
        let found = [Some(whole.clone()), whole.canonicalize().ok()];
        let folders = found.iter().flatten().filter_map(|file| file.parent());
        self.look.folders.extend(folders.map(Path::to_owned));
        let read = bytes(&whole, bytes_max)
            .map(Arc::from)
            .map_err(|problem| format!("{}: {problem}", path.display()));
        self.read.insert(path.to_owned(), read.clone());
        read
    }
}

fn bytes(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    // Before it is opened: a pipe would be waited for.
    let found = fs::metadata(path).map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("is no file".to_owned());
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    match bytes.len() > bytes_max {
        true => Err(format!("has more than {bytes_max} bytes")),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    fn binding(rest: &str) -> String {
        format!("manufacturer = \"maker\"\ncontract = \"pumps\"\n[bindings.matching]\n{rest}")
    }

    fn matching(look: &Look) -> &Result<Content, String> {
        let mut contents = look.contents.values();
        let content = contents.next().unwrap();
        assert!(contents.next().is_none());
        content
    }

    #[test]
    fn what_a_binding_file_names_is_read_and_is_none_itself() {
        let folder = folder(&[
            (
                "pumps.toml",
                &binding("plugin = \"own.wasm\"\nconfiguration = \"weights.toml\""),
            ),
            ("own.wasm", "the component"),
            ("weights.toml", "[waves]\nfirst = 2"),
            (".pumps.toml.swp", "an editor's"),
            (".hidden.toml", "an editor's"),
            ("pumps.toml~", "an editor's"),
        ]);
        let look = look(folder.path()).unwrap();
        assert_eq!(look.files.keys().collect::<Vec<_>>(), ["pumps.toml"]);
        let content = matching(&look).as_ref().unwrap();
        assert!(
            matches!(&content.plugin, PluginSource::Component(bytes) if **bytes == *b"the component")
        );
        let configuration = content.configuration.as_ref().unwrap();
        assert_eq!(
            *configuration,
            serde_json::json!({ "waves": { "first": 2 } })
        );
        assert_eq!(content.comment, "from pumps.toml");
    }

    #[test]
    fn the_fingerprint_is_that_of_what_would_be_in_force() {
        let named = binding("plugin = \"own.wasm\"\nconfiguration = \"weights.json\"");
        let of = |binding: &str, component: &str, configuration: &str| {
            let folder = folder(&[
                ("pumps.toml", binding),
                ("own.wasm", component),
                ("weights.json", configuration),
            ]);
            matching(&look(folder.path()).unwrap())
                .as_ref()
                .unwrap()
                .fingerprint
                .clone()
        };
        let first = of(&named, "1", "{\"a\": 1}");
        assert_eq!(of(&named, "1", "{ \"a\": 1 }\n"), first);
        assert_eq!(
            of(&format!("{named}\ncomment = \"other\""), "1", "{\"a\": 1}"),
            first
        );
        assert_ne!(of(&named, "2", "{\"a\": 1}"), first);
        assert_ne!(of(&named, "1", "{\"a\": 2}"), first);
        assert_ne!(
            of(
                &format!("{named}\nfrom = \"2026-04-01\""),
                "1",
                "{\"a\": 1}"
            ),
            first
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_name() {
        let problem = |rest: &str, others: &[(&str, &str)]| {
            let binding = binding(rest);
            let mut files = vec![("pumps.toml", binding.as_str())];
            files.extend(others);
            let folder = folder(&files);
            matching(&look(folder.path()).unwrap())
                .as_ref()
                .unwrap_err()
                .clone()
        };
        let missing = problem("plugin = \"own.wasm\"", &[]);
        assert!(missing.starts_with("own.wasm: No such file"), "{missing}");
        // A folder in the file's place; a pipe is no file either.
        let in_its_place = problem("plugin = \"own.wasm\"", &[("own.wasm/in", "")]);
        assert_eq!(in_its_place, "own.wasm: is no file");
        let named = "plugin = \"matching-weighted\"\nconfiguration = \"weights.toml\"";
        assert_eq!(
            problem(named, &[("weights.toml", "[waves]\nfirst = ")]),
            "weights.toml: line 2, column 9: string values must be quoted, expected literal string"
        );
        let named = "plugin = \"matching-weighted\"\nconfiguration = \"weights.json\"";
        assert_eq!(
            problem(named, &[("weights.json", "{\n")]),
            "weights.json: EOF while parsing an object at line 2 column 0"
        );
        let large = "7".repeat(DOCUMENT_BYTES_MAX + 1);
        assert_eq!(
            problem(named, &[("weights.json", &large)]),
            "weights.json: has more than 262144 bytes"
        );
        let twice = binding("plugin = \"matching-weighted\"");
        assert_eq!(
            problem("plugin = \"matching-weighted\"", &[("twice.toml", &twice)]),
            "pumps.toml and twice.toml both bind it: take it out of one of them"
        );
    }

    #[test]
    fn a_folder_that_is_gone_and_a_file_that_is_none_are_told() {
        let folder = folder(&[("pumps.toml", "manufacturer = 7")]);
        let look = look(folder.path()).unwrap();
        let problem = look.files["pumps.toml"].as_ref().unwrap_err();
        assert!(
            problem.starts_with("pumps.toml: line 1, column 16: "),
            "{problem}"
        );
        let missing = super::look(&folder.path().join("missing")).unwrap_err();
        assert!(missing.starts_with("No such file"), "{missing}");
    }
}
