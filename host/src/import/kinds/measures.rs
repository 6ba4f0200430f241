//! Measures and targets of partners.

use super::{Context, Item, Outcome, Ready as AnyReady, Verdict};
use crate::contracts::Amendment;
use crate::contracts::measure::Wanted;
use crate::domain::measure::Measure;
use crate::domain::time::Micros;
use crate::host::Problem;
use crate::import::error::ImportError;
use crate::import::mapping::ReadValues;

/// A number of a file.
pub struct Ready {
    wanted: Wanted,
    row: Measure,
}

impl Ready {
    pub fn keys(&self) -> Vec<String> {
        let Wanted {
            kind,
            partner,
            name,
            from,
            ..
        } = &self.wanted;
        vec![format!("{kind} {name} of {partner} from {}", from.0)]
    }
}

pub(super) fn read(context: &Context, values: &ReadValues) -> Result<Ready, Vec<Problem>> {
    let code = values.text("partner").unwrap_or_default();
    let partner = context.partner(&code).map_err(|problem| vec![problem])?;
    let instant = |field: &str| values.instant(field).unwrap_or(Micros(0));
    let wanted = Wanted {
        kind: values.text("kind").unwrap_or_else(|| "measure".to_owned()),
        partner: code,
        name: values.text("name").unwrap_or_default(),
        from: instant("from"),
        until: instant("until"),
        value: values.number("value").unwrap_or_default(),
    };
    let row = wanted.row(&context.manufacturer, &context.contract, Some(&partner))?;
    Ok(Ready { wanted, row })
}

pub(super) async fn decide(context: &Context, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
    let mut verdicts = Vec::new();
    for item in items {
        let AnyReady::Measure(measure) = &item.ready else {
            continue;
        };
        let mut amendment = Amendment::new(&context.host, &context.manufacturer);
        let wanted = std::slice::from_ref(&measure.wanted);
        amendment
            .measures(&context.host, vec![measure.row.clone()], wanted)
            .await?;
        let changes = amendment.into_changes(&context.host, context.actor.as_ref());
        verdicts.push(if changes.audit.is_empty() {
            Verdict::unchanged()
        } else {
            Verdict::of(Outcome::Imported, changes)
        });
    }
    Ok(verdicts)
}
