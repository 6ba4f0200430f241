//! The plans that are compared at the end of the demonstration: a trial of the contract
//! that was played, over what has happened under it.

use std::fs;
use std::path::Path;

use super::{Error, World};
use crate::host::Host;
use crate::trial::assumptions::Assumptions;
use crate::trial::live::{self, Scope};
use crate::trial::setup::{ASSUMPTIONS_FILE, PLANS_FOLDER};

/// What the plans' simulation assumes.
pub(super) const SIMULATION: &str = include_str!("plans/simulation.toml");
/// Each plan by its code, in the order in which they are compared.
const PLANS: [(&str, &str); 3] = [
    (COMMISSION, include_str!("plans/1-commission.toml")),
    ("2-bonus-malus", include_str!("plans/2-bonus-malus.toml")),
    (CARE_FIRST, include_str!("plans/3-care-first.toml")),
];
/// A commission, and nothing else.
pub const COMMISSION: &str = "1-commission";
/// Care before projects.
pub const CARE_FIRST: &str = "3-care-first";
/// What the plans are paid by beside what the host counts.
const MEASURES: [&str; 2] = ["satisfaction", "rework-share"];

/// Writes the trial's folder, for `stellwerk trial run` and whoever wants to change a plan.
///
/// # Errors
/// What was written by then stays.
pub async fn write(host: &Host, world: &World, folder: &Path) -> Result<(), Error> {
    let name = format!("{}: plans compared", world.contract.name);
    live::make(host, &world.contract, &Scope::default(), &name, folder).await?;
    let plans = PLANS.map(|(code, text)| (format!("{PLANS_FOLDER}/{code}.toml"), text));
    let assumed = (ASSUMPTIONS_FILE.to_owned(), SIMULATION);
    for (file, text) in plans.into_iter().chain([assumed]) {
        let path = folder.join(file);
        fs::write(&path, text).map_err(|source| live::Error::File { path, source })?;
    }
    Ok(())
}

/// What a file of assumptions says.
///
/// # Errors
/// Names every line that cannot be.
pub(super) fn assumptions(text: &str) -> Result<Assumptions, Error> {
    Assumptions::parse(text, &MEASURES, &[]).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Error::Contract(format!("the demo's own assumptions: {}", lines.join("; ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::assumptions::TEMPLATE;

    /// Nothing is tuned for the demonstration: it is smaller, and otherwise the same.
    #[test]
    fn the_demo_assumes_what_trials_begin_with() {
        let (own, mut usual) = (
            assumptions(SIMULATION).unwrap(),
            assumptions(TEMPLATE).unwrap(),
        );
        let leads_a_week = |assumed: &Assumptions| {
            f64::from(assumed.parameters.lead_count) / f64::from(assumed.parameters.weeks)
        };
        assert!((leads_a_week(&own) - leads_a_week(&usual)).abs() < 0.05);
        assert!(own.axes.points().len() < usual.axes.points().len());
        usual.parameters.seeds = own.parameters.seeds.clone();
        usual.parameters.weeks = own.parameters.weeks;
        usual.parameters.lead_count = own.parameters.lead_count;
        assert_eq!(own.parameters, usual.parameters);
    }
}
