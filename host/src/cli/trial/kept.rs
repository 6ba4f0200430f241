//! Trials that are kept with the live data: a server's, or those of the data itself.

use serde::Deserialize;

use crate::cli::CliError;
use crate::cli::client::{Client, segment};
use crate::cli::store::block_on;
use crate::cli::target::{Of, Target, contract, not_found};
use crate::domain::contract::Contract;
use crate::domain::ids::PlanTrialId;
use crate::domain::plan_trial::PlanTrial;
use crate::host::Host;
use crate::trial::served::PlanTrialView;

/// On one page of a contract's trials.
const AT_ONCE: u32 = 200;

/// Whose trials are meant.
#[derive(Debug, clap::Args)]
pub struct Kept {
    /// Code of the contract
    pub contract: String,
    #[command(flatten)]
    pub of: Of,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Deserialize)]
struct Page {
    trials: Vec<PlanTrialView>,
    next: Option<String>,
}

impl Kept {
    pub fn server(&self) -> Result<Option<Client>, CliError> {
        self.target.server(self.of.manufacturer.as_deref())
    }

    /// Where the contract's trials are at a server.
    pub fn path(&self) -> String {
        format!("/api/v1/contracts/{}/plan-trials", segment(&self.contract))
    }

    /// The oldest first.
    pub fn all(&self) -> Result<Vec<PlanTrialView>, CliError> {
        match self.server()? {
            Some(client) => self.pages(|after| {
                client.get(&format!("{}?limit={AT_ONCE}&after={after}", self.path()))
            }),
            None => block_on(self.target.read_data(async |host| {
                let of = self.of.find(host).await?;
                let contract = contract(host, &of, &self.contract).await?;
                let mut found: Vec<PlanTrialView> = Vec::new();
                loop {
                    let after = found.last().map_or("", |last| last.id.as_str());
                    let page = host
                        .store
                        .plan_trials(&of.id, &contract.id, after, AT_ONCE)
                        .await?;
                    if page.is_empty() {
                        return Ok(found);
                    }
                    found.extend(page.iter().map(PlanTrialView::in_short));
                }
            })),
        }
    }

    fn pages(
        &self,
        read: impl Fn(&str) -> Result<Page, CliError>,
    ) -> Result<Vec<PlanTrialView>, CliError> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = read(&after)?;
            found.extend(page.trials);
            match page.next {
                Some(next) => after = segment(&next),
                None => return Ok(found),
            }
        }
    }

    /// The trial of that identifier.
    pub fn one(&self, id: &str) -> Result<PlanTrialView, CliError> {
        match self.server()? {
            Some(client) => client.get(&format!("{}/{}", self.path(), segment(id))),
            None => block_on(self.target.read_data(async |host| {
                let (_, trial) = self.found(host, id).await?;
                Ok(PlanTrialView::of(&trial))
            })),
        }
    }

    /// The contract with its trial of that identifier, in the data.
    pub async fn found(&self, host: &Host, id: &str) -> Result<(Contract, PlanTrial), CliError> {
        let of = self.of.find(host).await?;
        let contract = contract(host, &of, &self.contract).await?;
        let id = PlanTrialId::from(id);
        let found = host.store.plan_trial(&of.id, &id).await?;
        let trial = found.filter(|trial| trial.contract == contract.id);
        let trial = trial.ok_or_else(|| not_found("trial", id.as_str()))?;
        Ok((contract, trial))
    }
}
