//! A lead comes in: it is kept, assessed, and offered when it is worth it.

use std::sync::Arc;

use super::ask::{Asked, from_policy};
use super::draft::Draft;
use super::{Decided, Error, Origin, contract, distribute, duplicates, escalate};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::deadline::Subject;
use crate::domain::figure::marks;
use crate::domain::ids::{ContractId, CustomerId, LeadId, ManufacturerId, PartnerId, TokenId};
use crate::domain::lead::{Activity, Assessed, Contact, Lead, Stage, Teaser};
use crate::domain::lifecycle::{State, Trigger};
use crate::domain::span::{Leg, Span};
use crate::domain::terms::Of;
use crate::domain::time::Micros;
use crate::host::{Host, InForce};
use crate::policy::question::Assessment;
use crate::store::changes::Guard;

/// A lead as its sender knows it, checked against the terms.
#[derive(Clone, Debug, Default)]
pub struct NewLead {
    /// The sender's own identifier, unique in the contract.
    pub external_id: Option<String>,
    pub teaser: Teaser,
    pub contact: Contact,
    pub customer: Option<CustomerId>,
    /// The agency that sends it in; none where the manufacturer does.
    pub sent_by: Option<PartnerId>,
    pub activities: Vec<Activity>,
    /// A qualifier's answers by question code.
    pub answers: Attributes,
    /// None: now.
    pub received_at: Option<Micros>,
}

/// What has become of a lead.
#[derive(Clone, Debug)]
pub struct Received {
    pub lead: Lead,
}

/// Takes in a lead: keeps it, has it assessed, and distributes it when it
/// qualifies. Whatever a policy does, the lead is kept.
///
/// # Errors
/// `Invalid` when the lead contradicts the terms or its external identifier is
/// taken.
pub async fn receive(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    new: &NewLead,
    origin: &Origin<Received>,
) -> Result<Received, Error> {
    super::again::on_stale(|| async {
        let decided = decide(host, manufacturer, contract, new, origin).await?;
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

/// Whether the terms would take the lead.
///
/// # Errors
/// `Invalid` with everything that is wrong with it.
pub fn check(force: &InForce, now: Micros, new: &NewLead) -> Result<(), Error> {
    contract::check(force, now, new)
}

/// What is committed when a lead comes in.
pub async fn decide(
    host: &Host,
    manufacturer: &ManufacturerId,
    contract: &ContractId,
    new: &NewLead,
    origin: &Origin<Received>,
) -> Result<Decided<Received>, Error> {
    let force = host.contract(manufacturer, contract).await?;
    let now = host.clock.now();
    contract::check(&force, now, new)?;
    let received_at = contract::received_at(now, new.received_at)?;
    if let Some(external_id) = &new.external_id {
        let known = host
            .store
            .lead_by_external_id(manufacturer, contract, external_id)
            .await?;
        if known.is_some() {
            return Err(Error::invalid(
                "/external-id",
                "is taken by another lead of this contract; leave the lead out, or change that one",
            ));
        }
    }
    let mut draft = begin(host, force, new, received_at, origin.actor.clone());
    duplicates::add_keys(&mut draft).await?;
    assess(&mut draft, &new.activities).await?;
    Ok(finish(draft, origin))
}

/// Adds a qualifier's answers and has the lead assessed again.
///
/// # Errors
/// `WrongState` unless the lead waits for answers or rests; `Invalid` where the
/// answers contradict the terms.
pub async fn answer(
    host: &Host,
    manufacturer: &ManufacturerId,
    lead: &LeadId,
    answers: &Attributes,
    contact: Option<&Contact>,
    origin: &Origin<Received>,
) -> Result<Received, Error> {
    super::again::on_stale(|| async {
        let mut draft = Draft::load(host, manufacturer, lead, origin.actor.clone()).await?;
        contract::check_answers(&draft.force, answers, contact)?;
        draft.move_by(Trigger::Answered, "answer")?;
        draft.lead.answers.extend(answers.clone());
        // An answer to a question about an attribute fills it in.
        for (name, value) in answers {
            if draft.force.terms.attribute(Of::Lead, name).is_some() {
                draft
                    .lead
                    .teaser
                    .attributes
                    .insert(name.clone(), value.clone());
            }
        }
        if let Some(contact) = contact {
            fill_in(&mut draft.contact, contact);
            draft
                .changes
                .contacts
                .push((draft.lead.id.clone(), draft.contact.clone()));
        }
        draft.record("answered", None, Attributes::new());
        duplicates::add_keys(&mut draft).await?;
        let activities = host.store.activities(manufacturer, lead).await?;
        assess(&mut draft, &activities).await?;
        let decided = finish(draft, origin);
        host.store.commit(decided.command).await?;
        Ok(decided.outcome)
    })
    .await
}

pub(super) fn finish(mut draft: Draft<'_>, origin: &Origin<Received>) -> Decided<Received> {
    let outcome = Received {
        lead: draft.lead.clone(),
    };
    origin.keep_answer(&outcome, draft.now, &mut draft.changes);
    Decided {
        outcome,
        command: draft.into_command(),
    }
}

/// The lead before anything is decided about it.
pub(super) fn begin<'a>(
    host: &'a Host,
    force: Arc<InForce>,
    new: &NewLead,
    received_at: Micros,
    actor: Option<TokenId>,
) -> Draft<'a> {
    let now = host.clock.now();
    let lead = Lead {
        manufacturer: force.contract.manufacturer.clone(),
        id: host.ids.next(now),
        contract: force.contract.id.clone(),
        external_id: new.external_id.clone(),
        version: 0,
        state: State::Received,
        cycle: 1,
        began_with: Default::default(),
        received_at,
        teaser: new.teaser.clone(),
        customer: new.customer.clone(),
        answers: new.answers.clone(),
        assessed: None,
        routed_to: None,
        merged_into: None,
        wave: 0,
        step: 0,
        manual: None,
        holder: None,
        sent_by: new.sent_by.clone(),
        qualified_at: None,
        claimed_at: None,
        first_worked_at: None,
        last_feedback_at: None,
        feedback_due_at: None,
        ended_at: None,
    };
    let mut draft = Draft::new(host, force, now, actor, lead, new.contact.clone());
    let id = draft.lead.id.clone();
    draft
        .changes
        .contacts
        .push((id.clone(), new.contact.clone()));
    draft.changes.activities = new
        .activities
        .iter()
        .map(|activity| (id.clone(), activity.clone()))
        .collect();
    if let Some(external_id) = &new.external_id {
        draft.changes.guards.push(Guard::NewExternalId(
            draft.lead.contract.clone(),
            external_id.clone(),
        ));
    }
    let marks = marks::of_lead(&draft.lead.teaser);
    draft.record_at("received", None, marks, received_at);
    draft
}

/// Has the lead assessed and carries the outcome out.
pub(super) async fn assess(draft: &mut Draft<'_>, activities: &[Activity]) -> Result<(), Error> {
    match draft.assess(activities).await? {
        Asked::Answer(assessment) => settle(draft, assessment).await,
        Asked::NotApplicable(reason) => {
            draft.queue(
                Stage::Assess,
                "policy.not_applicable",
                format!("the qualification policy has nothing to say: {reason}"),
            );
            Ok(())
        }
        Asked::Failed { code, detail, .. } => {
            draft.queue(Stage::Assess, code, detail);
            Ok(())
        }
    }
}

async fn settle(draft: &mut Draft<'_>, assessment: Assessment) -> Result<(), Error> {
    let outcome = &assessment.outcome;
    draft.lead.manual = None;
    draft.lead.assessed = Some(Assessed {
        temperature: assessment.temperature,
        score: assessment.score,
        expected_value: assessment.expected_value,
        attributes: from_policy(&outcome.attributes),
        decision: draft.follows.clone(),
    });
    match outcome.code.as_str() {
        "qualified" => {
            draft.lead.routed_to = None;
            qualify(draft).await
        }
        "route" => route(draft, &assessment).await,
        "needs-info" => {
            draft.move_by(Trigger::NeedsInfo, "ask back about")?;
            let questions = outcome.attributes.texts("questions").cloned();
            let attributes = Attributes::from([(
                "questions".to_owned(),
                AttributeValue::Texts(questions.unwrap_or_default()),
            )]);
            draft.record("needs-info", None, attributes);
            Ok(())
        }
        "nurture" => {
            let until = match outcome.attributes.span("until") {
                Some(span) => draft.resolve(span, draft.now),
                None => Err("nurture without `until`".to_owned()),
            };
            match until {
                Ok(until) => escalate::nurture(draft, until),
                Err(detail) => {
                    draft.queue(Stage::Assess, "guest.output_invalid", detail);
                    Ok(())
                }
            }
        }
        "reject" => {
            draft.move_by(Trigger::Rejected, "reject")?;
            draft.lead.ended_at = Some(draft.now);
            draft.drop_deadlines();
            draft.record("rejected", None, Attributes::new());
            Ok(())
        }
        "merge" => {
            let into = outcome.attributes.text("into").unwrap_or_default();
            merge(draft, &LeadId::from(into)).await
        }
        unknown => {
            draft.queue(
                Stage::Assess,
                "guest.output_invalid",
                format!("there is no outcome `{unknown}`"),
            );
            Ok(())
        }
    }
}

/// The lead is worth a partner's time: it goes out.
pub(super) async fn qualify(draft: &mut Draft<'_>) -> Result<(), Error> {
    note_qualified(draft)?;
    let limit = Span(vec![Leg::CalendarDays(
        draft.force.terms.unworked_after_days,
    )]);
    match draft.resolve(&limit, draft.now) {
        Ok(due_at) => {
            let cycle = AttributeValue::Integer(i64::from(draft.lead.cycle));
            draft.set_deadline(
                Subject::Unworked(draft.lead.id.clone()),
                "unworked",
                due_at,
                Attributes::from([("cycle".to_owned(), cycle)]),
            );
        }
        Err(detail) => draft.queue(Stage::Assess, "contract.unusable", detail),
    }
    distribute::next_wave(draft).await
}

/// It is, from now on in this cycle.
pub(super) fn note_qualified(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.move_by(Trigger::Qualified, "qualify")?;
    draft.lead.qualified_at = Some(draft.now);
    draft.lead.wave = 0;
    draft.lead.step = 0;
    let temperature = draft
        .lead
        .assessed
        .as_ref()
        .and_then(|assessed| assessed.temperature);
    let attributes = temperature
        .map(|temperature| {
            (
                "temperature".to_owned(),
                AttributeValue::Text(temperature.as_str().to_owned()),
            )
        })
        .into_iter()
        .collect();
    draft.record("qualified", None, attributes);
    Ok(())
}

/// One partner only may have it: the one whose deal it is.
async fn route(draft: &mut Draft<'_>, assessment: &Assessment) -> Result<(), Error> {
    let key = assessment.outcome.attributes.integer("to");
    let participant = match key {
        Some(key) => {
            draft
                .host
                .store
                .participant_by_key(&draft.lead.manufacturer, &draft.lead.contract, key)
                .await?
        }
        None => None,
    };
    let Some(participant) = participant else {
        draft.queue(
            Stage::Assess,
            "guest.output_invalid",
            "the policy routes the lead to a partner that is not of the contract".to_owned(),
        );
        return Ok(());
    };
    draft.lead.routed_to = Some(participant.partner.clone());
    draft.record("routed", Some(&participant.partner), Attributes::new());
    qualify(draft).await
}

/// The same request came in before: this one ends, the other one is told.
async fn merge(draft: &mut Draft<'_>, into: &LeadId) -> Result<(), Error> {
    let other = draft
        .host
        .store
        .lead(&draft.lead.manufacturer, into)
        .await?;
    let Some(other) =
        other.filter(|other| other.contract == draft.lead.contract && other.id != draft.lead.id)
    else {
        draft.queue(
            Stage::Assess,
            "guest.output_invalid",
            format!("the policy merges into {into}, which is no other lead of the contract"),
        );
        return Ok(());
    };
    draft.move_by(Trigger::Merged, "merge")?;
    draft.lead.merged_into = Some(other.id.clone());
    draft.lead.ended_at = Some(draft.now);
    draft.drop_deadlines();
    let attributes = Attributes::from([(
        "into".to_owned(),
        AttributeValue::Text(other.id.as_str().to_owned()),
    )]);
    draft.record("merged", None, attributes);
    Ok(())
}

/// What the answers know better than the lead.
fn fill_in(contact: &mut Contact, better: &Contact) {
    for (field, value) in [
        (&mut contact.name, &better.name),
        (&mut contact.email, &better.email),
        (&mut contact.phone, &better.phone),
        (&mut contact.company, &better.company),
        (&mut contact.street, &better.street),
        (&mut contact.city, &better.city),
        (&mut contact.note, &better.note),
    ] {
        if value.is_some() {
            field.clone_from(value);
        }
    }
    contact.attributes.extend(better.attributes.clone());
}
