//! What does a period earn, cost or claw back? Each component is asked once the
//! period's events are paid; where a generation of it is tried with some partners, it
//! settles theirs.

use super::Error;
use super::ask::{manifest, slot};
use super::books::span_of;
use super::groups::Group;
use super::posting::{About, entries};
use super::recompute::Computation;
use crate::domain::attribute::AttributeValue;
use crate::domain::book::{self, AccountOf, Entry, Line};
use crate::domain::decision::Decision;
use crate::domain::event::EventCode;
use crate::domain::figure::Window;
use crate::domain::happening::Event;
use crate::domain::ids::{DecisionId, PartnerId, PostingId};
use crate::domain::ledger::{Holder, HolderKind};
use crate::domain::seed;
use crate::domain::time::Micros;
use crate::host::telling::{KnownPartners, Occasion, from_policy, is_counted};
use crate::host::{Asked, InForce};
use crate::policy::canonical;
use crate::policy::manifest::{AccountHolder, Manifest};
use crate::policy::question::{
    self, Balance, Column, Context, Notice, Period, Question, SettleInput, Settlement, Table,
};

/// Whether the period is settled for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// Notices are given and wake-ups set.
    First,
    /// Only differences are booked.
    Again,
}

/// What a component has answered to the end of a period.
pub(super) struct Settled {
    pub settlement: Settlement,
    pub entries: Vec<Entry>,
    /// As the settlement names them by position.
    pub partners: Vec<PartnerId>,
    pub decision: Decision,
}

/// It cannot settle the period, whenever it is asked.
pub(super) struct Unsettled {
    pub code: &'static str,
    pub detail: String,
    pub decision: Option<Decision>,
}

fn not_settled(component: &str, code: &'static str, detail: String) -> Error {
    Error::NotSettled {
        component: component.to_owned(),
        code,
        detail,
    }
}

impl Computation<'_> {
    /// Settles the period with every component of its plan, and with what is tried in
    /// its place for the partners that it is tried with.
    ///
    /// # Errors
    /// `NotSettled` where a component fails the first time; the period stays
    /// open then. Settled again, what it once answered stands.
    pub async fn settle(&mut self, round: Round) -> Result<(), Error> {
        for (component, groups) in self.groups().await? {
            self.settle_component(&component, &groups, round).await?;
        }
        Ok(())
    }

    /// Each generation sees what those before it have posted to accounts that no
    /// partner holds: these are the component's, whoever posts to them.
    async fn settle_component(
        &mut self,
        component: &str,
        groups: &[Group<'_>],
        round: Round,
    ) -> Result<(), Error> {
        let before = self.take_settled(component);
        let mut settled: Vec<Settled> = Vec::new();
        for group in groups {
            let id_of = self.id_of(&before);
            let answer = self.ask_settlement(component, group, id_of);
            match (answer.await?, round) {
                (Ok(answer), _) => settled.push(answer),
                (Err(Unsettled { code, detail, .. }), Round::First) => {
                    return Err(not_settled(component, code, detail));
                }
                (Err(_), Round::Again) => {
                    // What both have booked on one account cannot be told apart.
                    for answer in &settled {
                        self.books.book.enter(&book::reversed(&answer.entries)?)?;
                    }
                    self.books.book.enter(&before)?;
                    return Ok(());
                }
            }
        }
        let entries = settled.iter().map(|answer| answer.entries.as_slice());
        let wanted = book::added_up(entries)?;
        let differs = self.book(&before, &wanted, 0)?;
        for answer in settled {
            if round == Round::First {
                for notice in &answer.settlement.notices {
                    let told = self.told_notice(notice, &answer.partners, &answer.decision.id);
                    self.changes.events.push(told);
                }
                self.wake_ups(component, &answer.settlement);
            }
            if differs || round == Round::First {
                self.changes.decisions.push(answer.decision);
            }
        }
        Ok(())
    }

    /// Asks a generation of a component what the period comes to for its partners, and
    /// enters what it posts; nothing is booked yet.
    ///
    /// # Errors
    /// `NotNow` where asking again may succeed, `NotSettled` where it is not there.
    pub async fn ask_settlement(
        &mut self,
        component: &str,
        group: &Group<'_>,
        id_of: impl Fn(&Line) -> PostingId,
    ) -> Result<Result<Settled, Unsettled>, Error> {
        let plan = &group.plan;
        let slot = slot(component);
        let Some(manifest) = manifest(plan, &slot) else {
            let detail = "it could not be loaded".to_owned();
            return Err(not_settled(component, "policy.unbound", detail));
        };
        let input = self.told(component, group, manifest).await?;
        let partners: Vec<PartnerId> = input
            .partners
            .keys
            .iter()
            .filter_map(|key| self.lane.parties.id_of(*key).cloned())
            .collect();
        let context = Context {
            now: plan.as_of(self.period.ends).instant(self.period.ends),
            seed: seed::of(
                plan.contract.id.as_str(),
                &self.period.name,
                0,
                "compensation",
            ),
        };
        let host = self.lane.host;
        let (answer, decision) = host
            .ask(plan, &slot, &context, input, host.clock.now())
            .await?;
        let settlement = match answer {
            Asked::Answer(settlement) => settlement,
            Asked::NotApplicable(_) => Settlement::default(),
            Asked::Failed {
                code,
                detail,
                reproducible: false,
            } => return Err(Error::NotNow { code, detail }),
            Asked::Failed { code, detail, .. } => {
                return Ok(Err(Unsettled {
                    code,
                    detail,
                    decision,
                }));
            }
        };
        let Some(decision) = decision else {
            return Err(Error::NotFound { what: "decision" });
        };
        let about = About {
            component,
            manifest,
            contract: plan.contract.id.as_str(),
            event: None,
            occurred_at: last_instant(self.period.ends),
            lead: None,
            deal: None,
            customer: None,
            partners: &partners,
            earlier: &[],
            decision: &decision.id,
        };
        let entries = entries(&about, &settlement.postings, &settlement.reasons, id_of)?;
        self.books.book.enter(&entries)?;
        Ok(Ok(Settled {
            settlement,
            entries,
            partners,
            decision,
        }))
    }

    /// A wish of a settlement concerns no partner: what is in force then is woken, and of
    /// two under one key the last one counts.
    fn wake_ups(&mut self, component: &str, settlement: &Settlement) {
        let about = super::wake::About {
            component,
            lead: None,
            deal: None,
            since: self.period.ends,
        };
        for wake_up in &settlement.wake_ups {
            let set = about.set(self.lane, &self.plan, wake_up, &mut self.changes);
            if let Err(detail) = set {
                let code = crate::policy::Code::GuestOutputInvalid.as_str();
                let failed = super::award::failed(self.lane, component, None, code, &detail);
                self.changes.events.push(failed);
            }
        }
    }

    /// The period, and the partners.
    async fn told(
        &mut self,
        component: &str,
        group: &Group<'_>,
        manifest: &Manifest,
    ) -> Result<SettleInput, Error> {
        let Group { plan, rows } = group;
        let slot = slot(component);
        let occasion = Occasion {
            contract: &plan.contract,
            names: plan.names(&slot),
            now: self.period.ends,
            counted: Some(Window {
                from: self.period.begins,
                until: self.period.ends,
            }),
            committed: None,
            lead: None,
            seat: None,
            offers: &[],
        };
        let known = KnownPartners::load(self.lane.host, occasion).await?;
        let mut partners = match self.settled_before(plan, &slot).await? {
            // What is counted is counted anew; what the partners were, they were.
            Some(then) => known.table_with(rows, &then, |name| {
                !is_counted(name) && !name.starts_with("account/")
            }),
            None => known.table(rows),
        };
        let mut balances = Vec::new();
        for account in &manifest.accounts {
            let at = last_instant(self.period.ends);
            let span = span_of(&plan.calendar, account.resets, at)?;
            self.books.open_span(self.lane, span).await?;
            let balance_of = |kind, id: &str| {
                let account = AccountOf {
                    component: component.to_owned(),
                    account: account.name.clone(),
                    holder: Holder {
                        kind,
                        id: id.to_owned(),
                    },
                };
                self.books.book.balance(span, &account)
            };
            let contract = plan.contract.id.as_str();
            let (holder, amount) = match account.holder {
                AccountHolder::Partner => {
                    let cells = rows.iter().map(|(_, partner)| {
                        Some(balance_of(HolderKind::Partner, partner.id.as_str()))
                    });
                    let name = format!("account/{}", account.name);
                    partners = partners.with(name, Column::integers(cells));
                    continue;
                }
                AccountHolder::Contract => (
                    question::Holder::Contract,
                    balance_of(HolderKind::Contract, contract),
                ),
                AccountHolder::Plan => (
                    question::Holder::Plan,
                    balance_of(HolderKind::Plan, contract),
                ),
                // Too many to be told, and nothing can be posted to them here.
                AccountHolder::Lead | AccountHolder::Deal | AccountHolder::Customer => continue,
            };
            balances.push(Balance {
                account: account.name.clone(),
                holder,
                amount,
            });
        }
        Ok(SettleInput {
            period: Period {
                name: self.period.name.clone(),
                cadence: self.period.cadence.as_str().to_owned(),
                begins: self.period.first_day,
                ends: self.period.end_day,
            },
            partners,
            balances,
        })
    }

    /// What a component's generation was told of the partners when the period was
    /// settled the first time.
    async fn settled_before(&self, plan: &InForce, slot: &str) -> Result<Option<Table>, Error> {
        let contract = &plan.contract;
        let Some(generation) = plan.slots.get(slot).map(|slot| slot.generation) else {
            return Ok(None);
        };
        let store = &self.lane.host.store;
        let decision = store
            .first_settlement(
                &contract.manufacturer,
                &contract.id,
                slot,
                generation,
                self.period.ends,
            )
            .await?;
        Ok(decision.and_then(|decision| {
            let question: Question<SettleInput> = canonical::from_cbor(&decision.input).ok()?;
            Some(question.input.partners)
        }))
    }

    fn told_notice(&self, notice: &Notice, partners: &[PartnerId], decision: &DecisionId) -> Event {
        let contract = &self.plan.contract;
        let now = self.lane.host.clock.now();
        let partner = match notice.holder {
            question::Holder::Partner(row) => partners.get(row as usize).cloned(),
            _ => None,
        };
        let text = |text: &str| AttributeValue::Text(text.to_owned());
        let mut attributes = from_policy(&notice.notice.attributes);
        attributes.insert("notice".to_owned(), text(&notice.notice.code));
        attributes.insert("period".to_owned(), text(&self.period.name));
        Event {
            manufacturer: contract.manufacturer.clone(),
            id: self.lane.host.ids.next(now),
            contract: contract.id.clone(),
            lead: None,
            cycle: 0,
            deal: None,
            partner,
            code: EventCode::Told.as_str().to_owned(),
            occurred_at: now,
            recorded_at: now,
            attributes,
            lines: Vec::new(),
            decision: Some(decision.clone()),
            actor: None,
        }
    }
}

/// A settlement belongs to its period: to its last instant.
pub(super) fn last_instant(ends: Micros) -> Micros {
    Micros(ends.0.saturating_sub(1))
}
