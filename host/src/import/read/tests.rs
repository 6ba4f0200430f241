//! Files as others write them.

use std::io::{Read, repeat};

use proptest::prelude::*;

use super::*;

fn csv(separator: u8) -> Format {
    Format::Csv {
        separator,
        quote: b'"',
        columns: None,
    }
}

fn open<R: Read>(bytes: R, format: Format, encoding: &str) -> Rows<R> {
    let encoding = Encoding::parse(encoding).unwrap();
    Rows::open(bytes, &Dialect { format, encoding }).unwrap()
}

/// Lines of `line: field|field`, and `line! reason` for what cannot be read.
fn read<R: Read>(mut rows: Rows<R>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        found.push(match row {
            Ok(row) => format!("{}: {}", row.line, row.clone().into_original().join("|")),
            Err(bad) => format!("{}! {}", bad.line, bad.reason),
        });
    }
    found
}

#[test]
fn the_same_table_is_read_from_every_encoding() {
    let text = "Name;Straße\r\nMüller;\"Am \"\"Tor\"\"; 1\"\r\n\r\nGarcía;€ 5\n";
    let utf_16 = |bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
        let mut encoded = mark.to_vec();
        encoded.extend(text.encode_utf16().flat_map(bytes));
        encoded
    };
    let (windows, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!unmappable);
    let with_mark = format!("\u{feff}{text}");
    let files: [(&str, Vec<u8>, &str); 7] = [
        ("UTF-8", text.into(), "utf-8"),
        ("UTF-8 with a mark", with_mark.clone().into(), "utf-8"),
        ("the mark counts more", with_mark.into(), "windows-1252"),
        ("Windows-1252", windows.to_vec(), "windows-1252"),
        (
            "UTF-16LE by its mark",
            utf_16(u16::to_le_bytes, b"\xff\xfe"),
            "utf-8",
        ),
        (
            "UTF-16BE by its mark",
            utf_16(u16::to_be_bytes, b"\xfe\xff"),
            "utf-8",
        ),
        (
            "UTF-16LE as declared",
            utf_16(u16::to_le_bytes, b""),
            "utf-16le",
        ),
    ];
    for (name, bytes, encoding) in files {
        let rows = open(bytes.as_slice(), csv(b';'), encoding);
        assert_eq!(rows.columns(), ["Name", "Straße"], "{name}");
        assert_eq!(
            read(rows),
            ["2: Müller|Am \"Tor\"; 1", "4: García|€ 5"],
            "{name}"
        );
    }
}

#[test]
fn bad_rows_are_told_and_the_others_are_read() {
    let file = b"a,b\n1,2\n3\n4,5,6\n\"7\n\",8\n9,\xff\n10,11";
    assert_eq!(
        read(open(file.as_slice(), csv(b','), "utf-8")),
        [
            "2: 1|2",
            "3! has 1 fields where the header has 2",
            "4! has 3 fields where the header has 2",
            "5: 7\n|8",
            "7! holds bytes that are no text in the file's encoding; `file.encoding` in the \
             mapping names another one, such as windows-1252",
            "8: 10|11",
        ]
    );
}

#[test]
fn an_endless_line_is_a_bad_row_and_costs_no_memory() {
    let long = 8 * ROW_BYTES_MAX as u64;
    for (format, head, tail) in [
        (csv(b','), "a,b\n1,2\n\"", "\n3,4"),
        (csv(b','), "a,b\r1,2\r\"", "\r3,4"),
        (csv(b','), "a,b\r\n1,2\r\n\"", "\r\n3,4"),
        (Format::Ndjson, "{\"a\": 1}\n{\"a\": \"", "\n{\"a\": 2}"),
    ] {
        let (head, tail) = (head.as_bytes(), tail.as_bytes());
        let file = head.chain(repeat(b'x').take(long)).chain(tail);
        let mut rows = open(file, format, "utf-8");
        let lines: Vec<(u64, bool)> = std::iter::from_fn(|| rows.next().unwrap())
            .map(|row| match row {
                Ok(row) => (row.line, true),
                Err(bad) => {
                    let reason = format!("is longer than {ROW_BYTES_MAX} bytes");
                    assert!(bad.reason.contains(&reason), "{}", bad.reason);
                    (bad.line, false)
                }
            })
            .collect();
        match &rows {
            Rows::Csv(_) => assert_eq!(lines, [(2, true), (3, false), (4, true)]),
            Rows::Ndjson(_) => assert_eq!(lines, [(1, true), (2, false), (3, true)]),
        }
    }
}

#[test]
fn a_header_may_be_missing_and_must_not_be_nothing() {
    let dialect = |columns: Option<Vec<String>>| Dialect {
        format: Format::Csv {
            separator: b'\t',
            quote: b'"',
            columns,
        },
        encoding: Encoding::UTF_8,
    };
    let named = dialect(Some(vec!["a".to_owned(), "b".to_owned()]));
    let rows = Rows::open(b"1\t2\n".as_slice(), &named).unwrap();
    assert_eq!(read(rows), ["1: 1|2"]);
    let nothing = Rows::open(b"\n\n".as_slice(), &dialect(None));
    assert!(matches!(nothing, Err(ReadError::Empty)));
}

#[test]
fn objects_have_columns_within_columns() {
    let file = "{\"id\": 7, \"contact\": {\"email\": \"eva@example.com\"}, \"tags\": [\"a\", 1]}\n\
                \n[1]\n{\"id\": null, \"value\": 1.5, \"new\": true, \"odd\": [[]]}";
    let mut rows = open(file.as_bytes(), Format::Ndjson, "utf-8");
    assert_eq!(
        rows.columns(),
        ["contact.email", "id", "tags", "new", "odd", "value"]
    );
    let first = rows.next().unwrap().unwrap().unwrap();
    assert_eq!(first.cell(0, "id"), Cell::Number("7".to_owned()));
    assert_eq!(
        first.cell(0, "contact.email"),
        Cell::Text("eva@example.com".into())
    );
    assert_eq!(
        first.cell(0, "tags"),
        Cell::List(vec!["a".to_owned(), "1".to_owned()])
    );
    let second = rows.next().unwrap().unwrap().unwrap_err();
    assert!(second.reason.starts_with("is no JSON object"), "{second:?}");
    let third = rows.next().unwrap().unwrap().unwrap();
    assert_eq!(third.line, 4);
    assert_eq!(third.cell(0, "id"), Cell::Blank);
    assert_eq!(third.cell(0, "value"), Cell::Number("1.5".to_owned()));
    assert_eq!(third.cell(0, "new"), Cell::Text("true".into()));
    assert_eq!(third.cell(0, "odd"), Cell::Foreign);
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_their_end(
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(b",;\"\r\n{}\xef\xbb\xbf".to_vec())],
            0..400,
        ),
        encoding in proptest::sample::select(Encoding::USUAL),
        ndjson: bool,
    ) {
        let format = if ndjson { Format::Ndjson } else { csv(b',') };
        let encoding = Encoding::parse(encoding).unwrap();
        let Ok(mut rows) = Rows::open(bytes.as_slice(), &Dialect { format, encoding }) else {
            return Ok(());
        };
        let mut last = 0;
        while let Some(row) = rows.next().unwrap() {
            let line = row.map_or_else(|bad| bad.line, |row| row.line);
            prop_assert!(line > last);
            last = line;
        }
    }

    #[test]
    fn written_fields_are_read_again(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a-zäß€ ,;\"\n\r]{0,6}", 3),
            1..8,
        ),
    ) {
        let mut file = String::from("a;b;c\n");
        for row in &rows {
            let fields: Vec<String> = row
                .iter()
                .map(|field| format!("\"{}\"", field.replace('"', "\"\"")))
                .collect();
            file.push_str(&fields.join(";"));
            file.push('\n');
        }
        let mut reader = open(file.as_bytes(), csv(b';'), "utf-8");
        for row in rows {
            let read = reader.next().unwrap().unwrap().unwrap();
            prop_assert_eq!(read.into_original(), row);
        }
        prop_assert!(reader.next().unwrap().is_none());
    }
}
