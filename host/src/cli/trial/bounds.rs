//! What a plan goes by and history does not tell, when a trial is run: what is declared has
//! to be gone by, and what is not is played with as little and as much as there may be.

use std::collections::BTreeSet;
use std::path::Path;

use super::run::{opened, refused};
use super::workplace::Workplace;
use crate::cli::store::block_on_one_thread;
use crate::cli::{CliError, Console};
use crate::trial::lacking::{Bounds, Declared, INPUTS_MAX, Input, corners};
use crate::trial::ledger::{self, Outcome, Paid};
use crate::trial::play;
use crate::trial::setup::{Setup, TRIAL_FILE};
use crate::trial::variant::Variant;

/// What is declared and no plan goes by is a mistake, most likely of its name.
pub(super) fn unused(setup: &Setup, outcomes: &[Outcome]) -> Result<(), CliError> {
    let gone_by = outcomes.iter().flat_map(|outcome| &outcome.gone_by);
    let inputs: BTreeSet<&Input> = gone_by.map(|of| &of.input).collect();
    let mut declared = setup.declared.assumptions.keys();
    let Some(unused) = declared.find(|input| !inputs.contains(input)) else {
        return Ok(());
    };
    let place = setup.declared.places.get(unused);
    let place = place.map_or("", String::as_str);
    let known: Vec<String> = inputs.iter().map(ToString::to_string).collect();
    let message = match known.is_empty() {
        true => format!("{place}: assume.\"{unused}\": the plans go by nothing of the kind"),
        false => format!(
            "{place}: assume.\"{unused}\": no plan goes by it; they go by {}",
            known.join(", ")
        ),
    };
    Err(CliError::document(&setup.folder.join(TRIAL_FILE), message))
}

/// Between what a variant's pay lies, as history does not tell all that it goes by.
pub(super) fn bounds(
    setup: &Setup,
    variant: &Variant,
    outcome: &Outcome,
    results: &Path,
    workplace: &Workplace,
    console: &Console,
) -> Result<Option<Bounds>, CliError> {
    let inputs: BTreeSet<Input> = outcome.lacking.iter().map(|of| of.input.clone()).collect();
    if inputs.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = inputs.iter().map(ToString::to_string).collect();
    let names = names.join(", ");
    if let Some(open) = has_no_bounds(&inputs) {
        let message = format!(
            "history does not tell all that “{}” goes by, which is {names}. Say in [assume] \
             what is to be taken for {open}",
            variant.name
        );
        return Err(CliError::document(&setup.folder.join(TRIAL_FILE), message));
    }
    console.step(format!("{}: history does not tell {names}", variant.name));
    let corners = corners(&inputs);
    let mut plays = Vec::with_capacity(corners.len());
    for corner in &corners {
        let said: Vec<String> = corner
            .iter()
            .map(|(input, assumption)| format!("{input} = {assumption}"))
            .collect();
        let of = format!("{}\n{}\n{}", setup.digest, variant.code, said.join("\n"));
        let (paid, is_new): (Vec<Paid>, bool) = workplace.or_made(&of, |data| {
            let declared = setup.declared.with(corner);
            block_on_one_thread(paid_by(setup, variant, &declared, data, results, workplace))
        })?;
        if is_new {
            console.step(format!("{}: played with {}", variant.name, said.join(", ")));
        }
        plays.push((corner.clone(), paid));
    }
    Ok(Some(Bounds::of(&inputs, &outcome.paid, &plays)))
}

/// What has to be declared, as no bounds can be told without it; none: nothing.
fn has_no_bounds(inputs: &BTreeSet<Input>) -> Option<String> {
    let targets: Vec<String> = inputs
        .iter()
        .filter(|input| matches!(input, Input::Target(_)))
        .map(ToString::to_string)
        .collect();
    if !targets.is_empty() {
        return Some(targets.join(", "));
    }
    let more = inputs.len().saturating_sub(INPUTS_MAX);
    (more > 0).then(|| format!("{more} of these at least"))
}

/// What a variant pays by what is assumed.
async fn paid_by(
    setup: &Setup,
    variant: &Variant,
    declared: &Declared,
    data: &Path,
    results: &Path,
    workplace: &Workplace,
) -> Result<Vec<Paid>, CliError> {
    let host = opened(setup, variant, data, workplace).await?;
    let paid = async {
        let (force, _) = play::play(&host, setup, variant, declared, results, |_| {}).await?;
        ledger::paid(&host, &force).await
    };
    let paid = paid.await;
    host.store.close().await;
    paid.map_err(|error| refused(setup, variant, error))
}
