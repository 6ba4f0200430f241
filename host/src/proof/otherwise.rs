//! What would have had to be different for a partner to be among those that are asked
//! first: the policy is asked again with one value of the partner's row changed at a
//! time.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::policy::question::table::Cells;
use crate::policy::question::{Answer, Column, Question, RankInput, Ranking, Value};

/// How often the policy is asked for one partner. A question about a thousand
/// candidates takes below a millisecond.
const ASKED_MAX: usize = 1_000;
/// How often the way between two numbers is halved.
const HALVED_MAX: usize = 20;

/// One change that would have been enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Of the candidates, such as `distance-km`.
    pub column: String,
    pub from: Option<Value>,
    pub to: Option<Value>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Otherwise {
    /// The partner is among those that are asked first as it is.
    Asked,
    /// Each by itself would have been enough, the smallest change first. Empty: no
    /// single value makes the difference.
    Changes {
        changes: Vec<Change>,
        /// Whether more could have been tried.
        is_cut: bool,
    },
}

/// Whether the row is among those that the ranking asks first.
pub fn is_asked(answer: &Answer<Ranking>, row: usize) -> bool {
    match answer {
        Answer::Given(ranking) => ranking
            .groups
            .first()
            .is_some_and(|group| group.iter().any(|known| *known as usize == row)),
        Answer::NotApplicable(_) => false,
    }
}

/// Tries each column of the row, with `ask` as the policy. An answer that fails is
/// taken as one that does not ask the partner.
pub fn otherwise(
    question: &Question<RankInput>,
    row: usize,
    ask: impl FnMut(&Question<RankInput>) -> Option<Answer<Ranking>>,
) -> Otherwise {
    let mut trying = Trying {
        question,
        row,
        ask,
        left: ASKED_MAX,
    };
    if trying.is_asked_with(question) {
        return Otherwise::Asked;
    }
    let mut found: Vec<(f64, Change)> = Vec::new();
    for (name, column) in &question.input.candidates.columns {
        if let Some((size, to)) = trying.smallest(name, column) {
            let from = column.value(row);
            let column = name.clone();
            found.push((size, Change { column, from, to }));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Otherwise::Changes {
        changes: found.into_iter().map(|(_, change)| change).collect(),
        is_cut: trying.left == 0,
    }
}

struct Trying<'q, A> {
    question: &'q Question<RankInput>,
    row: usize,
    ask: A,
    left: usize,
}

impl<A: FnMut(&Question<RankInput>) -> Option<Answer<Ranking>>> Trying<'_, A> {
    fn is_asked_with(&mut self, question: &Question<RankInput>) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let row = self.row;
        (self.ask)(question).is_some_and(|answer| is_asked(&answer, row))
    }

    fn works(&mut self, name: &str, column: &Column, to: Option<&Value>) -> bool {
        let mut question = self.question.clone();
        let changed = column.with(self.row, to);
        let candidates = &mut question.input.candidates;
        candidates.columns.insert(name.to_owned(), changed.into());
        self.is_asked_with(&question)
    }

    /// The smallest change of a column that is enough, with how large it is: of a
    /// number in parts of the column's span, 1 for everything else.
    fn smallest(&mut self, name: &str, column: &Column) -> Option<(f64, Option<Value>)> {
        let own = column.value(self.row);
        if is_number(column) {
            if let Some(found) = self.smallest_number(name, column, own.as_ref()) {
                return Some(found);
            }
        } else {
            for value in others(column, own.as_ref()) {
                if self.works(name, column, Some(&value)) {
                    return Some((1.0, Some(value)));
                }
            }
        }
        let works = own.is_some() && self.works(name, column, None);
        works.then_some((1.0, None))
    }

    /// From the nearest value of others that is enough on the way back to its own, by
    /// halves.
    fn smallest_number(
        &mut self,
        name: &str,
        column: &Column,
        own: Option<&Value>,
    ) -> Option<(f64, Option<Value>)> {
        let numbers = numbers(column);
        let own = own.and_then(number);
        let least = *numbers.first()?;
        let span = (numbers.last()? - least).max(f64::MIN_POSITIVE);
        let mut tried = numbers;
        if let Some(own) = own {
            tried.retain(|value| *value != own);
            tried.sort_by(|one, other| (one - own).abs().total_cmp(&(other - own).abs()));
        }
        let works = tried
            .into_iter()
            .find(|value| self.works(name, column, Some(&as_cell(column, *value))))?;
        let Some(own) = own else {
            return Some((1.0, Some(as_cell(column, works))));
        };
        let (mut enough, mut too_little) = (works, own);
        for _ in 0..HALVED_MAX {
            let middle = rounded(column, (enough + too_little) / 2.0);
            if middle == enough || middle == too_little {
                break;
            }
            match self.works(name, column, Some(&as_cell(column, middle))) {
                true => enough = middle,
                false => too_little = middle,
            }
        }
        Some(((enough - own).abs() / span, Some(as_cell(column, enough))))
    }
}

fn is_number(column: &Column) -> bool {
    matches!(column.cells(), Cells::Numbers(_) | Cells::Integers(_))
}

/// Exact up to 2^53, which is far beyond what anybody compares partners by.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Integer(integer) => Some(*integer as f64),
        _ => None,
    }
}

fn rounded(column: &Column, number: f64) -> f64 {
    match column.cells() {
        Cells::Integers(_) => number.round(),
        // Nobody is told more digits than these.
        _ => (number * 1e3).round() / 1e3,
    }
}

fn as_cell(column: &Column, number: f64) -> Value {
    match column.cells() {
        Cells::Integers(_) => Value::Integer(number as i64),
        _ => Value::Number(number),
    }
}

/// The column's different numbers, with 0 and with twice the largest, which may be better
/// than all of them; in order.
fn numbers(column: &Column) -> Vec<f64> {
    let values = (0..column.rows()).filter_map(|row| column.value(row));
    let mut numbers: Vec<f64> = values.filter_map(|value| number(&value)).collect();
    let largest = numbers.iter().copied().fold(1.0, f64::max);
    numbers.extend([0.0, 2.0 * largest]);
    numbers.sort_by(f64::total_cmp);
    numbers.dedup_by(|one, other| one.partial_cmp(&other) == Some(Ordering::Equal));
    numbers
}

/// The other values that a cell of the column may have: of a set its own with a word
/// more or less.
fn others(column: &Column, own: Option<&Value>) -> Vec<Value> {
    match column.cells() {
        Cells::Numbers(_) | Cells::Integers(_) => Vec::new(),
        Cells::Flags(_) => [true, false]
            .map(Value::Flag)
            .into_iter()
            .filter(|value| own != Some(value))
            .collect(),
        Cells::Texts(texts) => texts
            .words()
            .iter()
            .cloned()
            .map(Value::Text)
            .filter(|value| own != Some(value))
            .collect(),
        Cells::Sets(sets) => {
            let own: BTreeSet<String> = match own {
                Some(Value::Texts(own)) => own.clone(),
                _ => BTreeSet::new(),
            };
            let more = sets.words().iter().filter(|word| !own.contains(*word));
            let more = more.map(|word| own.iter().chain([word]).cloned().collect());
            let less = own.iter();
            let less = less.map(|word| own.iter().filter(|kept| *kept != word).cloned().collect());
            more.chain(less).map(Value::Texts).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::question::{Context, Instant, OpenCase, Table, Terms, Texts};

    fn question(table: Table) -> Question<RankInput> {
        Question {
            context: Context {
                now: Instant {
                    micros: 0,
                    offset_seconds: 0,
                    in_working_time: false,
                },
                seed: 1,
            },
            input: RankInput {
                candidates: table,
                ..RankInput::default()
            },
        }
    }

    /// Asks the nearest gold partner that is not blocked and holds the certificate.
    fn nearest(question: &Question<RankInput>) -> Option<Answer<Ranking>> {
        let table = &question.input.candidates;
        let (distance, level) = (table.column("distance-km")?, table.column("level")?);
        let (blocked, held) = (table.column("blocked")?, table.column("certificates")?);
        let mut rows: Vec<(f64, u32)> = (0..table.keys.len())
            .filter(|row| level.text(*row) == Some("gold"))
            .filter(|row| blocked.value(*row) != Some(Value::Flag(true)))
            .filter(|row| match held.value(*row) {
                Some(Value::Texts(held)) => held.contains("f-gas"),
                _ => false,
            })
            .filter_map(|row| Some((number(&distance.value(row)?)?, row as u32)))
            .collect();
        rows.sort_by(|one, other| one.0.total_cmp(&other.0));
        Some(Answer::Given(Ranking {
            outcome: OpenCase::default(),
            groups: rows
                .first()
                .map(|(_, row)| vec![*row])
                .into_iter()
                .collect(),
            excluded: Texts::default(),
            scores: Vec::new(),
            terms: Terms::default(),
            counters: Vec::new(),
            reasons: Vec::new(),
        }))
    }

    fn asked(distance: f64, level: &str, blocked: bool, held: &[&str]) -> Otherwise {
        let table = Table::new(vec![1, 2])
            .with("distance-km", Column::numbers([Some(40.0), Some(distance)]))
            .with("level", Column::texts([Some("gold"), Some(level)]))
            .with("blocked", Column::flags([Some(false), Some(blocked)]))
            .with(
                "certificates",
                Column::sets([Some(vec!["f-gas", "solar"]), Some(held.to_vec())]),
            );
        otherwise(&question(table), 1, nearest)
    }

    fn single(found: Otherwise) -> (String, Option<Value>) {
        match found {
            Otherwise::Changes { changes, is_cut } => {
                assert!(!is_cut);
                let [change] = changes.try_into().expect("one change");
                (change.column, change.to)
            }
            Otherwise::Asked => panic!("it is asked already"),
        }
    }

    #[test]
    fn the_smallest_single_change_is_found_of_every_kind() {
        assert_eq!(asked(10.0, "gold", false, &["f-gas"]), Otherwise::Asked);
        let (column, to) = single(asked(50.0, "gold", false, &["f-gas"]));
        assert_eq!(column, "distance-km");
        let Some(Value::Number(to)) = to else {
            panic!("a number")
        };
        assert!((39.9..40.0).contains(&to), "{to}");
        assert_eq!(
            single(asked(10.0, "silver", false, &["f-gas"])),
            ("level".to_owned(), Some(Value::Text("gold".to_owned())))
        );
        assert_eq!(
            single(asked(10.0, "gold", true, &["f-gas"])),
            ("blocked".to_owned(), Some(Value::Flag(false)))
        );
        let held = BTreeSet::from(["f-gas".to_owned(), "solar".to_owned()]);
        assert_eq!(
            single(asked(10.0, "gold", false, &["solar"])),
            ("certificates".to_owned(), Some(Value::Texts(held)))
        );
    }

    #[test]
    fn two_reasons_at_once_leave_no_single_change() {
        let nothing = Otherwise::Changes {
            changes: Vec::new(),
            is_cut: false,
        };
        assert_eq!(asked(50.0, "silver", false, &["f-gas"]), nothing);
    }
}
