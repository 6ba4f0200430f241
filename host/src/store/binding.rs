//! What is bound to the slots of contracts, generation by generation, and what has
//! become of each.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;

use super::sql::{Bind, Columns, OnConflict, Rows, json, statement};
use super::{Error, Store};
use crate::domain::contract::Binding;
use crate::domain::generation::{Action, Course, Step, WHOLE};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::time::Micros;

const COLUMNS: &str = "manufacturer, contract, slot, generation, plugin_digest, \
    configuration, configuration_digest, limits, active_from, comment";

const STEP_COLUMNS: &str = "manufacturer, contract, slot, step, generation, action, \
    before_generation, share, effective_from, made_at, actor, comment, partners";

pub(super) fn rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "binding",
        columns: COLUMNS,
        key_columns: 4,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn values(binding: &Binding) -> Vec<Bind> {
    vec![
        binding.manufacturer.as_str().into(),
        binding.contract.as_str().into(),
        binding.slot.as_str().into(),
        binding.generation.into(),
        binding.plugin_digest.as_str().into(),
        binding.configuration.as_str().into(),
        binding.configuration_digest.as_str().into(),
        binding.limits.clone().into(),
        binding.active_from.0.into(),
        binding.comment.as_str().into(),
    ]
}

fn read(row: &AnyRow) -> Result<Binding, Error> {
    let row = Columns(row);
    Ok(Binding {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        generation: row.integer("generation")?,
        plugin_digest: row.text("plugin_digest")?,
        configuration: row.text("configuration")?,
        configuration_digest: row.text("configuration_digest")?,
        limits: row.maybe_text("limits")?,
        active_from: Micros(row.integer("active_from")?),
        comment: row.text("comment")?,
    })
}

pub(super) fn step_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "binding_step",
        columns: STEP_COLUMNS,
        key_columns: 4,
        on_conflict: OnConflict::Fail,
        rows,
    }
}

pub(super) fn step_values(step: &Step) -> Vec<Bind> {
    vec![
        step.manufacturer.as_str().into(),
        step.contract.as_str().into(),
        step.slot.as_str().into(),
        step.number.into(),
        step.generation.into(),
        step.action.as_str().into(),
        step.before.into(),
        step.share.into(),
        step.from.0.into(),
        step.at.0.into(),
        step.actor.as_ref().map(|actor| actor.as_str()).into(),
        step.comment.as_str().into(),
        (!step.partners.is_empty())
            .then(|| json(&step.partners))
            .into(),
    ]
}

fn read_step(row: &AnyRow) -> Result<Step, Error> {
    let row = Columns(row);
    Ok(Step {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        number: row.integer("step")?,
        generation: row.integer("generation")?,
        action: row.code("action", Action::parse)?,
        before: row.maybe_integer("before_generation")?,
        share: row.integer("share")?,
        partners: match row.maybe_text("partners")? {
            Some(_) => row.json("partners")?,
            None => Vec::new(),
        },
        from: Micros(row.integer("effective_from")?),
        at: Micros(row.integer("made_at")?),
        actor: row.maybe_text("actor")?.map(Into::into),
        comment: row.text("comment")?,
    })
}

/// The step of a generation that was made before there were any: it was put in
/// force at once.
fn first_step(row: &AnyRow) -> Result<Step, Error> {
    let row = Columns(row);
    let generation = row.integer("generation")?;
    let from = Micros(row.integer("active_from")?);
    Ok(Step {
        manufacturer: row.text("manufacturer")?.into(),
        contract: row.text("contract")?.into(),
        slot: row.text("slot")?,
        number: generation,
        generation,
        action: Action::Activated,
        before: (generation > 1).then(|| generation - 1),
        share: WHOLE,
        partners: Vec::new(),
        from,
        at: from,
        actor: None,
        comment: row.text("comment")?,
    })
}

/// Puts what was made without a step before the steps of later generations: a host
/// of the version before may make one at any time.
fn put_among(steps: &mut Vec<Step>, made: Step) {
    let later = steps
        .iter()
        .position(|step| step.generation > made.generation);
    steps.insert(later.unwrap_or(steps.len()), made);
}

impl Store {
    /// The steps of a contract's slots, in their order, by slot.
    pub async fn steps(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<BTreeMap<String, Vec<Step>>, Error> {
        let made = statement(
            "SELECT manufacturer, contract, slot, generation, active_from, comment \
             FROM binding b WHERE manufacturer = $1 AND contract = $2 AND NOT EXISTS \
             (SELECT 1 FROM binding_step s WHERE s.manufacturer = b.manufacturer \
              AND s.contract = b.contract AND s.slot = b.slot AND s.generation = b.generation) \
             ORDER BY slot, generation"
                .to_owned(),
        );
        let stepped = statement(format!(
            "SELECT {STEP_COLUMNS} FROM binding_step \
             WHERE manufacturer = $1 AND contract = $2 ORDER BY slot, step"
        ));
        let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
        let (manufacturer, contract) = (manufacturer.as_str(), contract.as_str());
        let stepped = stepped.bind(manufacturer).bind(contract);
        for row in stepped.fetch_all(&self.pool).await? {
            let step = read_step(&row)?;
            steps.entry(step.slot.clone()).or_default().push(step);
        }
        let made = made.bind(manufacturer).bind(contract);
        for row in made.fetch_all(&self.pool).await? {
            let step = first_step(&row)?;
            put_among(steps.entry(step.slot.clone()).or_default(), step);
        }
        Ok(steps)
    }

    /// What a contract's slots have come to, by slot.
    pub async fn courses(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<BTreeMap<String, Course>, Error> {
        let steps = self.steps(manufacturer, contract).await?;
        Ok(steps
            .into_iter()
            .map(|(slot, steps)| (slot, Course::of(&steps)))
            .collect())
    }

    /// The contracts in which a canary runs, whose they are first: no later step of it
    /// has ended it, nor has an instant come for which it was planned. One that was
    /// planned, then tried at another share, and is in force by now may be among them.
    pub async fn contracts_with_canaries(
        &self,
        now: Micros,
    ) -> Result<Vec<(ManufacturerId, ContractId)>, Error> {
        let text = "SELECT DISTINCT manufacturer, contract FROM binding_step s \
             WHERE action = 'canaried' AND NOT EXISTS \
             (SELECT 1 FROM binding_step later WHERE later.manufacturer = s.manufacturer \
              AND later.contract = s.contract AND later.slot = s.slot \
              AND later.generation = s.generation AND later.step > s.step \
              AND later.action NOT IN ('requested', 'activated')) \
             AND COALESCE((SELECT MAX(planned.effective_from) FROM binding_step planned \
              WHERE planned.manufacturer = s.manufacturer \
              AND planned.contract = s.contract AND planned.slot = s.slot \
              AND planned.generation = s.generation AND planned.step > s.step \
              AND planned.action = 'activated'), $1 + 1) > $1";
        let rows = statement(text.to_owned())
            .bind(now.0)
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok((
                    row.text("manufacturer")?.into(),
                    row.text("contract")?.into(),
                ))
            })
            .collect()
    }

    /// A generation of a slot.
    pub async fn generation(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        generation: i64,
    ) -> Result<Option<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding WHERE manufacturer = $1 AND contract = $2 \
             AND slot = $3 AND generation = $4"
        );
        let row = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(generation)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// What is in force at that instant, by slot.
    pub async fn bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        at: Micros,
    ) -> Result<Vec<Binding>, Error> {
        let mut found = Vec::new();
        for (slot, course) in self.courses(manufacturer, contract).await? {
            let Some(activation) = course.activation(at) else {
                continue;
            };
            let generation = activation.generation;
            let binding = self
                .generation(manufacturer, contract, &slot, generation)
                .await?
                .ok_or_else(|| Error::corrupt("generation", &generation.to_string()))?;
            found.push(Binding {
                active_from: activation.from,
                ..binding
            });
        }
        Ok(found)
    }

    /// Every generation by which a compensation component has paid or is to pay, all or
    /// some partners.
    pub async fn compensation_bindings(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding WHERE manufacturer = $1 AND contract = $2 \
             AND slot LIKE 'compensation/%' ORDER BY slot, generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .fetch_all(&self.pool)
            .await?;
        let known: Vec<Binding> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let mut found = Vec::new();
        for (slot, course) in self.courses(manufacturer, contract).await? {
            for generation in course.payers() {
                let is_it =
                    |binding: &&Binding| binding.slot == slot && binding.generation == generation;
                found.extend(known.iter().find(is_it).cloned());
            }
        }
        Ok(found)
    }

    /// The generations of a slot before one, the latest first.
    pub async fn generations_before(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 AND generation < $4 \
             ORDER BY generation DESC LIMIT $5"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Every generation there has been of a slot, oldest first.
    pub async fn generations(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        slot: &str,
    ) -> Result<Vec<Binding>, Error> {
        let text = format!(
            "SELECT {COLUMNS} FROM binding \
             WHERE manufacturer = $1 AND contract = $2 AND slot = $3 ORDER BY generation"
        );
        let rows = statement(text)
            .bind(manufacturer.as_str())
            .bind(contract.as_str())
            .bind(slot)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(generation: i64, action: Action) -> Step {
        Step {
            manufacturer: "m".into(),
            contract: "c".into(),
            slot: "matching".to_owned(),
            number: generation,
            generation,
            action,
            before: None,
            share: WHOLE,
            partners: Vec::new(),
            from: Micros(0),
            at: Micros(0),
            actor: None,
            comment: String::new(),
        }
    }

    #[test]
    fn what_was_made_without_a_step_stands_by_its_number() {
        let mut steps = vec![
            step(2, Action::Configured),
            step(2, Action::Activated),
            step(4, Action::Activated),
        ];
        for made in [1, 3, 5] {
            put_among(&mut steps, step(made, Action::Activated));
        }
        let order: Vec<i64> = steps.iter().map(|step| step.generation).collect();
        assert_eq!(order, [1, 2, 2, 3, 4, 5]);
    }
}
