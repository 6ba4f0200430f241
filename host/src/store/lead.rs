//! Leads, the persons behind them, what these did, and what tells duplicates.

use sqlx::any::AnyRow;

use super::sql::{
    Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, bind, fetch, json, numbered, only, statement,
};
use super::{Error, Store};
use crate::domain::attribute::Attributes;
use crate::domain::ids::{ContractId, LeadId, ManufacturerId, PartnerId};
use crate::domain::lead::{Activity, Assessed, BeganWith, Contact, Lead, Manual, Stage, Teaser};
use crate::domain::lifecycle::State;
use crate::domain::temperature::Temperature;
use crate::domain::time::Micros;

pub(super) const COLUMNS: &str = "manufacturer, id, contract, external_id, version, state, cycle, \
    received_at, product, source, country, postcode, value, attributes, provenance, customer, \
    answers, assessed, routed_to, merged_into, wave, step, manual_stage, manual_code, \
    manual_detail, manual_since, holder, sent_by, qualified_at, claimed_at, first_worked_at, \
    last_feedback_at, feedback_due_at, ended_at, qualification_generation, \
    matching_generation, escalation_generation";

const CONTACT_COLUMNS: &str =
    "manufacturer, lead, name, email, phone, company, street, city, note, attributes";

/// What qualification found, as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct StoredAssessed {
    temperature: Option<String>,
    score: i64,
    expected_value: Option<i64>,
    attributes: Attributes,
    decision: Option<String>,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lead",
        columns: COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(lead: &Lead, version: i64) -> Vec<Bind> {
    let teaser = &lead.teaser;
    let manual = lead.manual.as_ref();
    let assessed = lead.assessed.as_ref().map(|assessed| {
        json(&StoredAssessed {
            temperature: assessed.temperature.map(|found| found.as_str().to_owned()),
            score: assessed.score,
            expected_value: assessed.expected_value,
            attributes: assessed.attributes.clone(),
            decision: assessed.decision.as_ref().map(|id| id.as_str().to_owned()),
        })
    });
    let micros = |at: Option<Micros>| Bind::from(at.map(|at| at.0));
    vec![
        lead.manufacturer.as_str().into(),
        lead.id.as_str().into(),
        lead.contract.as_str().into(),
        lead.external_id.clone().into(),
        version.into(),
        lead.state.as_str().into(),
        lead.cycle.into(),
        lead.received_at.0.into(),
        teaser.product.clone().into(),
        teaser.source.clone().into(),
        teaser.country.clone().into(),
        teaser.postcode.clone().into(),
        teaser.value.into(),
        json(&teaser.attributes).into(),
        teaser.provenance.clone().into(),
        lead.customer.as_ref().map(|id| id.as_str()).into(),
        json(&lead.answers).into(),
        assessed.into(),
        lead.routed_to.as_ref().map(|id| id.as_str()).into(),
        lead.merged_into.as_ref().map(|id| id.as_str()).into(),
        lead.wave.into(),
        lead.step.into(),
        manual.map(|manual| manual.stage.as_str()).into(),
        manual.map(|manual| manual.code.as_str()).into(),
        manual.map(|manual| manual.detail.as_str()).into(),
        micros(manual.map(|manual| manual.since)),
        lead.holder.as_ref().map(|id| id.as_str()).into(),
        lead.sent_by.as_ref().map(|id| id.as_str()).into(),
        micros(lead.qualified_at),
        micros(lead.claimed_at),
        micros(lead.first_worked_at),
        micros(lead.last_feedback_at),
        micros(lead.feedback_due_at),
        micros(lead.ended_at),
        lead.began_with.qualification.into(),
        lead.began_with.matching.into(),
        lead.began_with.escalation.into(),
    ]
}

pub(super) fn read(row: &AnyRow) -> Result<Lead, Error> {
    let row = Columns(row);
    let micros = |name: &str| row.maybe_integer(name).map(|at| at.map(Micros));
    let assessed = match row.maybe_text("assessed")? {
        Some(text) => {
            let stored: StoredAssessed = serde_json::from_str(&text)
                .map_err(|error| Error::corrupt("assessed", &error.to_string()))?;
            Some(Assessed {
                temperature: stored
                    .temperature
                    .map(|name| {
                        Temperature::parse(&name).ok_or_else(|| Error::corrupt("assessed", &name))
                    })
                    .transpose()?,
                score: stored.score,
                expected_value: stored.expected_value,
                attributes: stored.attributes,
                decision: stored.decision.map(Into::into),
            })
        }
        None => None,
    };
    let manual = match micros("manual_since")? {
        Some(since) => Some(Manual {
            stage: row.code("manual_stage", Stage::parse)?,
            code: row.text("manual_code")?,
            detail: row.text("manual_detail")?,
            since,
        }),
        None => None,
    };
    Ok(Lead {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        external_id: row.maybe_text("external_id")?,
        version: row.integer("version")?,
        state: row.code("state", State::parse)?,
        cycle: row.small("cycle")?,
        received_at: Micros(row.integer("received_at")?),
        teaser: Teaser {
            product: row.maybe_text("product")?,
            source: row.maybe_text("source")?,
            country: row.maybe_text("country")?,
            postcode: row.maybe_text("postcode")?,
            value: row.maybe_integer("value")?,
            attributes: row.json("attributes")?,
            provenance: row.maybe_text("provenance")?,
        },
        customer: row.maybe_text("customer")?.map(Into::into),
        answers: row.json("answers")?,
        assessed,
        routed_to: row.maybe_text("routed_to")?.map(Into::into),
        merged_into: row.maybe_text("merged_into")?.map(Into::into),
        wave: row.small("wave")?,
        step: row.small("step")?,
        manual,
        holder: row.maybe_text("holder")?.map(Into::into),
        sent_by: row.maybe_text("sent_by")?.map(Into::into),
        qualified_at: micros("qualified_at")?,
        claimed_at: micros("claimed_at")?,
        first_worked_at: micros("first_worked_at")?,
        last_feedback_at: micros("last_feedback_at")?,
        feedback_due_at: micros("feedback_due_at")?,
        ended_at: micros("ended_at")?,
        began_with: BeganWith {
            qualification: row.maybe_integer("qualification_generation")?,
            matching: row.maybe_integer("matching_generation")?,
            escalation: row.maybe_integer("escalation_generation")?,
        },
    })
}

pub(super) fn contact_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lead_contact",
        columns: CONTACT_COLUMNS,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, lead"),
        rows,
    }
}

pub(super) fn contact_values(manufacturer: &str, lead: &LeadId, contact: &Contact) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        lead.as_str().into(),
        contact.name.clone().into(),
        contact.email.clone().into(),
        contact.phone.clone().into(),
        contact.company.clone().into(),
        contact.street.clone().into(),
        contact.city.clone().into(),
        contact.note.clone().into(),
        json(&contact.attributes).into(),
    ]
}

pub(super) fn activity_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lead_activity",
        columns: "manufacturer, lead, occurred_at, code, attributes",
        key_columns: 4,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn activity_values(manufacturer: &str, lead: &LeadId, activity: &Activity) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        lead.as_str().into(),
        activity.occurred_at.0.into(),
        activity.code.as_str().into(),
        json(&activity.attributes).into(),
    ]
}

/// Which leads a list shows.
#[derive(Clone, Debug, Default)]
pub struct LeadFilter {
    pub contract: Option<ContractId>,
    pub state: Option<State>,
    /// Only leads that wait for a person.
    pub manual: bool,
    /// Only leads that this agency sent in.
    pub sent_by: Option<PartnerId>,
    /// Only leads after this one, in the order of identifiers.
    pub after: Option<LeadId>,
    pub limit: u32,
}

impl Store {
    pub async fn lead(
        &self,
        manufacturer: &ManufacturerId,
        id: &LeadId,
    ) -> Result<Option<Lead>, Error> {
        let text = format!("SELECT {COLUMNS} FROM lead WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Those of these leads that are there.
    pub async fn leads_among(
        &self,
        manufacturer: &ManufacturerId,
        ids: &[&LeadId],
    ) -> Result<Vec<Lead>, Error> {
        let mut leads = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(IDS_AT_ONCE) {
            let mut values = vec![Bind::from(manufacturer.as_str())];
            let among = only("id", Some(chunk), &mut values);
            let text = format!("SELECT {COLUMNS} FROM lead WHERE manufacturer = $1{among}");
            for row in fetch(self, text, values).await? {
                leads.push(read(&row)?);
            }
        }
        Ok(leads)
    }

    pub async fn lead_by_external_id(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        external_id: &str,
    ) -> Result<Option<Lead>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM lead \
             WHERE manufacturer = $1 AND contract = $2 AND external_id = $3"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(external_id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Those of the contract's leads that have one of the external identifiers.
    pub async fn leads_by_external_ids(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        external_ids: &[String],
    ) -> Result<Vec<Lead>, Error> {
        if external_ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!(
            "SELECT {COLUMNS} FROM lead \
             WHERE manufacturer = $1 AND contract = $2 AND external_id IN ({})",
            numbered(3, external_ids.len())
        );
        let mut query = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str());
        for external_id in external_ids {
            query = query.bind(external_id.as_str());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// The contract's leads to which one of the duplicate keys belongs, the latest
    /// first.
    pub async fn leads_of_person(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        digests: &[String],
        limit: u32,
    ) -> Result<Vec<Lead>, Error> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!(
            "SELECT {COLUMNS} FROM lead WHERE manufacturer = $1 AND id IN ( \
               SELECT lead FROM duplicate_key \
               WHERE manufacturer = $1 AND contract = $2 AND digest IN ({})) \
             ORDER BY id DESC LIMIT $3",
            numbered(4, digests.len())
        );
        let mut query = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(i64::from(limit));
        for digest in digests {
            query = query.bind(digest.as_str());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// In the order of identifiers, which is the order in which they came.
    pub async fn leads(
        &self,
        manufacturer: &ManufacturerId,
        filter: &LeadFilter,
    ) -> Result<Vec<Lead>, Error> {
        let mut text = format!("SELECT {COLUMNS} FROM lead WHERE manufacturer = $1 AND id > $2");
        let mut values = vec![
            Bind::from(manufacturer.as_str()),
            Bind::from(filter.after.as_ref().map_or("", |id| id.as_str())),
        ];
        for (column, value) in [
            ("contract", filter.contract.as_ref().map(|id| id.as_str())),
            ("state", filter.state.map(State::as_str)),
            ("sent_by", filter.sent_by.as_ref().map(|id| id.as_str())),
        ] {
            if let Some(value) = value {
                values.push(value.into());
                text.push_str(&format!(" AND {column} = ${}", values.len()));
            }
        }
        if filter.manual {
            text.push_str(" AND manual_since IS NOT NULL");
        }
        values.push(filter.limit.into());
        text.push_str(&format!(" ORDER BY id LIMIT ${}", values.len()));
        let mut query = statement(text);
        for value in values {
            query = bind(query, value);
        }
        query
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    pub async fn contact(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Option<Contact>, Error> {
        let text = format!(
            "SELECT {CONTACT_COLUMNS} FROM lead_contact WHERE manufacturer = $1 AND lead = $2"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(lead.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Columns(&row);
        Ok(Some(Contact {
            name: row.maybe_text("name")?,
            email: row.maybe_text("email")?,
            phone: row.maybe_text("phone")?,
            company: row.maybe_text("company")?,
            street: row.maybe_text("street")?,
            city: row.maybe_text("city")?,
            note: row.maybe_text("note")?,
            attributes: row.json("attributes")?,
        }))
    }

    /// What the contact did, newest first.
    pub async fn activities(
        &self,
        manufacturer: &ManufacturerId,
        lead: &LeadId,
    ) -> Result<Vec<Activity>, Error> {
        let rows = sqlx::query(
            "SELECT occurred_at, code, attributes FROM lead_activity \
             WHERE manufacturer = $1 AND lead = $2 ORDER BY occurred_at DESC, code LIMIT 200",
        )
        .bind(manufacturer.as_str())
        .bind(lead.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Activity {
                    code: row.text("code")?,
                    occurred_at: Micros(row.integer("occurred_at")?),
                    attributes: row.json("attributes")?,
                })
            })
            .collect()
    }
}
