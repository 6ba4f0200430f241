//! Trials of plans. Whoever asks for one commits it; what the host that runs it says is
//! written beside the commits, under a lease: nothing else rests on it.

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, statement};
use super::{Error, Store};
use crate::domain::ids::{ContractId, ManufacturerId, PlanTrialId};
use crate::domain::plan_trial::{End, PlanTrial, Run, Wanted};
use crate::domain::time::Micros;

const ASKED: &str = "manufacturer, id, contract, name, comment, request, wanted, asked, \
    created_at, created_by";
const COLUMNS: &str = "manufacturer, id, contract, name, comment, request, wanted, asked, \
    created_at, created_by, ended, leased_until, host, step, started_at, ended_at, error_code, \
    error, found";

/// As asked for; what its host says stays.
pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "plan_trial",
        columns: ASKED,
        key_columns: 2,
        on_conflict: OnConflict::Replace("manufacturer, id"),
        rows,
    }
}

pub(super) fn values(trial: &PlanTrial) -> Vec<Bind> {
    vec![
        trial.manufacturer.as_str().into(),
        trial.id.as_str().into(),
        trial.contract.as_str().into(),
        trial.name.as_str().into(),
        trial.comment.as_str().into(),
        trial.request.as_str().into(),
        trial.wanted.as_str().into(),
        trial.asked.into(),
        trial.created_at.0.into(),
        trial.created_by.as_ref().map(|id| id.as_str()).into(),
    ]
}

fn read(row: &AnyRow) -> Result<PlanTrial, Error> {
    let row = Columns(row);
    let error = row.maybe_text("error_code")?.zip(row.maybe_text("error")?);
    let ended_at = row.maybe_integer("ended_at")?;
    Ok(PlanTrial {
        manufacturer: row.text("manufacturer")?.into(),
        id: row.text("id")?.into(),
        contract: row.text("contract")?.into(),
        name: row.text("name")?,
        comment: row.text("comment")?,
        request: row.text("request")?,
        wanted: row.code("wanted", Wanted::parse)?,
        asked: row.integer("asked")?,
        created_at: Micros(row.integer("created_at")?),
        created_by: row.maybe_text("created_by")?.map(Into::into),
        run: Run {
            ended: row.integer("ended")?,
            leased_until: Micros(row.integer("leased_until")?),
            host: row.maybe_text("host")?,
            step: row.maybe_text("step")?,
            started_at: row.maybe_integer("started_at")?.map(Micros),
            end: ended_at.map(|at| End {
                at: Micros(at),
                error,
            }),
            found: row.maybe_text("found")?,
        },
    })
}

impl Store {
    pub async fn plan_trial(
        &self,
        manufacturer: &ManufacturerId,
        id: &PlanTrialId,
    ) -> Result<Option<PlanTrial>, Error> {
        let text = format!("SELECT {COLUMNS} FROM plan_trial WHERE manufacturer = $1 AND id = $2");
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// A contract's trials after one, in the order in which they were asked for.
    pub async fn plan_trials(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<PlanTrial>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM plan_trial WHERE manufacturer = $1 AND contract = $2 \
             AND id > $3 ORDER BY id LIMIT $4"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A file that a trial has come to.
    pub async fn plan_trial_file(
        &self,
        manufacturer: &ManufacturerId,
        trial: &PlanTrialId,
        name: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query(
            "SELECT content FROM plan_trial_file \
             WHERE manufacturer = $1 AND trial = $2 AND name = $3",
        )
        .bind(manufacturer.as_str())
        .bind(trial.as_str())
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Columns(&row).bytes("content")).transpose()
    }

    /// Takes the oldest trial that is to run and that no host is at.
    pub async fn lease_plan_trial(
        &self,
        now: Micros,
        until: Micros,
        lease: &str,
        host: &str,
    ) -> Result<Option<PlanTrial>, Error> {
        let text = format!(
            "UPDATE plan_trial SET lease = $1, leased_until = $2, host = $3, \
             started_at = COALESCE(started_at, $4) WHERE (manufacturer, id) IN \
             (SELECT manufacturer, id FROM plan_trial WHERE wanted = 'run' AND ended < asked \
              AND leased_until <= $4 ORDER BY created_at LIMIT 1) AND leased_until <= $4 \
             RETURNING {COLUMNS}"
        );
        let row = statement(text)
            .bind(lease)
            .bind(until.0)
            .bind(host)
            .bind(now.0)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Stays at a trial, and says what is done; answers what is wanted of it, and nothing
    /// where another host has it.
    pub async fn keep_plan_trial(
        &self,
        trial: &PlanTrial,
        lease: &str,
        until: Micros,
        step: &str,
    ) -> Result<Option<Wanted>, Error> {
        let row = sqlx::query(
            "UPDATE plan_trial SET leased_until = $1, step = $2 \
             WHERE manufacturer = $3 AND id = $4 AND lease = $5 RETURNING wanted",
        )
        .bind(until.0)
        .bind(step)
        .bind(trial.manufacturer.as_str())
        .bind(trial.id.as_str())
        .bind(lease)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Columns(&row).code("wanted", Wanted::parse))
            .transpose()
    }

    /// Leaves a trial to whoever takes it up next.
    pub async fn release_plan_trial(&self, trial: &PlanTrial, lease: &str) -> Result<(), Error> {
        sqlx::query(
            "UPDATE plan_trial SET leased_until = 0, lease = NULL \
             WHERE manufacturer = $1 AND id = $2 AND lease = $3",
        )
        .bind(trial.manufacturer.as_str())
        .bind(trial.id.as_str())
        .bind(lease)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps a file that a trial has come to.
    pub async fn keep_plan_trial_file(
        &self,
        trial: &PlanTrial,
        name: &str,
        content: &[u8],
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO plan_trial_file (manufacturer, trial, name, content) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (manufacturer, trial, name) \
             DO UPDATE SET content = excluded.content",
        )
        .bind(trial.manufacturer.as_str())
        .bind(trial.id.as_str())
        .bind(name)
        .bind(content)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Says how a trial has ended; false where another host has it.
    pub async fn end_plan_trial(
        &self,
        trial: &PlanTrial,
        lease: &str,
        end: &End,
        found: Option<&str>,
    ) -> Result<bool, Error> {
        let (code, error) = end.error.clone().unzip();
        let outcome = if code.is_some() { "failed" } else { "done" };
        let ended = sqlx::query(
            "UPDATE plan_trial SET ended = $1, outcome = $2, ended_at = $3, error_code = $4, \
             error = $5, found = $6, lease = NULL, leased_until = 0, step = NULL \
             WHERE manufacturer = $7 AND id = $8 AND lease = $9",
        )
        .bind(trial.asked)
        .bind(outcome)
        .bind(end.at.0)
        .bind(code)
        .bind(error)
        .bind(found)
        .bind(trial.manufacturer.as_str())
        .bind(trial.id.as_str())
        .bind(lease)
        .execute(&self.pool)
        .await?;
        Ok(ended.rows_affected() > 0)
    }
}
