//! What people would do under each plan, by what is assumed.

use super::chart::{self, Bar};
use super::{Cell, Page, some_of};
use crate::domain::event::EventCode;
use crate::domain::generation::WHOLE;
use crate::domain::simulation::behaviour::best_habit;
use crate::domain::simulation::map::{Cell as Point, Map};
use crate::domain::simulation::{Action, Behaviour, Estimate, Estimates, Outcome, Parameters};
use crate::policy::reason::Language;
use crate::trial::behaviour::{Behaved, Simulated};
use crate::trial::sandboxed::Unanswered;

impl Page<'_> {
    /// What people would do, first in words.
    pub(super) fn behaviour(&mut self) {
        let Some(simulated) = self.report.behaviour else {
            return;
        };
        self.section(self.words.behaviour);
        self.paragraph(self.words.simulated);
        for plan in &simulated.plans {
            let said = self.unworked(plan, &simulated.plans[0]);
            self.paragraph(&said);
        }
        self.paragraph(self.words.why_unworked);
        let bars: Vec<Bar> = simulated
            .plans
            .iter()
            .map(|plan| {
                let unworked = Estimates::of(&plan.by_pay).unworked.mean;
                Bar {
                    name: plan.name.clone(),
                    value: unworked,
                    label: self.figures.per_cent(unworked),
                }
            })
            .collect();
        self.figure(chart::bars(&bars), self.words.unworked);
        self.plans_by_behaviour(simulated);
        self.unanswered(simulated);
        self.map(simulated);
    }

    /// What each plan would leave lying, in one sentence for the summary.
    pub(super) fn behaviour_in_short(&self, simulated: &Simulated) -> String {
        let plans = simulated.in_short();
        let plans = plans.iter().map(|plan| {
            let (unworked, spare) = (
                self.figures.per_cent(plan.unworked),
                self.figures.per_cent(plan.unworked_with_hours),
            );
            match self.report.language {
                Language::German => {
                    format!("„{}“ {unworked} (mit freien Stunden {spare})", plan.name)
                }
                Language::English => {
                    format!("“{}” {unworked} (with hours to spare {spare})", plan.name)
                }
            }
        });
        let plans: Vec<String> = plans.collect();
        match self.report.language {
            Language::German => format!(
                "Nach den Annahmen dieses Versuchs blieben von den Leads unbearbeitet: {}.",
                plans.join("; ")
            ),
            Language::English => format!(
                "By what this trial assumes, so many of the leads would stay unworked: {}.",
                plans.join("; ")
            ),
        }
    }

    /// What stays unworked under a plan, and how sure the difference is.
    fn unworked(&self, plan: &Behaved, in_force: &Behaved) -> String {
        let estimates = Estimates::of(&plan.by_pay);
        let shares = |outcomes: &[Outcome]| -> Vec<i64> {
            outcomes.iter().map(Outcome::unworked_share).collect()
        };
        let unworked = self.share(estimates.unworked);
        let with_hours = self.share(estimates.unworked_with_hours);
        let name = &plan.name;
        let said = match self.report.language {
            Language::German => format!(
                "„{name}“: {unworked} der Leads blieben unbearbeitet, {with_hours} davon, obwohl \
                 Stunden übrig wären."
            ),
            Language::English => format!(
                "“{name}”: {unworked} of the leads would stay unworked, {with_hours} of all though \
                 there would be hours to spare."
            ),
        };
        if plan.plan == in_force.plan {
            return said;
        }
        let difference = Estimate::of_difference(&shares(&plan.by_pay), &shares(&in_force.by_pay));
        let points = self.figures.signed_points(difference.mean);
        let sure = match (self.report.language, difference.is_sure()) {
            (Language::German, true) => {
                format!("Gegenüber heute sind das {points} Punkte, mehr als der Zufall macht.")
            }
            (Language::German, false) => {
                format!("Gegenüber heute sind das {points} Punkte; das kann Zufall sein.")
            }
            (Language::English, true) => {
                format!("Against today that is {points} points, more than chance makes.")
            }
            (Language::English, false) => {
                format!("Against today that is {points} points, which may be chance.")
            }
        };
        format!("{said} {sure}")
    }

    fn plans_by_behaviour(&mut self, simulated: &Simulated) {
        let words = self.words;
        let estimates = simulated.plans.iter();
        let estimates: Vec<(&Behaved, Estimates)> = estimates
            .map(|plan| (plan, Estimates::of(&plan.by_pay)))
            .collect();
        let count = |estimate: Estimate| (self.figures.whole(estimate.mean), Some(estimate.mean));
        let rows: Vec<Vec<Cell>> = estimates
            .iter()
            .map(|(plan, of)| {
                let share = |estimate: Estimate| (self.share(estimate), Some(estimate.mean));
                vec![
                    (plan.name.clone(), None),
                    share(of.unworked),
                    share(of.unworked_with_hours),
                    (
                        self.figures.per_cent(of.data_complete.mean),
                        Some(of.data_complete.mean),
                    ),
                    count(of.cared_for),
                    count(of.deals),
                ]
            })
            .collect();
        let columns = [
            words.plan,
            words.unworked,
            words.with_hours,
            words.data_complete,
            words.cared_for,
            words.deals,
        ];
        self.table(&columns, &rows);
        let rows: Vec<Vec<Cell>> = estimates
            .iter()
            .map(|(plan, of)| {
                let money =
                    |estimate: Estimate| (self.figures.money(estimate.mean), Some(estimate.mean));
                vec![
                    (plan.name.clone(), None),
                    money(of.payout),
                    money(of.provider_margin),
                    money(of.manufacturer_margin),
                    (self.best_habit(plan), None),
                ]
            })
            .collect();
        let columns = [
            words.plan,
            words.payout,
            words.provider_margin,
            words.manufacturer_margin,
            words.best_habit,
        ];
        self.table(&columns, &rows);
    }

    fn best_habit(&self, plan: &Behaved) -> String {
        let habits = Behaviour::HABITS.into_iter().zip(plan.habits.clone());
        let habits: Vec<(Behaviour, Vec<Outcome>)> = habits.collect();
        let Some(best) = best_habit(&habits) else {
            return String::new();
        };
        let name = match (self.report.language, best.behaviour) {
            (Language::German, Behaviour::ByPay) => "was am meisten zahlt",
            (Language::German, Behaviour::WorkAll) => "alles bearbeiten",
            (Language::German, Behaviour::CherryPick) => "nur die großen Projekte",
            (Language::German, Behaviour::FastClose) => "nur die heißen Leads",
            (Language::English, Behaviour::ByPay) => "what pays most",
            (Language::English, Behaviour::WorkAll) => "work everything",
            (Language::English, Behaviour::CherryPick) => "the large projects alone",
            (Language::English, Behaviour::FastClose) => "the hot leads alone",
        };
        let margin = self.figures.money(best.provider_margin.mean);
        match best.is_sure {
            true => format!("{name}: {margin}"),
            false => format!("{name}: {margin} ({})", self.words.may_be_chance),
        }
    }

    fn unanswered(&mut self, simulated: &Simulated) {
        let of_plan = |plan: &Behaved| -> Vec<Vec<Cell>> {
            let name = plan.name.clone();
            let of = |one: &Unanswered| {
                let Unanswered {
                    component, code, ..
                } = one.clone();
                (component, code, one.event.clone())
            };
            let alike = plan
                .unanswered
                .chunk_by(|(one, _), (other, _)| of(one) == of(other));
            alike
                .map(|alike| {
                    let (component, code, event) = of(&alike[0].0);
                    let count: u64 = alike.iter().map(|(_, count)| count).sum();
                    let values = alike.iter().filter_map(|(one, _)| one.value);
                    vec![
                        (name.clone(), None),
                        (component, None),
                        (code, None),
                        (self.asked_about(event.as_deref(), values), None),
                        self.count(count),
                    ]
                })
                .collect()
        };
        let rows: Vec<Vec<Cell>> = simulated.plans.iter().flat_map(of_plan).collect();
        if rows.is_empty() {
            return;
        }
        let words = self.words;
        self.paragraph(words.unanswered);
        let columns = [
            words.plan,
            words.component,
            words.code_of_error,
            words.what,
            words.times,
        ];
        self.table(&columns, &rows);
    }

    /// The event with the values that it had, or that a period was settled.
    fn asked_about(&self, event: Option<&str>, values: impl Iterator<Item = i64>) -> String {
        let Some(event) = event else {
            return self.words.period.to_owned();
        };
        let event = EventCode::parse(event).map_or(event, |code| self.event(code));
        let values: Vec<String> = values.map(|value| self.figures.money(value)).collect();
        match values.is_empty() {
            true => event.to_owned(),
            false => format!("{event}: {}", some_of(&values, values.len() as u64)),
        }
    }

    /// Where another plan would be best, and where a plan does not do what it is for.
    fn map(&mut self, simulated: &Simulated) {
        let words = self.words;
        self.section(words.map);
        self.paragraph(words.map_means);
        let said = self.flips_of(&simulated.map);
        self.paragraph(&said);
        for plan in 1..simulated.plans.len() {
            let said = self.raised(simulated, plan);
            self.paragraph(&said);
        }
        let margins = &simulated.assumptions.axes.margins;
        let mut columns = vec![words.budget.to_owned(), words.cost.to_owned()];
        let plans = simulated.plans.iter();
        columns.extend(plans.map(|plan| format!("{}: {}", words.unworked, plan.name)));
        columns.extend(margins.iter().map(|margin| {
            let margin = self.figures.per_cent_of(*margin);
            format!("{} {margin}", words.best_at_margin)
        }));
        let cells = simulated.map.cells.chunks(margins.len().max(1));
        let rows: Vec<Vec<Cell>> = cells
            .map(|cells| {
                let at = cells[0].point;
                let unworked = cells[0].plans.iter().map(|plan| {
                    let mean = plan.unworked.mean;
                    (self.figures.per_cent(mean), Some(mean))
                });
                [at.budget, at.cost]
                    .into_iter()
                    .map(|factor| (self.figures.per_cent_of(factor), Some(factor)))
                    .chain(unworked)
                    .chain(cells.iter().map(|cell| (self.best(simulated, cell), None)))
                    .collect()
            })
            .collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.table(&columns, &rows);
    }

    fn best(&self, simulated: &Simulated, cell: &Point) -> String {
        let Some(best) = cell.order.first() else {
            return String::new();
        };
        let name = &simulated.plans[*best].name;
        match cell.is_sure || simulated.plans.len() < 2 {
            true => name.clone(),
            false => format!("{name} ({})", self.words.may_be_chance),
        }
    }

    fn flips_of(&self, map: &Map) -> String {
        let of_best = map.flips.iter().filter(|flip| flip.is_of_best).count();
        let cells = map.cells.len();
        match (self.report.language, of_best) {
            (Language::German, 0) => {
                format!("Auf allen {cells} Feldern ist derselbe Plan für den Hersteller der beste.")
            }
            (Language::German, _) => format!(
                "Zwischen {of_best} Paaren benachbarter Felder (von {cells} Feldern) wechselt, \
                 welcher Plan dem Hersteller am meisten lässt."
            ),
            (Language::English, 0) => {
                format!("On all {cells} cells the same plan is the best for the manufacturer.")
            }
            (Language::English, _) => format!(
                "Between {of_best} pairs of neighbours (of {cells} cells) another plan leaves the \
                 manufacturer most."
            ),
        }
    }

    /// Whether a plan raises what stays unworked against what is in force, and where.
    fn raised(&self, simulated: &Simulated, plan: usize) -> String {
        let compared = simulated.map.unworked_of(plan, 0);
        let name = &simulated.plans[plan].name;
        let cells = simulated.map.cells.len();
        let (raised, idle) = (compared.raised.len(), compared.not_lowered.len());
        let raises = match (self.report.language, raised) {
            (Language::German, 0) => {
                format!("„{name}“ lässt auf keinem der {cells} Felder mehr liegen als heute.")
            }
            (Language::German, _) => format!(
                "„{name}“ lässt auf {raised} der {cells} Felder mehr liegen als heute: {}.",
                self.places(simulated, &compared.raised)
            ),
            (Language::English, 0) => {
                format!("“{name}” leaves no more unworked than today on any of the {cells} cells.")
            }
            (Language::English, _) => format!(
                "“{name}” leaves more unworked than today on {raised} of the {cells} cells: {}.",
                self.places(simulated, &compared.raised)
            ),
        };
        if idle == 0 {
            return raises;
        }
        let idles = match self.report.language {
            Language::German => format!(
                "Auf {idle} Feldern, auf denen heute mehr als 10 % liegen blieben, bessert er nichts."
            ),
            Language::English => format!(
                "On {idle} cells on which more than 10 % would stay unworked today it betters \
                 nothing."
            ),
        };
        format!("{raises} {idles}")
    }

    /// Budgets and costs of cells, each once: what is done does not depend on the margin.
    fn places(&self, simulated: &Simulated, cells: &[usize]) -> String {
        let mut places: Vec<String> = Vec::new();
        for cell in cells {
            let point = simulated.map.cells[*cell].point;
            let (budget, cost) = (
                self.figures.per_cent_of(point.budget),
                self.figures.per_cent_of(point.cost),
            );
            let place = match self.report.language {
                Language::German => format!("Stunden {budget}, Kosten {cost}"),
                Language::English => format!("hours {budget}, cost {cost}"),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places.join("; ")
    }

    /// A share with what chance may make of it.
    fn share(&self, estimate: Estimate) -> String {
        let mean = self.figures.per_cent(estimate.mean);
        match estimate.interval {
            Some((low, high)) => {
                let to = match self.report.language {
                    Language::German => "bis",
                    Language::English => "to",
                };
                // Chance may be wider than a share can be.
                let (low, high) = (low.max(0), high.min(WHOLE));
                format!(
                    "{mean} ({} {to} {})",
                    self.figures.per_cent(low),
                    self.figures.per_cent(high)
                )
            }
            None => mean,
        }
    }

    /// What a simulation was made of.
    pub(super) fn assumptions(&mut self) {
        let Some(simulated) = self.report.behaviour else {
            return;
        };
        let words = self.words;
        let parameters = &simulated.assumptions.parameters;
        self.section(words.assumptions);
        let said = self.world(parameters);
        self.paragraph(&said);
        let rows: Vec<Vec<Cell>> = parameters
            .providers
            .iter()
            .map(|provider| {
                vec![
                    self.count(provider.count.into()),
                    (self.figures.hours(provider.budget), Some(provider.budget)),
                    (
                        self.figures.money(provider.cost_per_hour),
                        Some(provider.cost_per_hour),
                    ),
                ]
            })
            .collect();
        self.table(
            &[words.providers, words.hours_a_week, words.cost_per_hour],
            &rows,
        );
        let rows: Vec<Vec<Cell>> = parameters
            .kinds
            .iter()
            .map(|kind| {
                let mut row = vec![
                    (kind.source.clone(), None),
                    (kind.temperature.as_str().to_owned(), None),
                    (kind.product.clone().unwrap_or_default(), None),
                    self.count(kind.weight.into()),
                    (self.figures.money(kind.value), Some(kind.value)),
                    (
                        self.figures.per_cent(kind.project_margin),
                        Some(kind.project_margin),
                    ),
                ];
                row.extend(Action::ALL.map(|action| {
                    let work = kind.work(action);
                    let wanted = action.may_bring()[0];
                    let comes = work.outcomes.iter().find(|one| one.event == wanted);
                    let comes = self
                        .figures
                        .per_cent(comes.map_or(0, |one| one.probability));
                    let said = format!("{}, {comes}", self.figures.hours(work.effort));
                    (said, Some(work.effort))
                }));
                row
            })
            .collect();
        let columns = [
            words.source,
            words.temperature,
            words.product,
            words.weight,
            words.value,
            words.project_margin,
            words.keep_data,
            words.care_contact,
            words.pursue_project,
        ];
        self.table(&columns, &rows);
    }

    fn world(&self, parameters: &Parameters) -> String {
        let (leads, weeks) = (parameters.lead_count, parameters.weeks);
        let (seeds, open) = (parameters.seeds.len(), parameters.open_weeks);
        match self.report.language {
            Language::German => format!(
                "{leads} Leads in {weeks} Wochen, {seeds}-mal ausgelost; ein Lead, der {open} \
                 Wochen niemand bearbeitet, gilt als unbearbeitet. Jede Zahl mit ihrer Herkunft \
                 steht in simulation.toml."
            ),
            Language::English => format!(
                "{leads} leads in {weeks} weeks, drawn {seeds} times; a lead that nobody works for \
                 {open} weeks counts as unworked. Each number with where it comes from stands in \
                 simulation.toml."
            ),
        }
    }
}
