//! A partner's statement as people read it: each line with the rule in words, accounts
//! with what they are for, sums; in German or English, as CSV and as a page that prints.

mod csv;
mod html;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::account::AccountKind;
use crate::domain::calendar::Calendar;
use crate::domain::dispute::Disputed;
use crate::domain::ids::{DecisionId, PartnerId, PostingId};
use crate::domain::ledger::{Overflow, PeriodRecord, PeriodState, Posting};
use crate::domain::partner::Partner;
use crate::domain::time::Micros;
use crate::host::{Host, InForce};
use crate::pay::{self, OnTrial, PaidBy, Total, TriedWith};
use crate::policy::Manifest;
use crate::policy::question::{Reason, Value};
use crate::policy::reason::{self, Language};
use crate::store::DisputeFilter;

pub use csv::{cell, csv};
pub use html::{escaped, html};

/// Disputes of one partner that are looked at.
const DISPUTES_MAX: u32 = 100_000;

/// A statement with everything that stands on it.
#[derive(Clone, Debug)]
pub struct Document {
    pub language: Language,
    /// The manufacturer's code, and the contract's name.
    pub manufacturer: String,
    pub contract: String,
    /// The partner's code and name.
    pub partner: String,
    pub partner_name: String,
    pub period: PeriodRecord,
    pub calendar: Arc<Calendar>,
    /// ISO 4217.
    pub currency: String,
    /// By what the partner is paid on trial.
    pub trials: Vec<OnTrial>,
    pub totals: Vec<Total>,
    /// By kind and unit.
    pub subtotals: Vec<Sum>,
    /// By unit, of all accounts that are due to somebody.
    pub sums: Vec<Sum>,
    /// In the order of what they are about.
    pub lines: Vec<Line>,
}

/// A posting with what it is for.
#[derive(Clone, Debug)]
pub struct Line {
    pub posting: Posting,
    pub kind: AccountKind,
    /// The rule that it follows, with its numbers.
    pub text: String,
    /// In the order in which the partner has disputed it.
    pub disputes: Vec<Disputed>,
}

/// What accounts come to together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// None: of all kinds that are due.
    pub kind: Option<AccountKind>,
    /// money, points, count.
    pub unit: String,
    /// Before the period.
    pub carried: i64,
    /// Of the statement's lines.
    pub amount: i64,
    /// Both.
    pub balance: i64,
}

impl Document {
    /// The partner's statement of a period, in words.
    ///
    /// # Errors
    /// `NotFound` where there is no such period.
    pub async fn load(
        host: &Host,
        force: &Arc<InForce>,
        period: &str,
        partner: &Partner,
        language: Option<&str>,
    ) -> Result<Self, pay::Error> {
        let statement = pay::statement(host, force, period, &partner.id).await?;
        let language = language.or(force.terms.languages.first().map(String::as_str));
        let language = Language::of(language.unwrap_or_default());
        let currency = &force.terms.currency;
        let rules = Rules::load(host, &statement.lines).await?;
        let mut disputes = disputes(host, force, &partner.id).await?;
        let mut lines: Vec<Line> = statement
            .lines
            .into_iter()
            .map(|posting| Line {
                kind: kind_of(&statement.totals, &posting),
                text: rules.text(&posting, language, currency),
                disputes: disputes.remove(&posting.id).unwrap_or_default(),
                posting,
            })
            .collect();
        let order = |line: &Line| (line.posting.occurred_at, line.posting.id.clone());
        lines.sort_by_cached_key(order);
        let due = statement.totals.iter().filter(|total| total.kind.is_due());
        Ok(Self {
            language,
            manufacturer: force.manufacturer.clone(),
            contract: force.contract.name.clone(),
            partner: partner.code.clone(),
            partner_name: partner.name.clone(),
            calendar: force.calendar.clone(),
            currency: currency.clone(),
            subtotals: sums(statement.totals.iter(), |total| Some(total.kind))?,
            sums: sums(due, |_| None)?,
            period: statement.period,
            trials: statement.trials,
            totals: statement.totals,
            lines,
        })
    }

    /// Whether nothing of it changes any more.
    pub fn is_final(&self) -> bool {
        self.period.state == PeriodState::Closed
    }

    /// A name for its file.
    pub fn file_name(&self, ending: &str) -> String {
        format!("{}-{}.{ending}", self.partner, self.period.name)
    }

    /// What a trial is called: the partner's own, or one that it has shares in.
    fn trial_title(&self, trial: &OnTrial) -> &'static str {
        let words = words::words(self.language);
        match trial.tried_with {
            TriedWith::Itself => words.on_trial,
            TriedWith::Others => words.shares_on_trial,
        }
    }

    /// By what a component pays the partner on trial, in place of what, since when and
    /// why.
    fn trial(&self, trial: &OnTrial) -> String {
        let words = words::words(self.language);
        let by = |by: &PaidBy| format!("{}, {} {}", by.plugin, words.generation, by.generation);
        let instead_of = trial.instead_of.as_ref();
        let instead_of = instead_of.map(|of| format!(" ({} {})", words.instead_of, by(of)));
        let since = match trial.since {
            Micros::BEGINNING => String::new(),
            since => format!(", {} {}", words.since, self.day(since)),
        };
        format!(
            "{}: {}{}{since}: {}",
            trial.component,
            by(&trial.paid_by),
            instead_of.unwrap_or_default(),
            trial.comment
        )
    }

    /// What a line was disputed with and what was answered, each in a text of its own.
    fn quarrel(&self, disputed: &Disputed) -> (String, String) {
        let words = words::words(self.language);
        let dispute = &disputed.dispute;
        let said = format!("{}: {}", self.day(dispute.opened_at), dispute.complaint);
        let Some(answer) = &disputed.answer else {
            return (said, words.open.to_owned());
        };
        let reason = answer.reason.clone();
        let corrections = (!answer.corrections.is_empty()).then(|| {
            let ids: Vec<&str> = answer.corrections.iter().map(|id| id.as_str()).collect();
            format!("{} {}", words.corrected_by, ids.join(", "))
        });
        let answered: Vec<String> = reason.into_iter().chain(corrections).collect();
        let day = self.day(answer.answered_at);
        (said, format!("{day}: {}", answered.join("; ")))
    }

    /// The local day of an instant.
    fn day(&self, at: Micros) -> String {
        let date = self.calendar.local(at).date();
        match self.language {
            Language::English => date.to_string(),
            Language::German => date.strftime("%d.%m.%Y").to_string(),
        }
    }

    /// An amount as people read it.
    fn amount(&self, amount: i64, unit: &str) -> String {
        reason::in_unit(amount, unit, self.language, &self.currency)
    }
}

/// Every line is of an account that the totals have.
fn kind_of(totals: &[Total], posting: &Posting) -> AccountKind {
    let is_of =
        |total: &&Total| total.component == posting.component && total.account == posting.account;
    let total = totals.iter().find(is_of);
    total.map_or(AccountKind::Adjustment, |total| total.kind)
}

/// What accounts come to, by what is the same of them and by unit.
fn sums<'a>(
    totals: impl Iterator<Item = &'a Total>,
    same: impl Fn(&Total) -> Option<AccountKind>,
) -> Result<Vec<Sum>, Overflow> {
    let mut sums: BTreeMap<(Option<AccountKind>, String), Sum> = BTreeMap::new();
    for total in totals {
        let kind = same(total);
        let sum = sums
            .entry((kind, total.unit.clone()))
            .or_insert_with(|| Sum {
                kind,
                unit: total.unit.clone(),
                carried: 0,
                amount: 0,
                balance: 0,
            });
        sum.carried = sum.carried.checked_add(total.carried).ok_or(Overflow)?;
        sum.amount = sum.amount.checked_add(total.amount).ok_or(Overflow)?;
        sum.balance = sum.carried.checked_add(sum.amount).ok_or(Overflow)?;
    }
    Ok(sums.into_values().collect())
}

/// What the partner has disputed, by posting.
async fn disputes(
    host: &Host,
    force: &InForce,
    partner: &PartnerId,
) -> Result<HashMap<PostingId, Vec<Disputed>>, pay::Error> {
    let contract = &force.contract;
    let filter = DisputeFilter {
        contract: contract.id.clone(),
        partners: Some(vec![partner.clone()]),
        state: None,
        after: None,
        limit: DISPUTES_MAX,
    };
    let found = host.store.disputes(&contract.manufacturer, &filter).await?;
    let mut disputes: HashMap<PostingId, Vec<Disputed>> = HashMap::new();
    for disputed in found {
        let posting = disputed.dispute.posting.clone();
        disputes.entry(posting).or_default().push(disputed);
    }
    Ok(disputes)
}

/// The words of the plugins that have paid.
struct Rules {
    plugins: HashMap<DecisionId, String>,
    manifests: HashMap<String, Manifest>,
}

impl Rules {
    async fn load(host: &Host, lines: &[Posting]) -> Result<Self, pay::Error> {
        let mut rules = Self {
            plugins: HashMap::new(),
            manifests: HashMap::new(),
        };
        let Some(owner) = lines.first().map(|line| &line.manufacturer) else {
            return Ok(rules);
        };
        let mut decisions: Vec<DecisionId> = lines
            .iter()
            .filter_map(|line| line.decision.clone())
            .collect();
        decisions.sort_unstable();
        decisions.dedup();
        rules.plugins = host.store.plugins_of_decisions(owner, &decisions).await?;
        for digest in rules.plugins.values() {
            if rules.manifests.contains_key(digest) {
                continue;
            }
            let record = host.store.plugin(owner, digest).await?;
            let manifest = record.and_then(|record| Manifest::parse(&record.manifest).ok());
            rules
                .manifests
                .extend(manifest.map(|manifest| (digest.clone(), manifest)));
        }
        Ok(rules)
    }

    /// Why something was booked; the bare code where nobody has words for it.
    fn text(&self, posting: &Posting, language: Language, currency: &str) -> String {
        let digest = posting
            .decision
            .as_ref()
            .and_then(|id| self.plugins.get(id));
        let Some(manifest) = digest.and_then(|digest| self.manifests.get(digest)) else {
            return posting.reason.clone();
        };
        let args: Vec<Value> = serde_json::from_str(&posting.reason_args).unwrap_or_default();
        let reason = Reason {
            code: posting.reason.clone(),
            args,
            weight: 0,
        };
        reason::in_words(manifest, language, currency, &reason)
    }
}
