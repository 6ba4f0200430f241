//! A person is forgotten: everything personal of all their leads goes, in one commit.
//!
//! No policy is asked, so that it can be done whatever has become of a contract.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Error;
use super::find::{Found, Named, Reach, find};
use super::list;
use crate::domain::deadline::Subject;
use crate::domain::erasure::{self, Erasure, Personal, Words};
use crate::domain::event::EventCode;
use crate::domain::happening::{Event, Positioned};
use crate::domain::ids::{ContractId, LeadId, ManufacturerId, TokenId};
use crate::domain::lead::Lead;
use crate::domain::lifecycle::State;
use crate::domain::offer::{ClaimEnding, OfferState};
use crate::domain::terms::Terms;
use crate::domain::time::Micros;
use crate::host::{Host, again};
use crate::metrics;
use crate::store;
use crate::store::changes::{Changes, Command, DeadlineChange, Forgotten, Guard};

/// Leads that are forgotten in one commit where nothing binds them together.
const LEADS_AT_ONCE: usize = 100;

/// What was done.
#[derive(Clone, Debug)]
pub struct Erased {
    pub leads: Vec<Found>,
    /// Whether nothing of them is left in the database's own files. If not, the worker
    /// sees to it.
    pub is_wiped: bool,
}

/// Forgets the person: every lead of it that is not erased yet. Done again it finds
/// nothing, or what has come in since.
///
/// # Errors
/// As [`find`].
pub async fn erase(
    host: &Host,
    manufacturer: &ManufacturerId,
    named: &Named,
    reach: Reach,
    actor: Option<&TokenId>,
) -> Result<Erased, Error> {
    // Whether an earlier run was cut off: of that the words are not known any more.
    let is_left = host.store.is_to_wipe(Micros(i64::MAX)).await?;
    let (leads, words) = again::on_stale(|| async {
        let mut found = find(host, manufacturer, named, reach).await?;
        found.retain(|found| found.lead.state != State::Erased);
        let leads: Vec<&Lead> = found.iter().map(|found| &found.lead).collect();
        let words = commit(host, manufacturer, &leads, actor).await?;
        Ok::<_, Error>((found, words))
    })
    .await?;
    let is_wiped = match (is_left, leads.is_empty()) {
        (true, _) => wipe(host, None).await,
        (false, true) => true,
        (false, false) => wipe(host, Some(&words)).await,
    };
    Ok(Erased { leads, is_wiped })
}

/// Forgets the persons behind single leads, as [`erase`] does; answers how many were not
/// erased yet, and adds the words by which [`wipe`] sees that nothing was left.
///
/// # Errors
/// Others keep changing them, or the database does not take it.
pub async fn erase_leads(
    host: &Host,
    manufacturer: &ManufacturerId,
    leads: &[LeadId],
    words: &mut Words,
) -> Result<usize, Error> {
    let mut erased = 0;
    for some in leads.chunks(LEADS_AT_ONCE) {
        let some: Vec<&LeadId> = some.iter().collect();
        let (leads, theirs) = again::on_stale(|| async {
            let mut leads = host.store.leads_among(manufacturer, &some).await?;
            leads.retain(|lead| lead.state != State::Erased);
            let words = commit(host, manufacturer, &leads.iter().collect::<Vec<_>>(), None).await?;
            Ok::<_, Error>((leads.len(), words))
        })
        .await?;
        erased += leads;
        words.join(theirs);
    }
    Ok(erased)
}

/// Sees to the database's own files. Whether it was done; if not, it is tried again.
pub async fn wipe(host: &Host, words: Option<&Words>) -> bool {
    match host.store.wipe(words).await {
        Ok(()) => true,
        Err(error) => {
            metrics::persons::wiping_failed(error.code());
            tracing::warn!(
                code = error.code(),
                "what was erased may still lie in the database's files; it is tried again: {error}"
            );
            false
        }
    }
}

/// Forgets them in one commit, and lists them. Answers by which words it is seen that
/// nothing was left.
async fn commit(
    host: &Host,
    manufacturer: &ManufacturerId,
    leads: &[&Lead],
    actor: Option<&TokenId>,
) -> Result<Words, Error> {
    let (changes, words) = decide(host, manufacturer, leads, actor).await?;
    let erasures: Vec<Erasure> = changes
        .forgotten
        .iter()
        .map(|one| Erasure {
            manufacturer: manufacturer.clone(),
            lead: one.lead.clone(),
            erased_at: one.at,
        })
        .collect();
    if erasures.is_empty() {
        return Ok(words);
    }
    let manufacturer = manufacturer.clone();
    host.store
        .commit(Command {
            manufacturer,
            changes,
        })
        .await?;
    metrics::persons::erased(erasures.len());
    tracing::info!(leads = erasures.len(), "persons were erased");
    list::note(host, &erasures);
    Ok(words)
}

/// What is committed, and by which words it is seen that nothing was left.
async fn decide(
    host: &Host,
    manufacturer: &ManufacturerId,
    leads: &[&Lead],
    actor: Option<&TokenId>,
) -> Result<(Changes, Words), Error> {
    let store = &host.store;
    let ids: Vec<LeadId> = leads.iter().map(|lead| lead.id.clone()).collect();
    let mut answers: BTreeMap<LeadId, Vec<(String, String)>> = BTreeMap::new();
    if !ids.is_empty() {
        for (lead, answer) in store.answers_about(manufacturer, &ids).await? {
            answers.entry(lead).or_default().push(answer);
        }
    }
    let mut words = Words::default();
    for key in store.keys_of_leads(manufacturer, &ids).await? {
        words.add_key(&key.digest);
    }
    for key in store.lead_keys(manufacturer, &ids).await? {
        words.add_secret(&key.secret);
    }
    let mut personal: BTreeMap<ContractId, Personal> = BTreeMap::new();
    let mut changes = Changes::default();
    for &lead in leads {
        let personal = match personal.entry(lead.contract.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(personal_of(host, lead).await?),
        };
        let contact = store.contact(manufacturer, &lead.id).await?;
        let contact = contact.unwrap_or_default();
        words.add(&contact);
        let events = store.events_of_lead(manufacturer, &lead.id).await?;
        let events = events
            .into_iter()
            .filter_map(|Positioned { position, event }| {
                let left = erasure::without_person(&event, personal)?;
                Some((position, left))
            })
            .collect();
        let forgotten = Forgotten {
            lead: lead.id.clone(),
            at: host.clock.now(),
            events,
            answers: answers.remove(&lead.id).unwrap_or_default(),
        };
        let mut left = lead.clone();
        erasure::forget(&mut left, &contact, personal, forgotten.at).map_err(|illegal| {
            Error::WrongState {
                state: illegal.state,
                wanted: "erase",
            }
        })?;
        end(host, lead, forgotten.at, actor, &mut changes).await?;
        changes.leads.push(left);
        changes.forgotten.push(forgotten);
    }
    Ok((changes, words))
}

/// Ends what was offered, held and due of a lead, and says that its person is forgotten.
async fn end(
    host: &Host,
    lead: &Lead,
    now: Micros,
    actor: Option<&TokenId>,
    changes: &mut Changes,
) -> Result<(), Error> {
    let (store, of) = (&host.store, &lead.manufacturer);
    let guard = Guard::Lead(lead.id.clone(), Some(lead.version));
    changes.guards.push(guard);
    for mut offer in store.offers_of_lead(of, &lead.id, lead.cycle).await? {
        if offer.state.may_be_claimed() {
            offer.state = OfferState::Withdrawn;
            offer.ended_at = Some(now);
            changes.offers.push(offer);
        }
    }
    if let Some(mut claim) = store.open_claim(of, &lead.id).await? {
        claim.ended_at = Some(now);
        claim.ending = Some(ClaimEnding::Erased);
        changes.claims.push(claim);
    }
    changes.deadlines.extend(no_more_due(lead));
    changes.events.push(event(host, lead, now, actor));
    Ok(())
}

/// Money's own wake-ups stay: they are about what was earned.
fn no_more_due(lead: &Lead) -> [DeadlineChange; 2] {
    [
        DeadlineChange::DropAll {
            lead: lead.id.clone(),
        },
        DeadlineChange::Drop {
            subject: Subject::Unworked(lead.id.clone()),
            contract: lead.contract.clone(),
            key: "unworked".to_owned(),
        },
    ]
}

fn event(host: &Host, lead: &Lead, now: Micros, actor: Option<&TokenId>) -> Event {
    Event {
        manufacturer: lead.manufacturer.clone(),
        id: host.ids.next(now),
        contract: lead.contract.clone(),
        lead: Some(lead.id.clone()),
        cycle: lead.cycle,
        deal: None,
        partner: None,
        code: EventCode::Erased.as_str().to_owned(),
        occurred_at: now,
        recorded_at: now,
        attributes: Default::default(),
        lines: Vec::new(),
        decision: None,
        actor: actor.cloned(),
    }
}

/// What the lead's contract declares personal, or has ever declared so.
async fn personal_of(host: &Host, lead: &Lead) -> Result<Personal, store::Error> {
    let (store, of, contract) = (&host.store, &lead.manufacturer, &lead.contract);
    let mut personal = Personal::default();
    for (version, _) in store.terms_versions(of, contract).await? {
        let terms = store.terms(of, contract, version).await?;
        let terms = terms.and_then(|terms| Terms::kept(&terms.document).ok());
        terms.iter().for_each(|terms| personal.add(terms));
    }
    Ok(personal)
}
