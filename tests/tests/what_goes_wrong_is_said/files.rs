//! Files of others: what cannot be read as a whole, and rows that are given back.

use serde_json::{Value, json};
use stellwerk_tests::Answer;

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::World;

const MAPPING: &str = "[fields]\nexternal-id = \"id\"\ncontact.name = \"name\"\nvalue = \"value\"\n\
    received-at = \"on\"\npartner = \"by\"\noutcome = { constant = \"lost\" }\noutcome-at = \"on\"\n";
const HEADER: &str = "id,name,value,on,by\n";

pub fn tell(world: &World, book: &mut Book) {
    book.group("FILES");
    let maker = world.maker();
    let import = |mapping: &str, content: &str| {
        let body = json!({ "mapping": mapping, "content": content });
        maker.post("/api/v1/imports/leads?contract=pumps", &body)
    };
    let good = format!("{HEADER}A-1,Eva,10,2026-01-05,partner-1\n");
    for (what, mapping) in [
        ("a mapping that is no TOML", "[fields\n"),
        ("a mapping without fields", "[file]\nseparator = \";\"\n"),
        (
            "a mapping that names a missing column",
            "[fields]\nexternal-id = \"nummer\"\n",
        ),
        (
            "a mapping that feeds an unknown field",
            "[fields]\nexternal-id = \"id\"\ncontact.mail = \"name\"\n",
        ),
        (
            "a mapping with an unknown setting",
            "[file]\ncolour = \"red\"\n[fields]\nexternal-id = \"id\"\n",
        ),
        (
            "a mapping with an encoding that there is not",
            "[file]\nencoding = \"ebcdic\"\n[fields]\nexternal-id = \"id\"\n",
        ),
        (
            "a mapping whose separator is its quote",
            "[file]\nseparator = \"\\\"\"\n[fields]\nexternal-id = \"id\"\n",
        ),
        (
            "a mapping with a form of dates that tells no day",
            "[values]\ndate = \"%H:%M\"\n[fields]\nexternal-id = \"id\"\n",
        ),
        (
            "a mapping that leaves out what is needed",
            "[fields]\nvalue = \"value\"\n",
        ),
    ] {
        book.answered(what, &import(mapping, &good));
    }
    book.answered("a file of nothing", &import(MAPPING, ""));
    book.answered(
        "a file with a column twice",
        &import(MAPPING, "id,name,value,on,by,by\n"),
    );
    let unknown = maker.post(
        "/api/v1/imports/rumours?contract=pumps",
        &json!({ "mapping": MAPPING, "content": good }),
    );
    book.answered("an import of a kind that there is not", &unknown);
    let unknown = maker.post(
        "/api/v1/imports/leads?contract=rockets",
        &json!({ "mapping": MAPPING, "content": good }),
    );
    book.answered("an import into an unknown contract", &unknown);
    let large = json!({ "mapping": MAPPING, "content": "x".repeat(5 * 1024 * 1024) });
    book.answered(
        "a file over the limit of a request",
        &maker.post("/api/v1/imports/leads?contract=pumps", &large),
    );

    let rows = [
        "A-1,Eva,10,2026-01-05",
        "A-2,Eva,10,2026-01-05,partner-1,more",
        "A-3,Eva,a lot,2026-01-05,partner-1",
        "A-4,Eva,12.345,2026-01-05,partner-1",
        "A-5,Eva,99999999999999999999,2026-01-05,partner-1",
        "A-6,Eva,10,2026-02-31,partner-1",
        "A-7,Eva,10,1969-12-31,partner-1",
        "A-8,Eva,10,2026-03-29 02:30:00,partner-1",
        "A-9,Eva,10,2999-01-01,partner-1",
        "A-10,Eva,10,2026-01-05,nobody",
        "A-11,Eva\u{0}Muster,10,2026-01-05,partner-1",
        "A-12,Eva\u{202e}Muster,10,2026-01-05,partner-1",
        ",Eva,10,2026-01-05,partner-1",
    ];
    let long = format!("A-13,{},10,2026-01-05,partner-1", "x".repeat(10_000));
    let wide = format!(
        "A-14,\"{}\",10,2026-01-05,partner-1",
        "x".repeat(2 * 1024 * 1024)
    );
    let file = format!(
        "{HEADER}{}\n{long}\n{wide}\nA-15,Eva,10,2026-01-05,partner-1\n",
        rows.join("\n")
    );
    let answer = import(MAPPING, &file);
    assert_eq!(
        (answer.status, &answer.body["imported"]),
        (200, &json!(1)),
        "{answer:?}"
    );
    book.said(
        "a file with these rows, of which one is right",
        &rejects(&answer, &file),
    );
    let persons = format!(
        "{MAPPING}product = \"what\"\nsource = \"from\"\ncountry = \"country\"\n\
         postcode = \"postcode\"\ncontact.email = \"email\"\ncontact.phone = \"phone\"\n"
    );
    let right = "heat-pump,white-paper,DE,10115,eva@example.com,+49 30 901820";
    let rows = [
        ("D-1", "eva@example.com", "eva@example.com"),
        ("D-2", "eva@example.com", "eva@"),
        ("D-3", "+49 30 901820", "call me"),
        ("D-4", "10115", "10!15"),
        ("D-5", "DE", "Germany"),
        ("D-6", "heat-pump", "rocket"),
        ("D-7", "white-paper", "rumour"),
    ]
    .map(|(id, from, to)| {
        let told = right.replace(from, to);
        format!("{id},Eva,10,2026-01-05,partner-1,{told}\n")
    });
    let header = HEADER.trim_end();
    let file = format!(
        "{header},what,from,country,postcode,email,phone\n{}",
        rows.concat()
    );
    let answer = import(&persons, &file);
    assert_eq!(answer.body["imported"], json!(1), "{answer:?}");
    book.said(
        "a file whose rows contradict the terms, but for one",
        &rejects(&answer, &file),
    );
    let lines = [
        r#"{"id": "B-1", "name": "Eva", "value": 10, "on": "2026-01-05", "by": "partner-1"}"#,
        r#"{"id": "B-2", "name": "Eva""#,
        r#"["B-3"]"#,
        r#"{"id": {"number": 4}, "on": "2026-01-05", "by": 7}"#,
        r#"{"id": "B-5", "value": 1e400, "on": "2026-01-05", "by": "partner-1"}"#,
        r#"{"id": "B-\u0000", "on": "2026-01-05", "by": "partner-1"}"#,
    ]
    .join("\n");
    let mapping = format!("[file]\nformat = \"ndjson\"\n{MAPPING}");
    let answer = import(&mapping, &lines);
    assert_eq!(answer.body["imported"], json!(1), "{answer:?}");
    book.said(
        "NDJSON with these rows, of which one is right",
        &rejects(&answer, &lines),
    );

    // What a program reads from a disk may be in any encoding.
    let run = |what: &str, mapping: &str, bytes: &[u8], book: &mut Book| {
        let mapping = world.write("mapping.toml", mapping);
        let file = world.write("leads.csv", bytes);
        let output = world.run(&[
            "import",
            "leads",
            &file,
            "--contract",
            "pumps",
            "--mapping",
            &mapping,
        ]);
        if output.status.success() {
            let rejects =
                std::fs::read_to_string(format!("{file}.rejects.csv")).unwrap_or_default();
            let counts = String::from_utf8_lossy(&output.stdout).into_owned();
            let counts = counts.split(';').next().unwrap_or_default().to_owned();
            let mut said = vec![counts];
            said.extend(
                rejects
                    .trim_start_matches('\u{feff}')
                    .lines()
                    .map(str::to_owned),
            );
            book.said(what, &said);
            let _ = std::fs::remove_file(format!("{file}.rejects.csv"));
        } else {
            book.printed(what, &output);
        }
    };
    book.hide(&world.folder.path().display().to_string(), "FOLDER");
    let latin = b"id,name,value,on,by\nC-1,J\xf6rg,10,2026-01-05,partner-1\n";
    run("Latin-1 that is said to be UTF-8", MAPPING, latin, book);
    run(
        "Latin-1 that is said to be Latin-1: right",
        &format!("[file]\nencoding = \"iso-8859-1\"\n{MAPPING}"),
        latin,
        book,
    );
    let marked = format!("\u{feff}{HEADER}C-2,J\u{f6}rg,10,2026-01-05,partner-1\n");
    run("a byte-order mark: right", MAPPING, marked.as_bytes(), book);
    run("a header that is no text", MAPPING, b"id,n\xe4me\n", book);
    run(
        "a mapping that names a missing column, by the command",
        "[fields]\nexternal-id = \"nummer\"\n",
        good.as_bytes(),
        book,
    );
    let output = world.run(&[
        "import",
        "leads",
        "missing.csv",
        "--contract",
        "pumps",
        "--mapping",
        "missing.toml",
    ]);
    book.printed("a file that is not there", &output);
}

/// What was given back, with the beginning of each row.
fn rejects(answer: &Answer, file: &str) -> Vec<String> {
    let lines: Vec<&str> = file.lines().collect();
    let rejects = answer.body["rejects"].as_array();
    rejects
        .into_iter()
        .flatten()
        .map(|reject: &Value| {
            let line = reject["line"].as_u64().unwrap_or_default();
            let row: String = lines[line as usize - 1].chars().take(50).collect();
            let row = row
                .replace('\0', "\u{2400}")
                .replace('\u{202e}', "\u{21b6}");
            let column = match reject["column"].as_str() {
                Some("") | None => "row".to_owned(),
                Some(column) => column.to_owned(),
            };
            let reason = reject["reason"].as_str().unwrap_or_default();
            format!("{row}\n        line {line}, {column}: {reason}")
        })
        .collect()
}
