//! Matching plugins by hand: a core module in text, so that a test can do in
//! `rank` what no compiler would.

use serde_json::{Value, json};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where a plugin's constants begin; below are none.
const DATA_BEGIN: u32 = 1024;

/// A matching plugin in the making.
pub struct Matching {
    pub manifest: Value,
    pub vocabulary: Vec<String>,
    /// Instructions of `rank`; its one parameter is `$question`, its result the
    /// address of the answer.
    pub rank: String,
    /// Instructions of `describe` that come before the answer.
    pub describe: String,
    /// Instructions of `configure` that come before the answer.
    pub configure: String,
    /// Further fields of the core module.
    pub fields: String,
    data: Data,
}

impl Matching {
    /// One that answers `nobody` to whatever is asked.
    pub fn new() -> Self {
        let mut matching = Self {
            manifest: manifest(),
            vocabulary: ["nobody", "offer", "assign", "too-far", "level"]
                .map(String::from)
                .to_vec(),
            rank: String::new(),
            describe: String::new(),
            configure: String::new(),
            fields: String::new(),
            data: Data::default(),
        };
        matching.answers(&Ranking::default());
        matching
    }

    pub fn rank(mut self, instructions: &str) -> Self {
        self.rank = instructions.to_owned();
        self
    }

    /// Makes `rank` answer this.
    pub fn answers(&mut self, ranking: &Ranking) {
        let address = ranking.write(&mut self.data);
        self.rank = format!("i32.const {address}");
    }

    /// Bytes in the plugin's memory.
    pub fn put(&mut self, bytes: &[u8]) -> u32 {
        self.data.put(bytes)
    }

    /// The address of a `not-applicable` with that reason.
    pub fn not_applicable(&mut self, reason: &str) -> u32 {
        let text = self.data.put(reason.as_bytes());
        // err, not-applicable, its text.
        self.data.words(&[1, 1, text, reason.len() as u32])
    }

    pub fn module(mut self) -> Vec<u8> {
        let manifest = self.manifest.to_string();
        let text = self.data.put(manifest.as_bytes());
        let described = self.data.words(&[text, manifest.len() as u32]);

        let words: Vec<u32> = self
            .vocabulary
            .iter()
            .flat_map(|word| [self.data.put(word.as_bytes()), word.len() as u32])
            .collect();
        let list = self.data.words(&words);
        // ok, the list.
        let configured = self.data.words(&[0, list, self.vocabulary.len() as u32]);

        let Self {
            rank,
            describe,
            configure,
            fields,
            data,
            ..
        } = self;
        let heap = data.end().next_multiple_of(16);
        let pages = heap / 65536 + 2;
        let bytes: String = data
            .bytes
            .iter()
            .map(|byte| format!("\\{byte:02x}"))
            .collect();
        let module = format!(
            r#"(module
                (import "stellwerk:host/log@0.1.0" "write" (func $log (param i32 i32 i32)))
                (memory (export "memory") {pages})
                (global $heap (mut i32) (i32.const {heap}))
                (data (i32.const {DATA_BEGIN}) "{bytes}")
                (func (export "cabi_realloc")
                    (param $old i32) (param $size i32) (param $align i32) (param $new i32)
                    (result i32)
                    (local $at i32)
                    ;; A bump allocator: 16 bytes fit every alignment.
                    (local.set $at (global.get $heap))
                    (global.set $heap (i32.and
                        (i32.add (i32.add (global.get $heap) (local.get $new)) (i32.const 15))
                        (i32.const -16)))
                    (block $enough
                        (br_if $enough (i32.le_u (global.get $heap)
                            (i32.mul (memory.size) (i32.const 65536))))
                        (br_if $enough (i32.ne (i32.const -1) (memory.grow
                            (i32.add (i32.const 1) (i32.div_u (local.get $new) (i32.const 65536))))))
                        unreachable)
                    (local.get $at))
                (func (export "stellwerk:matching/policy@0.1.0#describe") (result i32)
                    {describe}
                    i32.const {described})
                (func (export "stellwerk:matching/policy@0.1.0#configure")
                    (param i32 i32 i32 i32) (result i32)
                    {configure}
                    i32.const {configured})
                (func $rank (export "stellwerk:matching/policy@0.1.0#rank")
                    (param $question i32) (result i32)
                    {rank})
                {fields})"#
        );
        wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}\n{module}"))
    }

    pub fn component(self) -> Vec<u8> {
        encode(self.module(), "stellwerk:matching/matching@0.1.0")
    }
}

/// A module of that world as a component.
pub fn encode(mut module: Vec<u8>, world: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
    let (package, _) = resolve.push_path(folder).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

pub fn manifest() -> Value {
    json!({
        "name": "matching-by-hand",
        "version": "0.1.0",
        "kind": "matching",
        "summary": "Does what a test wants",
        "configuration": {
            "schema": {
                "type": "object",
                "properties": {"waves": {"type": "integer", "minimum": 1}},
                "additionalProperties": false
            },
            "default": {"waves": 3},
        },
        "reasons": [{"code": "too-far", "en": "Too far away", "de": "Zu weit weg"}],
    })
}

/// An answer of `rank` by its numbers. Word 1 is `nobody`, 2 `offer`.
pub struct Ranking {
    pub words: Vec<u8>,
    pub outcome: u32,
    pub groups: Vec<Vec<u32>>,
    pub excluded: Vec<u32>,
    pub scores: Vec<i64>,
    pub counters: Vec<i64>,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            outcome: 1,
            groups: Vec::new(),
            excluded: Vec::new(),
            scores: Vec::new(),
            counters: Vec::new(),
        }
    }
}

impl Ranking {
    fn write(&self, data: &mut Data) -> u32 {
        let groups: Vec<u32> = self
            .groups
            .iter()
            .flat_map(|group| [data.words(group), group.len() as u32])
            .collect();
        let longs = |data: &mut Data, list: &[i64]| {
            let bytes: Vec<u8> = list.iter().flat_map(|long| long.to_le_bytes()).collect();
            data.put(&bytes)
        };
        let fields = [
            // ok
            0,
            data.put(&self.words),
            self.words.len() as u32,
            self.outcome,
            // its attributes
            0,
            0,
            data.words(&groups),
            self.groups.len() as u32,
            data.words(&self.excluded),
            self.excluded.len() as u32,
            longs(data, &self.scores),
            self.scores.len() as u32,
            // terms
            0,
            0,
            longs(data, &self.counters),
            self.counters.len() as u32,
            // reasons
            0,
            0,
        ];
        data.words(&fields)
    }
}

/// Constants in the plugin's memory.
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
}
