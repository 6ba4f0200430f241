//! Components that are none, or that nobody should run.

use serde_json::json;
use stellwerk_tests::Answer;

use crate::guest::component::Matching;
use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{PUMPS, World};

/// How a core module begins, and in which version of the format.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

pub fn tell(world: &World, book: &mut Book) {
    book.group("COMPONENTS");
    let upload = |bytes: &[u8]| -> Answer {
        let content = [("Content-Type", "application/wasm")];
        world
            .maker()
            .ask("POST", "/api/v1/plugins", &content, bytes.to_vec())
    };
    let wat = |text: &str| wat::parse_str(text).expect("a component in text");
    book.answered("an empty one", &upload(b""));
    book.answered("one that is text", &upload(b"hello"));
    let whole = Matching::new().component();
    book.answered("one that was cut off", &upload(&whole[..whole.len() / 2]));
    let within = whole
        .windows(CORE_MODULE.len())
        .position(|bytes| bytes == CORE_MODULE);
    let mut broken = whole.clone();
    broken[within.expect("a core module within it") + 4] = 0xff;
    book.answered("one with broken bytes in it", &upload(&broken));
    book.answered("a core module", &upload(&Matching::new().module()));
    book.answered("one of 25 MiB", &upload(&vec![0; 25 * 1024 * 1024]));
    let exporting = |name: &str| {
        wat(&format!(
            "(component (instance $policy) (export \"{name}\" (instance $policy)))"
        ))
    };
    book.answered("one that is no policy", &upload(&wat("(component)")));
    book.answered(
        "one of a kind that there is not",
        &upload(&exporting("stellwerk:pricing/policy@0.1.0")),
    );
    book.answered(
        "one of a newer interface",
        &upload(&exporting("stellwerk:matching/policy@0.9.0")),
    );
    let wasi = wat(
        "(component (import \"wasi:clocks/monotonic-clock@0.2.0\" (instance (export \"now\" (func (result u64)))))
            (instance $policy) (export \"stellwerk:matching/policy@0.1.0\" (instance $policy)))",
    );
    book.answered("one that asks WASI for the time", &upload(&wasi));
    let mut starting = Matching::new();
    starting.fields = "(func $begin (loop $again br $again)) (start $begin)".to_owned();
    book.answered(
        "one whose start function loops",
        &upload(&starting.component()),
    );
    let mut describing = Matching::new();
    describing.describe = "(loop $again br $again)".to_owned();
    book.answered(
        "one that loops when it is asked what it is",
        &upload(&describing.component()),
    );
    let mut greedy = Matching::new();
    greedy.describe = "(drop (memory.grow (i32.const 60000))) (loop $again (br_if $again (i32.ne (i32.const -1) (memory.grow (i32.const 1))))) unreachable".to_owned();
    book.answered("one that takes all memory", &upload(&greedy.component()));
    let mut other = Matching::new();
    other.manifest["kind"] = json!("escalation");
    book.answered(
        "one that says it is of another kind",
        &upload(&other.component()),
    );
    let mut nameless = Matching::new();
    nameless.manifest["name"] = json!("Matching By Hand");
    book.answered(
        "one whose manifest is wrong",
        &upload(&nameless.component()),
    );

    let good = upload(&Matching::new().component());
    assert_eq!(good.status, 201, "{good:?}");
    let mut same = Matching::new();
    same.manifest["summary"] = json!("Does something else");
    book.answered(
        "other bytes of a version that is known",
        &upload(&same.component()),
    );
    let slot = |slot: &str, plugin: &str| {
        world.maker().put(
            &format!("{PUMPS}/bindings/{slot}"),
            &json!({ "plugin": plugin, "comment": "tried" }),
        )
    };
    book.answered(
        "one of another kind, bound to a slot",
        &slot("qualification", "matching-by-hand@0.1.0"),
    );
    book.answered(
        "one that nobody has uploaded",
        &slot("matching", "matching-by-hand@9.9.9"),
    );
    book.answered(
        "a slot that there is not",
        &slot("pricing", "matching-weighted"),
    );
}
