//! What economics says: in which direction figures move when budgets, costs and margins
//! are turned. The same leads with the same luck meet each of them.

use proptest::prelude::*;

use super::*;
use crate::domain::simulation::map::{Axes, Map, Point};
use crate::domain::simulation::native::{bonus_malus, care_first, plan, pure_commission};

const WHOLE: i64 = 1_000_000;

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    let kind = (
        10_000..8_000_000_i64,
        1..90_i64,
        1..600_i64,
        1..60_i64,
        1..60_i64,
    );
    let kind = kind.prop_map(|(value, won, project, data, care)| {
        let mut kind = kind_of(value, won);
        kind.pursue_project.effort = project * 10;
        kind.keep_data.effort = data * 10;
        kind.care_contact.effort = care * 10;
        kind
    });
    prop::collection::vec(kind, 1..4)
}

fn kind_of(value: i64, won: i64) -> Kind {
    kind(value, won)
}

fn at(parameters: &Parameters, budget: i64, cost: i64) -> Parameters {
    parameters.at(Point { budget, cost })
}

/// Pays for each lead that is worked, and takes something for each that is not; what
/// one lead pays depends on no other.
fn each_for_itself() -> Native {
    plan(
        |_, event| match event.code {
            EventCode::CareContact => 900,
            EventCode::Won => event.value.unwrap_or(0) / 40,
            _ => 0,
        },
        |_, _| 0,
    )
}

/// Where one lead's pay depends on the others of the period, a provider may do less at a
/// lower cost now and then; over many leads the direction holds.
#[test]
fn a_dearer_hour_leaves_no_fewer_unworked_where_periods_count_either() {
    let parameters = parameters(100_000, 400, vec![kind(2_000_000, 30), kind(500_000, 20)]);
    let world = World::drawn(&parameters, 1);
    for pay in [care_first, bonus_malus] {
        let unworked =
            |cost| played(&at(&parameters, WHOLE, cost * WHOLE / 2), &world, pay()).unworked;
        let by_cost = [1, 2, 3, 4, 6, 10].map(unworked);
        assert!(by_cost.is_sorted(), "{by_cost:?}");
        assert!(by_cost[0] < by_cost[5], "{by_cost:?}");
    }
}

proptest! {
    #[test]
    fn more_budget_never_leaves_more_unworked(
        kinds in kinds(), seed: u64, low in 1..10_i64, more in 0..10_i64,
    ) {
        let parameters = parameters(1, 60, kinds);
        let world = World::drawn(&parameters, seed);
        for pay in [pure_commission, each_for_itself] {
            let of = |budget| played(&at(&parameters, budget * WHOLE, WHOLE), &world, pay());
            let (less, more) = (of(low), of(low + more));
            prop_assert!(more.unworked <= less.unworked, "{} > {}", more.unworked, less.unworked);
            prop_assert!(more.deals >= less.deals);
        }
    }

    #[test]
    fn what_no_budget_explains_is_what_is_left_with_all_the_hours_there_are(
        kinds in kinds(), seed: u64, budget in 1..10_i64,
    ) {
        let parameters = parameters(1, 60, kinds);
        let world = World::drawn(&parameters, seed);
        for pay in [pure_commission, each_for_itself] {
            let of = |budget| played(&at(&parameters, budget, WHOLE), &world, pay());
            let endless = of(1_000_000 * WHOLE);
            prop_assert_eq!(endless.unworked, endless.unworked_with_hours);
            prop_assert_eq!(of(budget * WHOLE).unworked_with_hours, endless.unworked);
        }
    }

    #[test]
    fn a_dearer_hour_never_leaves_fewer_unworked(
        kinds in kinds(), seed: u64, low in 0..10_i64, more in 0..10_i64,
    ) {
        let parameters = parameters(100_000, 60, kinds);
        let world = World::drawn(&parameters, seed);
        for pay in [pure_commission, each_for_itself] {
            let of = |cost| played(&at(&parameters, WHOLE, cost * WHOLE / 5), &world, pay());
            let (cheap, dear) = (of(low), of(low + more));
            prop_assert!(dear.unworked >= cheap.unworked, "{} < {}", dear.unworked, cheap.unworked);
            prop_assert!(dear.hours <= cheap.hours);
        }
    }

    #[test]
    fn a_higher_project_margin_leaves_more_to_the_manufacturer_and_changes_nobody(
        kinds in kinds(), seed: u64, low in 0..20_i64, more in 0..20_i64,
    ) {
        let parameters = parameters(5, 60, kinds);
        let world = World::drawn(&parameters, seed);
        let axes = Axes {
            budgets: vec![WHOLE],
            costs: vec![WHOLE],
            margins: vec![low * WHOLE / 10, (low + more) * WHOLE / 10],
        };
        let outcomes = vec![vec![played(&parameters, &world, care_first())]];
        let map = Map::drawn(&axes, &[outcomes]);
        let of = |cell: usize| map.cells[cell].plans[0];
        prop_assert!(of(0).manufacturer_margin.mean <= of(1).manufacturer_margin.mean);
        prop_assert_eq!(of(0).provider_margin, of(1).provider_margin);
        prop_assert_eq!(of(0).unworked, of(1).unworked);
    }

    #[test]
    fn a_higher_commission_never_leaves_more_unworked(kinds in kinds(), seed: u64) {
        let parameters = parameters(100_000, 60, kinds);
        let world = World::drawn(&parameters, seed);
        let double = plan(
            |_, event| event.value.map_or(0, |value| value / 20),
            |_, _| 0,
        );
        let single = played(&parameters, &world, pure_commission());
        prop_assert!(played(&parameters, &world, double).unworked <= single.unworked);
    }

    #[test]
    fn nobody_works_for_less_than_its_hours_cost(kinds in kinds(), seed: u64) {
        let parameters = parameters(100_000, 60, kinds);
        let mut world = World::drawn(&parameters, seed);
        // Everything comes out as well as it can, so that what is paid is no less than
        // what was expected.
        world.leads.iter_mut().for_each(|lead| lead.luck = [0; 3]);
        for pay in [pure_commission, each_for_itself] {
            let outcome = played(&parameters, &world, pay());
            prop_assert!(outcome.provider_margin() >= 0, "{outcome:?}");
        }
    }
}
