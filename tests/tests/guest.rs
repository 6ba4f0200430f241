//! A policy of any kind that harms nobody, in which a case replaces what it likes:
//! a function that the case has is not added here, and what it does not have does
//! the least that the interface asks for.
//!
//! A case's own constants lie below 64 KiB. It may use the functions `$log` and
//! `$realloc`, the types `$described`, `$configured`, `$allocated`, `$asked` and
//! `$settled`, and the addresses `$manifest`, `$words` and `$harmless`, which is an
//! answer to what the case is asked.

use serde_json::{Value, json};
use stellwerk::policy::{Function, Kind};

#[allow(dead_code)]
#[path = "../../host/src/policy/engine/tests/component.rs"]
pub mod component;

/// What `configure` answers: the words of the cases, whose numbers begin at 1.
const VOCABULARY: [&str; 14] = [
    "nobody",
    "offer",
    "assign",
    "qualified",
    "nurture",
    "remind",
    "never",
    "commission",
    "share",
    "again",
    "bribe",
    "pot",
    "statement",
    "value",
];
const DATA_BEGIN: u32 = 65_536;
const PAGE_BYTES: u32 = 65_536;
/// Beyond what lies there at first.
const SPARE_PAGES: u32 = 4;

pub fn manifest(name: &str, kind: Kind) -> Value {
    let accounts = match kind {
        Kind::Compensation => json!([
            { "name": "commission", "unit": "money", "holder": "partner", "resets": "never", "kind": "earning" },
            { "name": "pot", "unit": "money", "holder": "deal", "resets": "never", "kind": "reserve" },
        ]),
        _ => json!([]),
    };
    json!({
        "name": name,
        "version": "0.1.0",
        "kind": kind.as_str(),
        "summary": "Means no good",
        "configuration": { "schema": { "type": "object" }, "default": {} },
        "accounts": accounts,
        "reasons": [{ "code": "share", "en": "Share", "de": "Anteil" }],
    })
}

/// One that answers whatever it is asked, and does nothing else.
pub fn harmless(name: &str) -> Vec<u8> {
    let manifest = manifest(name, Kind::Matching).to_string();
    component(Function::Rank, &manifest, "")
}

/// The component with these fields in its core module.
pub fn component(asked: Function, manifest: &str, fields: &str) -> Vec<u8> {
    let kind = asked.kind();
    let module = module(asked, manifest, fields);
    let module = wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}"));
    component::encode(module, &format!("stellwerk:{kind}/{kind}@0.1.0"))
}

fn module(asked: Function, manifest: &str, fields: &str) -> String {
    let mut data = Data::default();
    let text = data.put(manifest.as_bytes());
    let described = data.words(&[text, manifest.len() as u32]);
    let words: Vec<u32> = VOCABULARY
        .iter()
        .flat_map(|word| [data.put(word.as_bytes()), word.len() as u32])
        .collect();
    let words = data.words(&words);
    let configured = data.words(&[0, words, VOCABULARY.len() as u32]);
    let harmless = answer(&mut data, asked);

    let interface = format!("stellwerk:{kind}/policy@0.1.0", kind = asked.kind());
    let mut functions = vec![
        function("realloc", "allocated", ALLOCATE, "cabi_realloc"),
        function(
            "describe",
            "described",
            "global.get $manifest",
            &format!("{interface}#describe"),
        ),
        function(
            "configure",
            "configured",
            "global.get $words",
            &format!("{interface}#configure"),
        ),
    ];
    for other in asked.kind().functions() {
        let of_type = match other {
            Function::Settle => "settled",
            _ => "asked",
        };
        let address = answer(&mut data, *other);
        functions.push(function(
            other.as_str(),
            of_type,
            &format!("i32.const {address}"),
            &format!("{interface}#{other}"),
        ));
    }
    let functions: String = functions
        .iter()
        .map(
            |(name, body, export)| match fields.contains(&format!("(func ${name} ")) {
                true => export.clone(),
                false => format!("{body}{export}"),
            },
        )
        .collect();
    let heap = data.end().next_multiple_of(16);
    let memory = match fields.contains("(memory ") {
        true => String::new(),
        false => format!(
            "(memory (export \"memory\") {})",
            heap / PAGE_BYTES + SPARE_PAGES
        ),
    };
    format!(
        r#"(module
            (type $described (func (result i32)))
            (type $configured (func (param i32 i32 i32 i32) (result i32)))
            (type $allocated (func (param i32 i32 i32 i32) (result i32)))
            (type $asked (func (param i32) (result i32)))
            (type $settled (func
                (param i32 i32 i64 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
                (result i32)))
            (import "stellwerk:host/log@0.1.0" "write" (func $log (param i32 i32 i32)))
            (global $heap (mut i32) (i32.const {heap}))
            (global $manifest i32 (i32.const {described}))
            (global $words i32 (i32.const {configured}))
            (global $harmless i32 (i32.const {harmless}))
            {memory}
            (data (i32.const {DATA_BEGIN}) "{bytes}")
            {functions}
            {fields})"#,
        bytes = data.escaped(),
    )
}

/// Takes room from the end of what is used, 16 bytes at a time.
const ALLOCATE: &str = "(local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap (i32.and
        (i32.add (i32.add (global.get $heap) (local.get 3)) (i32.const 15))
        (i32.const -16)))
    (block $enough
        (br_if $enough (i32.le_u (global.get $heap)
            (i32.mul (memory.size) (i32.const 65536))))
        (br_if $enough (i32.ne (i32.const -1) (memory.grow
            (i32.add (i32.const 1) (i32.div_u (local.get 3) (i32.const 65536))))))
        unreachable)
    (local.get $at)";

/// Its name, itself, and its export.
fn function(name: &str, of_type: &str, body: &str, exported: &str) -> (String, String, String) {
    (
        name.to_owned(),
        format!("(func ${name} (type ${of_type}) {body})\n"),
        format!("(export \"{exported}\" (func ${name}))\n"),
    )
}

/// The address of an answer that says as little as it may.
fn answer(data: &mut Data, asked: Function) -> u32 {
    let rows = data.words(&[0; 8]);
    match asked {
        // Qualified; all else is nothing.
        Function::Assess => data.words(&[0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        // Nobody; excluded and scores have four rows each.
        Function::Rank => data.words(&[0, 0, 0, 1, 0, 0, 0, 0, rows, 4, rows, 4, 0, 0, 0, 0, 0, 0]),
        Function::Escalate | Function::Admit | Function::Award => data.words(&[0; 10]),
        Function::Settle => data.words(&[0; 13]),
    }
}

/// Constants in the policy's memory.
#[derive(Default)]
struct Data {
    bytes: Vec<u8>,
}

impl Data {
    fn end(&self) -> u32 {
        DATA_BEGIN + self.bytes.len() as u32
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        let aligned = self.bytes.len().next_multiple_of(8);
        self.bytes.resize(aligned, 0);
        let address = self.end();
        self.bytes.extend_from_slice(bytes);
        address
    }

    fn words(&mut self, words: &[u32]) -> u32 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.put(&bytes)
    }

    fn escaped(&self) -> String {
        self.bytes
            .iter()
            .map(|byte| format!("\\{byte:02x}"))
            .collect()
    }
}
