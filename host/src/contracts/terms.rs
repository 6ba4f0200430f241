//! Terms, version by version.

use std::collections::BTreeSet;

use super::error::{expect, refuse};
use super::{Amendment, Error, Tree, binding};
use crate::domain::contract::{Contract, TermsVersion};
use crate::domain::ids::{ContractId, ManufacturerId};
use crate::domain::partner::Participant;
use crate::domain::terms::{Of, Terms, TermsProblem};
use crate::domain::text::shown;
use crate::host::again::on_stale;
use crate::host::{ContractError, Host, Mistake, Origin, Problem};

/// Partners that one message names.
const NAMED_MAX: usize = 3;

impl Amendment {
    /// The contract's terms, a new version where they differ from the current
    /// ones.
    pub fn terms(
        &mut self,
        contract: &mut Contract,
        current: Option<&TermsVersion>,
        terms: &Terms,
    ) -> Result<TermsVersion, Error> {
        refuse(problems(terms))?;
        let document = terms.canonical_json();
        if let Some(current) = current
            && current.document == document
        {
            return Ok(current.clone());
        }
        contract.terms_version += 1;
        let version = TermsVersion {
            manufacturer: self.manufacturer.clone(),
            contract: contract.id.clone(),
            version: contract.terms_version,
            document,
            created_at: self.now,
        };
        self.created(format!(
            "terms of {}, version {}",
            contract.code, version.version
        ));
        self.rows.terms.push(version.clone());
        Ok(version)
    }
}

/// What is wrong with terms in themselves.
pub fn problems(terms: &Terms) -> Vec<Problem> {
    as_problems(terms.problems())
}

fn as_problems(problems: Vec<TermsProblem>) -> Vec<Problem> {
    problems
        .into_iter()
        .map(|problem| Problem::new(problem.pointer, problem.message))
        .collect()
}

/// What in terms contradicts the partners that are there: a level or an
/// attribute that somebody has, or a payee that nobody is.
pub fn contradictions(terms: &Terms, partners: &Tree, footing: &[Participant]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let code = |participant: &Participant| {
        partners
            .by_id(&participant.partner)
            .map_or(participant.partner.as_str(), |partner| &partner.code)
            .to_owned()
    };
    let levels: BTreeSet<&str> = footing
        .iter()
        .map(|participant| participant.level.as_str())
        .filter(|level| !terms.levels.iter().any(|known| known == level))
        .collect();
    for level in levels {
        let who = named(footing.iter().filter(|who| who.level == level).map(code));
        problems.push(Problem::new(
            "/levels",
            format!("`{level}` is missing, which {who} has; move them to another level first"),
        ));
    }
    let carried: BTreeSet<&String> = footing
        .iter()
        .flat_map(|participant| participant.attributes.keys())
        .collect();
    for name in carried {
        let contradicts = |participant: &&Participant| {
            participant.attributes.get(name).is_some_and(|value| {
                terms
                    .attribute(Of::Partner, name)
                    .is_none_or(|declared| declared.personal || !declared.kind.fits(value))
            })
        };
        let who: Vec<String> = footing.iter().filter(contradicts).map(code).collect();
        if !who.is_empty() {
            problems.push(Problem::new(
                "/attributes",
                format!(
                    "`{name}` of partners is not declared as {} has it; take it from them first",
                    named(who.into_iter())
                ),
            ));
        }
    }
    for (position, payee) in terms.payees.iter().enumerate() {
        if partners.by_code(&payee.partner).is_none() {
            problems.push(Problem::new(
                format!("/payees/{position}/partner"),
                format!("there is no partner `{}`", shown(&payee.partner)),
            ));
        }
    }
    problems
}

fn named(mut codes: impl Iterator<Item = String>) -> String {
    let mut text = codes
        .by_ref()
        .take(NAMED_MAX)
        .collect::<Vec<_>>()
        .join(", ");
    match codes.count() {
        0 => {}
        more => text.push_str(&format!(" (and {more} more)")),
    }
    text
}

/// The contract's current terms.
pub async fn current(host: &Host, contract: &Contract) -> Result<(TermsVersion, Terms), Error> {
    let version = host
        .store
        .terms(&contract.manufacturer, &contract.id, contract.terms_version)
        .await?
        .ok_or(Error::NotFound { what: "terms" })?;
    let terms = Terms::kept(&version.document).map_err(|problems| {
        let problems: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.pointer, problem.message))
            .collect();
        ContractError::Terms(contract.code.clone(), problems.join("; "))
    })?;
    Ok((version, terms))
}

/// Refuses to change what money is reckoned by once something has happened.
pub async fn keep_reckoning(
    host: &Host,
    contract: &Contract,
    old: &Terms,
    new: &Terms,
) -> Result<(), Error> {
    let unsettling = new.unsettling(old);
    if unsettling.is_empty() {
        return Ok(());
    }
    let first = host
        .store
        .first_occurred(&contract.manufacturer, &contract.id)
        .await?;
    if first.is_none() {
        return Ok(());
    }
    let problems = as_problems(unsettling).into_iter();
    refuse(
        problems
            .map(|problem| problem.coded(Mistake::ReckonedBy))
            .collect(),
    )
}

/// Puts new terms in force. They hold for every slot at once: a configuration
/// that its plugin refuses with them refuses the terms.
///
/// # Errors
/// `Invalid` with every problem; `Policy` naming the slot; `OtherVersion` when
/// the terms in force are not the `expected` version.
pub async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    terms: &Terms,
    expected: Option<i64>,
    origin: &Origin<TermsVersion>,
) -> Result<TermsVersion, Error> {
    on_stale(|| async {
        let mut contract = host
            .store
            .contract(manufacturer, contract)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        expect(expected, contract.terms_version)?;
        let (current, old) = self::current(host, &contract).await?;
        let mut amendment = Amendment::new(host, manufacturer);
        let version = amendment.terms(&mut contract, Some(&current), terms)?;
        if !amendment.changes().is_empty() {
            keep_reckoning(host, &contract, &old, terms).await?;
            let footing = host.store.participants(manufacturer, &contract.id).await?;
            let footing: Vec<Participant> = footing.into_iter().map(|(who, _)| who).collect();
            let partners = Tree::load(host, manufacturer).await?;
            refuse(contradictions(terms, &partners, &footing))?;
            let bindings = host
                .store
                .bindings(manufacturer, &contract.id, amendment.now())
                .await?;
            binding::hold(host, &bindings, &version.document).await?;
        }
        amendment.touch(contract);
        amendment.commit(host, origin, &version).await?;
        Ok(version)
    })
    .await
}
