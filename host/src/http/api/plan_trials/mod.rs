//! Plans that are tried over what has happened, beside the live system.

pub mod create;
pub mod file;
pub mod get;
pub mod list;
pub mod promote;
pub mod want;

use crate::domain::contract::Contract;
use crate::domain::ids::PlanTrialId;
use crate::domain::plan_trial::PlanTrial;
use crate::host::Host;
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// The contract's trial of that identifier.
async fn find(
    host: &Host,
    caller: &Caller,
    contract: &Contract,
    id: &str,
) -> Result<PlanTrial, Problem> {
    let id = PlanTrialId::from(id);
    let found = host.store.plan_trial(&caller.manufacturer, &id).await?;
    found
        .filter(|trial| trial.contract == contract.id)
        .ok_or_else(|| Problem::not_found("trial"))
}
