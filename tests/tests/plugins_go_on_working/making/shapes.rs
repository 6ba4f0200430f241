//! A few documents that have between them what all have: which keys there are, of what
//! they are, and which codes.

use std::collections::HashSet;

use serde_json::Value;

/// Texts under these names are told apart; others are as good as each other.
const CODES: [&str; 8] = [
    "code",
    "state",
    "temperature",
    "account",
    "role",
    "reason",
    "key",
    "excluded",
];

/// Positions of so many documents at most, each the one that adds the most.
pub fn covering(documents: &[Value], most: usize) -> Vec<usize> {
    let shapes: Vec<HashSet<String>> = documents.iter().map(of).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let added = |shapes: &HashSet<String>| {
            let new = shapes.iter().filter(|shape| !seen.contains(shape.as_str()));
            new.count()
        };
        // Of those that add as much, the first.
        let best = (0..shapes.len()).rev().max_by_key(|at| added(&shapes[*at]));
        let Some(best) = best.filter(|best| added(&shapes[*best]) > 0) else {
            break;
        };
        seen.extend(shapes[best].iter().map(String::as_str));
        chosen.push(best);
    }
    chosen.sort_unstable();
    chosen
}

fn of(document: &Value) -> HashSet<String> {
    let mut shapes = HashSet::new();
    add(document, "", "", &mut shapes);
    shapes
}

fn add(value: &Value, path: &str, name: &str, shapes: &mut HashSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                add(member, &format!("{path}/{name}"), name, shapes);
            }
        }
        Value::Array(elements) => {
            let some = ["none", "one", "several"][elements.len().min(2)];
            shapes.insert(format!("{path}: {some}"));
            for element in elements {
                add(element, &format!("{path}/*"), name, shapes);
            }
        }
        Value::String(text) if CODES.contains(&name) => {
            shapes.insert(format!("{path} = {text}"));
        }
        // 64-bit numbers are texts.
        Value::String(text) => {
            let sign = text.parse::<i128>().map(i128::signum);
            shapes.insert(format!("{path}: {sign:?}"));
        }
        Value::Number(number) => {
            shapes.insert(format!("{path}: {:?}", number.as_f64().map(f64::signum)));
        }
        Value::Bool(_) | Value::Null => {
            shapes.insert(format!("{path} = {value}"));
        }
    }
}
