//! A statement as a table for spreadsheets (RFC 4180): by what the partner is paid on
//! trial, what is carried forward, then each line. The amounts of an account come to its balance.

use super::words::{kind, words};
use super::{Document, Line};
use crate::domain::money;

/// The statement as CSV in UTF-8.
pub fn csv(document: &Document) -> String {
    let words = words(document.language);
    let mut table = String::new();
    row(
        &mut table,
        [
            words.row,
            words.date,
            words.component,
            words.account,
            words.kind,
            words.unit,
            words.amount,
            words.lead,
            words.deal,
            words.rule,
            words.receipt,
            words.posting,
            words.corrects,
            words.adjusts,
            words.of_period,
            words.state,
            words.dispute,
            words.answer,
        ]
        .map(cell),
    );
    let state = match document.is_final() {
        true => words.settled,
        false => words.provisional,
    };
    for trial in &document.trials {
        let mut cells: [String; 18] = Default::default();
        cells[0] = cell(document.trial_title(trial));
        cells[2] = cell(&trial.component);
        cells[9] = cell(&document.trial(trial));
        row(&mut table, cells);
    }
    for total in &document.totals {
        if total.carried == 0 {
            continue;
        }
        let mut cells: [String; 18] = Default::default();
        cells[0] = cell(words.carried);
        cells[1] = cell(&document.date(document.period.begins));
        cells[2] = cell(&total.component);
        cells[3] = cell(&total.account);
        cells[4] = cell(kind(total.kind, document.language).0);
        cells[5] = cell(document.unit(&total.unit));
        cells[6] = document.number(total.carried, &total.unit);
        row(&mut table, cells);
    }
    for line in &document.lines {
        row(&mut table, document.cells(line, words.line, state));
    }
    table
}

impl Document {
    fn cells(&self, line: &Line, what: &str, state: &str) -> [String; 18] {
        let posting = &line.posting;
        let quarrels = line.disputes.iter().map(|disputed| self.quarrel(disputed));
        let (complaints, answers): (Vec<String>, Vec<String>) = quarrels.unzip();
        let maybe = |id: Option<&str>| id.map_or_else(String::new, cell);
        [
            cell(what),
            cell(&self.date(posting.occurred_at)),
            cell(&posting.component),
            cell(&posting.account),
            cell(kind(line.kind, self.language).0),
            cell(self.unit(&posting.unit)),
            self.number(posting.amount, &posting.unit),
            maybe(posting.lead.as_ref().map(|id| id.as_str())),
            maybe(posting.deal.as_ref().map(|id| id.as_str())),
            cell(&line.text),
            maybe(posting.decision.as_ref().map(|id| id.as_str())),
            cell(posting.id.as_str()),
            maybe(posting.corrects.as_ref().map(|id| id.as_str())),
            maybe(posting.adjusts.as_ref().map(|id| id.as_str())),
            cell(&posting.period),
            cell(state),
            cell(&complaints.join("\n")),
            cell(&answers.join("\n")),
        ]
    }

    /// The same in every language, so that programs read it.
    fn date(&self, at: crate::domain::time::Micros) -> String {
        self.calendar.local(at).date().to_string()
    }

    fn unit<'a>(&'a self, unit: &'a str) -> &'a str {
        match unit {
            "money" => &self.currency,
            unit => unit,
        }
    }

    /// A number, which stays one.
    fn number(&self, amount: i64, unit: &str) -> String {
        match unit {
            "money" => money::display(amount, money::exponent(&self.currency).unwrap_or(2)),
            _ => amount.to_string(),
        }
    }
}

fn row<const N: usize>(table: &mut String, cells: [String; N]) {
    table.push_str(&cells.join(","));
    table.push_str("\r\n");
}

/// A text as a cell. A spreadsheet takes what begins with one of these signs for a
/// formula, spaces before it or not; behind an apostrophe it is a text.
pub fn cell(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    let is_formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    let text = match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_text_is_a_formula_and_none_leaves_its_cell() {
        for (given, expected) in [
            ("Müller", "Müller"),
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("=a,b", "\"'=a,b\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(cell(given), expected);
        }
    }
}
