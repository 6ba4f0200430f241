use super::*;
use crate::domain::simulation::BadParameter;

/// What is changed, and what is said of it.
type Case = (fn(&mut Parameters), &'static str);

fn problems(change: impl FnOnce(&mut Parameters)) -> Vec<String> {
    let mut parameters = parameters(5, 10, vec![kind(2_000_000, 30)]);
    change(&mut parameters);
    parameters
        .problems(&["satisfaction"], &["deals"])
        .iter()
        .map(BadParameter::to_string)
        .collect()
}

#[test]
fn what_can_be_is_taken() {
    assert_eq!(problems(|_| {}), [""; 0]);
}

#[test]
fn what_cannot_be_is_refused_with_its_field() {
    let cases: [Case; 12] = [
        (
            |all| all.providers[0].budget = 0,
            "providers[0].budget-hours: is 0: without hours nobody works a lead, whatever the plan",
        ),
        (
            |all| all.providers[0].budget = -1_500,
            "providers[0].budget-hours: is -1.5; it has to be more than 0, and at most 1000000",
        ),
        (
            |all| all.providers[0].cost_per_hour = -1,
            "providers[0].cost-per-hour: is -1; it has to be from 0 to 1000000000000 minor units",
        ),
        (
            |all| all.kinds[0].care_contact.effort = -500,
            "leads[0].care-contact.effort-hours: is -0.5; it has to be from 0 to 1000000",
        ),
        (
            |all| all.kinds[0].care_contact.outcomes[0].probability = 101 * PER_CENT,
            "leads[0].care-contact.outcomes-percent.care-contact: is 101 %; it has to be from 0 to 100",
        ),
        (
            |all| {
                all.kinds[0].pursue_project.outcomes.push(Chances {
                    event: EventCode::Lost,
                    probability: 80 * PER_CENT,
                });
            },
            "leads[0].pursue-project.outcomes-percent: are 110 % together; only one of them comes of an action, so they are at most 100",
        ),
        (
            |all| all.kinds[0].keep_data.outcomes[0].event = EventCode::Won,
            "leads[0].keep-data.outcomes-percent.won: does not come of keep-data; what may is data-complete",
        ),
        (
            |all| all.measures[0].name = "luck".to_owned(),
            "measures.luck: is no measure that a plan reads; these plans read satisfaction",
        ),
        (|all| all.seeds.clear(), "seeds: needs at least one"),
        (
            |all| all.seeds = vec![3, 3],
            "seeds: hold one twice, which would count as two",
        ),
        (
            |all| all.period_weeks = 13,
            "period-weeks: is 13; it has to be from 1 to 12",
        ),
        (
            |all| all.kinds[0].project_margin = -1,
            "leads[0].project-margin-percent: is -0.0001 %; it has to be from 0 to 100",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(problems(change), [expected]);
    }
}
