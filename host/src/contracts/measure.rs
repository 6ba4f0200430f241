//! Measures and targets: numbers per partner and name, each valid for a while.

use super::error::refuse;
use super::{Amendment, Error, Tree};
use crate::domain::ids::{ContractId, ManufacturerId, PartnerId};
use crate::domain::ledger::PeriodState;
use crate::domain::measure::{Measure, MeasureKind};
use crate::domain::text;
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Host, Origin, Problem};

/// Numbers that one request sets.
pub const MEASURES_MAX: usize = 1_000;

/// A number as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// measure, target.
    pub kind: String,
    /// A partner's code.
    pub partner: String,
    pub name: String,
    pub from: Micros,
    pub until: Micros,
    pub value: f64,
}

/// How many numbers were set, and how many of them were new or other ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub given: usize,
    pub changed: usize,
    /// Closed periods that are settled by a number that is new or another one, as soon
    /// as they are computed anew.
    pub closed: Vec<String>,
}

impl Wanted {
    /// As it is kept; `partner` is the one of that code, if it is of the contract.
    pub fn row(
        &self,
        manufacturer: &ManufacturerId,
        contract: &ContractId,
        partner: Option<&PartnerId>,
    ) -> Result<Measure, Vec<Problem>> {
        let mut problems = self.problems();
        if partner.is_none() {
            problems.push(Problem::new(
                "/partner",
                format!(
                    "`{}` is no partner of this contract",
                    text::shown(&self.partner)
                ),
            ));
        }
        match (partner, MeasureKind::parse(&self.kind)) {
            (Some(partner), Some(kind)) if problems.is_empty() => Ok(Measure {
                manufacturer: manufacturer.clone(),
                contract: contract.clone(),
                partner: partner.clone(),
                kind,
                name: self.name.clone(),
                from: self.from,
                until: self.until,
                value: self.value,
            }),
            _ => Err(problems),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if MeasureKind::parse(&self.kind).is_none() {
            problems.push(Problem::new("/kind", "is none of measure, target"));
        }
        if !text::is_code(&self.name) {
            problems.push(Problem::new(
                "/name",
                "is no name: 1 to 64 letters, digits, hyphens, dots and underscores",
            ));
        }
        if self.from >= self.until {
            problems.push(Problem::new("/until", "lies before it begins"));
        }
        if !self.value.is_finite() {
            problems.push(Problem::new("/value", "is no number"));
        }
        problems
    }
}

/// Sets numbers of a contract's partners. One that begins at the same instant
/// as a known one takes its place; where several hold at once, the one that
/// began last counts.
pub async fn put(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &[Wanted],
    origin: &Origin<Set>,
) -> Result<Set, Error> {
    if wanted.is_empty() || wanted.len() > MEASURES_MAX {
        return Err(Error::invalid(
            "/measures",
            format!("takes 1 to {MEASURES_MAX} at once"),
        ));
    }
    on_stale(|| async {
        let contract = host
            .store
            .contract(manufacturer, contract)
            .await?
            .ok_or(Error::NotFound { what: "contract" })?;
        let (rows, problems) = rows(host, manufacturer, &contract.id, wanted).await?;
        refuse(problems)?;
        let mut amendment = Amendment::new(host, manufacturer);
        amendment.measures(host, rows, wanted).await?;
        let set = Set {
            given: wanted.len(),
            changed: amendment.changes().len(),
            closed: closed(host, manufacturer, &contract.id, &amendment.rows.measures).await?,
        };
        amendment.commit(host, origin, &set).await?;
        Ok(set)
    })
    .await
}

/// Closed periods, the oldest first, in whose last instant one of these holds: that is
/// when a period is settled.
async fn closed(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    changed: &[Measure],
) -> Result<Vec<String>, Error> {
    let mut periods = host.store.periods(manufacturer, contract).await?;
    periods.retain(|period| {
        let last = Micros(period.ends.0 - 1);
        let mut settling = changed.iter();
        period.state == PeriodState::Closed
            && settling.any(|measure| measure.from <= last && last < measure.until)
    });
    Ok(periods.into_iter().map(|period| period.name).collect())
}

/// Every mistake, before anything is set.
pub async fn problems(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &[Wanted],
) -> Result<Vec<Problem>, Error> {
    Ok(rows(host, manufacturer, contract, wanted).await?.1)
}

/// The rows of those that are right, and what is wrong with the others.
async fn rows(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    wanted: &[Wanted],
) -> Result<(Vec<Measure>, Vec<Problem>), Error> {
    let partners = Tree::load(host, manufacturer).await?;
    let footing = host.store.participants(manufacturer, contract).await?;
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for (position, wanted) in wanted.iter().enumerate() {
        let partner = partners
            .by_code(&wanted.partner)
            .filter(|partner| footing.iter().any(|(_, known)| known.id == partner.id));
        match wanted.row(manufacturer, contract, partner.map(|known| &known.id)) {
            Ok(row) => rows.push(row),
            Err(found) => {
                let place = format!("/measures/{position}");
                problems.extend(found.into_iter().map(|found| found.under(&place)));
            }
        }
    }
    Ok((rows, problems))
}

impl Amendment {
    /// Numbers that are set; `wanted` is what each row was made of.
    pub async fn measures(
        &mut self,
        host: &Host,
        rows: Vec<Measure>,
        wanted: &[Wanted],
    ) -> Result<(), Error> {
        let known = host.store.measures_like(&rows).await?;
        for (row, wanted) in rows.into_iter().zip(wanted) {
            self.measure(&known, row, wanted);
        }
        Ok(())
    }

    fn measure(&mut self, known: &[Measure], row: Measure, wanted: &Wanted) {
        let what = format!(
            "{} {} of {} from {}",
            wanted.kind, wanted.name, wanted.partner, row.from
        );
        let key = |row: &Measure| (row.partner.clone(), row.kind, row.name.clone(), row.from);
        match known.iter().find(|known| key(known) == key(&row)) {
            Some(known) if *known == row => return,
            Some(known) => self.altered(what, &in_words(known), &in_words(&row)),
            None => self.created(format!("{what}: {}", in_words(&row))),
        }
        self.rows.measures.push(row);
    }
}

fn in_words(measure: &Measure) -> String {
    format!("{} until {}", measure.value, measure.until)
}
