//! One provider with two leads, computed by hand.

use super::*;
use crate::domain::simulation::Estimate;
use crate::domain::simulation::native::{bonus_malus, care_first, pure_commission};
use crate::domain::simulation::plan::Plan;

/// Both come in week 0. The one is worth 20,000.00 and the other 8,000.00; a project
/// takes 4 hours at 35.00 and is won three times in ten.
fn two_leads(budget_hours: i64) -> (Parameters, World) {
    let mut parameters = parameters(budget_hours, 2, vec![kind(2_000_000, 30)]);
    parameters.providers[0].count = 1;
    let lucky = [0, 0, 0];
    let world = World {
        seed: 1,
        leads: vec![lead(0, 0, 2_000_000, lucky), lead(1, 0, 800_000, lucky)],
    };
    (parameters, world)
}

#[test]
fn commission_works_the_lead_that_pays_its_hours_and_no_other() {
    // 30 % of 3 % of 20,000.00 are 180.00, more than 140.00; of 8,000.00 they are 72.00.
    let (parameters, world) = two_leads(100);
    let outcome = played(&parameters, &world, pure_commission());
    let expected = Outcome {
        leads: 2,
        unworked: 1,
        unworked_with_hours: 1,
        hours: 4_000,
        cost: 14_000,
        payout: 60_000,
        deals: 1,
        sales: 2_000_000,
        project_margin: 300_000,
        cared_for: 0,
        data_complete: 0,
        // Both would stay with one in two, and go with three in ten.
        customers_stayed: 1,
        customer_value: 40_000,
    };
    assert_eq!(outcome, expected);
    assert_eq!(outcome.provider_margin(), 46_000);
    assert_eq!(outcome.manufacturer_margin(), 280_000);
    assert_eq!(outcome.unworked_share(), 500_000);
}

#[test]
fn care_first_works_both() {
    // Data: 80 % of 8.00 are 6.40 for 7.00: no. Care: 95 % of 5.00 and the malus of 15.00
    // are 19.75 for 10.50: yes, on both. Project: 30 % of 300.00, and of 120.00, would be
    // 90.00 and 36.00 for 140.00: no.
    let (parameters, world) = two_leads(100);
    let outcome = played(&parameters, &world, care_first());
    assert_eq!((outcome.unworked, outcome.cared_for), (0, 2));
    assert_eq!((outcome.data_complete, outcome.deals), (0, 0));
    assert_eq!((outcome.hours, outcome.payout), (600, 1_000));
    assert_eq!(outcome.cost, 2_100);
}

#[test]
fn what_comes_at_the_end_of_the_period_counts() {
    // The first project was won: 300.00, of which more than one unworked lead in ten
    // costs 60.00. To care for the other one is worth 19.75 and these 60.00: 79.75.
    let (mut parameters, mut world) = two_leads(100);
    // A quarter of an hour becomes two hours: 70.00, more than 19.75 and less than 79.75.
    parameters.kinds[0].care_contact.effort = 2_000;
    parameters.kinds[0].pursue_project.effort = 1_000;
    parameters.kinds.push(parameters.kinds[0].clone());
    parameters.kinds[1].pursue_project.effort = 100_000;
    world.leads[1].kind = 1;
    world.leads[1].week = 1;
    let outcome = played(&parameters, &world, care_first());
    assert_eq!((outcome.deals, outcome.unworked), (1, 0));
    assert_eq!((outcome.cared_for, outcome.payout), (1, 30_500));
    // Without the project there is nothing to lose at the period's end.
    world.leads[0].luck = [0, 0, 999_999];
    let outcome = played(&parameters, &world, care_first());
    assert_eq!((outcome.deals, outcome.cared_for), (0, 0));
    // The second lead would bring 4.50 and spare 15.00 for 35.00.
    assert_eq!((outcome.unworked, outcome.payout), (1, -1_500));
}

#[test]
fn a_bonus_makes_care_worth_its_hours() {
    // To care for the one lead of the period lifts satisfaction from 5.0 to 9.0: from a
    // malus of 10 % to a bonus of 5 % of 600.00, 95 times in 100. That is 85.50 for 10.50.
    let (parameters, mut world) = two_leads(100);
    world.leads.truncate(1);
    let outcome = played(&parameters, &world, bonus_malus());
    assert_eq!((outcome.deals, outcome.cared_for), (1, 1));
    assert_eq!(outcome.payout, 60_000 + 3_000);
    let outcome = played(&parameters, &world, pure_commission());
    assert_eq!(outcome.cared_for, 0);
}

#[test]
fn hours_that_lack_are_told_from_pay_that_lacks() {
    // The second project would pay too, but the week has half of what the first takes.
    let (mut parameters, mut world) = two_leads(2);
    parameters.open_weeks = 1;
    world.leads[1].value = 2_000_000;
    let outcome = played(&parameters, &world, pure_commission());
    assert!(outcome.unworked >= 1);
    assert_eq!(outcome.unworked_with_hours, 0);
}

#[test]
fn over_many_weeks_the_budget_is_just_kept() {
    // A project of four hours each week, and three hours for it.
    let (mut parameters, mut world) = two_leads(3);
    parameters.weeks = 400;
    parameters.open_weeks = 1;
    world.leads = (0..400)
        .map(|week| lead(week, week, 2_000_000, [0; 3]))
        .collect();
    let outcome = played(&parameters, &world, pure_commission());
    assert!(
        (1_100_000..1_300_000).contains(&outcome.hours),
        "{}",
        outcome.hours
    );
}

#[test]
fn each_habit_does_its_own() {
    let (mut parameters, mut world) = two_leads(100);
    parameters.kinds.push(Kind {
        temperature: Temperature::Cold,
        ..parameters.kinds[0].clone()
    });
    world.leads[0].kind = 1;
    let of = |behaviour| {
        let Ok(outcomes) = run(&parameters, &world, behaviour, &mut care_first());
        let outcome: Outcome = outcomes.into_iter().sum();
        (outcome.data_complete, outcome.cared_for, outcome.sales)
    };
    assert_eq!(of(Behaviour::WorkAll), (2, 2, 2_800_000));
    assert_eq!(of(Behaviour::CherryPick), (0, 0, 2_000_000));
    assert_eq!(of(Behaviour::FastClose), (0, 0, 800_000));
}

#[test]
fn questions_are_put_together() {
    let (parameters, _) = two_leads(100);
    let mut parameters = parameters;
    parameters.lead_count = 200;
    let world = World::drawn(&parameters, 1);
    let mut plan = care_first();
    let Ok(_) = run(&parameters, &world, Behaviour::ByPay, &mut plan);
    assert!(plan.asked < 200 * 16, "{} events asked", plan.asked);
    assert!(plan.calls < 200 * 6, "{} calls", plan.calls);
    let Ok(accounts) = plan.open(0);
    assert_eq!(accounts, crate::domain::simulation::native::Kept::default());
}

#[test]
fn a_few_seeds_give_an_interval() {
    // Mean 20, standard deviation 10, t at two degrees of freedom 4.303.
    let estimate = Estimate::of(&[10, 20, 30]);
    assert_eq!((estimate.mean, estimate.interval), (20, Some((-5, 45))));
    assert!(!estimate.is_sure());
    assert_eq!(Estimate::of(&[7]).interval, None);
    let difference = Estimate::of_difference(&[11, 21, 32], &[1, 11, 21]);
    assert_eq!(difference.mean, 10);
    assert!(difference.is_sure());
}
