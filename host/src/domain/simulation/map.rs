//! Which plan is best where: the same plans at other budgets, costs and margins, and
//! where their order flips.

use super::estimate::Estimate;
use super::outcome::Outcome;
use super::parameters::Parameters;
use crate::domain::generation::WHOLE;

/// By which factors the parameters are turned, in parts per million, each in ascending
/// order. A factor of 1,000,000 leaves them as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes {
    pub budgets: Vec<i64>,
    pub costs: Vec<i64>,
    pub margins: Vec<i64>,
}

/// Where a run is made. No margin: a provider is paid by the plan alone, so what it does
/// does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub budget: i64,
    pub cost: i64,
}

impl Axes {
    /// Where runs are to be made, in the order in which [`Map::drawn`] takes them.
    pub fn points(&self) -> Vec<Point> {
        let of = |budget: &i64| {
            let budget = *budget;
            self.costs.iter().map(move |cost| Point {
                budget,
                cost: *cost,
            })
        };
        self.budgets.iter().flat_map(of).collect()
    }
}

impl Parameters {
    /// The same with other budgets and costs. No budget becomes 0.
    pub fn at(&self, point: Point) -> Self {
        let mut turned = self.clone();
        for provider in &mut turned.providers {
            provider.budget = times(provider.budget, point.budget).max(1);
            provider.cost_per_hour = times(provider.cost_per_hour, point.cost);
        }
        turned
    }
}

fn times(value: i64, factor: i64) -> i64 {
    let product = i128::from(value) * i128::from(factor) / i128::from(WHOLE);
    i64::try_from(product).unwrap_or(i64::MAX)
}

/// The cells, budgets outermost and margins innermost, and where the order flips.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    pub cells: Vec<Cell>,
    pub flips: Vec<Flip>,
}

/// What plans come to at a budget, a cost and a margin.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub point: Point,
    pub margin: i64,
    /// By plan.
    pub plans: Vec<OfPlan>,
    /// The plans by what they leave to the manufacturer, the best first.
    pub order: Vec<usize>,
    /// Whether the first is better than the second in more than chance.
    pub is_sure: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfPlan {
    pub manufacturer_margin: Estimate,
    pub provider_margin: Estimate,
    /// Parts per million of the leads.
    pub unworked: Estimate,
    pub unworked_with_hours: Estimate,
}

/// Two neighbours in which the plans are in another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    pub axis: Axis,
    /// Positions of the cells, the one with the lower factor first.
    pub from: usize,
    pub to: usize,
    /// Whether another plan is best, and not just second.
    pub is_of_best: bool,
    /// Whether both cells are sure of theirs.
    pub is_sure: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Budget,
    Cost,
    Margin,
}

impl Map {
    /// From what came of each seed (all providers together), by point and plan.
    pub fn drawn(axes: &Axes, outcomes: &[Vec<Vec<Outcome>>]) -> Self {
        let points = axes.points();
        let cells: Vec<Cell> = points
            .iter()
            .zip(outcomes)
            .flat_map(|(point, plans)| {
                let cell = |margin: &i64| Cell::of(*point, *margin, plans);
                axes.margins.iter().map(cell).collect::<Vec<_>>()
            })
            .collect();
        let steps = [
            (
                Axis::Budget,
                axes.costs.len() * axes.margins.len(),
                axes.budgets.len(),
            ),
            (Axis::Cost, axes.margins.len(), axes.costs.len()),
            (Axis::Margin, 1, axes.margins.len()),
        ];
        let mut flips = Vec::new();
        for (axis, step, length) in steps {
            for from in 0..cells.len() {
                let is_last = from / step % length == length - 1;
                if let (false, Some(to)) = (is_last, cells.get(from + step)) {
                    flips.extend(Flip::between(axis, from, &cells[from], from + step, to));
                }
            }
        }
        Self { cells, flips }
    }
}

/// Beyond this share, in parts per million, a plan that lowers what is unworked has
/// something to lower.
const MUCH_UNWORKED: i64 = 100_000;

/// How a plan compares with another in what stays unworked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unworked {
    /// Positions of the cells in which more stays unworked than under the other.
    pub raised: Vec<usize>,
    /// Those in which the other leaves more than 10 % and this one no less.
    pub not_lowered: Vec<usize>,
}

impl Map {
    /// How a plan compares with another in what stays unworked.
    pub fn unworked_of(&self, plan: usize, other: usize) -> Unworked {
        let mut unworked = Unworked::default();
        for (position, cell) in self.cells.iter().enumerate() {
            let of = |plan: usize| cell.plans[plan].unworked.mean;
            if of(plan) > of(other) {
                unworked.raised.push(position);
            }
            if of(other) > MUCH_UNWORKED && of(plan) >= of(other) {
                unworked.not_lowered.push(position);
            }
        }
        unworked
    }
}

impl Cell {
    fn of(point: Point, margin: i64, plans: &[Vec<Outcome>]) -> Self {
        let turned: Vec<Vec<Outcome>> = plans
            .iter()
            .map(|seeds| seeds.iter().map(|one| one.at_margin(margin)).collect())
            .collect();
        let values = |seeds: &[Outcome], figure: fn(&Outcome) -> i64| -> Vec<i64> {
            seeds.iter().map(figure).collect()
        };
        let of_plan = |seeds: &Vec<Outcome>| {
            let of = |figure| Estimate::of(&values(seeds, figure));
            OfPlan {
                manufacturer_margin: of(Outcome::manufacturer_margin),
                provider_margin: of(Outcome::provider_margin),
                unworked: of(Outcome::unworked_share),
                unworked_with_hours: of(Outcome::unworked_with_hours_share),
            }
        };
        let plans: Vec<OfPlan> = turned.iter().map(of_plan).collect();
        let mut order: Vec<usize> = (0..plans.len()).collect();
        order.sort_by_key(|plan| std::cmp::Reverse(plans[*plan].manufacturer_margin.mean));
        let is_sure = match order[..] {
            [best, second, ..] => {
                let of = |plan: usize| values(&turned[plan], Outcome::manufacturer_margin);
                Estimate::of_difference(&of(best), &of(second)).is_sure()
            }
            _ => false,
        };
        Self {
            point,
            margin,
            plans,
            order,
            is_sure,
        }
    }
}

impl Flip {
    fn between(axis: Axis, from: usize, one: &Cell, to: usize, other: &Cell) -> Option<Self> {
        (one.order != other.order).then(|| Self {
            axis,
            from,
            to,
            is_of_best: one.order.first() != other.order.first(),
            is_sure: one.is_sure && other.is_sure,
        })
    }
}

impl Outcome {
    /// The same where the manufacturer keeps so much more or less of the projects.
    fn at_margin(&self, factor: i64) -> Self {
        Self {
            project_margin: times(self.project_margin, factor),
            ..*self
        }
    }
}
