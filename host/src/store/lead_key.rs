//! Keys of leads.

use super::sql::{Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, only};
use super::{Error, Store};
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::lead_key::LeadKey;

/// A lead's first key stays: what was kept under it cannot be read by another one.
pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "lead_key",
        columns: "manufacturer, lead, secret",
        key_columns: 2,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn values(key: &LeadKey) -> Vec<Bind> {
    vec![
        key.manufacturer.as_str().into(),
        key.lead.as_str().into(),
        key.secret.to_vec().into(),
    ]
}

impl Store {
    /// The keys of leads; those that have none are left out.
    pub async fn lead_keys(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<LeadKey>, Error> {
        let mut found = Vec::new();
        for chunk in leads.chunks(IDS_AT_ONCE) {
            let mut values = vec![Bind::from(manufacturer.as_str())];
            let among = only("lead", Some(chunk), &mut values);
            let text = format!("SELECT lead, secret FROM lead_key WHERE manufacturer = $1{among}");
            for row in fetch(self, text, values).await? {
                let row = Columns(&row);
                let secret = row.bytes("secret")?.try_into();
                found.push(LeadKey {
                    manufacturer: manufacturer.clone(),
                    lead: row.text("lead")?.into(),
                    secret: secret
                        .map_err(|_| Error::corrupt("secret", "a key of another length"))?,
                });
            }
        }
        Ok(found)
    }
}
