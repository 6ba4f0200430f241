//! What tells that leads are likely the same.

use std::collections::HashMap;

use super::changes::DuplicateKey;
use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, numbered, padded};
use super::{Error, Store};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::lifecycle::State;
use crate::domain::time::Micros;

/// Of the leads to which a key belongs, so many are told, the latest ones.
const LEADS_MAX: usize = 60;

/// Who uses which key, by the keys' digests.
pub type KeyUses = HashMap<String, KeyUse>;

/// Who uses a duplicate key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyUse {
    /// Leads to which it belongs.
    pub uses: i64,
    /// What agrees in them.
    pub kind: String,
    /// The latest first.
    pub leads: Vec<UsingLead>,
}

/// A lead to which a duplicate key belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct UsingLead {
    pub lead: LeadId,
    pub state: State,
    pub product: Option<String>,
    pub received_at: Micros,
    /// The key of the partner that holds it.
    pub holder_key: Option<u64>,
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "duplicate_key",
        columns: "manufacturer, contract, digest, lead, kind",
        key_columns: 4,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn values(manufacturer: &str, key: &DuplicateKey) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        key.contract.as_str().into(),
        key.digest.as_str().into(),
        key.lead.as_str().into(),
        key.kind.as_str().into(),
    ]
}

impl Store {
    /// The leads to which duplicate keys belong; keys that none has are left out.
    pub async fn leads_of_keys(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        digests: &[String],
    ) -> Result<KeyUses, Error> {
        let mut found = KeyUses::new();
        for chunk in digests.chunks(IDS_AT_ONCE) {
            let digests = padded(chunk);
            let text = format!(
                "SELECT digest, kind, id, state, product, received_at, holder_key, uses FROM ( \
                   SELECT d.digest AS digest, d.kind AS kind, l.id AS id, l.state AS state, \
                   l.product AS product, l.received_at AS received_at, \
                   p.partner_key AS holder_key, \
                   count(*) OVER (PARTITION BY d.digest) AS uses, \
                   row_number() OVER (PARTITION BY d.digest \
                     ORDER BY l.received_at DESC, l.id) AS place \
                   FROM duplicate_key d \
                   JOIN lead l ON l.manufacturer = d.manufacturer AND l.id = d.lead \
                   LEFT JOIN partner p ON p.manufacturer = l.manufacturer AND p.id = l.holder \
                   WHERE d.manufacturer = $1 AND d.contract = $2 AND d.digest IN ({}) \
                 ) used WHERE place <= {LEADS_MAX} ORDER BY digest, place",
                numbered(3, digests.len())
            );
            let mut values = vec![
                Bind::from(manufacturer.as_str()),
                Bind::from(contract.as_str()),
            ];
            values.extend(digests.into_iter().map(Bind::from));
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                let lead = UsingLead {
                    lead: LeadId::from(row.text("id")?),
                    state: row.code("state", State::parse)?,
                    product: row.maybe_text("product")?,
                    received_at: Micros(row.integer("received_at")?),
                    holder_key: row.maybe_integer("holder_key")?.map(i64::cast_unsigned),
                };
                let uses = row.integer("uses")?;
                let kind = row.text("kind")?;
                let of_key = found.entry(row.text("digest")?).or_insert_with(|| KeyUse {
                    uses,
                    kind,
                    leads: Vec::new(),
                });
                of_key.leads.push(lead);
            }
        }
        Ok(found)
    }
}
