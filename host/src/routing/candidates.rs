//! The partners that could be asked.

use super::Error;
use super::draft::Draft;
use crate::domain::partner::{Participant, Partner};
use crate::host::telling::{KnownPartners, Occasion};
use crate::policy::question::{self, Table};

/// The partners of a contract, row by row beside the table made of them.
pub(super) struct Candidates {
    pub participants: Vec<Participant>,
    pub table: Table,
}

/// All partners of the lead's contract that may be asked at all.
pub(super) async fn of(draft: &Draft<'_>) -> Result<Candidates, Error> {
    let lead = &draft.lead;
    let rows = draft
        .host
        .store
        .participants(&lead.manufacturer, &lead.contract)
        .await?;
    let rows: Vec<(Participant, Partner)> = rows
        .into_iter()
        .filter(|(participant, _)| participant.active)
        .filter(|(participant, _)| {
            lead.routed_to
                .as_ref()
                .is_none_or(|only| participant.partner == *only)
        })
        .collect();
    let known = known(draft, "matching").await?;
    let table = known.table(&rows);
    Ok(Candidates {
        participants: rows
            .into_iter()
            .map(|(participant, _)| participant)
            .collect(),
        table,
    })
}

/// One partner, as escalation is told it.
pub(super) async fn one(
    draft: &Draft<'_>,
    participant: &Participant,
) -> Result<question::Partner, Error> {
    let partner = draft
        .host
        .store
        .partner(&draft.lead.manufacturer, &participant.partner)
        .await?
        .ok_or(Error::NotFound { what: "partner" })?;
    Ok(known(draft, "escalation").await?.one(participant, &partner))
}

async fn known<'d>(draft: &'d Draft<'_>, slot: &str) -> Result<KnownPartners<'d>, Error> {
    let occasion = Occasion {
        contract: &draft.force.contract,
        names: draft.force.names(slot),
        now: draft.now,
        counted: None,
        lead: Some(&draft.lead),
        offers: &draft.offers,
    };
    Ok(KnownPartners::load(draft.host, occasion).await?)
}
