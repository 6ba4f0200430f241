//! What history does not tell: what is assumed for it, between what plans' pay lies, and
//! which names its files do not share.

use super::{Cell, Page};
use crate::domain::event::EventCode;
use crate::policy::reason::Language;
use crate::trial::compare::PlanSums;
use crate::trial::joins::Of;
use crate::trial::lacking::{Assumption, Input};
use crate::trial::ledger::Outcome;

/// Millionths in one per cent.
const PER_CENT: f64 = 10_000.0;
const HOUR_SECONDS: f64 = 3_600.0;

impl Page<'_> {
    /// Nothing where history tells all that plans go by.
    pub(super) fn lacking(&mut self) {
        let words = self.words;
        let outcomes = self.report.outcomes;
        let lacking = rows(outcomes, |outcome| {
            let lacking = outcome.lacking.iter();
            lacking
                .map(|of| vec![plain(&of.component), plain(&of.input.to_string())])
                .collect()
        });
        let assumptions = &self.report.declared.assumptions;
        let lacks_offers = self.lacks_offers();
        let unjoined = self.report.unjoined;
        let unread = rows(outcomes, |outcome| {
            let unread = outcome.unread.iter();
            unread
                .map(|of| vec![plain(&of.slot), plain(&of.attribute)])
                .collect()
        });
        let is_lacking = !lacking.is_empty() || !unread.is_empty() || lacks_offers;
        if !is_lacking && assumptions.is_empty() && unjoined.is_empty() {
            return;
        }
        self.section(words.lacking);
        if !lacking.is_empty() {
            self.paragraph(words.lacking_means);
            self.table(&[words.plan, words.component, words.what], &lacking);
            let bounds = rows(outcomes, |outcome| self.bounds_of(outcome));
            self.table(&[words.plan, words.partner, words.low, words.high], &bounds);
        }
        if !unread.is_empty() {
            self.paragraph(words.unread_means);
            self.table(&[words.plan, words.slot, words.what], &unread);
        }
        if !assumptions.is_empty() {
            self.paragraph(words.assumed_means);
            let rows: Vec<Vec<Cell>> = assumptions
                .iter()
                .map(|(input, assumption)| {
                    let said = self.assumed(input, assumption);
                    vec![plain(&input.to_string()), plain(&said)]
                })
                .collect();
            self.table(&[words.what, words.assumed], &rows);
        }
        if lacks_offers {
            self.paragraph(words.lacks_offers);
        }
        if !unjoined.is_empty() {
            self.paragraph(words.unjoined_means);
            let rows: Vec<Vec<Cell>> = unjoined
                .iter()
                .map(|of| {
                    let what = match of.of {
                        Of::Leads => words.lead,
                        Of::Partners => words.partner,
                    };
                    vec![
                        plain(&of.side),
                        plain(what),
                        plain(&of.lacks),
                        self.count(of.count),
                        plain(&of.some()),
                    ]
                })
                .collect();
            let columns = [
                words.file,
                words.what,
                words.lacking_in,
                words.times,
                words.name,
            ];
            self.table(&columns, &rows);
        }
    }

    /// In a sentence between what a plan's pay lies; none where history tells all of it.
    pub(super) fn bounded_in_short(&self, outcome: &Outcome) -> Option<String> {
        let bounds = outcome.bounds.as_ref()?;
        let inputs: Vec<String> = bounds.inputs.iter().map(ToString::to_string).collect();
        let inputs = inputs.join(", ");
        let name = &outcome.name;
        let [low, high] = [bounds.total.low, bounds.total.high].map(|of| self.figures.money(of));
        Some(match self.report.language {
            Language::German => format!(
                "Was „{name}“ zahlt, liegt zwischen {low} und {high}, weil die Dateien nichts \
                 sagen zu: {inputs}."
            ),
            Language::English => format!(
                "What “{name}” pays lies between {low} and {high}, as the files tell nothing of \
                 {inputs}."
            ),
        })
    }

    /// In a sentence between what the difference to what is in force lies; none where history
    /// tells all of it.
    pub(super) fn difference_in_short(&self, plan: &PlanSums) -> Option<String> {
        let range = plan.difference_bounds?;
        let name = &plan.name;
        let [low, high] = [range.low, range.high].map(|of| self.figures.signed_money(of));
        Some(match self.report.language {
            Language::German => {
                format!("Was „{name}“ anders zahlt als heute, liegt zwischen {low} und {high}.")
            }
            Language::English => {
                format!("By what “{name}” differs from today lies between {low} and {high}.")
            }
        })
    }

    fn bounds_of(&self, outcome: &Outcome) -> Vec<Vec<Cell>> {
        let Some(bounds) = &outcome.bounds else {
            return Vec::new();
        };
        let all = [(self.words.total, &bounds.total)];
        let partners = bounds.partners.iter();
        let partners = partners.map(|(partner, range)| (partner.as_str(), range));
        all.into_iter()
            .chain(partners)
            .map(|(of, range)| {
                let amount = |amount| (self.figures.money(amount), Some(amount));
                vec![plain(of), amount(range.low), amount(range.high)]
            })
            .collect()
    }

    /// Whether plans route otherwise, and nobody knows when leads were offered.
    fn lacks_offers(&self) -> bool {
        let outcomes = self.report.outcomes;
        let routes = outcomes
            .iter()
            .any(|outcome| !outcome.routing.leads.is_empty());
        routes && !self.report.tells_offers
    }

    fn assumed(&self, input: &Input, assumption: &Assumption) -> String {
        let is = |code: EventCode| *input == Input::Event(code.as_str().to_owned());
        let is_german = self.report.language == Language::German;
        match assumption {
            Assumption::Nothing => match (is_german, input) {
                (true, Input::Event(_)) => "nichts davon ist geschehen".to_owned(),
                (true, _) => "wie vereinbart".to_owned(),
                (false, Input::Event(_)) => "none of it has happened".to_owned(),
                (false, _) => "as agreed".to_owned(),
            },
            Assumption::Value(value) => self.figures.number(*value),
            Assumption::Event {
                share,
                after_seconds,
            } => {
                let percent = self.figures.number(*share as f64 / PER_CENT);
                let hours = self
                    .figures
                    .number(f64::from(*after_seconds) / HOUR_SECONDS);
                match is_german {
                    true if is(EventCode::Claimed) => {
                        format!("{hours} Stunden nach dem Eingang")
                    }
                    true if is(EventCode::Unworked) => {
                        format!("{percent} % der Leads ohne bekannte Bearbeitung in der Frist")
                    }
                    true => format!("{percent} % der Leads, {hours} Stunden nach der Übernahme"),
                    false if is(EventCode::Claimed) => {
                        format!("{hours} hours after the lead came in")
                    }
                    false if is(EventCode::Unworked) => {
                        format!("{percent} % of the leads of which no work in time is known")
                    }
                    false => format!("{percent} % of the leads, {hours} hours after the claim"),
                }
            }
        }
    }
}

/// Rows of all plans, each with its plan's name.
fn rows(outcomes: &[Outcome], of: impl Fn(&Outcome) -> Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    let rows = outcomes.iter().flat_map(|outcome| {
        let name = plain(&outcome.name);
        let rows = of(outcome).into_iter();
        rows.map(move |row| std::iter::once(name.clone()).chain(row).collect())
    });
    rows.collect()
}

/// A cell that is no number.
fn plain(text: &str) -> Cell {
    (text.to_owned(), None)
}
