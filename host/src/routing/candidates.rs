//! The partners that could be asked.

use std::sync::Arc;

use super::Error;
use super::draft::Draft;
use crate::domain::partner::Participant;
use crate::host::Roster;
use crate::host::telling::{KnownPartners, Occasion};
use crate::policy::question::{self, Table};

/// The partners of a contract beside the table made of them, row by row.
pub(super) struct Candidates {
    pub roster: Arc<Roster>,
    pub table: Table,
}

/// All partners of the lead's contract that may be asked at all.
pub(super) async fn of(draft: &Draft<'_>) -> Result<Candidates, Error> {
    let all = draft.host.roster(&draft.force).await?;
    let roster = match &draft.lead.routed_to {
        Some(partner) => Arc::new(all.only(partner)),
        None => all,
    };
    let table = known(draft, "matching").await?.table_of(&roster);
    Ok(Candidates { roster, table })
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
        committed: None,
        lead: Some(&draft.lead),
        seat: draft.seat,
        offers: &draft.offers,
    };
    Ok(KnownPartners::load(draft.host, occasion).await?)
}
