//! A partner disputes a line of its statement, and is answered: by a reason, or by the
//! postings that put it right. What changes the money is an event, a measure or a
//! recalculation as always; here it is only named.

use super::Error;
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::dispute::{Dispute, DisputeAnswer, Disputed};
use crate::domain::event::EventCode;
use crate::domain::happening::Event;
use crate::domain::ids::{DisputeId, ManufacturerId, PostingId};
use crate::domain::ledger::{HolderKind, Posting};
use crate::domain::text;
use crate::host::again::on_stale;
use crate::host::{Host, Origin, Problem};
use crate::store;
use crate::store::changes::{Changes, Command};

/// Postings that one answer names.
const CORRECTIONS_MAX: usize = 100;

/// How a dispute is answered.
#[derive(Clone, Debug, Default)]
pub struct NewAnswer {
    pub reason: Option<String>,
    pub corrections: Vec<PostingId>,
}

/// The partner that holds the posting disputes it.
///
/// # Errors
/// `Disputed` where it is disputed already and not answered.
pub async fn dispute(
    host: &Host,
    posting: &Posting,
    complaint: &str,
    origin: &Origin<Disputed>,
) -> Result<Disputed, Error> {
    text::check_note(complaint)
        .map_err(|bad| Error::Invalid(vec![Problem::new("/complaint", bad.to_string())]))?;
    let open = || Error::Disputed {
        posting: posting.id.to_string(),
    };
    let opened = on_stale(|| async {
        let owner = &posting.manufacturer;
        let last = host.store.last_dispute(owner, &posting.id).await?;
        let number = match &last {
            Some(last) if last.answer.is_none() => return Err(open()),
            Some(last) => last.dispute.number + 1,
            None => 1,
        };
        let now = host.clock.now();
        let dispute = Dispute {
            manufacturer: owner.clone(),
            id: host.ids.next(now),
            contract: posting.contract.clone(),
            partner: posting.holder.id.as_str().into(),
            posting: posting.id.clone(),
            number,
            lead: posting.lead.clone(),
            deal: posting.deal.clone(),
            complaint: complaint.to_owned(),
            opened_at: now,
            opened_by: origin.actor.clone(),
        };
        let mut event = event(host, &dispute, EventCode::Disputed, origin).await?;
        let period = AttributeValue::Text(posting.booked_period.clone());
        event.attributes.insert("period".to_owned(), period);
        let changes = Changes {
            disputes: vec![dispute.clone()],
            events: vec![event],
            ..Changes::default()
        };
        let opened = Disputed {
            dispute,
            answer: None,
        };
        commit(host, owner, changes, &opened, origin).await?;
        Ok(opened)
    });
    match opened.await {
        // Somebody else of the partner was faster.
        Err(Error::Store(store::Error::Conflict { .. })) => Err(open()),
        other => other,
    }
}

/// Answers a dispute.
///
/// # Errors
/// `Answered` where somebody has.
pub async fn answer(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &DisputeId,
    new: &NewAnswer,
    origin: &Origin<Disputed>,
) -> Result<Disputed, Error> {
    let answered = on_stale(|| async {
        let found = host.store.dispute(manufacturer, id).await?;
        let Disputed { dispute, answer } = found.ok_or(Error::NotFound { what: "dispute" })?;
        if answer.is_some() {
            return Err(Error::Answered);
        }
        let problems = problems(host, &dispute, new).await?;
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let answer = DisputeAnswer {
            manufacturer: manufacturer.clone(),
            dispute: dispute.id.clone(),
            reason: new.reason.clone(),
            corrections: new.corrections.clone(),
            answered_at: host.clock.now(),
            answered_by: origin.actor.clone(),
        };
        let mut event = event(host, &dispute, EventCode::DisputeAnswered, origin).await?;
        let corrections = new.corrections.iter().map(ToString::to_string).collect();
        let corrections = AttributeValue::Texts(corrections);
        event
            .attributes
            .insert("corrections".to_owned(), corrections);
        let changes = Changes {
            dispute_answers: vec![answer.clone()],
            events: vec![event],
            ..Changes::default()
        };
        let answered = Disputed {
            dispute,
            answer: Some(answer),
        };
        commit(host, manufacturer, changes, &answered, origin).await?;
        Ok(answered)
    });
    match answered.await {
        Err(Error::Store(store::Error::Conflict { .. })) => Err(Error::Answered),
        other => other,
    }
}

async fn problems(host: &Host, dispute: &Dispute, new: &NewAnswer) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    match &new.reason {
        Some(reason) => problems.extend(
            text::check_note(reason)
                .err()
                .map(|bad| Problem::new("/reason", bad.to_string())),
        ),
        None if new.corrections.is_empty() => problems.push(Problem::new(
            "",
            "takes a `reason`, or in `corrections` the postings that put it right",
        )),
        None => {}
    }
    if new.corrections.len() > CORRECTIONS_MAX {
        let message = format!("takes at most {CORRECTIONS_MAX}");
        problems.push(Problem::new("/corrections", message));
        return Ok(problems);
    }
    for (position, id) in new.corrections.iter().enumerate() {
        let posting = host.store.posting(&dispute.manufacturer, id).await?;
        let puts_right = posting.is_some_and(|posting| {
            posting.contract == dispute.contract
                && posting.holder.kind == HolderKind::Partner
                && posting.holder.id == dispute.partner.as_str()
                && posting.id != dispute.posting
        });
        if !puts_right {
            problems.push(Problem::new(
                format!("/corrections/{position}"),
                "is no other posting of the same partner in this contract",
            ));
        }
    }
    Ok(problems)
}

/// What the feed and the partner's timelines of the lead show: never the texts, which
/// are people's words.
async fn event(
    host: &Host,
    dispute: &Dispute,
    code: EventCode,
    origin: &Origin<Disputed>,
) -> Result<Event, Error> {
    let lead = match &dispute.lead {
        Some(id) => host.store.lead(&dispute.manufacturer, id).await?,
        None => None,
    };
    let now = host.clock.now();
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    Ok(Event {
        manufacturer: dispute.manufacturer.clone(),
        id: host.ids.next(now),
        contract: dispute.contract.clone(),
        lead: dispute.lead.clone(),
        cycle: lead.map_or(0, |lead| lead.cycle),
        deal: dispute.deal.clone(),
        partner: Some(dispute.partner.clone()),
        code: code.as_str().to_owned(),
        occurred_at: now,
        recorded_at: now,
        attributes: Attributes::from([
            ("dispute".to_owned(), text(dispute.id.as_str())),
            ("posting".to_owned(), text(dispute.posting.as_str())),
        ]),
        lines: Vec::new(),
        decision: None,
        actor: origin.actor.clone(),
    })
}

async fn commit(
    host: &Host,
    manufacturer: &ManufacturerId,
    mut changes: Changes,
    outcome: &Disputed,
    origin: &Origin<Disputed>,
) -> Result<(), Error> {
    origin.keep_answer(outcome, host.clock.now(), &mut changes);
    let command = Command {
        manufacturer: manufacturer.clone(),
        changes,
    };
    host.store.commit(command).await?;
    Ok(())
}
