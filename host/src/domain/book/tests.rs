//! What is booked, and what is booked again.

use proptest::prelude::*;

use super::*;

fn entry(id: &str, event: &str, reason: &str, amount: i64) -> Entry {
    Entry {
        id: id.into(),
        line: Line {
            component: "commission".into(),
            account: "commission".into(),
            holder: Holder {
                kind: HolderKind::Partner,
                id: "p".into(),
            },
            event: Some(event.into()),
            reason: reason.into(),
            corrects: None,
        },
        unit: "money".into(),
        amount,
        occurred_at: Micros(10),
        lead: Some("lead".into()),
        deal: None,
        reason_args: "[]".into(),
        decision: None,
    }
}

fn month(begins: i64, ends: i64) -> Span {
    Span {
        cadence: Some(Cadence::Month),
        begins: Micros(begins),
        ends: Micros(ends),
    }
}

#[test]
fn a_balance_is_of_its_span() {
    let mut book = Book::default();
    let account = entry("a", "e", "won", 0).account_of();
    book.open_span(month(0, 20), [(account.clone(), 5)])
        .unwrap();
    book.enter(&[entry("a", "e", "won", 7)]).unwrap();
    // Opened after the entry was made.
    book.open_span(Span::ALWAYS, [(account.clone(), 100)])
        .unwrap();
    book.open_span(month(20, 40), []).unwrap();
    assert_eq!(book.balance(month(0, 20), &account), 12);
    assert_eq!(book.balance(Span::ALWAYS, &account), 107);
    assert_eq!(book.balance(month(20, 40), &account), 0);
}

#[test]
fn what_is_booked_counts_once() {
    let mut book = Book::default();
    let account = entry("a", "e", "won", 0).account_of();
    book.enter(&[entry("a", "e", "won", 7)]).unwrap();
    book.forget_entered();
    // The ledger has it meanwhile.
    book.open_span(Span::ALWAYS, [(account.clone(), 7)])
        .unwrap();
    assert_eq!(book.balance(Span::ALWAYS, &account), 7);
}

#[test]
fn a_leads_balance_is_what_its_lines_come_to() {
    let mut book = Book::default();
    let held = |id: &str, amount| {
        let mut entry = entry(id, id, "seen", amount);
        entry.line.holder = Holder {
            kind: HolderKind::Lead,
            id: "lead".into(),
        };
        entry
    };
    let account = held("a", 0).account_of();
    book.remember(Subject::Lead("lead".into()), vec![held("a", 1)]);
    book.enter(&[held("b", 2), entry("c", "c", "won", 50)])
        .unwrap();
    assert_eq!(book.balance(Span::ALWAYS, &account), 3);
    assert_eq!(book.balance(month(0, 10), &account), 0);
    assert_eq!(
        book.enter(&[held("d", i64::MAX)]),
        Err(Overflow),
        "its balance has to fit as well"
    );
}

#[test]
fn what_is_let_go_still_counts() {
    let mut book = Book::default();
    let lead = Subject::Lead("lead".into());
    let account = entry("a", "e", "won", 0).account_of();
    book.open_span(month(0, 20), []).unwrap();
    book.enter(&[entry("a", "e", "won", 7)]).unwrap();
    assert!(book.has_entered_on(&lead));
    book.let_go(&lead);
    assert!(!book.has_entered_on(&lead));
    assert!(book.earlier("commission", &lead).is_empty());
    assert_eq!(book.balance(month(0, 20), &account), 7);
    // Opened when its lines are gone.
    book.open_span(Span::ALWAYS, []).unwrap();
    assert_eq!(book.balance(Span::ALWAYS, &account), 7);
}

#[test]
fn an_answer_that_does_not_fit_changes_nothing() {
    let mut book = Book::default();
    let account = entry("a", "e", "won", 0).account_of();
    book.open_span(Span::ALWAYS, [(account.clone(), i64::MAX - 1)])
        .unwrap();
    let entries = [entry("a", "e", "won", 1), entry("b", "e", "extra", 1)];
    assert_eq!(book.enter(&entries), Err(Overflow));
    assert_eq!(book.balance(Span::ALWAYS, &account), i64::MAX - 1);
    assert!(
        book.earlier("commission", &Subject::Lead("lead".into()))
            .is_empty()
    );
}

#[test]
fn earlier_lines_are_the_booked_ones_and_then_the_new() {
    let mut book = Book::default();
    let lead = Subject::Lead("lead".into());
    book.enter(&[entry("b", "f", "won", 2)]).unwrap();
    book.remember(lead.clone(), vec![entry("a", "e", "won", 1)]);
    let amounts: Vec<i64> = book
        .earlier("commission", &lead)
        .iter()
        .map(|entry| entry.amount)
        .collect();
    assert_eq!(amounts, [1, 2]);
    assert!(book.earlier("care", &lead).is_empty());
}

proptest! {
    #[test]
    fn what_differs_is_booked_once(
        booked in prop::collection::vec((0_u8..4, -9_i64..9), 0..6),
        wanted in prop::collection::vec((0_u8..4, -9_i64..9), 0..6),
    ) {
        let entries = |list: Vec<(u8, i64)>| -> Vec<Entry> {
            let mut by_event = std::collections::BTreeMap::new();
            for (event, amount) in list {
                *by_event.entry(event).or_insert(0) += amount;
            }
            by_event
                .into_iter()
                .map(|(event, amount)| {
                    entry(&event.to_string(), &event.to_string(), "won", amount)
                })
                .collect()
        };
        let booked = entries(booked);
        let wanted = entries(wanted);
        let differences = differences(&booked, &wanted).unwrap();
        let mut after = booked;
        for difference in differences {
            let line = &difference.entry.line;
            match after.iter_mut().find(|entry| entry.line == *line) {
                Some(entry) => {
                    prop_assert_eq!(difference.adjusts.as_ref(), Some(&entry.id));
                    entry.amount += difference.entry.amount;
                }
                None => after.push(difference.entry),
            }
        }
        let amount_of = |entries: &[Entry], line: &Line| -> i64 {
            entries.iter().filter(|entry| entry.line == *line).map(|entry| entry.amount).sum()
        };
        for entry in &wanted {
            prop_assert_eq!(amount_of(&after, &entry.line), entry.amount);
        }
        prop_assert_eq!(super::differences(&after, &wanted).unwrap(), vec![]);
    }
}

#[test]
fn what_two_have_answered_on_one_account_is_one_line() {
    let of_partner = entry("a", "e", "won", 7);
    let [shared, also_shared] = [5, 3].map(|amount| {
        let mut entry = entry("b", "e", "fund", amount);
        entry.line.holder.kind = HolderKind::Plan;
        entry
    });
    let one = [of_partner.clone(), shared.clone()];
    let other = [also_shared];
    let added = added_up([&one[..], &other[..]]).unwrap();
    let together = Entry {
        amount: 8,
        ..shared.clone()
    };
    assert_eq!(added, [of_partner, together]);
    let back = reversed(&one).unwrap();
    assert_eq!(added_up([&one[..], &back[..]]).unwrap(), []);
    let huge = [entry("a", "e", "won", i64::MAX)];
    assert!(added_up([&huge[..], &one[..]]).is_err());
}
