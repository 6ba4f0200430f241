//! Schemas of configurations. They come from plugins, so checking one has to
//! stay cheap whatever it says: nothing is fetched, patterns take linear time,
//! and what a schema unfolds to is counted before it is used.

use std::collections::{HashMap, HashSet};

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::error::Problem;

/// What is wrong with a document is told up to this many places.
const VIOLATIONS_MAX: usize = 20;
/// Subschemas after every reference is unfolded. Each is checked at most once
/// per place of the document.
const UNFOLDED_MAX: u64 = 10_000;
/// Different patterns of one schema. Each is compiled, and what one of them takes
/// by that has little to do with how long it is.
const PATTERNS_MAX: usize = 200;
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// A schema ready for use.
pub fn build(schema: &Value) -> Result<Validator, Problem> {
    Unfolding::new(schema).unfold(schema, &mut String::new())?;
    let mut patterns = HashSet::new();
    find_patterns(schema, &mut patterns);
    if patterns.len() > PATTERNS_MAX {
        let message = format!("has more than {PATTERNS_MAX} different patterns");
        return Err(at("", message));
    }
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(
            jsonschema::PatternOptions::regex()
                .size_limit(PATTERN_BYTES_MAX)
                .dfa_size_limit(PATTERN_BYTES_MAX),
        )
        .build(schema)
        .map_err(|error| Problem {
            pointer: error.instance_path().to_string(),
            message: error.to_string(),
        })
}

/// Where a document breaks its schema.
pub fn violations(schema: &Validator, document: &Value) -> Vec<Problem> {
    schema
        .iter_errors(document)
        .take(VIOLATIONS_MAX)
        .map(|error| Problem {
            pointer: error.instance_path().to_string(),
            message: error.to_string(),
        })
        .collect()
}

/// Counts what a schema unfolds to.
struct Unfolding<'a> {
    root: &'a Value,
    /// By reference; none while it is being counted.
    counts: HashMap<&'a str, Option<u64>>,
}

impl<'a> Unfolding<'a> {
    fn new(root: &'a Value) -> Self {
        Self {
            root,
            counts: HashMap::new(),
        }
    }

    /// How many subschemas there are at and below a place.
    fn unfold(&mut self, node: &'a Value, pointer: &mut String) -> Result<u64, Problem> {
        let count = match node {
            Value::Object(members) => {
                let mut count = 1_u64;
                for (name, member) in members {
                    count = count.saturating_add(self.member(name, member, pointer)?);
                }
                // These look again at what their neighbours have checked.
                let again = ["unevaluatedProperties", "unevaluatedItems"]
                    .iter()
                    .filter(|name| members.contains_key(**name))
                    .count();
                count << again
            }
            Value::Array(elements) => {
                let mut count = 0_u64;
                for (position, element) in elements.iter().enumerate() {
                    let below = self.below(&position.to_string(), element, pointer)?;
                    count = count.saturating_add(below);
                }
                count
            }
            _ => 0,
        };
        match count {
            ..=UNFOLDED_MAX => Ok(count),
            _ => Err(at(
                pointer,
                format!("unfolds to more than {UNFOLDED_MAX} subschemas"),
            )),
        }
    }

    fn member(
        &mut self,
        name: &'a str,
        member: &'a Value,
        pointer: &mut String,
    ) -> Result<u64, Problem> {
        match (name, member) {
            // Counted where they are referred to.
            ("$defs" | "definitions", _) => Ok(0),
            // Documents, not schemas.
            ("const" | "enum" | "default" | "examples", _) => Ok(0),
            // Below these stand names of the schema's own, and some are those above.
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(named)) => {
                self.named(name, named, pointer)
            }
            ("$ref", Value::String(reference)) => self.reference(reference, pointer),
            ("$dynamicRef" | "$recursiveRef", Value::String(_)) => Err(at(
                pointer,
                format!("uses `{name}`; write `$ref` to a place under `$defs`"),
            )),
            ("$id" | "$anchor" | "$dynamicAnchor", Value::String(_)) if !pointer.is_empty() => {
                Err(at(pointer, format!("uses `{name}` below the top")))
            }
            _ => self.below(name, member, pointer),
        }
    }

    fn named(
        &mut self,
        keyword: &str,
        schemas: &'a Map<String, Value>,
        pointer: &mut String,
    ) -> Result<u64, Problem> {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(keyword);
        let mut count = 1_u64;
        for (name, schema) in schemas {
            count = count.saturating_add(self.below(name, schema, pointer)?);
        }
        pointer.truncate(length);
        Ok(count)
    }

    fn below(&mut self, step: &str, node: &'a Value, pointer: &mut String) -> Result<u64, Problem> {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        let count = self.unfold(node, pointer);
        pointer.truncate(length);
        count
    }

    fn reference(&mut self, reference: &'a str, pointer: &str) -> Result<u64, Problem> {
        match self.counts.get(reference) {
            Some(Some(count)) => return Ok(*count),
            Some(None) => {
                return Err(at(
                    pointer,
                    format!("`{reference}` refers to itself; configurations are not recursive"),
                ));
            }
            None => {}
        }
        let target = reference
            .strip_prefix('#')
            .filter(|place| place.starts_with('/'))
            .and_then(|place| self.root.pointer(place))
            .ok_or_else(|| {
                at(
                    pointer,
                    format!("`{reference}` is no place in the schema, such as #/$defs/name"),
                )
            })?;
        self.counts.insert(reference, None);
        let count = self.unfold(target, &mut reference[1..].to_owned())?;
        self.counts.insert(reference, Some(count));
        Ok(count)
    }
}

/// Every text of a schema that is compiled as a pattern.
fn find_patterns<'a>(node: &'a Value, found: &mut HashSet<&'a str>) {
    match node {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("pattern", Value::String(pattern)) => {
                        found.insert(pattern);
                    }
                    ("patternProperties", Value::Object(named)) => {
                        found.extend(named.keys().map(String::as_str));
                        find_patterns(member, found);
                    }
                    _ => find_patterns(member, found),
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                find_patterns(element, found);
            }
        }
        _ => {}
    }
}

fn at(pointer: &str, message: String) -> Problem {
    Problem {
        pointer: pointer.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::*;
    use crate::testing::json as odd;

    #[test]
    fn a_schema_may_refer_to_its_own_definitions() {
        let schema = build(&json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": {"span": {"type": "string"}},
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/span"}, "b": {"$ref": "#/$defs/span"}},
            "unevaluatedProperties": false,
        }))
        .unwrap();
        assert!(violations(&schema, &json!({"a": "x"})).is_empty());
        let found = violations(&schema, &json!({"a": 1, "b": 2}));
        let places: Vec<_> = found.iter().map(|problem| &problem.pointer).collect();
        assert_eq!(places, ["/a", "/b"]);
    }

    #[test]
    fn a_schema_cannot_keep_the_host_busy() {
        // Each definition names the one before twice: 2^60 checks.
        let mut definitions = serde_json::Map::from_iter([("d0".to_owned(), json!({}))]);
        for number in 1..=60 {
            let before = json!({"$ref": format!("#/$defs/d{}", number - 1)});
            definitions.insert(format!("d{number}"), json!({"allOf": [before, before]}));
        }
        // Each level looks again at all below it.
        let mut nested = json!({});
        for _ in 0..60 {
            nested = json!({"allOf": [nested], "unevaluatedProperties": false});
        }
        for (schema, place) in [
            (
                json!({"$defs": definitions, "$ref": "#/$defs/d60"}),
                "/$defs/d1",
            ),
            (
                json!({"$defs": definitions, "properties": {"default": {"$ref": "#/$defs/d60"}}}),
                "/$defs/d1",
            ),
            (nested, ""),
            (json!({"$ref": "#"}), ""),
            (json!({"allOf": [{"$ref": "#/allOf/0"}]}), "/allOf/0"),
            (
                json!({"properties": {"a": {"$ref": "https://example.org/a"}}}),
                "/properties/a",
            ),
            (json!({"items": {"$dynamicRef": "#a"}}), "/items"),
            (json!({"items": {"$id": "https://example.org/b"}}), "/items"),
            (json!({"type": "nonsense"}), "/type"),
        ] {
            let problem = build(&schema).unwrap_err();
            if !place.is_empty() {
                assert!(problem.pointer.starts_with(place), "{problem:?}");
            }
        }
    }

    #[test]
    fn a_pattern_takes_linear_time() {
        let schema = build(&json!({"pattern": "^(a+)+$"})).unwrap();
        let text = format!("{}b", "a".repeat(10_000));
        assert_eq!(violations(&schema, &json!(text)).len(), 1);
    }

    #[test]
    fn patterns_cannot_take_all_memory() {
        let large = |number: usize| format!(r"^{number}\p{{L}}{{500}}$");
        assert!(build(&json!({ "pattern": large(1) })).is_err());
        assert!(build(&json!({ "patternProperties": { large(1): true } })).is_err());
        assert!(build(&json!({ "pattern": r"^\w+( \w+)*$" })).is_ok());

        let many = |count: usize| {
            let patterns = (0..count).map(|number| json!({ "pattern": format!("^{number}$") }));
            json!({ "anyOf": Vec::from_iter(patterns) })
        };
        assert!(build(&many(PATTERNS_MAX)).is_ok());
        let problem = build(&many(PATTERNS_MAX + 1)).err();
        assert!(problem.is_some_and(|problem| problem.message.contains("patterns")));
    }

    /// Schemas of the words that schemas are made of.
    fn schema() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            odd(),
            any::<bool>().prop_map(Value::from),
            select(vec![
                "#",
                "#/$defs/a",
                "#/allOf/0",
                "string",
                "object",
                "^(a|a)*$",
                "("
            ])
            .prop_map(Value::from),
        ];
        let words = select(vec![
            "$ref",
            "$defs",
            "a",
            "type",
            "properties",
            "allOf",
            "anyOf",
            "not",
            "items",
            "pattern",
            "if",
            "then",
            "minimum",
            "multipleOf",
            "minLength",
            "format",
            "unevaluatedProperties",
            "prefixItems",
            "contains",
            "dependentSchemas",
            "propertyNames",
            "const",
        ]);
        leaf.prop_recursive(5, 40, 5, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((words.clone(), inner), 0..5).prop_map(|members| {
                    members
                        .into_iter()
                        .map(|(name, member)| (name.to_owned(), member))
                        .collect()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_schema_panics_whatever_the_document(schema in schema(), document in odd()) {
            if let Ok(validator) = build(&schema) {
                let _ = violations(&validator, &document);
            }
        }
    }
}
