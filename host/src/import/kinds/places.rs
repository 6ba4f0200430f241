//! Where postcodes lie.

use super::{Context, Item, Outcome, Ready as AnyReady, Verdict};
use crate::contracts::{Amendment, Error};
use crate::domain::partner::{Place, Position};
use crate::import::error::ImportError;
use crate::import::mapping::ReadValues;

/// A place of a file.
pub struct Ready(Place);

impl Ready {
    pub fn keys(&self) -> Vec<String> {
        vec![format!("place {} {}", self.0.country, self.0.postcode)]
    }
}

pub(super) fn read(values: &ReadValues) -> Ready {
    let number = |field: &str| values.number(field).unwrap_or_default();
    Ready(Place {
        country: values.text("country").unwrap_or_default(),
        postcode: values.text("postcode").unwrap_or_default(),
        position: Position {
            latitude: number("latitude"),
            longitude: number("longitude"),
        },
    })
}

pub(super) async fn decide(context: &Context, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
    let mut verdicts = Vec::new();
    for item in items {
        let AnyReady::Place(Ready(place)) = &item.ready else {
            continue;
        };
        let mut amendment = Amendment::new(&context.host, &context.manufacturer);
        verdicts.push(match amendment.place(&context.host, place.clone()).await {
            Ok(()) => {
                let changes = amendment.into_changes(&context.host, context.actor.as_ref());
                if changes.audit.is_empty() {
                    Verdict::unchanged()
                } else {
                    Verdict::of(Outcome::Imported, changes)
                }
            }
            Err(Error::Invalid(problems)) => context.rejected(problems),
            Err(error) => return Err(error.into()),
        });
    }
    Ok(verdicts)
}
