//! Whatever a file holds, each of its rows is imported or given back.

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::{HISTORY, World};
use crate::domain::digest::sha256;
use crate::import::read::Rows;
use crate::import::{Assumed, Import, ImportError, Kind, Mapping, Mode, RejectList, run};
use crate::testing::{cases, edited};

const LEADS: &str = "id,product,value,received,temperature,partner,claimed,contacted,outcome,\
    ended,cancelled,sold,phone\n\
    A-1,heat-pump,2500000,2026-01-05,hot,mueller,2026-01-06,2026-01-07,won,2026-02-01,,2400000,+49 30 901820\n\
    A-2,service,30000,2026-01-05 10:00:00,cold,hansen,2026-01-06T10:00:00Z,,lost,2026-02-01,,,\n\
    A-3,heat-pump,2500000,2026-02-05,warm,,,,,,,,030 901820\n\
    A-4,heat-pump,2500000,2026-01-05,hot,mueller,2026-01-06,,won,2026-02-01,2026-02-10,2400000,\n";
const PARTNERS: &str = "code,name,level,above,plz,lat,lon,room,can\n\
    mueller,Müller,gold,,14467,,,10,\"gas, oil\"\n\
    neu,Neu,silver,mueller,10115,52.5,13.4,,\n\
    \"a\nb\",Zwei Zeilen,gold,,,,,1,\n";
const PARTNER_MAPPING: &str = "[fields]\ncode = \"code\"\nname = \"name\"\nlevel = \"level\"\n\
    parent = \"above\"\ncountry = { constant = \"DE\" }\npostcode = \"plz\"\nlatitude = \"lat\"\n\
    longitude = \"lon\"\ncapacity = \"room\"\ncertificates = \"can\"\n";
const OUTCOMES: &str = "lead,outcome,at,by,sold\nA-3,won,2026-02-20,mueller,1000\n\
    A-1,cancelled,2026-02-25,,\nA-9,lost,2026-02-20,hansen,\n";
const OUTCOME_MAPPING: &str = "[fields]\nlead = \"lead\"\noutcome = \"outcome\"\n\
    outcome-at = \"at\"\npartner = \"by\"\nwon-value = \"sold\"\n";
const MEASURES: &str = "who,what,share,from,until\nmueller,rework,0.125,2026-02-01,2026-03-01\n\
    hansen,rework,1,2026-02-01,2026-03-01\n";
const MEASURE_MAPPING: &str = "[fields]\npartner = \"who\"\nname = \"what\"\nvalue = \"share\"\n\
    from = \"from\"\nuntil = \"until\"\n";

const PLACES: &str = "plz,lat,lon\n01067,51.06,13.72\n10115,52.532,13.384\n20095,53.55,10\n";
const PLACE_MAPPING: &str = "[fields]\ncountry = { constant = \"DE\" }\npostcode = \"plz\"\n\
    latitude = \"lat\"\nlongitude = \"lon\"\n";

/// Files that differ from a good one in a few places.
fn file() -> impl Strategy<Value = (Kind, &'static str, String)> {
    let of = |kind: Kind, mapping: &'static str, good: &'static str| {
        let (header, rows) = good.split_once('\n').unwrap_or((good, ""));
        prop_oneof![
            5 => edited(rows).prop_map(move |rows| format!("{header}\n{rows}")),
            1 => edited(good),
        ]
        .prop_map(move |file| (kind, mapping, file))
    };
    prop_oneof![
        4 => of(Kind::Leads, HISTORY, LEADS),
        2 => of(Kind::Partners, PARTNER_MAPPING, PARTNERS),
        2 => of(Kind::Outcomes, OUTCOME_MAPPING, OUTCOMES),
        1 => of(Kind::Measures, MEASURE_MAPPING, MEASURES),
        1 => of(Kind::Places, PLACE_MAPPING, PLACES),
    ]
}

#[test]
fn every_row_of_an_odd_file_is_imported_or_given_back() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = TestRunner::new(cases(64));
    let ran = runner.run(&file(), |(kind, mapping, file)| {
        let mapping = Mapping::parse(mapping, Some("csv")).unwrap();
        let import = Import {
            kind,
            manufacturer: world.contract.manufacturer.clone(),
            contract: world.contract.id.clone(),
            mapping: &mapping,
            file_digest: sha256(file.as_bytes()),
            actor: None,
            mode: Mode::Keep,
            assumed: Assumed::default(),
        };
        let mut rejects = RejectList::default();
        let imported = run(&world.host, &import, file.as_bytes(), &mut rejects, |_| {});
        match runtime.block_on(imported) {
            Ok(report) => {
                let mut rows = Rows::open(file.as_bytes(), &mapping.dialect).unwrap();
                let mut count = 0;
                while rows.next().unwrap().is_some() {
                    count += 1;
                }
                prop_assert_eq!(report.rows() + report.done_before, count);
                Ok(())
            }
            // A header that does not have what the mapping names.
            Err(ImportError::Mapping(_) | ImportError::File(_)) => Ok(()),
            Err(error) => Err(TestCaseError::fail(error.to_string())),
        }
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}
