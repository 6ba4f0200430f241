//! Partners and their footing in the contract. What the mapping does not feed
//! stays as it is.

use std::collections::BTreeMap;

use super::{Context, Item, Outcome, Ready as AnyReady, Verdict, problem};
use crate::contracts::participant::Footing;
use crate::contracts::partner::{Wanted, parent_code};
use crate::contracts::{Amendment, Error, Tree};
use crate::domain::ids::PartnerId;
use crate::domain::partner::{Participant, Partner, Position};
use crate::host::Problem;
use crate::import::error::ImportError;
use crate::import::field::ATTRIBUTES;
use crate::import::mapping::ReadValues;
use crate::store::changes::Guard;

/// A partner of a file.
pub struct Ready {
    code: String,
    values: ReadValues,
}

impl Ready {
    pub fn keys(&self) -> Vec<String> {
        vec![format!("partner {}", self.code)]
    }
}

pub(super) fn read(context: &Context, values: ReadValues) -> Result<Ready, Vec<Problem>> {
    let code = values.text("code").unwrap_or_default();
    let new = footing(context, &values, None);
    let mut problems = new.problems(&context.force.terms);
    if values.number("latitude").is_some() != values.number("longitude").is_some() {
        problems.push(problem(
            "latitude",
            "and longitude have to be there both, or none of them",
        ));
    }
    if problems.is_empty() {
        Ok(Ready { code, values })
    } else {
        Err(problems)
    }
}

pub(super) async fn decide(context: &Context, items: &[Item]) -> Result<Vec<Verdict>, ImportError> {
    let rows: Vec<&Ready> = items
        .iter()
        .filter_map(|item| match &item.ready {
            AnyReady::Partner(partner) => Some(partner.as_ref()),
            _ => None,
        })
        .collect();
    let host = &context.host;
    let before = Tree::load(host, &context.manufacturer).await?;
    let participants: BTreeMap<PartnerId, Participant> = host
        .store
        .participants(&context.manufacturer, &context.contract)
        .await?
        .into_iter()
        .map(|(participant, partner)| (partner.id, participant))
        .collect();
    let mut refused: BTreeMap<usize, Vec<Problem>> = BTreeMap::new();
    // A row that is refused may be what another one needs: one by one they go.
    let (mut amendment, after) = loop {
        let good: Vec<usize> = (0..rows.len())
            .filter(|row| !refused.contains_key(row))
            .collect();
        let wanted: Vec<Wanted> = good
            .iter()
            .map(|row| wanted(context, rows[*row], &before))
            .collect();
        let mut amendment = Amendment::new(host, &context.manufacturer);
        let mut after = before.clone();
        let kept = amendment
            .partners(host, &mut after, &wanted, |position| format!("/{position}"))
            .await;
        match kept {
            Ok(()) => break (amendment, after),
            Err(Error::Invalid(problems)) => {
                for (position, problem) in problems.into_iter().filter_map(of_row) {
                    if let Some(row) = good.get(position) {
                        refused.entry(*row).or_default().push(problem);
                    }
                }
                if good.iter().all(|row| !refused.contains_key(row)) {
                    return Err(ImportError::Fault("a partner is refused".to_owned()));
                }
            }
            Err(error) => return Err(error.into()),
        }
    };
    let contract = &context.force.contract;
    let mut verdicts = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        if let Some(problems) = refused.remove(&number) {
            verdicts.push(context.rejected(problems));
            continue;
        }
        let partner = after
            .by_code(&row.code)
            .ok_or_else(|| ImportError::Fault("a partner is missing".to_owned()))?;
        let known = participants.get(&partner.id);
        let footing = footing(context, &row.values, known);
        let kept = amendment.participant(contract, &context.force.terms, partner, known, footing);
        let is_same = before.by_code(&row.code) == Some(partner) && known == Some(&kept?);
        verdicts.push(if is_same {
            Verdict::unchanged()
        } else {
            Verdict::of(Outcome::Imported, Default::default())
        });
    }
    // The rows are kept together: who is below whom concerns several of them.
    let mut changes = amendment.into_changes(host, context.actor.as_ref());
    if !changes.audit.is_empty() {
        // The terms that the footings were checked against.
        let version = Some(contract.version);
        changes
            .guards
            .push(Guard::Contract(contract.id.clone(), version));
        if let Some(first) = verdicts
            .iter_mut()
            .find(|verdict| verdict.outcome == Outcome::Imported)
        {
            first.changes = Some(changes);
        }
    }
    Ok(verdicts)
}

/// The row that a problem is of, and the problem as that row has it.
fn of_row(problem: Problem) -> Option<(usize, Problem)> {
    let (row, field) = problem.pointer.strip_prefix('/')?.split_once('/')?;
    Some((
        row.parse().ok()?,
        Problem::new(format!("/{field}"), problem.message),
    ))
}

fn wanted(context: &Context, row: &Ready, tree: &Tree) -> Wanted {
    let known = tree.by_code(&row.code);
    let text = |field: &str, of: fn(&Partner) -> &Option<String>| {
        if context.columns.contains_key(field) {
            row.values.text(field)
        } else {
            known.and_then(|known| of(known).clone())
        }
    };
    let country = text("country", |known| &known.country);
    let postcode = text("postcode", |known| &known.postcode);
    let own = row
        .values
        .number("latitude")
        .zip(row.values.number("longitude"));
    let stays = known.filter(|known| known.country == country && known.postcode == postcode);
    let position = match own {
        Some((latitude, longitude)) => Some(Position {
            latitude,
            longitude,
        }),
        None => stays.and_then(|known| known.position),
    };
    let parent = if context.columns.contains_key("parent") {
        row.values.text("parent")
    } else {
        known.and_then(|known| parent_code(known, tree).map(str::to_owned))
    };
    Wanted {
        code: row.code.clone(),
        name: row.values.text("name").unwrap_or_default(),
        parent,
        country,
        postcode,
        position,
    }
}

fn footing(context: &Context, values: &ReadValues, known: Option<&Participant>) -> Footing {
    let mut footing = known.map(Footing::of).unwrap_or_default();
    footing.level = values.text("level").unwrap_or_default();
    if context.columns.contains_key("capacity") {
        footing.capacity = values.integer("capacity");
    }
    if context.columns.contains_key("certificates") {
        footing.certificates = values.texts("certificates");
    }
    for field in context.columns.keys() {
        if let Some(name) = field.strip_prefix(ATTRIBUTES) {
            footing.attributes.remove(name);
        }
    }
    footing.attributes.extend(values.group(ATTRIBUTES));
    footing
}
