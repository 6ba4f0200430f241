//! The public items of a source file, and which of them nothing shows.

/// What an author may name, with its docstring.
pub struct Item {
    place: String,
    /// The type that it belongs to; none: it stands for itself.
    owner: Option<String>,
    name: String,
    kind: Kind,
    docs: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A type, a trait, or a module that passes on what others have made: what it
    /// is for may be shown without naming it, as where an input holds one.
    Shown,
    /// A function, a constant or a macro: its example names it.
    Named,
}

impl Item {
    pub fn path(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}::{}", self.name),
            None => self.name.clone(),
        }
    }

    fn is_named(&self, code: &str) -> bool {
        let name = &self.name;
        match &self.owner {
            // A name such as `of` or `with` is not that type's alone.
            Some(owner) => [
                format!("{owner}::{name}"),
                format!(".{name}"),
                format!("fn {name}"),
            ]
            .iter()
            .any(|text| has(code, text)),
            None => has(code, name),
        }
    }

    /// Whether its own docstring has an example of it.
    fn shows_itself(&self) -> bool {
        examples(&self.docs)
            .iter()
            .any(|code| asserts(code) && (self.kind == Kind::Shown || self.is_named(code)))
    }
}

/// The items without docstring or example, with their places.
pub fn lacking(items: &[Item]) -> Vec<String> {
    let shown_by_owner = |item: &Item| {
        items
            .iter()
            .filter(|owner| owner.owner.is_none() && Some(&owner.name) == item.owner.as_ref())
            .flat_map(|owner| examples(&owner.docs))
            .any(|code| asserts(&code) && item.is_named(&code))
    };
    items
        .iter()
        .filter(|item| item.docs.is_empty() || !(item.shows_itself() || shown_by_owner(item)))
        .map(|item| format!("{}: {}", item.place, item.path()))
        .collect()
}

/// The public items of a file.
pub fn items_of(place: &str, text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    if text.lines().any(|line| is_foreign(line, text)) {
        items.push(Item {
            place: format!("{place}:1"),
            owner: None,
            name: module_name(place),
            kind: Kind::Shown,
            docs: docs_of(text.lines(), "//!"),
        });
    }
    // The type or trait whose block this is, and whether all in it is public.
    let mut block: Option<(String, bool)> = None;
    for Line {
        number,
        text,
        docs,
        exported,
    } in lines_of(text)
    {
        let code = text.trim_start();
        // The head of a block may go on at the margin.
        if code == text && !["", "where", "{"].contains(&code) {
            block = owner_of_methods(code);
        }
        let of = block.as_ref().filter(|_| code != text);
        if let Some((name, kind)) = item(code, exported, of.is_some_and(|(_, public)| *public)) {
            items.push(Item {
                place: format!("{place}:{number}"),
                owner: of.map(|(owner, _)| owner.clone()),
                name,
                kind,
                docs,
            });
        }
    }
    items
}

/// A line of code, with the docstring above it.
struct Line<'a> {
    number: usize,
    text: &'a str,
    docs: Vec<String>,
    /// Whether `#[macro_export]` stands above it.
    exported: bool,
}

/// The lines that may begin an item: no docstrings, attributes, bodies of macros,
/// or tests.
fn lines_of(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut docs: Vec<&str> = Vec::new();
    let (mut in_attribute, mut in_macro, mut exported) = (false, false, false);
    for (number, text) in (1..)
        .zip(text.lines())
        .take_while(|(_, text)| *text != "mod tests {")
    {
        let code = text.trim_start();
        if code.starts_with("//") {
            docs.push(code);
        } else if in_attribute || code.starts_with("#[") {
            in_attribute = !code.ends_with(']');
            exported |= code == "#[macro_export]";
        } else if in_macro {
            in_macro = text != "}";
            docs.clear();
        } else {
            let docs = docs_of(docs.drain(..), "///");
            lines.push(Line {
                number,
                text,
                docs,
                exported,
            });
            in_macro = code.starts_with("macro_rules! ");
            exported = false;
        }
    }
    lines
}

fn docs_of<'a>(lines: impl Iterator<Item = &'a str>, begin: &str) -> Vec<String> {
    lines
        .filter_map(|line| line.trim_start().strip_prefix(begin))
        .map(|doc| doc.trim_start().to_owned())
        .collect()
}

/// The item that a line begins: its name, and how it is to be shown.
fn item(code: &str, is_exported: bool, is_of_trait: bool) -> Option<(String, Kind)> {
    if let Some(name) = code.strip_prefix("macro_rules! ") {
        return is_exported.then(|| (identifier(name), Kind::Named));
    }
    let code = match code.strip_prefix("pub ") {
        Some(code) => code,
        None if is_of_trait && code.starts_with("fn ") => code,
        None => return None,
    };
    let code = code
        .strip_prefix("const fn ")
        .map_or(code, |_| &code["const ".len()..]);
    let (keyword, name) = code.split_once(' ')?;
    let kind = match keyword {
        "struct" | "enum" | "union" | "trait" | "type" => Kind::Shown,
        "fn" | "const" | "static" => Kind::Named,
        _ => return None,
    };
    let name = identifier(name);
    // A macro's parameter is no name; what the macro is given is.
    (!name.is_empty()).then_some((name, kind))
}

/// The type whose methods a block has, or the trait, all of which is public; none
/// where a type implements a trait.
fn owner_of_methods(code: &str) -> Option<(String, bool)> {
    if let Some(name) = code.strip_prefix("pub trait ") {
        return Some((identifier(name), true));
    }
    let implemented = code.strip_prefix("impl")?;
    let implemented = match implemented.strip_prefix('<') {
        Some(generic) => generic.split_once('>')?.1,
        None => implemented,
    };
    (!code.contains(" for ")).then(|| (identifier(implemented.trim_start()), false))
}

/// Whether a line passes on what another crate has made.
fn is_foreign(line: &str, text: &str) -> bool {
    let Some(path) = line.trim_start().strip_prefix("pub use ") else {
        return false;
    };
    let first = identifier(path);
    let is_own = first == "crate"
        || ["mod", "pub mod", "pub(crate) mod"].iter().any(|module| {
            text.lines()
                .any(|line| line == format!("{module} {first};"))
        });
    !is_own
}

/// The examples of a docstring that are compiled and run.
fn examples(docs: &[String]) -> Vec<String> {
    let mut examples = Vec::new();
    let mut open: Option<(bool, Vec<&str>)> = None;
    for line in docs {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.is_empty(), Vec::new())),
            (Some(_), Some((is_run, lines))) => {
                if *is_run {
                    examples.push(lines.join("\n"));
                }
                open = None;
            }
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    examples
}

/// Whether something in it can fail. Golden examples assert by themselves.
fn asserts(code: &str) -> bool {
    code.contains("assert") || code.contains("testing::golden_")
}

/// Whether the code has the text, and not as the beginning of a longer name.
fn has(code: &str, text: &str) -> bool {
    code.match_indices(text)
        .any(|(at, _)| identifier(&code[at + text.len()..]).is_empty())
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn module_name(place: &str) -> String {
    let place = place.strip_suffix(".rs").unwrap_or(place);
    place.strip_suffix("/mod").unwrap_or(place).to_owned()
}
