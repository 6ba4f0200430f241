//! What makes a request odd.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use stellwerk_tests::Request;

/// Texts that have broken something somewhere.
const NASTY: [&str; 24] = [
    "",
    " ",
    "\0",
    "a\0b",
    "\u{202e}abc",
    "\u{feff}",
    "\u{fffd}",
    "\u{1f41b}",
    "ﷺ",
    "%00",
    "../../etc/passwd",
    "'; DROP TABLE lead; --",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "-1",
    "1e999",
    "NaN",
    "9223372036854775808",
    "0001-01-01T00:00:00Z",
    "9999-12-30T22:00:00.999999999Z",
    "2026-02-31",
    "4294967295 business days",
    "null",
    "a@b@c",
];
/// Pieces of JSON that are none where they are put.
const PIECES: [&[u8]; 12] = [
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\0",
    b"1e999",
    b"NaN",
    b"[[[[[[[[[[[[[[[[[[[[",
    b"}",
    b"\"",
    b",,",
    b"99999999999999999999999999999999",
    b"/*",
];
/// Another way to say who asks, alone in its request.
pub const AUTHORIZATION: &str = "Authorization";
const HEADERS: [&str; 10] = [
    AUTHORIZATION,
    "Stellwerk-Manufacturer",
    "X-Forwarded-For",
    "traceparent",
    "If-Match",
    "Idempotency-Key",
    "Content-Type",
    "Accept",
    "X-Request-Id",
    "Expect",
];
/// Longer than anything that has a name.
const LONG_CHARS: usize = 10_000;

/// What a request may know of.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Of query parameters.
    pub query: Vec<String>,
    /// Of the body's fields, at any depth.
    pub fields: Vec<String>,
    /// What good requests say.
    pub values: Vec<String>,
    /// What other good requests say.
    pub strange_values: Vec<String>,
}

/// How a request differs from a good one.
#[derive(Clone)]
pub struct Oddity {
    /// Which of the good ones it is made of.
    pub which: Index,
    pub caller: Index,
    /// A segment of the path, and what stands there instead.
    segment: Option<(Index, Vec<u8>)>,
    query: Vec<(String, Vec<u8>)>,
    pub header: Option<(&'static str, String)>,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    AsItIs,
    Bytes(Vec<u8>),
    Other(Value),
    /// Cut off.
    Cut(Index),
    /// With a piece in it.
    Pieced(Index, &'static [u8]),
    Changed(Vec<(Index, Change)>),
}

#[derive(Clone, Debug)]
enum Change {
    Set(Value),
    Remove,
    Add(String, Value),
    /// A list of it.
    Wrap,
}

/// As a failed test tells of it.
impl fmt::Debug for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if let Some((_, bytes)) = &self.segment {
            write!(f, "a segment {:?}; ", text(bytes))?;
        }
        for (name, bytes) in &self.query {
            write!(f, "{name}={:?}; ", text(bytes))?;
        }
        if let Some((name, value)) = &self.header {
            write!(f, "{name}: {value}; ")?;
        }
        match &self.body {
            Body::AsItIs => f.write_str("a good body"),
            Body::Bytes(bytes) => write!(f, "the body {:?}", text(bytes)),
            Body::Other(value) => write!(f, "the body {value}"),
            Body::Cut(_) => f.write_str("a body cut off"),
            Body::Pieced(_, piece) => write!(f, "a body with {:?} in it", text(piece)),
            Body::Changed(changes) => write!(f, "a body with {changes:?}"),
        }
    }
}

/// Any of them.
pub fn oddity(words: &Words) -> impl Strategy<Value = Oddity> + use<> {
    let bytes = prop_oneof![
        3 => short_text(words).prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ];
    let name = prop_oneof![
        8 => one_of(&words.query),
        1 => "[a-z]{1,8}",
    ];
    let said = prop_oneof![
        2 => "[ -~]{0,300}",
        1 => "[ -~äß€\u{202e}\u{1f41b}]{0,40}",
        1 => "(Bearer |Basic |00-[0-9a-f]{32}-)[ -~]{0,80}",
    ];
    let header = (select(HEADERS.as_slice()), said).prop_map(|(name, mut said)| {
        if name == AUTHORIZATION {
            // The client here refuses to send another one.
            said.retain(|character| character.is_ascii());
        }
        (name, said)
    });
    (
        any::<(Index, Index)>(),
        proptest::option::weighted(0.2, (any::<Index>(), bytes.clone())),
        proptest::collection::vec((name, bytes), 0..3),
        proptest::option::weighted(0.2, header),
        body(words),
    )
        .prop_map(|((which, caller), segment, query, header, body)| Oddity {
            which,
            caller,
            segment,
            query,
            header,
            body,
        })
}

fn body(words: &Words) -> impl Strategy<Value = Body> + use<> {
    let change = prop_oneof![
        6 => value(words).prop_map(Change::Set),
        2 => Just(Change::Remove),
        2 => (field(words), value(words)).prop_map(|(name, value)| Change::Add(name, value)),
        1 => Just(Change::Wrap),
    ];
    let changes = proptest::collection::vec((any::<Index>(), change), 1..4);
    prop_oneof![
        2 => Just(Body::AsItIs),
        1 => proptest::collection::vec(any::<u8>(), 0..200).prop_map(Body::Bytes),
        2 => value(words).prop_map(Body::Other),
        1 => any::<Index>().prop_map(Body::Cut),
        2 => (any::<Index>(), select(PIECES.as_slice()))
            .prop_map(|(at, piece)| Body::Pieced(at, piece)),
        12 => changes.prop_map(Body::Changed),
    ]
}

fn text(words: &Words) -> impl Strategy<Value = String> + use<> {
    prop_oneof![
        10 => short_text(words),
        1 => Just("x".repeat(LONG_CHARS)),
    ]
}

fn short_text(words: &Words) -> impl Strategy<Value = String> + Clone + use<> {
    prop_oneof![
        4 => one_of(&words.values),
        2 => one_of(&words.strange_values),
        4 => select(NASTY.as_slice()).prop_map(str::to_owned),
        2 => any::<String>(),
    ]
}

fn field(words: &Words) -> impl Strategy<Value = String> + use<> {
    prop_oneof![
        6 => one_of(&words.fields),
        1 => select(NASTY.as_slice()).prop_map(str::to_owned),
    ]
}

/// One of them; something else where there are none.
fn one_of(texts: &[String]) -> impl Strategy<Value = String> + Clone + use<> {
    let texts = texts.to_vec();
    any::<Index>().prop_map(move |index| match texts.as_slice() {
        [] => "after".to_owned(),
        texts => index.get(texts).clone(),
    })
}

/// Any JSON, of the words that a good request has or of others.
fn value(words: &Words) -> impl Strategy<Value = Value> + use<> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => (-3i64..4).prop_map(Value::from),
        2 => any::<f64>().prop_map(Value::from),
        6 => text(words).prop_map(Value::from),
    ];
    let words = words.clone();
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((field(&words), inner), 0..6)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

impl Oddity {
    pub fn applied_to(&self, good: &Request) -> Request {
        let mut request = good.clone();
        if let Some((index, bytes)) = &self.segment {
            let (path, query) = request
                .path
                .split_once('?')
                .unwrap_or((request.path.as_str(), ""));
            let mut segments: Vec<String> = path.split('/').map(str::to_owned).collect();
            // The first three are the API's own.
            let last = segments.len() - 1;
            if let Some(segment) = segments.get_mut((3 + index.index(last)).min(last)) {
                *segment = encoded(bytes);
            }
            let mark = if query.is_empty() { "" } else { "?" };
            request.path = format!("{}{mark}{query}", segments.join("/"));
        }
        for (name, bytes) in &self.query {
            let mark = if request.path.contains('?') { '&' } else { '?' };
            request
                .path
                .push_str(&format!("{mark}{name}={}", encoded(bytes)));
        }
        // A read has no body to be odd in.
        if !matches!(request.method.as_str(), "GET" | "DELETE") {
            request.body = self.body.applied_to(&good.body);
        }
        request
    }
}

impl Body {
    fn applied_to(&self, good: &[u8]) -> Vec<u8> {
        let at = |index: &Index| index.index(good.len() + 1);
        match self {
            Self::AsItIs => good.to_vec(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Other(value) => value.to_string().into(),
            Self::Cut(index) => good[..at(index)].to_vec(),
            Self::Pieced(index, piece) => {
                let (before, after) = good.split_at(at(index));
                [before, piece, after].concat()
            }
            Self::Changed(changes) => {
                let Ok(mut document) = serde_json::from_slice::<Value>(good) else {
                    let edited = changes.iter().fold(good.to_vec(), |text, (index, change)| {
                        change.make_in_lines(&text, index)
                    });
                    return edited;
                };
                for (index, change) in changes {
                    let places = places(&document, String::new());
                    let place: &String = index.get(&places);
                    change.make(&mut document, place);
                }
                document.to_string().into()
            }
        }
    }
}

impl Change {
    /// The same in a line of a document that is no JSON: one of `name = value`
    /// as likely as not.
    fn make_in_lines(&self, text: &[u8], index: &Index) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        let at = index.index(lines.len());
        let line = &lines[at];
        let name_end = line.iter().position(|byte| *byte == b'=');
        let name = &line[..name_end.map_or(0, |end| end + 1)];
        match self {
            Self::Set(value) => lines[at] = [name, value.to_string().as_bytes()].concat(),
            Self::Add(name, value) => lines.insert(at, format!("{name} = {value}").into()),
            Self::Remove => drop(lines.remove(at)),
            Self::Wrap => lines.insert(at, lines[at].clone()),
        }
        lines.join(&b'\n')
    }

    fn make(&self, document: &mut Value, place: &str) {
        let Some(found) = document.pointer_mut(place) else {
            return;
        };
        match self {
            Self::Set(value) => *found = value.clone(),
            Self::Wrap => *found = Value::from(vec![found.take()]),
            Self::Add(name, value) => {
                if let Some(fields) = found.as_object_mut() {
                    fields.insert(name.clone(), value.clone());
                }
            }
            Self::Remove => {
                let Some((above, name)) = place.rsplit_once('/') else {
                    return;
                };
                let name = name.replace("~1", "/").replace("~0", "~");
                match document.pointer_mut(above) {
                    Some(Value::Object(fields)) => {
                        fields.remove(&name);
                    }
                    Some(Value::Array(items)) => {
                        let position = name.parse().unwrap_or(usize::MAX);
                        if position < items.len() {
                            items.remove(position);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What may not stand in any place, or in few.
pub const NUL: &str = "a\0b";
pub const TURNED: &str = "a\u{202e}b";

/// Something else in one place of a good request's body.
pub struct Misplaced {
    pub place: String,
    pub odd: Value,
    pub request: Request,
}

impl Misplaced {
    pub fn is_long(&self) -> bool {
        let text = self.odd.as_str();
        text.is_some_and(|text| text.len() == LONG_CHARS)
    }
}

/// A good request with something else in one place of its body, for each place.
pub fn at_every_place(good: &Request) -> Vec<Misplaced> {
    let Ok(document) = serde_json::from_slice::<Value>(&good.body) else {
        return Vec::new();
    };
    let odd_ones = [
        Value::from(NUL),
        TURNED.into(),
        "x".repeat(LONG_CHARS).into(),
        i64::MAX.into(),
        (-1).into(),
        Value::Array(Vec::new()),
    ];
    let mut requests = Vec::new();
    for place in places(&document, String::new()) {
        for odd in &odd_ones {
            let mut document = document.clone();
            Change::Set(odd.clone()).make(&mut document, &place);
            let request = Request {
                body: document.to_string().into(),
                ..good.clone()
            };
            requests.push(Misplaced {
                place: place.clone(),
                odd: odd.clone(),
                request,
            });
        }
    }
    requests
}

/// JSON pointers to all that is in a document, itself included.
fn places(value: &Value, at: String) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                found.extend(places(item, format!("{at}/{position}")));
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                found.extend(places(field, format!("{at}/{name}")));
            }
        }
        _ => {}
    }
    found.push(at);
    found
}

fn encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// The texts of a good request.
pub fn texts(request: &Request) -> Vec<String> {
    fn add(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                found.insert(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| add(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| add(field, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    if let Ok(body) = serde_json::from_slice(&request.body) {
        add(&body, &mut found);
    }
    let path = request.path.split(['/', '?', '&', '=']);
    found.extend(path.map(str::to_owned));
    found.into_iter().collect()
}

/// The names that the document knows for a request.
pub fn words(described: &Value, document: &Value) -> Words {
    let mut words = Words::default();
    for parameter in described["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "query" {
            words
                .query
                .extend(parameter["name"].as_str().map(str::to_owned));
        }
    }
    let mut seen = BTreeSet::new();
    add_fields(
        &described["requestBody"],
        document,
        &mut seen,
        &mut words.fields,
    );
    words
}

fn add_fields(
    schema: &Value,
    document: &Value,
    seen: &mut BTreeSet<String>,
    fields: &mut Vec<String>,
) {
    match schema {
        Value::Array(items) => {
            for item in items {
                add_fields(item, document, seen, fields);
            }
        }
        Value::Object(parts) => {
            for (name, part) in parts {
                if name == "properties" {
                    fields.extend(
                        part.as_object()
                            .into_iter()
                            .flatten()
                            .map(|(name, _)| name.clone()),
                    );
                }
                let pointed = part.as_str().filter(|_| name == "$ref");
                if let Some(pointer) = pointed.and_then(|text| text.strip_prefix('#'))
                    && seen.insert(pointer.to_owned())
                    && let Some(schema) = document.pointer(pointer)
                {
                    add_fields(schema, document, seen, fields);
                }
                add_fields(part, document, seen, fields);
            }
        }
        _ => {}
    }
}
