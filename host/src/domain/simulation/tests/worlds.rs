use super::*;
use crate::domain::simulation::native::{bonus_malus, pure_commission};

fn some() -> Parameters {
    parameters(5, 400, vec![kind(2_000_000, 30), kind(50_000, 50)])
}

#[test]
fn the_same_seed_gives_the_same_and_another_does_not() {
    let parameters = some();
    let world = World::drawn(&parameters, 7);
    assert_eq!(world, World::drawn(&parameters, 7));
    assert_ne!(world.leads, World::drawn(&parameters, 8).leads);
    assert_eq!(
        played(&parameters, &world, bonus_malus()),
        played(&parameters, &world, bonus_malus())
    );
}

/// Written down once: on another machine it has to be the same.
#[test]
fn it_is_the_same_everywhere() {
    let parameters = some();
    let world = World::drawn(&parameters, 1);
    let first = &world.leads[0];
    assert_eq!(
        (
            first.provider,
            first.kind,
            first.week,
            first.value,
            first.luck
        ),
        (0, 0, 8, 1_260_000, [199_919, 843_809, 537_715])
    );
}

#[test]
fn a_leads_luck_does_not_depend_on_the_others_nor_on_budgets() {
    let few = some();
    let mut many = some();
    many.lead_count = 500;
    many.providers[0].budget = 1;
    many.providers[0].cost_per_hour = 9_900;
    let (few, many) = (World::drawn(&few, 1), World::drawn(&many, 1));
    assert_eq!(few.leads[..], many.leads[..400]);
}

#[test]
fn leads_are_as_frequent_as_they_should_be() {
    let mut parameters = some();
    parameters.lead_count = 4_000;
    parameters.kinds[0].weight = 3;
    let world = World::drawn(&parameters, 1);
    let count = |is: &dyn Fn(&Lead) -> bool| world.leads.iter().filter(|lead| is(lead)).count();
    let large = count(&|lead| lead.kind == 0);
    assert!((2_900..3_100).contains(&large), "{large}");
    let first = count(&|lead| lead.provider == 0);
    assert!((1_900..2_100).contains(&first), "{first}");
    let won = count(&|lead| {
        let kind = parameters.kind_of(lead);
        lead.kind == 0 && lead.outcome(kind, Action::PursueProject) == Some(EventCode::Won)
    });
    assert!((800..1_000).contains(&won), "{won} of {large}");
    // Two weeks are left to the last.
    assert_eq!(world.leads.iter().map(|lead| lead.week).max(), Some(10));
}

#[test]
fn every_lead_is_closed_and_every_period_settled() {
    let mut parameters = some();
    parameters.weeks = 11;
    let world = World::drawn(&parameters, 1);
    assert_eq!(played(&parameters, &world, pure_commission()).leads, 400);
    parameters.period_weeks = 11;
    assert_eq!(played(&parameters, &world, pure_commission()).leads, 400);
}
