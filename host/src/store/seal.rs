//! Seals over decisions, and the key that signs them.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Row, Store, decision};
use crate::domain::decision::Decision;
use crate::domain::digest::Hash;
use crate::domain::ids::{DecisionId, ManufacturerId};
use crate::domain::seal::Seal;
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, number, form, first_decision, last_decision, root, previous, \
    sealed_at, public_key, signature";

/// A seal with the digests of its receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBatch {
    pub seal: Seal,
    pub leaves: Vec<Hash>,
}

/// How far a manufacturer's decisions are numbered and sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub manufacturer: ManufacturerId,
    /// Number of the last decision.
    pub decisions: i64,
    /// Number of the last seal.
    pub seals: i64,
    /// Number of the last decision that is sealed.
    pub sealed: i64,
    /// Whether there are decisions without a number.
    pub has_unnumbered: bool,
}

impl Chain {
    /// Whether there is something to do.
    pub fn is_behind(&self) -> bool {
        self.has_unnumbered || self.sealed < self.decisions
    }
}

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "seal",
        columns: "manufacturer, number, form, first_decision, last_decision, root, previous, \
            sealed_at, public_key, signature, leaves",
        key_columns: 2,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(batch: &SealedBatch) -> Vec<Bind> {
    let seal = &batch.seal;
    vec![
        seal.manufacturer.as_str().into(),
        seal.number.into(),
        seal.form.into(),
        seal.first.into(),
        seal.last.into(),
        seal.root.to_vec().into(),
        seal.previous.to_vec().into(),
        seal.sealed_at.0.into(),
        seal.public_key.to_vec().into(),
        seal.signature.clone().into(),
        batch.leaves.concat().into(),
    ]
}

/// How far it is sealed by then; the columns of the lease stay as they are.
pub(super) fn sealing_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "sealing",
        columns: "manufacturer, seals, decisions",
        key_columns: 1,
        on_conflict: OnConflict::Replace("manufacturer"),
        rows,
    }
}

pub(super) fn sealing_values(batch: &SealedBatch) -> Vec<Bind> {
    vec![
        batch.seal.manufacturer.as_str().into(),
        batch.seal.number.into(),
        batch.seal.last.into(),
    ]
}

fn read(row: &AnyRow) -> Result<Seal, Error> {
    let row = Columns(row);
    Ok(Seal {
        manufacturer: row.text("manufacturer")?.into(),
        number: row.integer("number")?,
        form: row.integer("form")?,
        first: row.integer("first_decision")?,
        last: row.integer("last_decision")?,
        root: hash(&row, "root")?,
        previous: hash(&row, "previous")?,
        sealed_at: Micros(row.integer("sealed_at")?),
        public_key: hash(&row, "public_key")?,
        signature: row.bytes("signature")?,
    })
}

const CHAIN: &str = "SELECT f.manufacturer AS manufacturer, f.decisions AS decisions, \
    COALESCE(s.seals, 0) AS seals, COALESCE(s.decisions, 0) AS sealed, \
    CAST(CASE WHEN EXISTS (SELECT 1 FROM decision d \
     WHERE d.manufacturer = f.manufacturer AND d.number IS NULL) \
     THEN 1 ELSE 0 END AS BIGINT) AS unnumbered \
    FROM feed f LEFT JOIN sealing s ON s.manufacturer = f.manufacturer";

fn read_chain(row: &AnyRow) -> Result<Chain, Error> {
    let row = Columns(row);
    Ok(Chain {
        manufacturer: row.text("manufacturer")?.into(),
        decisions: row.integer("decisions")?,
        seals: row.integer("seals")?,
        sealed: row.integer("sealed")?,
        has_unnumbered: row.flag("unnumbered")?,
    })
}

fn hash(row: &Columns<'_>, name: &str) -> Result<Hash, Error> {
    let bytes = row.bytes(name)?;
    let length = bytes.len();
    let wrong = |_| Error::corrupt(name, &format!("{length} bytes in place of 32"));
    bytes.try_into().map_err(wrong)
}

/// Gives numbers after `$2` to at most `$3` decisions that have none, the oldest
/// first.
pub(super) const NUMBER: &str = "UPDATE decision SET number = older.number FROM \
    (SELECT id, $2 + ROW_NUMBER() OVER (ORDER BY id) AS number FROM \
     (SELECT id FROM decision WHERE manufacturer = $1 AND number IS NULL ORDER BY id LIMIT $3) \
     AS first) AS older \
    WHERE decision.manufacturer = $1 AND decision.id = older.id";

impl Store {
    /// How far each manufacturer's decisions are sealed.
    pub async fn chains(&self) -> Result<Vec<Chain>, Error> {
        let text = format!("{CHAIN} ORDER BY f.manufacturer");
        let rows = statement(text).fetch_all(&self.pool).await?;
        rows.iter().map(read_chain).collect()
    }

    /// How far a manufacturer's decisions are sealed.
    pub async fn chain(&self, manufacturer: &ManufacturerId) -> Result<Chain, Error> {
        let row = statement(format!("{CHAIN} WHERE f.manufacturer = $1"))
            .bind(manufacturer.as_str())
            .fetch_one(&self.pool)
            .await?;
        read_chain(&row)
    }

    /// Takes a manufacturer's sealing for this host until `until`, or keeps it where
    /// the lease is its own; false while another host has it.
    pub async fn lease_sealing(
        &self,
        manufacturer: &ManufacturerId,
        lease: &str,
        now: Micros,
        until: Micros,
    ) -> Result<bool, Error> {
        let row = sqlx::query(
            "INSERT INTO sealing (manufacturer, seals, decisions, lease, leased_until) \
             VALUES ($1, 0, 0, $2, $3) ON CONFLICT (manufacturer) DO UPDATE \
             SET lease = excluded.lease, leased_until = excluded.leased_until \
             WHERE sealing.leased_until <= $4 OR sealing.lease = $2 RETURNING seals",
        )
        .bind(manufacturer.as_str())
        .bind(lease)
        .bind(until.0)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.is_some())
    }

    /// Gives a manufacturer's sealing back.
    pub async fn release_sealing(
        &self,
        manufacturer: &ManufacturerId,
        lease: &str,
    ) -> Result<(), Error> {
        sqlx::query("UPDATE sealing SET leased_until = 0 WHERE manufacturer = $1 AND lease = $2")
            .bind(manufacturer.as_str())
            .bind(lease)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// A manufacturer's seals after a number, in their order.
    pub async fn seals(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Seal>, Error> {
        let rows = self.numbered_seals(manufacturer, after, limit).await?;
        rows.into_iter().map(|(_, seal)| seal).collect()
    }

    /// The same, each with its number, where one may be unreadable.
    pub async fn numbered_seals(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, Result<Seal, Error>)>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM seal WHERE manufacturer = $1 AND number > $2 \
             ORDER BY number LIMIT $3"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((Columns(row).integer("number")?, read(row))))
            .collect()
    }

    /// The seal that closes a decision, if there is one already.
    pub async fn seal_of(
        &self,
        manufacturer: &ManufacturerId,
        decision: i64,
    ) -> Result<Option<Seal>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM seal WHERE manufacturer = $1 \
             AND last_decision >= $2 AND first_decision <= $2 \
             ORDER BY last_decision LIMIT 1"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(decision)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The digests of a seal's receipts, one after the other.
    pub async fn leaves(&self, manufacturer: &ManufacturerId, seal: i64) -> Result<Vec<u8>, Error> {
        let row = sqlx::query("SELECT leaves FROM seal WHERE manufacturer = $1 AND number = $2")
            .bind(manufacturer.as_str())
            .bind(seal)
            .fetch_optional(&self.pool)
            .await?;
        row.map_or(Ok(Vec::new()), |row| Columns(&row).bytes("leaves"))
    }

    /// Numbered decisions after a number up to another, in their order.
    pub async fn numbered_decisions(
        &self,
        manufacturer: &ManufacturerId,
        after: i64,
        up_to: i64,
        limit: u32,
    ) -> Result<Vec<(i64, Row<Decision>)>, Error> {
        let rows = statement(decision::text_of_numbered())
            .bind(manufacturer.as_str())
            .bind(after)
            .bind(up_to)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns(row);
                let read = (columns.text("id")?, decision::read(row));
                Ok((columns.integer("number")?, read))
            })
            .collect()
    }

    /// A decision's place in the chain; none where it is not there, or has none yet.
    pub async fn number_of(
        &self,
        manufacturer: &ManufacturerId,
        decision: &DecisionId,
    ) -> Result<Option<i64>, Error> {
        let row = sqlx::query("SELECT number FROM decision WHERE manufacturer = $1 AND id = $2")
            .bind(manufacturer.as_str())
            .bind(decision.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map_or(Ok(None), |row| Columns(&row).maybe_integer("number"))
    }

    /// The private key that the database keeps for all hosts.
    pub async fn signing_seed(&self) -> Result<Option<Hash>, Error> {
        let row = sqlx::query("SELECT seed FROM signing_key WHERE kept = 1")
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| hash(&Columns(&row), "seed")).transpose()
    }

    /// Puts a key on record, with its private half where the database is to keep it
    /// and keeps none yet.
    pub async fn keep_key(
        &self,
        public: &Hash,
        seed: Option<&Hash>,
        now: Micros,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO signing_key (public_key, kept, seed, first_used_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(public.to_vec())
        .bind(seed.map(|_| 1_i64))
        .bind(seed.map(|seed| seed.to_vec()))
        .bind(now.0)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The public keys of all that have signed, the first one first.
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, Error> {
        let rows = sqlx::query(
            "SELECT public_key, CAST(CASE WHEN seed IS NULL THEN 0 ELSE 1 END AS BIGINT) AS kept, \
             first_used_at FROM signing_key ORDER BY first_used_at",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(PublicKey {
                    key: hash(&row, "public_key")?,
                    is_kept_here: row.flag("kept")?,
                    first_used_at: Micros(row.integer("first_used_at")?),
                })
            })
            .collect()
    }
}

/// A key that signs seals, without its private half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub key: Hash,
    /// Whether the database keeps the private half.
    pub is_kept_here: bool,
    pub first_used_at: Micros,
}
