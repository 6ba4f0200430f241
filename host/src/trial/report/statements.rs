//! What each partner would read on its statements, side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Page};
use crate::policy::reason::Language;
use crate::statement::escaped;
use crate::trial::ledger::Paid;

/// Partners whose statements are shown: those whose pay differs most.
const PARTNERS_MAX: usize = 100;

/// A line of a statement: period, component, account and unit.
type LineOf<'a> = (&'a str, &'a str, &'a str, &'a str);

impl Page<'_> {
    /// Statements of the partners whose pay differs most, one line for each account of
    /// a period and one column for each plan.
    pub(super) fn statements(&mut self) {
        let plans = &self.report.comparison.plans;
        let mut differences: BTreeMap<&str, i64> = BTreeMap::new();
        for sum in plans.iter().flat_map(|plan| &plan.partners) {
            let most = differences.entry(&sum.of).or_default();
            *most = (*most).max(sum.difference.saturating_abs());
        }
        let mut partners: Vec<(&str, i64)> = differences.into_iter().collect();
        partners.sort_by_key(|(name, most)| (std::cmp::Reverse(*most), *name));
        if partners.is_empty() {
            return;
        }
        self.section(self.words.statements);
        let (shown, all) = (partners.len().min(PARTNERS_MAX), partners.len());
        if shown < all {
            let said = match self.report.language {
                Language::German => format!(
                    "Gezeigt sind {shown} von {all} Partnern, deren Zahlung sich am meisten \
                     ändert; alle stehen in results/paid.csv."
                ),
                Language::English => format!(
                    "Shown are {shown} of {all} partners, whose pay differs most; all of them \
                     stand in results/paid.csv."
                ),
            };
            self.paragraph(&said);
        }
        for (partner, _) in partners.into_iter().take(shown) {
            self.statement(partner);
        }
    }

    fn statement(&mut self, partner: &str) {
        let outcomes = self.report.outcomes;
        let of = |paid: &&Paid| paid.partner == partner && paid.kind.is_due();
        let lines: BTreeSet<LineOf<'_>> = outcomes
            .iter()
            .flat_map(|outcome| outcome.paid.iter().filter(of).map(line_of))
            .collect();
        let rows: Vec<Vec<Cell>> = lines
            .into_iter()
            .map(|line| {
                let (period, component, account, unit) = line;
                let amounts = outcomes.iter().map(|outcome| {
                    let paid = outcome.paid.iter().filter(of);
                    let paid = paid.filter(|paid| line_of(paid) == line);
                    let amount = paid.fold(0_i64, |sum, paid| sum.saturating_add(paid.amount));
                    let told = match unit {
                        "money" => self.figures.money(amount),
                        unit => format!("{amount} {unit}"),
                    };
                    (told, Some(amount))
                });
                [self.named_period(period), format!("{component}/{account}")]
                    .into_iter()
                    .map(|text| (text, None))
                    .chain(amounts)
                    .collect()
            })
            .collect();
        let words = self.words;
        let names = outcomes.iter().map(|outcome| outcome.name.as_str());
        let columns: Vec<&str> = [words.period, words.account]
            .into_iter()
            .chain(names)
            .collect();
        let name = escaped(partner);
        self.text
            .push_str(&format!("<details>\n<summary>{name}</summary>\n"));
        self.table(&columns, &rows);
        self.text.push_str("</details>\n");
    }
}

fn line_of(paid: &Paid) -> LineOf<'_> {
    (&paid.period, &paid.component, &paid.account, &paid.unit)
}
