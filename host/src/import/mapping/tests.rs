//! Mappings as people write them, and what they are told.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::attribute::AttributeValue as V;
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::import::field::Kind;
use crate::import::read::Rows;
use crate::testing::edited;

const MAPPING: &str = r#"
[file]
separator = ";"

[values]
decimal = ","
date = "%d.%m.%Y"
blank = ["-"]

[rows]
column = "Status"
is-not = ["Test"]

[fields]
external-id = "Nr"
source = { constant = "crm" }
product = { column = "Produkt", translate = { "GTXPro" = "gtx-pro" }, as-code = true }
postcode = { column = "PLZ", if-blank = "00000" }
value = "Wert"
received-at = { column = "Eingang", time-zone = "America/Sao_Paulo" }
outcome = { column = "Status", translate = { Gewonnen = "won", Verloren = "lost" }, otherwise = "" }
contact.email = { column = "Mail", required = true }
attributes.storeys = "Etagen"
contact.attributes.birthday = "Geburtstag"
"#;

fn terms() -> Terms {
    Terms::parse(
        &serde_json::json!({
            "currency": "EUR", "time-zone": "Europe/Berlin", "country": "DE",
            "levels": ["silver"],
            "attributes": [
                { "name": "storeys", "of": "lead", "type": "integer" },
                { "name": "birthday", "of": "lead", "type": "date", "personal": true },
            ],
        })
        .to_string(),
    )
    .unwrap()
}

fn problems(mapping: &str, header: &str) -> String {
    let mapping = match Mapping::parse(mapping, Some("csv")) {
        Ok(mapping) => mapping,
        Err(problems) => return problems.to_string(),
    };
    let rows = Rows::open(header.as_bytes(), &mapping.dialect).unwrap();
    match mapping.bind(Kind::Leads, rows.columns(), &terms()) {
        Ok(_) => String::new(),
        Err(problems) => problems.to_string(),
    }
}

const HEADER: &str = "Nr;Produkt;PLZ;Wert;Eingang;Status;Mail;Etagen;Geburtstag\n";

#[test]
fn rows_become_values() {
    let file = format!(
        "{HEADER}7;GTXPro;01067;1.234,50;02.03.2026;Gewonnen;eva@example.com;2;29.02.1980\n\
         8;GTX Basic;-;;;Offen;a@b.de;-;\n9;x;;;;Test;;;\n10;;;viel;;;;zwei;31.02.2000\n"
    );
    let mapping = Mapping::parse(MAPPING, Some("csv")).unwrap();
    let mut rows = Rows::open(file.as_bytes(), &mapping.dialect).unwrap();
    let bound = mapping.bind(Kind::Leads, rows.columns(), &terms()).unwrap();
    let mut next = || rows.next().unwrap().unwrap().unwrap();

    let first = bound.read(&next()).unwrap();
    assert_eq!(first.text("external-id").as_deref(), Some("7"));
    assert_eq!(first.text("source").as_deref(), Some("crm"));
    assert_eq!(first.text("product").as_deref(), Some("gtx-pro"));
    assert_eq!(first.text("postcode").as_deref(), Some("01067"));
    assert_eq!(first.money("value"), Some(123_450));
    assert_eq!(
        first.instant("received-at"),
        Some(Micros(1_772_420_400_000_000))
    );
    assert_eq!(first.text("outcome").as_deref(), Some("won"));
    assert_eq!(first.group("attributes.")["storeys"], V::Integer(2));
    assert_eq!(
        first.group("contact.attributes.")["birthday"],
        V::Date(3_711)
    );

    let second = bound.read(&next()).unwrap();
    assert_eq!(second.text("product").as_deref(), Some("gtx-basic"));
    assert_eq!(second.text("postcode").as_deref(), Some("00000"));
    assert_eq!(second.text("outcome"), None);
    assert_eq!(second.group("attributes."), Default::default());

    assert!(!bound.counts(&next()), "a test is no lead");
    let bad = bound.read(&next()).unwrap_err();
    let told: Vec<String> = bad
        .iter()
        .map(|wrong| format!("{}: {}", wrong.column, wrong.reason))
        .collect();
    assert_eq!(
        told,
        [
            "Etagen: `zwei` is no whole number",
            "Geburtstag: `31.02.2000` is no date like %d.%m.%Y",
            "Mail: is blank",
            "Wert: `viel` is no amount such as 1234,56",
        ]
    );
}

#[test]
fn every_mistake_is_told_with_its_place_and_the_nearest_name() {
    let told = problems(
        r#"
[values]
date = "%H:%M"
[rows]
column = "Stato"
is = ["x"]
[fields]
externalid = "Nr"
produkt = "Produkt"
value = { column = "Wert", time-zone = "Berlin" }
source = "Herkunft"
attributes.storey = "Etagen"
"#,
        &HEADER.replace(';', ","),
    );
    insta::assert_snapshot!(told);
}

#[test]
fn a_mapping_that_is_not_well_formed_says_so() {
    let cases = [
        ("[fields\n", "line 1, column 8: "),
        ("", "fields: is missing: which column feeds which field?"),
        (
            "[fields]\na = { colunm = \"x\" }",
            "fields.a.column: one of `column` and `constant` has to be there\n\
             fields.a.colunm: there is no setting `colunm`; did you mean `column`?",
        ),
        ("[fields]\na = 1", "fields.a: has to be a column's name"),
        (
            "[file]\nencoding = \"latin\"\n[fields]",
            "file.encoding: there is no encoding `latin`; there are utf-8, windows-1252",
        ),
        (
            "[file]\nseparator = \"||\"\n[fields]",
            "file.separator: has to be one character of ASCII",
        ),
        (
            "[leads]\nwithout-history = \"drop\"\n[fields]",
            "leads.without-history: has to be route or wait",
        ),
    ];
    for (mapping, expected) in cases {
        let told = problems(mapping, HEADER);
        assert!(told.starts_with(expected), "{expected}\n{told}");
    }
    let twice = problems("[fields]\nexternal-id = \"Nr\"", "Nr,Nr\n");
    assert_eq!(
        twice,
        "fields.external-id: the file has the column `Nr` twice"
    );
}

/// Kinds with what feeds their fields.
const FED: [(Kind, &str); 4] = [
    (
        Kind::Partners,
        "code = \"a\"\nname = \"b\"\nlevel = \"e\"\nlatitude = \"d\"\nlongitude = \"d\"\n\
         capacity = \"d\"\npostcode = \"a\"\n",
    ),
    (
        Kind::Outcomes,
        "lead = \"a\"\noutcome = \"b\"\noutcome-at = \"c\"\nwon-value = \"d\"\n",
    ),
    (
        Kind::Measures,
        "partner = \"a\"\nname = \"b\"\nvalue = \"d\"\nfrom = \"c\"\nuntil = \"e\"\n",
    ),
    (
        Kind::Places,
        "country = { constant = \"DE\" }\npostcode = \"a\"\nlatitude = \"d\"\nlongitude = \"d\"\n",
    ),
];

#[test]
fn every_kind_is_fed() {
    for (kind, mapping) in FED {
        let mapping = format!("[file]\nseparator = \";\"\n[fields]\n{mapping}");
        let mapping = Mapping::parse(&mapping, Some("csv")).unwrap();
        let columns = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let bound = mapping.bind(kind, &columns, &terms());
        assert!(bound.is_ok(), "{:?}", bound.err());
    }
}

proptest! {
    #[test]
    fn no_text_panics(text: String) {
        let _ = Mapping::parse(&text, None);
    }

    #[test]
    fn no_mapping_panics_whatever_the_file(
        mapping in edited(MAPPING),
        file in edited("Nr;Produkt;PLZ;Wert;Eingang;Status;Mail;Etagen;Geburtstag\n\
            1;GTXPro;10115;1.234,50;02.03.2026;Gewonnen;eva@example.com;2;01.02.1980\n"),
    ) {
        let Ok(mapping) = Mapping::parse(&mapping, Some("csv")) else {
            return Ok(());
        };
        let Ok(mut rows) = Rows::open(file.as_bytes(), &mapping.dialect) else {
            return Ok(());
        };
        let bound: Vec<_> = Kind::ALL
            .into_iter()
            .filter_map(|kind| mapping.bind(kind, rows.columns(), &terms()).ok())
            .collect();
        while let Some(row) = rows.next().unwrap() {
            let Ok(row) = row else { continue };
            for bound in &bound {
                let _ = (bound.counts(&row), bound.read(&row));
            }
        }
    }

    #[test]
    fn no_value_panics_whatever_the_kind(
        (kind, mapping) in select(FED.to_vec()),
        file in edited("a;b;c;d;e\nx;won;2026-02-20;1,5;2026-03-01\n\
            10115;measure;20.02.2026;-7;gold\n"),
    ) {
        let mapping = format!("[file]\nseparator = \";\"\n[fields]\n{mapping}");
        let mapping = Mapping::parse(&mapping, Some("csv")).unwrap();
        let Ok(mut rows) = Rows::open(file.as_bytes(), &mapping.dialect) else {
            return Ok(());
        };
        let Ok(bound) = mapping.bind(kind, rows.columns(), &terms()) else {
            return Ok(());
        };
        while let Some(row) = rows.next().unwrap() {
            let _ = row.map(|row| (bound.counts(&row), bound.read(&row)));
        }
    }
}
