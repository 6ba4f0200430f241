//! Contracts.

use super::error::{expect, refuse};
use super::manufacturer::problems;
use super::{Amendment, Error};
use crate::domain::contract::Contract;
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::terms::Terms;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};

/// A contract as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub code: String,
    pub name: String,
    /// Integrators may bind on test contracts only.
    pub test: bool,
}

impl Amendment {
    /// The contract as it is wanted. It is kept with [`Self::touch`] once all of
    /// it is known.
    pub fn contract(
        &mut self,
        host: &Host,
        known: Option<Contract>,
        wanted: &Wanted,
    ) -> Result<Contract, Error> {
        refuse(problems(&wanted.code, &wanted.name))?;
        let what = format!("contract {}", wanted.code);
        let Some(known) = known else {
            self.created(what);
            return Ok(Contract {
                manufacturer: self.manufacturer.clone(),
                id: host.ids.next(self.now),
                code: wanted.code.clone(),
                name: wanted.name.clone(),
                test: wanted.test,
                terms_version: 0,
                partners_version: 0,
                created_at: self.now,
                version: 0,
            });
        };
        let kind = |test: bool| if test { "test" } else { "live" };
        self.altered(format!("{what} name"), &known.name, &wanted.name);
        self.altered(format!("{what} kind"), kind(known.test), kind(wanted.test));
        Ok(Contract {
            name: wanted.name.clone(),
            test: wanted.test,
            ..known
        })
    }
}

/// Adds a contract with its first terms.
///
/// # Errors
/// `Taken` when the code is; `Invalid` with every problem of the terms.
pub async fn create(
    host: &Host,
    manufacturer: &ManufacturerId,
    wanted: &Wanted,
    terms: &Terms,
    origin: &Origin<Contract>,
) -> Result<Contract, Error> {
    let known = host
        .store
        .contract_by_code(manufacturer, &wanted.code)
        .await?;
    if known.is_some() {
        return Err(Error::Taken {
            what: "contract",
            code: wanted.code.clone(),
        });
    }
    let mut amendment = Amendment::new(host, manufacturer);
    let mut contract = amendment.contract(host, None, wanted)?;
    amendment
        .terms(&mut contract, None, terms)
        .map_err(|error| error.under("/terms"))?;
    amendment.touch(contract.clone());
    contract.version = 1;
    amendment.commit(host, origin, &contract).await?;
    Ok(contract)
}

/// Changes a contract's name or kind.
///
/// # Errors
/// `OtherVersion` when it is not the `expected` one.
pub async fn change(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &ContractId,
    change: impl Fn(&mut Wanted),
    expected: Option<i64>,
    origin: &Origin<Contract>,
) -> Result<Contract, Error> {
    on_stale(|| async {
        let known = host
            .store
            .contract(manufacturer, id)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        expect(expected, known.version)?;
        let mut wanted = Wanted {
            code: known.code.clone(),
            name: known.name.clone(),
            test: known.test,
        };
        change(&mut wanted);
        let mut amendment = Amendment::new(host, manufacturer);
        let mut contract = amendment.contract(host, Some(known), &wanted)?;
        amendment.touch(contract.clone());
        if !amendment.changes().is_empty() {
            contract.version += 1;
        }
        amendment.commit(host, origin, &contract).await?;
        Ok(contract)
    })
    .await
}
