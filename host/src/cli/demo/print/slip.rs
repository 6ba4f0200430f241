//! One partner's statement, in short.

use std::fmt;

use super::numbers::euros;
use super::{Table, head, heading};
use crate::demo::Slip;

pub fn write(f: &mut fmt::Formatter<'_>, slip: &Slip) -> fmt::Result {
    heading(
        f,
        &format!("STATEMENT: {}, {}, in euros", slip.partner, slip.period),
    )?;
    let mut rows = head(["day", "kind", "amount", "for"]);
    for line in &slip.lines {
        rows.push(vec![
            line.day.clone(),
            line.kind.to_owned(),
            euros(line.amount),
            line.text.clone(),
        ]);
    }
    let left = &[0, 1, 3];
    write!(f, "{}", Table { left, rows })?;
    let sum = |(kind, amount): &(String, i64)| format!("{kind} {}", euros(*amount));
    let sums: Vec<String> = slip.sums.iter().map(sum).collect();
    writeln!(
        f,
        "\n  {} of {} lines; in all {}.\n  `stellwerk statement` writes it whole, to read, to \
         print or to reckon with.",
        slip.lines.len(),
        slip.lines_in_all,
        sums.join(", ")
    )
}
