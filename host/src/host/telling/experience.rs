//! What became of earlier leads, as far as the vocabulary asks for it.

use std::sync::Arc;

use super::super::{Host, InForce};
use crate::domain::figure::{Asked, ENDINGS, Facts, STAGE_MEDIANS};
use crate::domain::lead::Lead;
use crate::domain::time::Micros;
use crate::policy::question::{Age, Attributes, Ending, StageMedian, Value};
use crate::store;

/// Figures of the lead's source, and how its leads have ended.
pub async fn source(
    host: &Host,
    force: &InForce,
    lead: &Lead,
    now: Micros,
) -> Result<(Attributes, Vec<Ending>), store::Error> {
    let names = force.names("qualification");
    if !names.iter().any(|name| name.starts_with("figure/")) {
        return Ok((Attributes::default(), Vec::new()));
    }
    let known = host.facts(&lead.manufacturer, &lead.contract, None).await?;
    let facts = known.read();
    Ok(source_by(&facts, &names, lead, now))
}

/// The same by what was counted up to some instant, and as far as `names` ask for it.
pub fn source_by(
    facts: &Facts,
    names: &[Arc<str>],
    lead: &Lead,
    now: Micros,
) -> (Attributes, Vec<Ending>) {
    let source = lead.teaser.source.as_deref().unwrap_or_default();
    let figures = names
        .iter()
        .filter_map(|name| {
            let asked = Asked::parse(name)?;
            let count = facts.count_of_source(source, asked.figure, asked.window(now))?;
            Some((name.to_string(), Value::Integer(count)))
        })
        .collect();
    let endings = if names_word(names, ENDINGS) {
        names
            .iter()
            .flat_map(|field| endings(facts, source, field))
            .collect()
    } else {
        Vec::new()
    };
    (figures, endings)
}

fn endings(facts: &Facts, source: &str, field: &str) -> Vec<Ending> {
    facts
        .endings(source, field)
        .map(|(value, ended)| Ending {
            field: field.to_owned(),
            value: value.to_owned(),
            won: ended.won,
            lost: ended.lost,
        })
        .collect()
}

/// How long leads of the lead's product usually stay in a stage.
pub async fn stage_medians(
    host: &Host,
    force: &InForce,
    lead: &Lead,
) -> Result<Vec<StageMedian>, store::Error> {
    if !names_word(&force.names("escalation"), STAGE_MEDIANS) {
        return Ok(Vec::new());
    }
    let known = host.facts(&lead.manufacturer, &lead.contract, None).await?;
    let facts = known.read();
    Ok(stage_medians_by(&facts, lead))
}

/// The same by what was counted up to some instant.
pub fn stage_medians_by(facts: &Facts, lead: &Lead) -> Vec<StageMedian> {
    let product = lead.teaser.product.as_deref().unwrap_or_default();
    let medians = facts.stage_medians(product);
    medians
        .into_iter()
        .map(|median| StageMedian {
            stage: median.stage.to_owned(),
            median: Age {
                elapsed_seconds: median.seconds,
                working_seconds: median.working_seconds,
            },
        })
        .collect()
}

fn names_word(names: &[Arc<str>], word: &str) -> bool {
    names.iter().any(|name| name.as_ref() == word)
}
