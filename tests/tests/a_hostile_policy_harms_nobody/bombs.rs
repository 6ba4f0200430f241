//! Components that are small for what they ask of whoever reads, checks or
//! compiles them.

use stellwerk::policy::{Code, Function, Kind};

use crate::case::{Case, End};
use crate::guest;

const TOO_LARGE: End = End::AtUpload(Code::PluginTooLarge);
const BAD: End = End::AtUpload(Code::PluginBadWasm);
/// A section that is a component.
const COMPONENT_SECTION: u8 = 4;
const UNSUPPORTED: End = End::AtUpload(Code::PluginUnsupportedFeature);

pub fn cases() -> Vec<Case> {
    let mut cases = in_components();
    cases.extend(in_modules());
    cases.push(within_each_other());
    cases
}

/// Components in text that need be no policy: they are refused before that.
fn in_components() -> Vec<Case> {
    let whole = |name: &str, does: &str, fields: &str, ends| {
        let text = format!("(component {fields})");
        Case::new(name, does, wat::parse_str(text).unwrap(), ends)
    };
    let tuples: String = (1..=40)
        .map(|number| {
            let before = format!("$t{}", number - 1);
            format!("(type $t{number} (tuple {before} {before} {before} {before}))")
        })
        .collect();
    let deep: String = (1..=200)
        .map(|number| format!("(type $l{number} (list $l{}))", number - 1))
        .collect();
    vec![
        whole(
            "modules-by-the-thousand",
            "has two thousand modules in it",
            &"(core module)".repeat(2_000),
            BAD,
        ),
        whole(
            "components-by-the-thousand",
            "has two thousand components in it",
            &"(component)".repeat(2_000),
            BAD,
        ),
        whole(
            "components-of-components",
            "has sixty components in it, each with sixty of its own",
            &format!("(component {})", "(component)".repeat(60)).repeat(60),
            BAD,
        ),
        whole(
            "types-without-measure",
            "has a type of 4^40 numbers",
            &format!("(type $t0 (tuple u64 u64)) {tuples}"),
            BAD,
        ),
        whole(
            "types-without-bottom",
            "has two hundred lists within each other",
            &format!("(type $l0 (list u64)) {deep}"),
            BAD,
        ),
        whole(
            "instances-by-the-thousand",
            "has a module in it that is started two thousand times",
            &format!(
                "(core module $m) {}",
                "(core instance (instantiate $m))".repeat(2_000)
            ),
            BAD,
        ),
        Case::new(
            "section-of-four-gigabytes",
            "says that a part of it has four gigabytes",
            [b"\0asm\x0d\0\x01\0".as_slice(), b"\x01\xff\xff\xff\xff\x0f"].concat(),
            BAD,
        ),
    ]
}

pub fn within_each_other() -> Case {
    let mut component = wat::parse_str(
        r#"(component (instance $policy)
            (export "stellwerk:matching/policy@0.1.0" (instance $policy)))"#,
    )
    .unwrap();
    let inner = nested(100_000);
    component.push(COMPONENT_SECTION);
    component.extend(leb(inner.len()));
    component.extend(inner);
    Case::new(
        "components-within-each-other",
        "has a hundred thousand components within each other",
        component,
        BAD,
    )
}

/// Components within each other, each said to be as long as what is left.
fn nested(depth: usize) -> Vec<u8> {
    const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";
    let mut sizes = vec![HEADER.len()];
    for _ in 0..depth {
        let inner = sizes.last().unwrap();
        sizes.push(HEADER.len() + 1 + leb(*inner).len() + inner);
    }
    let mut bytes = Vec::new();
    for size in sizes.iter().rev().skip(1) {
        bytes.extend_from_slice(HEADER);
        bytes.push(COMPONENT_SECTION);
        bytes.extend(leb(*size));
    }
    bytes.extend_from_slice(HEADER);
    bytes
}

/// A number as WebAssembly writes lengths.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// Whole policies with more in their module than they need.
fn in_modules() -> Vec<Case> {
    let policy = |name: &str, does: &str, fields: &str, ends| {
        let manifest = guest::manifest(name, Kind::Matching).to_string();
        Case::new(
            name,
            does,
            guest::component(Function::Rank, &manifest, fields),
            ends,
        )
    };
    let blocks = format!(
        "(func {} {})",
        "block ".repeat(50_000),
        "end ".repeat(50_000)
    );
    let table: String = (0..50_000)
        .map(|number| format!("{} ", number % 8))
        .collect();
    let variables: String = (1..=1_000)
        .map(|number| format!("local.get {number} i64.const 1 i64.add local.set {number} "))
        .collect();
    let loops = format!(
        "(func (param i32) {} {} {variables} {})",
        "(local i64)".repeat(1_000),
        "loop ".repeat(1_000),
        "local.get 0 br_if 0 end ".repeat(1_000)
    );
    vec![
        policy(
            "functions-by-the-ten-thousand",
            "has twenty thousand functions",
            &"(func)".repeat(20_000),
            TOO_LARGE,
        ),
        policy(
            "loops-within-each-other",
            "has a thousand loops within each other, and a thousand variables that go through all of them",
            &loops,
            TOO_LARGE,
        ),
        policy(
            "one-function-too-long",
            "has one function of 300,000 instructions",
            &format!(
                "(func (param i32) (result i32) local.get 0 {})",
                "local.get 0 i32.mul local.get 0 i32.xor ".repeat(75_000)
            ),
            TOO_LARGE,
        ),
        policy(
            "functions-by-the-thousand",
            "has five thousand functions",
            &"(func)".repeat(5_000),
            End::Answered,
        ),
        policy(
            "types-by-the-thousand",
            "has a hundred thousand types",
            &"(type (func (param i32 i64) (result f64)))".repeat(100_000),
            End::Answered,
        ),
        policy(
            "locals-by-the-thousand",
            "has a function with 49,000 variables",
            &format!("(func {})", "(local i64)".repeat(49_000)),
            End::Answered,
        ),
        policy(
            "blocks-within-each-other",
            "has fifty thousand blocks within each other",
            &blocks,
            End::Answered,
        ),
        policy(
            "branches-by-the-thousand",
            "has a branch to fifty thousand places",
            &format!(
                "(func (param i32) {} (br_table {table} (local.get 0)) {})",
                "block ".repeat(8),
                "end ".repeat(8)
            ),
            End::Answered,
        ),
        policy(
            "one-long-function",
            "has one function of 100,000 instructions",
            &format!(
                "(func (param i32) (result i32) local.get 0 {})",
                "local.get 0 i32.mul local.get 0 i32.xor ".repeat(25_000)
            ),
            End::Answered,
        ),
        policy(
            "memories-by-the-dozen",
            "has a dozen memories",
            &"(memory 1)"
                .repeat(12)
                .replacen("(memory ", "(memory (export \"memory\") ", 1),
            UNSUPPORTED,
        ),
        policy(
            "tables-by-the-dozen",
            "has a dozen tables",
            &"(table 1 funcref)".repeat(12),
            UNSUPPORTED,
        ),
        policy(
            "data-by-the-megabyte",
            "has 24 megabytes of data",
            &format!(
                "(memory (export \"memory\") 400) (data (i32.const 0x100000) \"{}\")",
                "hostile!".repeat(24_000_000 / 8)
            ),
            End::Answered,
        ),
    ]
}
