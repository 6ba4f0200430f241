//! Offers and claims.

use std::collections::HashMap;

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, bind, numbered, statement};
use super::{Error, Store};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId, OfferId, PartnerId};
use crate::domain::offer::{Claim, ClaimEnding, Decline, DeclineReason, Offer, OfferState};
use crate::domain::time::Micros;

pub(super) const COLUMNS: &str = "manufacturer, id, contract, lead, cycle, wave, partner, state, offered_at, \
    until, ended_at, score, decline_reason, decline_note, decision";

pub(super) const CLAIM_COLUMNS: &str = "manufacturer, id, contract, lead, cycle, partner, offer, \
    user_account, claimed_at, first_worked_at, last_feedback_at, feedback_due_at, ended_at, \
    ending, decision";

/// How many claims a partner holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimCounts {
    pub open: i64,
    /// Of these, not yet reported on.
    pub without_feedback: i64,
    /// Of these, with feedback overdue.
    pub overdue: i64,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "offer",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(offer: &Offer) -> Vec<Bind> {
    vec![
        offer.manufacturer.as_str().into(),
        offer.id.as_str().into(),
        offer.contract.as_str().into(),
        offer.lead.as_str().into(),
        offer.cycle.into(),
        offer.wave.into(),
        offer.partner.as_str().into(),
        offer.state.as_str().into(),
        offer.offered_at.0.into(),
        offer.until.map(|at| at.0).into(),
        offer.ended_at.map(|at| at.0).into(),
        offer.score.into(),
        offer
            .decline
            .as_ref()
            .map(|decline| decline.reason.as_str())
            .into(),
        offer
            .decline
            .as_ref()
            .and_then(|decline| decline.note.clone())
            .into(),
        offer.decision.as_ref().map(|id| id.as_str()).into(),
    ]
}

pub(super) fn read(row: &AnyRow) -> Result<Offer, Error> {
    let row = Columns(row);
    let decline = match row.maybe_text("decline_reason")? {
        Some(_) => Some(Decline {
            reason: row.code("decline_reason", DeclineReason::parse)?,
            note: row.maybe_text("decline_note")?,
        }),
        None => None,
    };
    Ok(Offer {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        lead: row.text("lead")?.into(),
        cycle: row.small("cycle")?,
        wave: row.small("wave")?,
        partner: row.text("partner")?.into(),
        state: row.code("state", OfferState::parse)?,
        offered_at: Micros(row.integer("offered_at")?),
        until: row.maybe_integer("until")?.map(Micros),
        ended_at: row.maybe_integer("ended_at")?.map(Micros),
        score: row.integer("score")?,
        decline,
        decision: row.maybe_text("decision")?.map(Into::into),
    })
}

pub(super) fn claim_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "claim",
        columns: CLAIM_COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn claim_values(claim: &Claim) -> Vec<Bind> {
    let micros = |at: Option<Micros>| Bind::from(at.map(|at| at.0));
    vec![
        claim.manufacturer.as_str().into(),
        claim.id.as_str().into(),
        claim.contract.as_str().into(),
        claim.lead.as_str().into(),
        claim.cycle.into(),
        claim.partner.as_str().into(),
        claim.offer.as_ref().map(|id| id.as_str()).into(),
        claim.user.as_ref().map(|id| id.as_str()).into(),
        claim.claimed_at.0.into(),
        micros(claim.first_worked_at),
        micros(claim.last_feedback_at),
        micros(claim.feedback_due_at),
        micros(claim.ended_at),
        claim.ending.map(ClaimEnding::as_str).into(),
        claim.decision.as_ref().map(|id| id.as_str()).into(),
    ]
}

pub(super) fn read_claim(row: &AnyRow) -> Result<Claim, Error> {
    let row = Columns(row);
    let micros = |name: &str| row.maybe_integer(name).map(|at| at.map(Micros));
    let ending = match row.maybe_text("ending")? {
        Some(_) => Some(row.code("ending", ClaimEnding::parse)?),
        None => None,
    };
    Ok(Claim {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        lead: row.text("lead")?.into(),
        cycle: row.small("cycle")?,
        partner: row.text("partner")?.into(),
        offer: row.maybe_text("offer")?.map(Into::into),
        user: row.maybe_text("user_account")?.map(Into::into),
        claimed_at: Micros(row.integer("claimed_at")?),
        first_worked_at: micros("first_worked_at")?,
        last_feedback_at: micros("last_feedback_at")?,
        feedback_due_at: micros("feedback_due_at")?,
        ended_at: micros("ended_at")?,
        ending,
        decision: row.maybe_text("decision")?.map(Into::into),
    })
}

/// Invariant: partners hold few, of many that there were. So that these are not
/// walked in the order of identifiers, the identifier is no column here.
pub(super) fn text_of_open_offers(partners: usize) -> String {
    format!(
        "SELECT {COLUMNS} FROM offer WHERE manufacturer = $1 AND id || '' > $2 \
         AND state IN ('open', 'reopened') AND partner IN ({}) ORDER BY id || '' LIMIT $3",
        numbered(4, partners)
    )
}

/// As [`text_of_open_offers`].
pub(super) fn text_of_open_claims(partners: usize) -> String {
    format!(
        "SELECT {CLAIM_COLUMNS} FROM claim WHERE manufacturer = $1 AND id || '' > $2 \
         AND ended_at IS NULL AND partner IN ({}) ORDER BY id || '' LIMIT $3",
        numbered(4, partners)
    )
}

impl Store {
    /// The offers of one cycle of a lead, oldest first.
    pub async fn offers_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
        cycle: u32,
    ) -> Result<Vec<Offer>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM offer \
             WHERE manufacturer = $1 AND lead = $2 AND cycle = $3 ORDER BY offered_at, id"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .bind(i64::from(cycle))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub async fn offer(
        &self,
        manufacturer: &ManufacturerId,
        id: &OfferId,
    ) -> Result<Option<Offer>, Error> {
        let text = format!("SELECT {COLUMNS} FROM offer WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The offers that these partners may claim now, oldest first, after one.
    pub async fn open_offers(
        &self,
        manufacturer: &ManufacturerId,
        partners: &[PartnerId],
        after: Option<&OfferId>,
        limit: u32,
    ) -> Result<Vec<Offer>, Error> {
        if partners.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = statement(text_of_open_offers(partners.len()))
            .bind(manufacturer.as_str())
            .bind(after.map_or("", |id| id.as_str()))
            .bind(i64::from(limit));
        for partner in partners {
            query = query.bind(partner.as_str());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// Who holds the lead now.
    pub async fn open_claim(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Option<Claim>, Error> {
        let text = format!(
            "SELECT {CLAIM_COLUMNS} FROM claim \
             WHERE manufacturer = $1 AND lead = $2 AND ended_at IS NULL"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_claim).transpose()
    }

    /// Whether another holds the lead that this partner was offered too: what
    /// most of those need to know who come at once, in one statement.
    pub async fn is_taken_from(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
        partner: &PartnerId,
    ) -> Result<bool, Error> {
        let text = "SELECT CAST(count(*) AS BIGINT) AS taken FROM claim c \
             WHERE c.manufacturer = $1 AND c.lead = $2 AND c.ended_at IS NULL AND c.partner <> $3 \
             AND EXISTS (SELECT 1 FROM offer o WHERE o.manufacturer = $1 AND o.lead = $2 \
             AND o.cycle = c.cycle AND o.partner = $3)";
        let row = statement(text.to_owned())
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .bind(partner.as_str())
            .fetch_one(&self.pool)
            .await?;
        Ok(Columns(&row).integer("taken")? > 0)
    }

    /// All claims there have been of a lead, oldest first.
    pub async fn claims_of_lead(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Claim>, Error> {
        let text = format!(
            "SELECT {CLAIM_COLUMNS} FROM claim \
             WHERE manufacturer = $1 AND lead = $2 ORDER BY claimed_at, id"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_claim).collect()
    }

    /// The claims that these partners hold now, oldest first, after one.
    pub async fn open_claims(
        &self,
        manufacturer: &ManufacturerId,
        partners: &[PartnerId],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Claim>, Error> {
        if partners.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = statement(text_of_open_claims(partners.len()))
            .bind(manufacturer.as_str())
            .bind(after.unwrap_or_default())
            .bind(i64::from(limit));
        for partner in partners {
            query = bind(query, partner.as_str().into());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read_claim).collect()
    }

    /// How many claims each partner of a contract holds; those without any are
    /// left out.
    pub async fn claim_counts(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        now: Micros,
    ) -> Result<HashMap<PartnerId, ClaimCounts>, Error> {
        let rows = sqlx::query(
            "SELECT partner, count(*) AS held, \
             count(*) FILTER (WHERE last_feedback_at IS NULL) AS silent, \
             count(*) FILTER (WHERE feedback_due_at < $3) AS overdue \
             FROM claim WHERE manufacturer = $1 AND contract = $2 AND ended_at IS NULL \
             GROUP BY partner",
        )
        .bind(manufacturer.as_str())
        .bind(contract.as_str())
        .bind(now.0)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                let counts = ClaimCounts {
                    open: row.integer("held")?,
                    without_feedback: row.integer("silent")?,
                    overdue: row.integer("overdue")?,
                };
                Ok((row.text("partner")?.into(), counts))
            })
            .collect()
    }
}
