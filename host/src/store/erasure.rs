//! Persons are forgotten: what is found of them, what goes, and what is left in the
//! database's own files.
//!
//! SQLite overwrites what is deleted (`secure_delete`), its log is emptied here, and
//! the file is read through for what was left where pages were moved meanwhile.
//! PostgreSQL frees the places, and writes over them when it uses them again.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Executor};

use super::changes::Forgotten;
use super::pool::Engine;
use super::sql::{
    Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, fetch, json, numbered, only, padded, statement,
};
use super::writer::Accepted;
use super::{Error, Store};
use crate::domain::erasure::{Erasure, Words};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId};
use crate::domain::time::Micros;
use crate::store::changes::DuplicateKey;

/// Answers are as large as a lead with its contact.
const ANSWERS_AT_ONCE: i64 = 256;
/// Whatever of a lead is personal lies in these.
const TABLES: [&str; 10] = [
    "lead",
    "lead_contact",
    "lead_activity",
    "lead_key",
    "duplicate_key",
    "offer",
    "event",
    "dispute",
    "dispute_answer",
    "kept_answer",
];

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "erasure",
        columns: "manufacturer, lead, erased_at, wiped",
        key_columns: 2,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn values(manufacturer: &str, forgotten: &Forgotten) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        forgotten.lead.as_str().into(),
        forgotten.at.0.into(),
        false.into(),
    ]
}

fn read(row: &AnyRow) -> Result<Erasure, Error> {
    let row = Columns(row);
    Ok(Erasure {
        manufacturer: row.text("manufacturer")?.into(),
        lead: row.text("lead")?.into(),
        erased_at: Micros(row.integer("erased_at")?),
    })
}

/// Takes everything personal out of what lies beside the leads' rows.
pub(super) async fn forget(
    connection: &mut AnyConnection,
    manufacturer: &ManufacturerId,
    accepted: &[Accepted<'_>],
) -> Result<(), Error> {
    let all: Vec<&Forgotten> = accepted
        .iter()
        .flat_map(|command| &command.changes.forgotten)
        .collect();
    let leads: Vec<&str> = all.iter().map(|one| one.lead.as_str()).collect();
    for chunk in leads.chunks(IDS_AT_ONCE) {
        for text in [
            "DELETE FROM lead_contact WHERE manufacturer = $1 AND lead IN ({})",
            "DELETE FROM lead_activity WHERE manufacturer = $1 AND lead IN ({})",
            "DELETE FROM lead_key WHERE manufacturer = $1 AND lead IN ({})",
            "DELETE FROM duplicate_key WHERE manufacturer = $1 AND lead IN ({})",
            "UPDATE offer SET decline_note = NULL WHERE manufacturer = $1 AND lead IN ({}) \
             AND decline_note IS NOT NULL",
            "UPDATE dispute_answer SET reason = NULL WHERE manufacturer = $1 AND dispute IN \
             (SELECT id FROM dispute WHERE manufacturer = $1 AND lead IN ({}))",
            "UPDATE dispute SET complaint = '' WHERE manufacturer = $1 AND lead IN ({})",
        ] {
            let leads = padded(chunk);
            let text = text.replace("{}", &numbered(2, leads.len()));
            let mut statement = statement(text).bind(manufacturer.as_str());
            for lead in leads {
                statement = statement.bind(lead);
            }
            statement.execute(&mut *connection).await?;
        }
    }
    for (position, attributes) in all.iter().flat_map(|one| &one.events) {
        sqlx::query(
            "UPDATE event SET attributes = $1, model = NULL, packed = NULL \
             WHERE manufacturer = $2 AND position = $3",
        )
        .bind(json(attributes))
        .bind(manufacturer.as_str())
        .bind(*position)
        .execute(&mut *connection)
        .await?;
    }
    for (actor, key) in all.iter().flat_map(|one| &one.answers) {
        sqlx::query(
            "UPDATE kept_answer SET request_digest = '', body = $1 \
             WHERE manufacturer = $2 AND actor = $3 AND answer_key = $4",
        )
        .bind(Vec::<u8>::new())
        .bind(manufacturer.as_str())
        .bind(actor.as_str())
        .bind(key.as_str())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

impl Store {
    /// What tells duplicates, where it has one of the digests.
    pub async fn keys_of_digests(
        &self,
        manufacturer: &ManufacturerId,
        contracts: &[ContractId],
        digests: &[String],
    ) -> Result<Vec<DuplicateKey>, Error> {
        let mut found = Vec::new();
        for contract in contracts {
            for chunk in digests.chunks(IDS_AT_ONCE) {
                let mut values = vec![
                    Bind::from(manufacturer.as_str()),
                    Bind::from(contract.as_str()),
                ];
                let among = only("digest", Some(chunk), &mut values);
                let text = format!(
                    "SELECT contract, digest, lead, kind FROM duplicate_key \
                     WHERE manufacturer = $1 AND contract = $2{among}"
                );
                found.extend(keys(self, text, values).await?);
            }
        }
        Ok(found)
    }

    /// Leads that have ended before an instant and whose persons are known still, those
    /// that ended first before the others.
    pub async fn leads_ended(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        before: Micros,
        limit: u32,
    ) -> Result<Vec<(LeadId, Micros)>, Error> {
        let rows = statement(text_of_ended())
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(before.0)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok((row.text("id")?.into(), Micros(row.integer("ended_at")?)))
            })
            .collect()
    }

    /// What tells duplicates of the leads.
    pub async fn keys_of_leads(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<DuplicateKey>, Error> {
        let mut found = Vec::new();
        for chunk in leads.chunks(IDS_AT_ONCE) {
            let mut values = vec![Bind::from(manufacturer.as_str())];
            let text = text_of_keys(chunk, &mut values);
            found.extend(keys(self, text, values).await?);
        }
        Ok(found)
    }

    /// The kept answers that tell of the lead, by token and key.
    pub async fn answers_about(
        &self,
        manufacturer: &ManufacturerId,
        leads: &[LeadId],
    ) -> Result<Vec<(LeadId, (String, String))>, Error> {
        let mut found = Vec::new();
        let mut after = (String::new(), String::new());
        loop {
            let page = sqlx::query(
                "SELECT actor, answer_key, body FROM kept_answer WHERE manufacturer = $1 \
                 AND (actor, answer_key) > ($2, $3) ORDER BY actor, answer_key LIMIT $4",
            )
            .bind(manufacturer.as_str())
            .bind(after.0.as_str())
            .bind(after.1.as_str())
            .bind(ANSWERS_AT_ONCE)
            .fetch_all(&self.pool)
            .await?;
            for row in &page {
                let row = Columns(row);
                after = (row.text("actor")?, row.text("answer_key")?);
                let body = row.bytes("body")?;
                let body = String::from_utf8_lossy(&body);
                let mut leads = leads.iter();
                if let Some(lead) = leads.find(|lead| body.contains(lead.as_str())) {
                    found.push((lead.clone(), after.clone()));
                }
            }
            if page.len() < ANSWERS_AT_ONCE as usize {
                return Ok(found);
            }
        }
    }

    /// Whether something that was erased before an instant may still lie in the
    /// database's files.
    pub async fn is_to_wipe(&self, before: Micros) -> Result<bool, Error> {
        let text = "SELECT lead FROM erasure WHERE wiped = 0 AND erased_at < $1 LIMIT 1";
        let row = sqlx::query(text).bind(before.0);
        let row = row.fetch_optional(&self.pool).await?;
        Ok(row.is_some())
    }

    /// Sees to it that nothing is left of what was erased in the database's own files,
    /// as far as that can be done from here. Where the words are not known any more,
    /// the whole file is written anew.
    ///
    /// # Errors
    /// The database does not let it be done now, as while a backup reads.
    pub async fn wipe(&self, words: Option<&Words>) -> Result<(), Error> {
        // What is erased from here on is seen to the next time.
        let of = self.to_wipe().await?;
        match self.engine {
            Engine::Sqlite => self.wipe_file(words).await?,
            Engine::Postgres => {
                let text = format!("VACUUM {}", TABLES.join(", "));
                self.at_leisure(&text).await?;
            }
        }
        for Erasure {
            manufacturer, lead, ..
        } in of
        {
            sqlx::query("UPDATE erasure SET wiped = 1 WHERE manufacturer = $1 AND lead = $2")
                .bind(manufacturer.as_str())
                .bind(lead.as_str())
                .execute(&self.pool)
                .await?;
        }
        Ok(())
    }

    async fn to_wipe(&self) -> Result<Vec<Erasure>, Error> {
        let text = "SELECT manufacturer, lead, erased_at FROM erasure WHERE wiped = 0";
        let rows = sqlx::query(text).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// All leads whose persons were erased.
    pub async fn erasures(&self) -> Result<Vec<Erasure>, Error> {
        let text = "SELECT manufacturer, lead, erased_at FROM erasure";
        let rows = sqlx::query(text).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    async fn wipe_file(&self, words: Option<&Words>) -> Result<(), Error> {
        self.empty_log().await?;
        let left = match words {
            Some(words) => self.pool.file_holds(words).await?,
            None => true,
        };
        if left {
            self.at_leisure("VACUUM").await?;
            self.empty_log().await?;
        }
        Ok(())
    }

    /// Everything that was committed goes into the file, and the log has nothing.
    async fn empty_log(&self) -> Result<(), Error> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.pool)
            .await?;
        match Columns(&row).integer("busy")? {
            0 => Ok(()),
            _ => Err(Error::locked("somebody still reads what the log holds")),
        }
    }

    /// A statement that may take long, and is in nobody's way but other writers'.
    async fn at_leisure(&self, text: &str) -> Result<(), Error> {
        let mut lent = self.pool.lend().await?;
        let done = lent.execute(sqlx::AssertSqlSafe(text.to_owned())).await;
        lent.give_back(done.as_ref().err());
        done?;
        Ok(())
    }
}

pub(super) fn text_of_ended() -> String {
    "SELECT id, ended_at FROM lead WHERE manufacturer = $1 AND contract = $2 \
     AND ended_at < $3 AND state IN ('won', 'lost', 'rejected') ORDER BY ended_at LIMIT $4"
        .to_owned()
}

pub(super) fn text_of_keys(leads: &[LeadId], values: &mut Vec<Bind>) -> String {
    let among = only("lead", Some(leads), values);
    format!("SELECT contract, digest, lead, kind FROM duplicate_key WHERE manufacturer = $1{among}")
}

async fn keys(store: &Store, text: String, values: Vec<Bind>) -> Result<Vec<DuplicateKey>, Error> {
    let rows = fetch(store, text, values).await?;
    rows.iter()
        .map(|row| {
            let row = Columns(row);
            Ok(DuplicateKey {
                contract: row.text("contract")?.into(),
                digest: row.text("digest")?,
                lead: row.text("lead")?.into(),
                kind: row.text("kind")?,
            })
        })
        .collect()
}
