//! A change at work: the rows that it is going to commit, and the lines that
//! tell people what it changes.

use crate::domain::audit::{AuditEntry, Change};
use crate::domain::contract::{Contract, Manufacturer};
use crate::domain::ids::{ContractId, ManufacturerId, TokenId};
use crate::domain::time::Micros;
use crate::host::{Host, Origin};
use crate::store;
use crate::store::changes::{Changes, Command, Guard};

/// Changes of one manufacturer that are committed together or not at all.
pub struct Amendment {
    pub(super) manufacturer: ManufacturerId,
    pub(super) now: Micros,
    pub(super) rows: Changes,
    changes: Vec<Change>,
}

impl Amendment {
    pub fn new(host: &Host, manufacturer: &ManufacturerId) -> Self {
        Self {
            manufacturer: manufacturer.clone(),
            now: host.clock.now(),
            rows: Changes::default(),
            changes: Vec::new(),
        }
    }

    /// That of the manufacturer itself, new or renamed.
    pub(super) fn of_manufacturer(host: &Host, manufacturer: Manufacturer) -> Self {
        let mut amendment = Self::new(host, &manufacturer.id);
        amendment.rows.manufacturer = Some(manufacturer);
        amendment
    }

    /// Whose it is.
    pub fn manufacturer(&self) -> &ManufacturerId {
        &self.manufacturer
    }

    /// When it is made.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// What it changes, one line each.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(super) fn created(&mut self, what: String) {
        self.changes.push(Change::Create { what });
    }

    pub(super) fn removed(&mut self, what: String) {
        self.changes.push(Change::Remove { what });
    }

    /// Nothing where both are the same.
    pub(super) fn altered(&mut self, what: String, from: &str, to: &str) {
        if from != to {
            self.changes.push(Change::Alter {
                what,
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }

    /// Counts the contract's version up: that is where hosts see that something
    /// of it has changed.
    pub fn touch(&mut self, contract: Contract) {
        let is_new = contract.version == 0;
        self.rows.guards.push(Guard::Contract(
            contract.id.clone(),
            (!is_new).then_some(contract.version),
        ));
        if !is_new {
            // The row holds this version too, and is written whole.
            self.rows.guards.push(Guard::Partners(
                contract.id.clone(),
                contract.partners_version,
            ));
        }
        self.rows.contracts.push(contract);
    }

    /// What has to be committed, with a line for whoever asks later; nothing
    /// where nothing changes.
    pub fn into_changes(mut self, host: &Host, actor: Option<&TokenId>) -> Changes {
        if self.changes.is_empty() {
            return Changes::default();
        }
        self.rows.audit = self.audit(host, actor);
        for step in &mut self.rows.steps {
            step.actor = actor.cloned();
        }
        self.rows
    }

    /// Commits it with the answer to whoever asked. Where nothing changes,
    /// nothing is written but that.
    ///
    /// # Errors
    /// `Stale` when what it rests on has changed meanwhile.
    pub async fn commit<T>(
        self,
        host: &Host,
        origin: &Origin<T>,
        outcome: &T,
    ) -> Result<(), store::Error> {
        if self.changes.is_empty() && origin.keep.is_none() {
            return Ok(());
        }
        let (manufacturer, now) = (self.manufacturer.clone(), self.now);
        let mut rows = self.into_changes(host, origin.actor.as_ref());
        let entries: Vec<String> = rows
            .audit
            .iter()
            .map(|entry| entry.id.to_string())
            .collect();
        let contracts: Vec<ContractId> = rows
            .contracts
            .iter()
            .map(|contract| contract.id.clone())
            .collect();
        origin.keep_answer(outcome, now, &mut rows);
        host.store
            .commit(Command {
                manufacturer: manufacturer.clone(),
                changes: rows,
            })
            .await?;
        for contract in &contracts {
            host.take_up(&manufacturer, contract).await;
        }
        if let Some(first) = entries.first() {
            // The lines themselves may name people: they are in the audit.
            tracing::info!(
                %manufacturer,
                actor = origin.actor.as_ref().map(TokenId::as_str),
                changes = entries.len(),
                audit = first,
                "changed"
            );
        }
        Ok(())
    }

    fn audit(&self, host: &Host, actor: Option<&TokenId>) -> Vec<AuditEntry> {
        self.changes
            .iter()
            .map(|change| AuditEntry {
                manufacturer: self.manufacturer.clone(),
                id: host.ids.next(self.now),
                at: self.now,
                actor: actor.cloned(),
                change: change.to_string(),
            })
            .collect()
    }
}
