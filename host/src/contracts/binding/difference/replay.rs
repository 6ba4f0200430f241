//! What was decided is asked again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Version, Versions};
use crate::contracts::Error;
use crate::domain::column::HostColumn;
use crate::domain::decision::Decision;
use crate::domain::ids::LeadId;
use crate::host::Host;
use crate::host::free_text::Keys;
use crate::policy::differ::{self, Difference, Names, Said, differences};
use crate::policy::{Code, Function, Outcome, view};

/// How long questions are asked again; what is left then is left out.
const ASKING_TIME_MAX: Duration = Duration::from_secs(10);

/// What both generations would have decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Replay {
    /// Recorded questions that both were asked.
    pub asked: u32,
    /// Decisions that would flip, by what would be done differently.
    pub flipped: BTreeMap<String, u32>,
    pub flips: Vec<Flip>,
    /// Recorded questions that they were not asked: there was no time or no room, the
    /// caller may not see them, or they had free text that is erased.
    pub left_out: u32,
    /// What the second generation reads, and questions to the first do not say: in
    /// force it would know more than it was told here.
    pub not_told: Vec<String>,
}

/// A decision that would be another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Flip {
    pub decision: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The lead's number at the manufacturer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub function: String,
    pub asked_at: String,
    pub differences: Vec<Difference>,
    /// The same in words.
    pub words: Vec<String>,
}

/// Asks both generations what is recorded, and compares what they would do.
pub(super) async fn replay(host: &Host, versions: &Versions) -> Result<Replay, Error> {
    let manufacturer = &versions.contract.manufacturer;
    let partners = host.store.partners(manufacturer).await?;
    let partners: BTreeMap<u64, String> = partners
        .into_iter()
        .map(|partner| (partner.key, partner.name))
        .collect();
    let name = |key: u64| match partners.get(&key) {
        Some(name) => name.clone(),
        None => format!("partner {key}"),
    };
    let keys = Keys::of(&host.store, manufacturer, versions.decisions.iter()).await?;
    let begun = Instant::now();
    let mut replay = Replay {
        left_out: versions.hidden,
        not_told: not_told(versions),
        ..Replay::default()
    };
    for decision in &versions.decisions {
        let answers = match (begun.elapsed() < ASKING_TIME_MAX, keys.open(decision)) {
            (true, Ok(decision)) => answers(versions, &decision).await,
            _ => None,
        };
        let Some((function, before, after)) = answers else {
            replay.left_out += 1;
            continue;
        };
        let names = Names {
            partner: &name,
            manifest: versions.to.bound.plugin().manifest(),
            currency: &versions.force.terms.currency,
        };
        let compared = differences(
            names,
            function,
            &decision.input,
            Said::of(&before.0, &before.1),
            Said::of(&after.0, &after.1),
        );
        let Ok(found) = compared else {
            replay.left_out += 1;
            continue;
        };
        replay.asked += 1;
        if differ::flips(&found) {
            for difference in &found {
                let what = difference.what.as_str().to_owned();
                *replay.flipped.entry(what).or_default() += 1;
            }
            replay.flips.push(Flip {
                decision: decision.id.to_string(),
                lead: decision.lead.as_ref().map(ToString::to_string),
                number: None,
                function: decision.function.clone(),
                asked_at: decision.asked_at.to_string(),
                words: found.iter().map(ToString::to_string).collect(),
                differences: found,
            });
        }
    }
    number(host, versions, &mut replay.flips).await?;
    Ok(replay)
}

/// An answer as receipts keep it: how it ended, and the bytes.
type Kept = (String, Vec<u8>);

/// What both say to the question of a decision; none where there was no room for it.
async fn answers(versions: &Versions, decision: &Decision) -> Option<(Function, Kept, Kept)> {
    let function = Function::parse(&decision.function)?;
    let Versions { from, to, .. } = versions;
    // What it has said under these terms it would say again.
    let is_known = decision.generation == from.side.generation
        && decision.terms_version == versions.force.contract.terms_version;
    let before = match is_known {
        true => (decision.outcome.clone(), decision.output.clone()),
        false => asked(from, function, &decision.input).await?,
    };
    let after = asked(to, function, &decision.input).await?;
    Some((function, before, after))
}

async fn asked(version: &Version, function: Function, question: &[u8]) -> Option<Kept> {
    let options = version.options();
    let asked = view::ask(&version.bound, &options, function, question).await;
    let receipt = asked.ok()?;
    match receipt.outcome {
        Outcome::Failed(Code::HostOverloaded) => None,
        outcome => Some((outcome.as_str().to_owned(), receipt.output)),
    }
}

/// Names that are told where they are read, and that the first does not read.
fn not_told(versions: &Versions) -> Vec<String> {
    let (from, to) = (&versions.from.bound, &versions.to.bound);
    let known = from.vocabulary();
    let read = &to.plugin().manifest().attributes;
    let is_name = |word: &str| {
        HostColumn::parse(word).is_some()
            || word.contains('/')
            || read.iter().any(|attribute| attribute.name == word)
    };
    let words = to.vocabulary().words().iter();
    words
        .filter(|word| !known.contains(word) && is_name(word))
        .map(ToString::to_string)
        .collect()
}

/// Puts the manufacturer's numbers beside the leads.
async fn number(host: &Host, versions: &Versions, flips: &mut [Flip]) -> Result<(), Error> {
    let ids: Vec<LeadId> = flips
        .iter()
        .filter_map(|flip| flip.lead.as_deref().map(LeadId::from))
        .collect();
    let leads = host
        .store
        .leads_among(
            &versions.contract.manufacturer,
            &ids.iter().collect::<Vec<_>>(),
        )
        .await?;
    let numbers: BTreeMap<String, Option<String>> = leads
        .into_iter()
        .map(|lead| (lead.id.to_string(), lead.external_id))
        .collect();
    for flip in flips {
        let lead = flip.lead.as_ref().and_then(|lead| numbers.get(lead));
        flip.number = lead.cloned().flatten();
    }
    Ok(())
}
