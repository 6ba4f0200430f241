//! Leads with a past of their own, as a file to be imported.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::{Database, partner_code};

/// How a file of [`write_history`] is to be read.
pub const HISTORY_MAPPING: &str = r#"
[fields]
external-id = "id"
product = { constant = "heat-pump" }
source = { constant = "configurator" }
country = { constant = "DE" }
postcode = { constant = "10115" }
value = "value"
received-at = "received"
qualified-at = "received"
offered-at = "received"
partner = "partner"
claimed-at = "claimed"
contacted-at = "contacted"
outcome = "outcome"
outcome-at = "ended"
won-value = "sold"
contact.name = "name"
contact.email = "email"
attributes.consent = { constant = true }
"#;

/// Leads that a partner still holds are among the first so many: what partners
/// hold at once does not grow with the years.
const HELD_BEFORE: u32 = 2_000;

const DAYS_A_MONTH: u32 = 28;
const LEADS_AN_HOUR: u32 = 30;
/// A month of history: the number of each month's first lead is a multiple of it.
pub const LEADS_A_MONTH: u32 = DAYS_A_MONTH * 24 * LEADS_AN_HOUR;

/// Writes the leads with these numbers: one of four is rejected, the others are
/// claimed and contacted by one of the partners, and of these one is won and the
/// others are lost.
///
/// # Panics
/// Where the file cannot be written.
pub fn write_history(file: &Path, numbers: std::ops::Range<u32>, partners: usize) {
    let mut out = BufWriter::new(File::create(file).expect("a file"));
    let header = "id,value,received,partner,claimed,contacted,outcome,ended,sold,name,email";
    writeln!(out, "{header}").expect("a line");
    for number in numbers {
        // A lead every two minutes, the last ones some days ago.
        let minutes = number % LEADS_AN_HOUR * (60 / LEADS_AN_HOUR);
        let received = |hours: u32| instant(number / LEADS_AN_HOUR + hours, minutes);
        let value = 5_000 + number % 20_000;
        let name = format!("Person {number},person-{number}@example.com");
        let partner = partner_code(number as usize % partners + 1);
        let (start, talk, end) = (received(0), received(1), received(2));
        match number % 4 {
            0 => writeln!(out, "{number},{value},{start},,,,rejected,{end},,{name}"),
            1 if number < HELD_BEFORE => writeln!(
                out,
                "{number},{value},{start},{partner},{start},{talk},,,,{name}"
            ),
            1 | 2 => writeln!(
                out,
                "{number},{value},{start},{partner},{start},{talk},lost,{end},,{name}"
            ),
            _ => writeln!(
                out,
                "{number},{value},{start},{partner},{start},{talk},won,{end},{value},{name}"
            ),
        }
        .expect("a line");
    }
    out.flush().expect("the file");
}

/// Imports a file of [`write_history`] into the contract.
///
/// # Panics
/// Where not all of its rows are imported.
pub fn import_history(database: &Database, binary: &str, file: &Path) {
    let mapping = file.with_extension("toml");
    std::fs::write(&mapping, HISTORY_MAPPING).expect("the mapping");
    let (file, mapping) = (file.display().to_string(), mapping.display().to_string());
    let to = ["--contract", "pumps", "--mapping", &mapping];
    let said = database.run(binary, &[&["import", "leads", &file], &to[..]].concat());
    assert!(said.contains(" 0 unchanged, 0 rejected"), "{said}");
}

/// The day on which the month after that of this lead begins.
pub fn month_after(number: u32) -> String {
    let next = (number / LEADS_A_MONTH + 1) * LEADS_A_MONTH;
    let begins = instant(next / LEADS_AN_HOUR, 0);
    let (day, _) = begins.split_once('T').expect("a day and a time");
    day.to_owned()
}

/// So many hours and minutes after 1 January 2020, with months of 28 days.
fn instant(hours: u32, minutes: u32) -> String {
    let (days, months) = (hours / 24, hours / 24 / DAYS_A_MONTH);
    let (year, month, day) = (2020 + months / 12, months % 12 + 1, days % DAYS_A_MONTH + 1);
    format!(
        "{year}-{month:02}-{day:02}T{:02}:{minutes:02}:00Z",
        hours % 24
    )
}
