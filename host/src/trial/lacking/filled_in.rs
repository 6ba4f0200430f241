//! Measures that are assumed, in the store that a variant is played in.

use std::collections::BTreeSet;

use super::{Declared, Input};
use crate::contracts::{self, measure};
use crate::domain::contract::Contract;
use crate::domain::measure::MeasureKind;
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::store;

/// A measure that is assumed holds so long after history: while its last periods are closed.
const HOLDS_AFTER: Micros = Micros(400 * 86_400_000_000);

/// The measures and targets that are told of some partner.
///
/// # Errors
/// Where the store cannot be read.
pub async fn measures_told(
    host: &Host,
    contract: &Contract,
) -> Result<BTreeSet<Input>, store::Error> {
    let Contract {
        manufacturer, id, ..
    } = contract;
    let told = host.store.measure_names(manufacturer, id).await?;
    let told = told.into_iter().map(|(_, kind, name)| match kind {
        MeasureKind::Measure => Input::Measure(name),
        MeasureKind::Target => Input::Target(name),
    });
    Ok(told.collect())
}

/// Gives each partner that nothing is told of what is assumed.
///
/// # Errors
/// Where the store cannot be written.
pub async fn fill_in(
    host: &Host,
    contract: &Contract,
    declared: &Declared,
) -> Result<(), contracts::Error> {
    let values = declared.values();
    if values.is_empty() {
        return Ok(());
    }
    let Contract {
        manufacturer, id, ..
    } = contract;
    let told = host.store.measure_names(manufacturer, id).await?;
    let partners = host.store.participants(manufacturer, id).await?;
    let until = Micros(host.clock.now().0.saturating_add(HOLDS_AFTER.0));
    let mut wanted = Vec::new();
    for (kind, name, value) in values {
        let is_told = |partner| {
            told.iter()
                .any(|of| (&of.0, of.1, &*of.2) == (partner, kind, name))
        };
        let untold = partners.iter().filter(|(_, partner)| !is_told(&partner.id));
        wanted.extend(untold.map(|(_, partner)| measure::Wanted {
            kind: kind.as_str().to_owned(),
            partner: partner.code.clone(),
            name: name.to_owned(),
            from: Micros(0),
            until,
            value,
        }));
    }
    for some in wanted.chunks(measure::MEASURES_MAX) {
        measure::put(host, manufacturer, id, some, &Origin::host()).await?;
    }
    Ok(())
}
