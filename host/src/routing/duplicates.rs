//! Which other leads are likely the same.

use super::Error;
use super::draft::Draft;
use crate::domain::duplicate;
use crate::store::changes::{DuplicateKey, Guard};

/// Adds what tells that another lead is likely the same, and guards it, so that
/// of two such leads at once one sees the other.
pub(super) async fn add_keys(draft: &mut Draft<'_>) -> Result<(), Error> {
    let keys = keys(draft);
    let digests = keys.iter().map(|key| key.digest.clone()).collect();
    draft.likely_same = draft
        .host
        .leads_of_keys(&draft.lead.manufacturer, &draft.lead.contract, digests)
        .await?;
    for key in keys {
        let known = draft.likely_same.get(&key.digest);
        draft.changes.guards.push(Guard::DuplicateKey {
            contract: key.contract.clone(),
            digest: key.digest.clone(),
            uses: known.map_or(0, |known| known.uses),
        });
        draft.changes.duplicate_keys.push(key);
    }
    Ok(())
}

/// What tells that another lead is likely the same as this one.
pub(super) fn keys(draft: &Draft<'_>) -> Vec<DuplicateKey> {
    let teaser = &draft.lead.teaser;
    duplicate::keys(
        &draft.contact,
        teaser.country.as_deref(),
        teaser.postcode.as_deref(),
    )
    .into_iter()
    .map(|key| DuplicateKey {
        contract: draft.lead.contract.clone(),
        kind: key.kind.as_str().to_owned(),
        digest: key.digest,
        lead: draft.lead.id.clone(),
    })
    .collect()
}
