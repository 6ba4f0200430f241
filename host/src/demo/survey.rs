//! What is measured at partners when the weeks are over: how content customers are, and
//! how much had to be done again.
//!
//! People are made up, and so is this. It follows from what partners did in the play, in
//! the way in which the simulation of the plans assumes it: whoever was called is content,
//! and complete data spares a second visit.

use super::plans::{SIMULATION, assumptions};
use super::{Error, World};
use crate::contracts::measure::{self, Wanted};
use crate::domain::figure::{Figure, Window};
use crate::domain::measure::MeasureKind;
use crate::domain::simulation::Tally;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::pay;

/// Parts of a unit in which measures are reckoned.
const MILLIONTHS: f64 = 1_000_000.0;

/// Sets every measure of every partner, for all periods of the play.
pub async fn take(host: &Host, world: &World) -> Result<(), Error> {
    let (manufacturer, contract) = (&world.manufacturer.id, &world.contract.id);
    let force = host.contract(manufacturer, contract).await?;
    let periods = pay::periods(host, &force).await?;
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else {
        return Ok(());
    };
    let always = Window {
        from: Micros(i64::MIN),
        until: Micros(i64::MAX),
    };
    let facts = host.facts(manufacturer, contract, None).await?;
    let assumed = assumptions(SIMULATION)?;
    let mut wanted = Vec::new();
    for player in world.partners.values() {
        let partner = &player.partner;
        let count = |figure| facts.read().count_of(&partner.id, figure, always);
        let tally = Tally {
            // Whoever had no lead has called nobody.
            claimed: count(Figure::Claimed).max(1),
            care_contacts: count(Figure::CareContacts),
            data_complete: count(Figure::DataComplete),
            ..Tally::default()
        };
        for measure in &assumed.parameters.measures {
            let Some(value) = tally.measure(measure) else {
                continue;
            };
            wanted.push(Wanted {
                kind: MeasureKind::Measure.as_str().to_owned(),
                partner: partner.code.clone(),
                name: measure.name.clone(),
                from: first.begins,
                until: last.ends,
                value: value as f64 / MILLIONTHS,
            });
        }
    }
    measure::put(host, manufacturer, contract, &wanted, &Origin::host()).await?;
    Ok(())
}
