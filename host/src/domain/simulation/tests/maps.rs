use super::*;
use crate::domain::simulation::map::{Axes, Axis, Map};

const WHOLE: i64 = 1_000_000;

/// Two plans: the one sells more and pays more, the other keeps customers.
fn outcomes(sales_margin: i64, customers: i64) -> Vec<Outcome> {
    [0, 1, 2]
        .map(|luck| Outcome {
            leads: 10,
            project_margin: sales_margin + luck,
            customer_value: customers + luck,
            ..Outcome::default()
        })
        .to_vec()
}

#[test]
fn it_shows_where_the_order_flips() {
    let axes = Axes {
        budgets: vec![WHOLE],
        costs: vec![WHOLE, 2 * WHOLE],
        margins: vec![WHOLE / 2, WHOLE, 2 * WHOLE],
    };
    let sells = outcomes(1_000, 0);
    let cares = outcomes(0, 900);
    let map = Map::drawn(
        &axes,
        &[vec![sells.clone(), cares], vec![sells, outcomes(0, 0)]],
    );
    let best: Vec<usize> = map.cells.iter().map(|cell| cell.order[0]).collect();
    assert_eq!(best, [1, 0, 0, 0, 0, 0]);
    let flips: Vec<(Axis, usize, usize)> = map
        .flips
        .iter()
        .map(|flip| (flip.axis, flip.from, flip.to))
        .collect();
    assert_eq!(flips, [(Axis::Cost, 0, 3), (Axis::Margin, 0, 1)]);
    assert!(map.flips.iter().all(|flip| flip.is_of_best && flip.is_sure));
}

#[test]
fn points_are_turned_and_never_to_nothing() {
    let axes = Axes {
        budgets: vec![1, WHOLE / 2],
        costs: vec![2 * WHOLE],
        margins: vec![WHOLE],
    };
    let parameters = parameters(5, 10, vec![kind(2_000_000, 30)]);
    let turned: Vec<(i64, i64)> = axes
        .points()
        .into_iter()
        .map(|point| parameters.at(point).providers[0].clone())
        .map(|provider| (provider.budget, provider.cost_per_hour))
        .collect();
    assert_eq!(turned, [(1, 7_000), (2_500, 7_000)]);
}
