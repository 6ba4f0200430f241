//! Plans against what was really paid.

use super::{Cell, Page};
use crate::trial::compare::AgainstPaid;

impl Page<'_> {
    /// Each plan against what was really paid, by component, and the leads that differ.
    pub(super) fn against_paid(&mut self) {
        let words = self.words;
        let all = &self.report.comparison.against_paid;
        if all.is_empty() {
            return;
        }
        self.section(words.against_paid);
        self.paragraph(words.against_paid_means);
        let money = |amount: i64| (self.figures.money(amount), Some(amount));
        let signed = |amount: i64| (self.figures.signed_money(amount), Some(amount));
        let of_plan = |of: &AgainstPaid| -> Vec<Vec<Cell>> {
            let row = |component: &str, amount: i64, difference: i64| {
                vec![
                    (of.name.clone(), None),
                    (component.to_owned(), None),
                    money(amount - difference),
                    money(amount),
                    signed(difference),
                ]
            };
            let sums = of.components.iter();
            let sums = sums.map(|sum| row(&sum.of, sum.amount, sum.difference));
            let whole = row(words.total, of.was_paid + of.difference, of.difference);
            sums.chain([whole]).collect()
        };
        let rows: Vec<Vec<Cell>> = all.iter().flat_map(of_plan).collect();
        let of_lead = |of: &AgainstPaid| -> Vec<Vec<Cell>> {
            let flips = of.flips.iter();
            flips
                .map(|flip| {
                    vec![
                        (of.name.clone(), None),
                        (flip.lead.clone(), None),
                        (flip.partner.clone(), None),
                        money(flip.in_force),
                        money(flip.plan),
                        signed(flip.plan.saturating_sub(flip.in_force)),
                    ]
                })
                .collect()
        };
        let leads: Vec<Vec<Cell>> = all.iter().flat_map(of_lead).collect();
        let columns = [
            words.plan,
            words.component,
            words.was_paid,
            words.by_plan,
            words.difference_only,
        ];
        self.table(&columns, &rows);
        if !leads.is_empty() {
            let columns = [
                words.plan,
                words.lead,
                words.partner,
                words.was_paid,
                words.by_plan,
                words.difference_only,
            ];
            self.table(&columns, &leads);
        }
    }
}
