mod conflict;

use super::*;

const MEASURES: [&str; 2] = ["satisfaction", "rework-share"];

fn parsed(text: &str) -> Result<Assumptions, Vec<String>> {
    let problems = |problems: Vec<Problem>| problems.iter().map(Problem::to_string).collect();
    Assumptions::parse(text, &MEASURES, &[]).map_err(problems)
}

fn template() -> Assumptions {
    parsed(TEMPLATE).unwrap()
}

#[test]
fn the_template_is_read_as_it_is_written() {
    let Assumptions { parameters, axes } = template();
    let provider = &parameters.providers[0];
    assert_eq!((provider.budget, provider.cost_per_hour), (3_000, 3_500));
    assert_eq!(provider.response_seconds, 5_400);
    assert_eq!(parameters.promised.hot, 7_200);
    let weights: u32 = parameters.kinds.iter().map(|kind| kind.weight).sum();
    assert_eq!(weights, 100);
    let cold = &parameters.kinds[5];
    assert_eq!(cold.temperature, Temperature::Cold);
    assert_eq!(cold.keep_data.effort, 150);
    let won = cold.pursue_project.outcomes.iter();
    let won = won.filter(|one| one.event == EventCode::Won);
    assert_eq!(won.map(|one| one.probability).sum::<i64>(), 90_000);
    assert_eq!(axes.budgets, [500_000, 750_000, 1_000_000, 1_500_000]);
    assert_eq!(axes.points().len(), 16);
}

/// What the file says of itself: all that can be done takes 2.4 hours a week.
#[test]
fn there_are_hours_to_spare() {
    let parameters = template().parameters;
    let effort = |kind: &Kind| {
        let efforts = Action::ALL.map(|action| kind.work(action).effort);
        efforts.iter().sum::<i64>() * i64::from(kind.weight)
    };
    let all: i64 = parameters.kinds.iter().map(effort).sum::<i64>() * 600 / 100;
    assert_eq!(all / 20 / 52 / 100, 24);
}

#[test]
fn what_cannot_be_is_refused_with_its_name_and_line() {
    let cases = [
        (
            "budget-hours = 3.0",
            "budget-hours = 0",
            "providers[0].budget-hours: is 0: without hours nobody works a lead, whatever the plan",
        ),
        (
            "effort-hours = 1.0,",
            "effort-hours = -1.0,",
            "leads[2].pursue-project.effort-hours: is -1; it has to be from 0 to 1000000",
        ),
        (
            "won = 9.0,",
            "won = 190.0,",
            "leads[5].pursue-project.outcomes-percent.won: is 190 %; it has to be from 0 to 100",
        ),
        (
            "won = 9.0,",
            "won = 19.0,",
            "leads[5].pursue-project.outcomes-percent: are 106 % together; only one of them comes of an action, so they are at most 100",
        ),
        (
            "won = 9.0,",
            "sold = 9.0,",
            "leads[5].pursue-project.outcomes-percent.sold: is no event; what may come of it is won, lost, quoted, appointment, contacted",
        ),
        (
            "[measures.satisfaction]",
            "[measures.luck]",
            "measures.luck: is no measure that a plan reads; these plans read satisfaction, rework-share",
        ),
        (
            "by = \"cared-for\"\n",
            "",
            "measures.satisfaction: takes either `fixed`, or `by`, `none` and `all`",
        ),
        (
            "response-hours = 1.5",
            "response-hours = -1.5",
            "providers[0].response-hours: has to be from 0 to 1193046",
        ),
        (
            "costs-percent = [50, 100, 150, 200]",
            "costs-percent = [100, 50]",
            "map.costs-percent: takes from 1 to 20 per cents above 0, from the least to the most",
        ),
    ];
    for (before, after, message) in cases {
        let line = TEMPLATE[..TEMPLATE.find(before).unwrap()].lines().count() + 1;
        let at_column = TEMPLATE[..TEMPLATE.find(before).unwrap()].ends_with('\n');
        let line = if at_column { line } else { line - 1 };
        let problems = parsed(&TEMPLATE.replacen(before, after, 1)).unwrap_err();
        let [problem] = &problems[..] else {
            panic!("{problems:?}");
        };
        // A measure without `by` is found by its table.
        let line = if after.is_empty() { line - 1 } else { line };
        assert!(
            problem.starts_with(&format!("line {line}, column ")),
            "{problem}"
        );
        assert!(problem.ends_with(message), "{problem}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name_and_line() {
    let cases = [
        (
            "weeks = 52",
            "weeks = -52",
            "weeks: invalid value: integer `-52`, expected a whole number from 0 on",
        ),
        ("weeks = 52", "weaks = 52", "weaks: unknown field `weaks`"),
        (
            "budget-hours = 3.0",
            "budget-hours = nan",
            "providers[0].budget-hours: is NaN; it has to be a number",
        ),
        (
            "temperature = \"cold\"",
            "temperature = \"icy\"",
            "leads[5].temperature: unknown variant `icy`",
        ),
        (
            "cost-per-hour = 3500",
            "cost-per-hour = 35.0",
            "providers[0].cost-per-hour: invalid type",
        ),
        (
            "lead-count = 600",
            "lead-count = ",
            "string values must be quoted",
        ),
    ];
    for (before, after, message) in cases {
        let line = TEMPLATE[..TEMPLATE.find(before).unwrap()].lines().count() + 1;
        let problems = parsed(&TEMPLATE.replacen(before, after, 1)).unwrap_err();
        assert!(
            problems[0].starts_with(&format!("line {line}, column ")),
            "{problems:?}"
        );
        assert!(problems[0].contains(message), "{problems:?}");
    }
    assert_eq!(
        parsed(&TEMPLATE.replace("weeks = 52\n", ""))
            .unwrap_err()
            .len(),
        1
    );
}
