//! What does this event earn, cost or claw back? One component is asked about
//! one event, with the book as it stands.

use super::Error;
use super::books::{Books, span_of, subject_of};
use super::holders::Holders;
use super::lane::Lane;
use super::payees::PAID_BEFORE;
use super::posting::{About, entries};
use super::subjects::Subjects;
use crate::domain::attribute::Attributes;
use crate::domain::book::{AccountOf, Entry, Line};
use crate::domain::decision::Decision;
use crate::domain::happening::Event;
use crate::domain::ids::{PartnerId, PostingId};
use crate::domain::ledger;
use crate::domain::seed;
use crate::domain::terms::{Of, Terms};
use crate::host::telling::{self, AsOf, KnownPartners, Occasion, is_counted};
use crate::host::{Asked, InForce};
use crate::policy::manifest::Manifest;
use crate::policy::question::{
    self, AwardInput, Balance, Context, Customer, Deal, EarlierPosting, Earnings, Line as SoldLine,
    PaidEvent, Payee, WakeUp,
};

/// What came of asking a component.
pub(super) enum Awarded {
    Paid {
        entries: Vec<Entry>,
        wake_ups: Vec<WakeUp>,
        decision: Option<Decision>,
    },
    /// It cannot answer this, whenever it is asked.
    Failed {
        code: &'static str,
        detail: String,
        decision: Option<Decision>,
    },
}

/// What was asked about an event before.
#[derive(Default)]
pub(super) enum Recorded {
    #[default]
    Nothing,
    /// Of the component that is asked.
    Own(AwardInput),
    /// Of another generation, than which the one that is asked may read more.
    Others(AwardInput),
}

impl Recorded {
    /// The first question to the generation that is asked, or else the first of all;
    /// they come with whom they were put to, the last one first.
    pub fn among(mut asked: Vec<(i64, AwardInput)>, generation: Option<i64>) -> Self {
        let own = asked.iter().rposition(|(by, _)| Some(*by) == generation);
        match own {
            Some(place) => Self::Own(asked.swap_remove(place).1),
            None => asked
                .pop()
                .map_or(Self::Nothing, |(_, input)| Self::Others(input)),
        }
    }
}

/// The slot of a component.
pub(super) fn slot(component: &str) -> String {
    format!("compensation/{component}")
}

/// Asks a component about an event, and enters what it posts. `asked` is what it
/// was asked the first time: what the partners were then is taken from it.
///
/// # Errors
/// `NotNow` where asking again may succeed.
pub(super) async fn award(
    lane: &Lane<'_>,
    plan: &InForce,
    component: &str,
    event: &Event,
    books: &mut Books,
    asked: Recorded,
    id_of: impl Fn(&Line) -> PostingId,
) -> Result<Awarded, Error> {
    let slot = slot(component);
    let Some(manifest) = manifest(plan, &slot) else {
        return Ok(Awarded::Failed {
            code: "policy.unbound",
            detail: format!("the component {component} could not be loaded"),
            decision: None,
        });
    };
    let paid_before = paid_before(lane, component, event, books);
    let mut input = told(
        lane,
        plan,
        &slot,
        event,
        asked,
        &paid_before,
        &books.subjects,
    )
    .await?;
    let partners: Vec<PartnerId> = input
        .payees
        .iter()
        .map(|payee| lane.parties.id_of(payee.partner.key).cloned())
        .collect::<Option<_>>()
        .ok_or(Error::NotFound { what: "payee" })?;
    let customer = input
        .customer
        .as_ref()
        .map(|customer| customer.reference.clone());
    let holders = Holders {
        contract: plan.contract.id.as_str(),
        partners: &partners,
        lead: event.lead.as_ref().map(|id| id.as_str()),
        deal: event.deal.as_ref().map(|id| id.as_str()),
        customer: customer.as_deref(),
    };
    input.balances = balances(lane, plan, component, manifest, event, &holders, books).await?;
    let (earlier, ids) = earlier(plan, component, event, &holders, books);
    input.earlier = earlier;
    let subject = event
        .lead
        .as_ref()
        .map(|id| id.as_str())
        .or(event.deal.as_ref().map(|id| id.as_str()))
        .unwrap_or(event.id.as_str());
    let context = Context {
        now: plan.as_of(event.occurred_at).instant(event.occurred_at),
        seed: seed::of(
            plan.contract.id.as_str(),
            subject,
            event.cycle,
            "compensation",
        ),
    };
    let now = lane.host.clock.now();
    let held = lane.turn.slot();
    let (answer, decision) = lane
        .host
        .ask_in(held.as_deref(), plan, &slot, &context, input, now)
        .await?;
    drop(held);
    let decision = decision.map(|decision| Decision {
        lead: event.lead.clone(),
        deal: event.deal.clone(),
        event: Some(event.id.clone()),
        follows: event.decision.clone(),
        ..decision
    });
    let earnings = match answer {
        Asked::Answer(earnings) => earnings,
        Asked::NotApplicable(_) => Earnings::default(),
        Asked::Failed {
            code,
            detail,
            reproducible: true,
        } => {
            return Ok(Awarded::Failed {
                code,
                detail,
                decision,
            });
        }
        Asked::Failed { code, detail, .. } => return Err(Error::NotNow { code, detail }),
    };
    let Some(decided) = &decision else {
        return Err(Error::NotFound { what: "decision" });
    };
    let about = About {
        component,
        manifest,
        contract: plan.contract.id.as_str(),
        event: Some(&event.id),
        occurred_at: event.occurred_at,
        lead: event.lead.as_ref(),
        deal: event.deal.as_ref(),
        customer: customer.as_deref(),
        partners: &partners,
        earlier: &ids,
        decision: &decided.id,
    };
    let entered = entries(&about, &earnings.postings, &earnings.reasons, id_of)
        .and_then(|entries| books.book.enter(&entries).map(|()| entries));
    Ok(match entered {
        Ok(entries) => Awarded::Paid {
            entries,
            wake_ups: earnings.wake_ups,
            decision,
        },
        Err(overflow) => Awarded::Failed {
            code: crate::policy::Code::GuestOutputInvalid.as_str(),
            detail: overflow.to_string(),
            decision,
        },
    })
}

/// The manifest of what is bound to a slot.
pub(super) fn manifest<'p>(plan: &'p InForce, slot: &str) -> Option<&'p Manifest> {
    match plan.slots.get(slot).map(|slot| &slot.bound) {
        Some(Ok(bound)) => Some(bound.plugin().manifest()),
        _ => None,
    }
}

/// The event and whom it concerns, without balances and earlier postings.
async fn told(
    lane: &Lane<'_>,
    plan: &InForce,
    slot: &str,
    event: &Event,
    asked: Recorded,
    paid_before: &[PartnerId],
    subjects: &Subjects,
) -> Result<AwardInput, Error> {
    let as_of = plan.as_of(event.occurred_at);
    let lead = subjects.lead(event.lead.as_ref());
    let seat = subjects.seat(lead);
    let occasion = Occasion {
        contract: &plan.contract,
        names: plan.names(slot),
        now: event.occurred_at,
        counted: None,
        committed: Some(subjects.last),
        lead,
        seat,
        offers: &[],
    };
    let known = KnownPartners::load(lane.host, occasion).await?;
    if let Recorded::Own(mut asked) = asked {
        asked.payees.retain(|payee| payee.role != PAID_BEFORE);
        for payee in &mut asked.payees {
            let id = lane.parties.id_of(payee.partner.key);
            if let Some((participant, partner)) = id.and_then(|id| lane.parties.row_of(id)) {
                // What is counted is counted anew; what the partner was, it was.
                let counted = known.one(participant, partner).attributes;
                let attributes = &mut payee.partner.attributes.0;
                attributes.retain(|name, _| !is_counted(name));
                attributes.extend(counted.0.into_iter().filter(|(name, _)| is_counted(name)));
            }
        }
        add_paid_before(lane, &known, &mut asked.payees, paid_before);
        return Ok(asked);
    }
    let deal = subjects.deal(event.deal.as_ref());
    let customer = deal
        .and_then(|deal| deal.customer.clone())
        .or(lead.and_then(|lead| lead.customer.clone()));
    let mut payees: Vec<Payee> = lane
        .parties
        .payees(&plan.terms, event, lead)
        .into_iter()
        .map(|(role, (participant, partner))| Payee {
            role,
            partner: known.one(participant, partner),
        })
        .collect();
    let mut told_lead = lead.as_ref().map(|lead| telling::lead(&as_of, lead, seat));
    let mut told_deal = deal.map(|deal| Deal {
        reference: deal.id.as_str().to_owned(),
        age: as_of.age(deal.registered_at),
        attributes: as_of.attributes(&not_personal(&plan.terms, Of::Deal, &deal.attributes)),
    });
    if let Recorded::Others(asked) = asked {
        payees = as_they_were(lane, &known, asked.payees);
        // What only a candidate reads is as it is now.
        if let (Some(told), Some(was)) = (&mut told_lead, asked.lead) {
            let now = std::mem::replace(told, was).attributes;
            add_unread(&mut told.attributes, now);
        }
        if let (Some(told), Some(was)) = (&mut told_deal, asked.deal) {
            let now = std::mem::replace(told, was).attributes;
            add_unread(&mut told.attributes, now);
        }
    }
    add_paid_before(lane, &known, &mut payees, paid_before);
    Ok(AwardInput {
        event: told_event(&plan.terms, &as_of, event),
        lead: told_lead,
        deal: told_deal,
        customer: customer.map(|customer| Customer {
            reference: customer.as_str().to_owned(),
            attributes: Default::default(),
        }),
        payees,
        balances: Vec::new(),
        earlier: Vec::new(),
    })
}

/// Adds what was not told then.
fn add_unread(was: &mut question::Attributes, now: question::Attributes) {
    for (name, value) in now.0 {
        was.0.entry(name).or_insert(value);
    }
}

/// Payees as they were when what is in force was asked; what only a candidate reads
/// is as it is now.
fn as_they_were(lane: &Lane<'_>, known: &KnownPartners<'_>, recorded: Vec<Payee>) -> Vec<Payee> {
    let mut payees = recorded;
    payees.retain(|payee| payee.role != PAID_BEFORE);
    for payee in &mut payees {
        let id = lane.parties.id_of(payee.partner.key);
        let Some((participant, partner)) = id.and_then(|id| lane.parties.row_of(id)) else {
            continue;
        };
        let was = std::mem::take(&mut payee.partner.attributes.0);
        let mut attributes = known.one(participant, partner).attributes;
        attributes
            .0
            .extend(was.into_iter().filter(|(name, _)| !is_counted(name)));
        payee.partner.attributes = attributes;
    }
    payees
}

/// Partners that hold earlier lines of the event's deal or lead: what they were
/// paid can be taken back, whoever stands in the tree now.
fn paid_before(lane: &Lane<'_>, component: &str, event: &Event, books: &Books) -> Vec<PartnerId> {
    let Some(subject) = subject_of(event) else {
        return Vec::new();
    };
    let mut partners: Vec<PartnerId> = Vec::new();
    for line in books.book.earlier(component, &subject) {
        let holder = &line.line.holder;
        let partner = PartnerId::from(holder.id.as_str());
        let is_known = lane.parties.row_of(&partner).is_some();
        if holder.kind == ledger::HolderKind::Partner && is_known && !partners.contains(&partner) {
            partners.push(partner);
        }
    }
    partners
}

fn add_paid_before(
    lane: &Lane<'_>,
    known: &KnownPartners<'_>,
    payees: &mut Vec<Payee>,
    paid_before: &[PartnerId],
) {
    for id in paid_before {
        let Some((participant, partner)) = lane.parties.row_of(id) else {
            continue;
        };
        if payees.iter().all(|payee| payee.partner.key != partner.key) {
            payees.push(Payee {
                role: PAID_BEFORE.to_owned(),
                partner: known.one(participant, partner),
            });
        }
    }
}

fn told_event(terms: &Terms, as_of: &AsOf<'_>, event: &Event) -> PaidEvent {
    PaidEvent {
        reference: event.id.as_str().to_owned(),
        code: event.code.clone(),
        occurred: as_of.instant(event.occurred_at),
        recorded: as_of.instant(event.recorded_at),
        attributes: as_of.attributes(&not_personal(terms, Of::Event, &event.attributes)),
        lines: event
            .lines
            .iter()
            .map(|line| SoldLine {
                product: line.product.clone(),
                quantity: line.quantity,
                value: line.value,
                attributes: as_of.attributes(&not_personal(terms, Of::Line, &line.attributes)),
            })
            .collect(),
    }
}

/// What the terms do not declare personal.
fn not_personal(terms: &Terms, of: Of, attributes: &Attributes) -> Attributes {
    attributes
        .iter()
        .filter(|(name, _)| {
            terms
                .attribute(of, name)
                .is_none_or(|declared| !declared.personal)
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Every declared account of every holder at hand.
async fn balances(
    lane: &Lane<'_>,
    plan: &InForce,
    component: &str,
    manifest: &Manifest,
    event: &Event,
    holders: &Holders<'_>,
    books: &mut Books,
) -> Result<Vec<Balance>, Error> {
    let mut balances = Vec::new();
    for account in &manifest.accounts {
        let span = span_of(&plan.calendar, account.resets, event.occurred_at)?;
        books.open_span(lane, span).await?;
        for (told, holder) in holders.of(account.holder) {
            let of = AccountOf {
                component: component.to_owned(),
                account: account.name.clone(),
                holder,
            };
            balances.push(Balance {
                account: account.name.clone(),
                holder: told,
                amount: books.book.balance(span, &of),
            });
        }
    }
    Ok(balances)
}

/// The component's earlier lines on the event's deal or lead, and their
/// identifiers in the same order.
fn earlier(
    plan: &InForce,
    component: &str,
    event: &Event,
    holders: &Holders<'_>,
    books: &Books,
) -> (Vec<EarlierPosting>, Vec<PostingId>) {
    let Some(subject) = subject_of(event) else {
        return (Vec::new(), Vec::new());
    };
    let as_of = plan.as_of(event.occurred_at);
    let lines = books.book.earlier(component, &subject);
    let ids: Vec<PostingId> = lines.iter().map(|line| line.id.clone()).collect();
    let earlier = lines
        .into_iter()
        .map(|line| EarlierPosting {
            account: line.line.account.clone(),
            holder: holders.told(&line.line.holder),
            amount: line.amount,
            reason: line.line.reason.clone(),
            event: line
                .line
                .event
                .as_ref()
                .map_or_else(String::new, |id| id.as_str().to_owned()),
            age: as_of.age(line.occurred_at),
            corrects: line
                .line
                .corrects
                .as_ref()
                .and_then(|corrected| ids.iter().position(|id| id == corrected))
                .map(|position| position as u32),
        })
        .collect();
    (earlier, ids)
}
