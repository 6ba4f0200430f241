//! A trial's report as one page that holds everything it needs: words first, then
//! figures. It loads nothing, and prints to A4.

mod against_paid;
mod behaviour;
mod chart;
mod figures;
mod flaws;
mod lacking;
mod routing;
mod statements;
mod words;

use std::fmt::Write;

use self::chart::Bar;
use self::figures::Figures;
use self::words::{Words, words};
use super::behaviour::Simulated;
use super::compare::{Comparison, PlanSums, Sum};
use super::joins::Unjoined;
use super::lacking::Declared;
use super::ledger::Outcome;
use crate::policy::reason::Language;
use crate::statement::escaped;

/// Readable without colours: what matters is said in words.
const STYLE: &str = include_str!("report.css");
/// Sorts a table by the column that is clicked; without it everything can be read, too.
const SORTING: &str = include_str!("sort.js");
const NUMBER: &str = "number";
/// Leads, or values, that are named of questions without an answer; the results name more.
const FAILED_NAMED: usize = 20;

/// What a report is about.
pub struct Report<'a> {
    pub language: Language,
    pub name: &'a str,
    /// The last day of history.
    pub until: jiff::civil::Date,
    /// ISO 4217.
    pub currency: &'a str,
    /// The last day that a plan's counts are made of; none: no plan counts.
    pub counted_until: Option<jiff::civil::Date>,
    /// When an open lead is taken as lost; none: never.
    pub lost_after_days: Option<u32>,
    /// What is taken for what history does not tell.
    pub declared: &'a Declared,
    /// Whether history tells when leads were offered.
    pub tells_offers: bool,
    /// Names that its files do not share.
    pub unjoined: &'a [Unjoined],
    /// What may be paid in all, in minor units.
    pub budget: Option<i64>,
    /// Of everything that the trial is made of.
    pub digest: &'a str,
    /// What is in force first.
    pub outcomes: &'a [Outcome],
    pub comparison: &'a Comparison,
    /// None where nothing was assumed.
    pub behaviour: Option<&'a Simulated>,
}

/// The report as HTML.
pub fn html(report: &Report<'_>) -> String {
    let mut page = Page {
        report,
        words: words(report.language),
        figures: Figures {
            language: report.language,
            currency: report.currency,
        },
        text: String::new(),
    };
    page.head();
    page.summary();
    page.lacking();
    page.money();
    page.against_paid();
    page.sums(page.words.components, page.words.component, |plan| {
        &plan.components
    });
    page.sums(page.words.partners, page.words.partner, |plan| {
        &plan.partners
    });
    page.sums(page.words.periods, page.words.period, |plan| &plan.periods);
    page.others();
    page.statements();
    page.flips();
    page.routing();
    page.failures();
    page.behaviour();
    page.flaws();
    page.assumptions();
    page.history();
    page.policies();
    let _ = write!(
        page.text,
        "<script>\n{SORTING}</script>\n</body>\n</html>\n"
    );
    page.text
}

/// A cell: its text, and for a number the value by which it is sorted.
type Cell = (String, Option<i64>);

struct Page<'a> {
    report: &'a Report<'a>,
    words: &'static Words,
    figures: Figures<'a>,
    text: String,
}

impl Page<'_> {
    fn head(&mut self) {
        let title = format!("{}: {}", self.words.trial, self.report.name);
        let title = escaped(&title);
        let _ = write!(
            self.text,
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n",
            self.words.code,
        );
    }

    /// A cell that says how many.
    fn count(&self, count: u64) -> Cell {
        let value = i64::try_from(count).unwrap_or(i64::MAX);
        (self.figures.whole(value), Some(value))
    }

    fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{}</h2>", escaped(title));
    }

    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "<p>{}</p>", escaped(text));
    }

    /// A chart, where there is something to draw.
    fn figure(&mut self, chart: Option<String>, caption: &str) {
        let Some(chart) = chart else { return };
        let caption = escaped(caption);
        let _ = writeln!(
            self.text,
            "<figure>\n{chart}\n<figcaption>{caption}</figcaption>\n</figure>"
        );
    }

    /// What changes, for whom, and how sure that is.
    fn summary(&mut self) {
        self.section(self.words.summary);
        let plans = &self.report.comparison.plans;
        for plan in plans.iter().skip(1) {
            let said = self.said(plan);
            self.paragraph(&said);
        }
        for outcome in self.report.outcomes {
            let said = [
                self.bounded_in_short(outcome),
                self.unanswered_in_short(outcome),
            ];
            for said in said.into_iter().flatten() {
                self.paragraph(&said);
            }
        }
        for plan in plans {
            if let Some(said) = self.difference_in_short(plan) {
                self.paragraph(&said);
            }
        }
        self.paragraph(self.words.replayed);
        if let Some(simulated) = self.report.behaviour {
            let said = self.behaviour_in_short(simulated);
            self.paragraph(&said);
        }
    }

    fn said(&self, plan: &PlanSums) -> String {
        let (total, difference) = (
            self.figures.money(plan.total),
            self.figures.signed_money(plan.difference),
        );
        let name = &plan.name;
        let leads = self.figures.whole(plan.leads_paid_otherwise);
        if plan.partners.iter().all(|sum| sum.difference == 0) && plan.leads_paid_otherwise == 0 {
            return match self.report.language {
                Language::German => {
                    format!("„{name}“ hätte jedem Partner dasselbe gezahlt wie heute: {total}.")
                }
                Language::English => {
                    format!("“{name}” would have paid every partner what is paid today: {total}.")
                }
            };
        }
        let until = self.figures.date(self.report.until);
        let start = match self.report.language {
            Language::German => format!(
                "„{name}“ hätte bis zum {until} zusammen {total} gezahlt, {difference} gegenüber \
                 heute. {leads} Leads würden anders bezahlt."
            ),
            Language::English => format!(
                "“{name}” would have paid {total} in all up to {until}, {difference} against \
                 today. {leads} leads would be paid otherwise."
            ),
        };
        let (more, less) = (self.side(plan, 1), self.side(plan, -1));
        [Some(start), more, less]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// For whom a plan is better, or worse, and for whom most; none where for nobody.
    fn side(&self, plan: &PlanSums, sign: i64) -> Option<String> {
        let of_side = |sum: &&Sum| sum.difference.signum() == sign;
        let sums = || plan.partners.iter().filter(of_side);
        let most = sums().max_by_key(|sum| sum.difference.abs())?;
        let (count, of, difference) = (
            sums().count(),
            &most.of,
            self.figures.signed_money(most.difference),
        );
        Some(match (self.report.language, sign > 0) {
            (Language::German, true) => {
                format!("Mehr bekämen {count} Partner, am meisten {of} ({difference}).")
            }
            (Language::German, false) => {
                format!("Weniger bekämen {count} Partner, am wenigsten {of} ({difference}).")
            }
            (Language::English, true) => {
                format!("Paid more: {count} of the partners, {of} the most ({difference}).")
            }
            (Language::English, false) => {
                format!("Paid less: {count} of the partners, {of} by the most ({difference}).")
            }
        })
    }

    fn money(&mut self) {
        self.section(self.words.money);
        let plans = &self.report.comparison.plans;
        let bars: Vec<Bar> = plans
            .iter()
            .map(|plan| Bar {
                name: plan.name.clone(),
                value: plan.total,
                label: self.figures.money(plan.total),
            })
            .collect();
        self.figure(chart::bars(&bars), self.words.total);
        let budget = self.report.budget;
        let rows: Vec<Vec<Cell>> = plans
            .iter()
            .map(|plan| {
                let mut row = vec![
                    (plan.name.clone(), None),
                    (self.figures.money(plan.total), Some(plan.total)),
                    (
                        self.figures.signed_money(plan.difference),
                        Some(plan.difference),
                    ),
                ];
                row.extend(budget.map(|budget| {
                    let over = plan.total.saturating_sub(budget);
                    (self.figures.signed_money(over), Some(over))
                }));
                row
            })
            .collect();
        let words = self.words;
        let mut columns = vec![words.plan, words.total, words.difference];
        columns.extend(budget.map(|_| words.over_budget));
        self.table(&columns, &rows);
    }

    /// One row for each that is paid, one column for each plan.
    fn sums(&mut self, title: &str, of: &str, sums: impl Fn(&PlanSums) -> &[Sum]) {
        self.section(title);
        let plans = &self.report.comparison.plans;
        let mut all: Vec<&str> = plans
            .iter()
            .flat_map(|plan| sums(plan).iter().map(|sum| sum.of.as_str()))
            .collect();
        all.sort_unstable();
        all.dedup();
        let rows: Vec<Vec<Cell>> = all
            .into_iter()
            .map(|name| {
                let amounts = plans.iter().map(|plan| {
                    let sum = sums(plan).iter().find(|sum| sum.of == name);
                    let amount = sum.map_or(0, |sum| sum.amount);
                    (self.figures.money(amount), Some(amount))
                });
                std::iter::once((self.named_period(name), None))
                    .chain(amounts)
                    .collect()
            })
            .collect();
        let names = plans.iter().map(|plan| plan.name.as_str());
        let columns: Vec<&str> = std::iter::once(of).chain(names).collect();
        self.table(&columns, &rows);
    }

    /// A period that is not final is said to be so.
    fn named_period(&self, name: &str) -> String {
        let mut periods = self
            .report
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.periods);
        match periods.any(|period| period.period == name && !period.closed) {
            true => format!("{name} ({})", self.words.provisional),
            false => name.to_owned(),
        }
    }

    fn others(&mut self) {
        let plans = &self.report.comparison.plans;
        let rows: Vec<Vec<Cell>> = plans
            .iter()
            .flat_map(|plan| {
                plan.others.iter().map(|sum| {
                    vec![
                        (plan.name.clone(), None),
                        (sum.of.clone(), None),
                        (self.figures.whole(sum.amount), Some(sum.amount)),
                    ]
                })
            })
            .collect();
        if !rows.is_empty() {
            self.section(self.words.others);
            self.table(
                &[self.words.plan, self.words.component, self.words.total],
                &rows,
            );
        }
    }

    fn flips(&mut self) {
        let plans = self.report.comparison.plans.iter().skip(1);
        let rows: Vec<Vec<Cell>> = plans
            .flat_map(|plan| {
                plan.flips.iter().map(|flip| {
                    let difference = flip.plan.saturating_sub(flip.in_force);
                    vec![
                        (plan.name.clone(), None),
                        (flip.lead.clone(), None),
                        (flip.partner.clone(), None),
                        (self.figures.money(flip.in_force), Some(flip.in_force)),
                        (self.figures.money(flip.plan), Some(flip.plan)),
                        (self.figures.signed_money(difference), Some(difference)),
                    ]
                })
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let words = self.words;
        self.section(words.flips);
        let columns = [
            words.plan,
            words.lead,
            words.partner,
            words.in_force,
            words.total,
            words.difference,
        ];
        self.table(&columns, &rows);
    }

    /// How much of history a plan left without an answer; none where nothing.
    fn unanswered_in_short(&self, outcome: &Outcome) -> Option<String> {
        let (name, count) = (&outcome.name, outcome.unanswered());
        (count > 0).then(|| match self.report.language {
            Language::German => format!(
                "„{name}“ ließ {count} Fragen zur Vergangenheit ohne Antwort; sie sind unten \
                 genannt, und was sie ergeben hätten, fehlt in den Zahlen."
            ),
            Language::English => format!(
                "“{name}” left {count} questions of history without an answer; they are named \
                 below, and what they would have come to is in no figure."
            ),
        })
    }

    fn failures(&mut self) {
        let rows: Vec<Vec<Cell>> = self
            .report
            .outcomes
            .iter()
            .flat_map(|outcome| {
                let failures = outcome.failures.iter().chain(&outcome.routing.failures);
                failures.map(|failure| {
                    vec![
                        (outcome.name.clone(), None),
                        (failure.component.clone(), None),
                        (failure.code.clone(), None),
                        self.count(failure.count),
                        (some_of(&failure.leads, failure.count), None),
                    ]
                })
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        let words = self.words;
        self.section(words.failures);
        let columns = [
            words.plan,
            words.component,
            words.code_of_error,
            words.times,
            words.lead,
        ];
        self.table(&columns, &rows);
    }

    fn history(&mut self) {
        let words = self.words;
        self.section(words.history);
        let rows: Vec<Vec<Cell>> = self.report.outcomes[0]
            .files
            .iter()
            .map(|file| {
                vec![
                    (file.file.clone(), None),
                    self.count(file.rows),
                    self.count(file.rejected),
                ]
            })
            .collect();
        self.table(&[words.file, words.rows, words.rejected], &rows);
    }

    fn policies(&mut self) {
        let words = self.words;
        self.section(words.policies);
        let rows: Vec<Vec<Cell>> = self
            .report
            .outcomes
            .iter()
            .flat_map(|outcome| {
                outcome.policies.iter().map(|bound| {
                    vec![
                        (outcome.name.clone(), None),
                        (bound.slot.clone(), None),
                        (bound.plugin.clone(), None),
                        (bound.plugin_digest.clone(), None),
                    ]
                })
            })
            .collect();
        self.text.push_str("<div class=\"digests\">\n");
        self.table(&[words.plan, words.slot, words.policy, words.digest], &rows);
        self.text.push_str("</div>\n");
        let _ = writeln!(
            self.text,
            "<p>{} {}: <span class=\"digest\">{}</span></p>",
            escaped(words.pinned),
            escaped(words.digest),
            escaped(self.report.digest)
        );
    }

    fn table(&mut self, columns: &[&str], rows: &[Vec<Cell>]) {
        let is_number = |column: usize| rows.iter().any(|row| row[column].1.is_some());
        self.text
            .push_str("<div class=\"table\"><table>\n<thead><tr>");
        for (index, column) in columns.iter().enumerate() {
            let class = if is_number(index) { NUMBER } else { "" };
            let _ = write!(self.text, "<th class=\"{class}\">{}</th>", escaped(column));
        }
        self.text.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.text.push_str("<tr>");
            for (text, value) in row {
                let text = escaped(text);
                let _ = match value {
                    Some(value) => write!(
                        self.text,
                        "<td class=\"{NUMBER}\" data-value=\"{value}\">{text}</td>"
                    ),
                    None => write!(self.text, "<td>{text}</td>"),
                };
            }
            self.text.push_str("</tr>\n");
        }
        self.text.push_str("</tbody>\n</table></div>\n");
    }
}

/// The first of some names, and how many more there are.
fn some_of(names: &[String], count: u64) -> String {
    let named = &names[..names.len().min(FAILED_NAMED)];
    let others = count.saturating_sub(named.len() as u64);
    match others {
        0 => named.join(", "),
        others => format!("{} (+{others})", named.join(", ")),
    }
}
