//! What parameters cannot be. Fields are named as the document of `trial::assumptions`
//! names them.

use super::parameters::{Action, BadParameter, Kind, Parameters, Provider, Work};
use crate::domain::generation::{WHOLE, per_cent};
use crate::domain::money::VALUE_MINOR_UNITS_MAX;

const SEEDS_MAX: usize = 1_000;
/// Ten years.
const WEEKS_MAX: u32 = 520;
const PROVIDERS_MAX: u32 = 10_000;
const LEADS_MAX: u32 = 1_000_000;
/// Thousandths of all the hours that a company of thousands works in a week.
const HOURS_MAX: i64 = 1_000_000_000;
const AMOUNT_MAX: i64 = VALUE_MINOR_UNITS_MAX / 1_000;
const WEIGHT_MAX: u32 = 1_000_000;

impl Parameters {
    /// Everything that cannot be; none: they can be used. `known` are the names of
    /// measures and of targets that one of the plans reads.
    pub fn problems(&self, measures: &[&str], targets: &[&str]) -> Vec<BadParameter> {
        let mut check = Check::default();
        check.whole(self);
        for (position, provider) in self.providers.iter().enumerate() {
            check.provider(&format!("providers[{position}]"), provider);
        }
        check.at_least_one("providers", self.providers.len());
        let count: u64 = self.providers.iter().map(|one| u64::from(one.count)).sum();
        check.that(count <= u64::from(PROVIDERS_MAX), "providers", || {
            format!("are {count}; at most {PROVIDERS_MAX} are taken")
        });
        for (position, kind) in self.kinds.iter().enumerate() {
            check.kind(&format!("leads[{position}]"), kind);
        }
        check.at_least_one("leads", self.kinds.len());
        let names = self.measures.iter().map(|measure| &measure.name);
        check.known("measures", "measure", names, measures);
        let names = self.targets.iter().map(|target| &target.name);
        check.known("targets", "target", names, targets);
        check.problems
    }
}

#[derive(Default)]
struct Check {
    problems: Vec<BadParameter>,
}

impl Check {
    fn that(&mut self, holds: bool, field: &str, message: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(BadParameter {
                field: field.to_owned(),
                message: message(),
            });
        }
    }

    fn at_least_one(&mut self, field: &str, count: usize) {
        self.that(count > 0, field, || "needs at least one".to_owned());
    }

    fn count(&mut self, field: &str, count: u32, max: u32) {
        self.that((1..=max).contains(&count), field, || {
            format!("is {count}; it has to be from 1 to {max}")
        });
    }

    fn amount(&mut self, field: &str, amount: i64) {
        self.that((0..=AMOUNT_MAX).contains(&amount), field, || {
            format!("is {amount}; it has to be from 0 to {AMOUNT_MAX} minor units")
        });
    }

    fn share(&mut self, field: &str, share: i64) {
        self.that((0..=WHOLE).contains(&share), field, || {
            format!("is {} %; it has to be from 0 to 100", per_cent(share))
        });
    }

    fn whole(&mut self, parameters: &Parameters) {
        let mut seeds = parameters.seeds.clone();
        seeds.sort_unstable();
        seeds.dedup();
        self.at_least_one("seeds", seeds.len());
        self.that(seeds.len() == parameters.seeds.len(), "seeds", || {
            "hold one twice, which would count as two".to_owned()
        });
        self.that(seeds.len() <= SEEDS_MAX, "seeds", || {
            format!("are {}; at most {SEEDS_MAX} are taken", seeds.len())
        });
        let weeks = parameters.weeks;
        self.count("weeks", weeks, WEEKS_MAX);
        self.count("period-weeks", parameters.period_weeks, weeks.max(1));
        self.count("open-weeks", parameters.open_weeks, weeks.max(1));
        self.count("lead-count", parameters.lead_count, LEADS_MAX);
    }

    fn provider(&mut self, at: &str, provider: &Provider) {
        self.count(&format!("{at}.count"), provider.count, PROVIDERS_MAX);
        let budget = provider.budget;
        self.that(
            (1..=HOURS_MAX).contains(&budget),
            &format!("{at}.budget-hours"),
            || match budget {
                0 => "is 0: without hours nobody works a lead, whatever the plan".to_owned(),
                _ => format!(
                    "is {}; it has to be more than 0, and at most {}",
                    hours(budget),
                    hours(HOURS_MAX)
                ),
            },
        );
        self.amount(&format!("{at}.cost-per-hour"), provider.cost_per_hour);
        self.count(&format!("{at}.weight"), provider.weight, WEIGHT_MAX);
    }

    fn kind(&mut self, at: &str, kind: &Kind) {
        self.that(
            !kind.source.trim().is_empty(),
            &format!("{at}.source"),
            || "is empty".to_owned(),
        );
        self.count(&format!("{at}.weight"), kind.weight, WEIGHT_MAX);
        self.amount(&format!("{at}.value"), kind.value);
        self.amount(&format!("{at}.customer-value"), kind.customer_value);
        for (name, share) in [
            ("project-margin-percent", kind.project_margin),
            ("stays-if-ignored-percent", kind.stays_if_ignored),
        ] {
            self.share(&format!("{at}.{name}"), share);
        }
        for action in Action::ALL {
            self.work(
                &format!("{at}.{}", action.as_str()),
                action,
                kind.work(action),
            );
        }
    }

    fn work(&mut self, at: &str, action: Action, work: &Work) {
        let effort = work.effort;
        self.that(
            (0..=HOURS_MAX).contains(&effort),
            &format!("{at}.effort-hours"),
            || {
                format!(
                    "is {}; it has to be from 0 to {}",
                    hours(effort),
                    hours(HOURS_MAX)
                )
            },
        );
        self.share(&format!("{at}.stays-percent"), work.stays);
        let outcomes = format!("{at}.outcomes-percent");
        for outcome in &work.outcomes {
            let event = outcome.event;
            let field = format!("{outcomes}.{}", event.as_str());
            self.share(&field, outcome.probability);
            self.that(action.may_bring().contains(&event), &field, || {
                let names = action.may_bring().iter().map(|code| code.as_str());
                let names: Vec<&str> = names.collect();
                format!(
                    "does not come of {}; what may is {}",
                    action.as_str(),
                    names.join(", ")
                )
            });
        }
        let sum = work
            .outcomes
            .iter()
            .fold(0_i64, |sum, one| sum.saturating_add(one.probability.max(0)));
        let is_alone = work.outcomes.iter().any(|one| one.probability > WHOLE);
        self.that(sum <= WHOLE || is_alone, &outcomes, || {
            format!(
                "are {} % together; only one of them comes of an action, so they are at most 100",
                per_cent(sum)
            )
        });
    }

    fn known<'n>(
        &mut self,
        at: &str,
        what: &str,
        names: impl Iterator<Item = &'n String>,
        known: &[&str],
    ) {
        for name in names {
            self.that(
                known.contains(&name.as_str()),
                &format!("{at}.{name}"),
                || match known {
                    [] => format!("is no {what} that a plan reads; these plans read none"),
                    _ => format!(
                        "is no {what} that a plan reads; these plans read {}",
                        known.join(", ")
                    ),
                },
            );
        }
    }
}

fn hours(thousandths: i64) -> f64 {
    thousandths as f64 / 1_000.0
}
