use super::*;
use crate::domain::generation::WHOLE;
use crate::domain::simulation::native::{
    Native, bonus_malus, care_first, plan, pure_commission, times,
};

/// The usual duties: data for 5.00, care for 10.00, a project for 100.00.
fn brief(declares: &[&str]) -> Brief {
    let duty = |event, cost| Duty { event, cost };
    Brief {
        duties: vec![
            duty(EventCode::DataComplete, 500),
            duty(EventCode::CareContact, 1_000),
            duty(EventCode::Won, 10_000),
        ],
        measures: Vec::new(),
        declares: declares.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn report(brief: &Brief, mut plan: Native) -> Report {
    let Ok(report) = lint(brief, |scenario| paid(&mut plan, scenario).map(Some));
    assert!(!report.is_cut, "{} asked", report.asked);
    report
}

/// Flaws with what changes, what both pay, and what the manifest says of it.
fn found(report: &Report) -> Vec<(&'static str, Change, i64, i64, Option<&str>)> {
    let of = |one: &Finding| (one.flaw.as_str(), one.change.clone());
    let mut found = Vec::new();
    for one in &report.findings {
        let (flaw, change) = of(one);
        found.push((
            flaw,
            change,
            one.paid_before,
            one.paid_after,
            one.declared.as_deref(),
        ));
    }
    found
}

fn reported(code: EventCode) -> Change {
    Change::Reported(Reported(code))
}

/// 3 % of what is won, 8.00 for data and 12.00 for care, each once a lead, and 15.00
/// off for a lead left unworked.
fn honest() -> Native {
    plan(
        |kept, event| match event.code {
            EventCode::Won => times(event.value.unwrap_or(0), 30_000),
            EventCode::DataComplete if kept.first(event.lead * 2) => 800,
            EventCode::CareContact if kept.first(event.lead * 2 + 1) => 1_200,
            EventCode::Unworked => -1_500,
            _ => 0,
        },
        |_, _| 0,
    )
}

#[test]
fn nothing_is_found_in_an_honest_plan() {
    assert_eq!(found(&report(&brief(&[]), honest())), []);
}

#[test]
fn the_same_plan_gives_the_same_report() {
    let brief = brief(&[]);
    assert_eq!(report(&brief, care_first()), report(&brief, care_first()));
}

#[test]
fn pure_commission_pays_neither_data_nor_care() {
    let report = report(&brief(&[]), pure_commission());
    assert_eq!(
        found(&report),
        [
            ("unpaid", reported(EventCode::CareContact), 0, 0, None),
            ("unpaid", reported(EventCode::DataComplete), 0, 0, None),
        ]
    );
}

#[test]
fn what_care_first_declares_is_named_and_what_it_does_not_is_blamed() {
    let report = report(&brief(&["floor", "cap", "malus-of-period"]), care_first());
    let flaws: Vec<(&str, Option<&str>)> = report
        .findings
        .iter()
        .map(|one| (one.flaw.as_str(), one.declared.as_deref()))
        .collect();
    assert_eq!(
        flaws,
        [
            // More than one unworked lead in ten takes a fifth of all projects.
            ("cliff", None),
            // The first cent of a project pays 40.00.
            ("cliff", Some("floor")),
            ("splitting-pays", Some("floor")),
            // Care contacts are paid however many there are.
            ("unbounded", None),
        ]
    );
}

/// What lies far apart where it was found comes to lie side by side.
#[test]
fn pay_that_falls_is_shown_by_the_smallest_step() {
    // Above 90,000.00 the whole deal earns 0.2 % instead of 3 %.
    let falling = plan(
        |_, event| match event.value {
            Some(value) if value > 9_000_000 => times(value, 2_000),
            Some(value) => times(value, 30_000),
            None => 0,
        },
        |_, _| 0,
    );
    let report = report(&Brief::default(), falling);
    let finding = &report.findings[0];
    assert_eq!(finding.flaw, Flaw::PayFalls);
    assert_eq!(finding.before.leads.len(), 1);
    assert_eq!(finding.change, Change::WorthMore(1));
    assert_eq!((finding.paid_before, finding.paid_after), (270_000, 18_000));
}

#[test]
fn a_slab_is_a_cliff_that_is_named_where_it_is_declared() {
    // From 10,000.00 on the whole deal earns 5 % instead of 2 %.
    let slab = || {
        plan(
            |_, event| match event.value {
                Some(value) if value >= 1_000_000 => times(value, 50_000),
                Some(value) => times(value, 20_000),
                None => 0,
            },
            |_, _| 0,
        )
    };
    let blamed = report(&Brief::default(), slab());
    let flaws: Vec<(Flaw, i64, i64)> = blamed
        .blamed()
        .map(|one| (one.flaw, one.paid_before, one.paid_after))
        .collect();
    assert_eq!(
        flaws,
        [
            (Flaw::Cliff, 20_000, 50_000),
            (Flaw::MergingPays, 20_000, 50_000),
        ]
    );
    let declared = report(
        &Brief {
            declares: vec!["slab".to_owned()],
            ..Brief::default()
        },
        slab(),
    );
    assert_eq!(declared.blamed().count(), 0);
    assert_eq!(declared.findings.len(), 2);
}

#[test]
fn a_malus_that_is_cheaper_than_work_is_booked_through() {
    let cheap = plan(
        |kept, event| match event.code {
            EventCode::Won => times(event.value.unwrap_or(0), 30_000),
            EventCode::DataComplete if kept.first(event.lead) => 800,
            EventCode::Unworked => -300,
            _ => 0,
        },
        |_, _| 0,
    );
    let report = report(&brief(&[]), cheap);
    let finding = &report.findings[0];
    assert_eq!(
        (report.findings.len(), finding.flaw),
        (1, Flaw::BookedThrough)
    );
    assert_eq!((finding.paid_before, finding.paid_after), (-300, 0));
    assert_eq!(finding.cost, Some(1_000));
    assert_eq!(finding.before.leads.len(), 1);
}

#[test]
fn a_cap_makes_splitting_pay() {
    let capped = plan(
        |_, event| {
            event
                .value
                .map_or(0, |value| times(value, 30_000).min(50_000))
        },
        |_, _| 0,
    );
    let brief = Brief {
        declares: vec!["cap".to_owned()],
        ..Brief::default()
    };
    let report = report(&brief, capped);
    let finding = &report.findings[0];
    assert_eq!(report.findings.len(), 1, "{:?}", found(&report));
    assert_eq!(finding.flaw, Flaw::SplittingPays);
    assert_eq!(finding.declared.as_deref(), Some("cap"));
    assert_eq!(finding.change, Change::Split(2));
    assert_eq!(finding.paid_after - finding.paid_before, 3);
}

#[test]
fn what_grows_without_end_is_unbounded() {
    let endless = plan(
        |_, event| match event.code {
            EventCode::Contacted => 100,
            _ => event
                .value
                .map_or(0, |value| value / 10 + value / 1_000_000 * (value / 1_000)),
        },
        |_, _| 0,
    );
    let report = report(&Brief::default(), endless);
    let unbounded: Vec<&Change> = report
        .findings
        .iter()
        .filter(|one| one.flaw == Flaw::Unbounded)
        .map(|one| &one.change)
        .collect();
    assert_eq!(unbounded.len(), 2, "{unbounded:?}");
    assert_eq!(
        unbounded[0],
        &Change::Repeated(Reported(EventCode::Contacted), 100)
    );
}

#[test]
fn measures_are_looked_at_too() {
    let range = |follows| Range {
        name: "satisfaction".to_owned(),
        worst: 5 * WHOLE,
        best: 9 * WHOLE,
        follows,
    };
    let with = |follows| Brief {
        measures: vec![range(follows)],
        ..brief(&[])
    };
    // It pays care by the satisfaction that it brings, and data by nothing.
    let cared = report(&with(Some(EventCode::CareContact)), bonus_malus());
    assert_eq!(
        found(&cared),
        [("unpaid", reported(EventCode::DataComplete), 0, 0, None)]
    );
    let jumping = || {
        plan(
            |_, _| 0,
            |_, settle| {
                let satisfied = |(_, value): (&str, i64)| value >= 8 * WHOLE;
                i64::from(settle.measures().any(satisfied)) * 50_000
            },
        )
    };
    let jumps = report(&with(None), jumping());
    let cliff = &jumps.findings[0];
    assert_eq!(
        (cliff.flaw, cliff.paid_before, cliff.paid_after),
        (Flaw::Cliff, 0, 50_000)
    );
    let falling = || {
        plan(
            |_, _| 0,
            |_, settle| settle.measures().map(|(_, value)| -value / 1_000).sum(),
        )
    };
    let falls = report(&with(None), falling());
    assert_eq!(falls.findings[0].flaw, Flaw::PayFalls);
    assert!(matches!(falls.findings[0].change, Change::Measured { .. }));
}

#[test]
fn a_plan_that_cannot_be_asked_ends_the_lint() {
    let refused: Result<Report, &str> = lint(&brief(&[]), |scenario| match scenario.leads.len() {
        1 => Ok(Some(0)),
        _ => Err("broken"),
    });
    assert_eq!(refused, Err("broken"));
}

/// One that has no answer where a deal's value is such.
fn unless(
    mut plan: Native,
    is_such: fn(i64) -> bool,
) -> impl FnMut(&Scenario) -> Result<Option<i64>, std::convert::Infallible> {
    move |scenario| {
        let mut deeds = scenario.leads.iter().flat_map(|case| &case.deeds);
        let fails = deeds.any(|deed| deed.value.is_some_and(is_such));
        let paid = paid(&mut plan, scenario)?;
        Ok((!fails).then_some(paid))
    }
}

#[test]
fn what_has_no_answer_is_no_flaw_and_shown_apart() {
    let Ok(report) = lint(&brief(&[]), unless(honest(), |value| value >= 1_000_000));
    assert_eq!(found(&report), []);
    assert!(report.unanswered.periods > 0, "{report:?}");
    let smallest = report.unanswered.smallest.unwrap();
    assert_eq!(smallest.leads, [Case::with([Deed::won(1_000_000)])]);
    assert!(!report.is_cut);
}

#[test]
fn flaws_are_found_beside_what_has_no_answer() {
    // Half of it is gone from 5,000.00 on.
    let cliff = || {
        plan(
            |_, event| match (event.code, event.value.unwrap_or(0)) {
                (EventCode::Won, value) if value < 500_000 => times(value, 30_000),
                (EventCode::Won, value) => times(value, 15_000),
                _ => 0,
            },
            |_, _| 0,
        )
    };
    let Ok(report) = lint(&brief(&[]), unless(cliff(), |value| value % 33 == 0));
    let flaws: Vec<Flaw> = report.findings.iter().map(|one| one.flaw).collect();
    for flaw in [Flaw::Cliff, Flaw::SplittingPays, Flaw::Unpaid] {
        assert!(flaws.contains(&flaw), "{flaw:?}: {report:?}");
    }
}
