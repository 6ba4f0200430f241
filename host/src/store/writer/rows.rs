//! Writes what a group's commands change, table by table, many rows a statement.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::super::changes::DeadlineChange;
use super::super::packed::Models;
use super::super::sql::{Bind, IDS_AT_ONCE, OnConflict, Rows, bind, numbered, padded, statement};
use super::super::{
    Error, access, audit, binding, candidate, contract, deadline, deal, decision, dispute,
    duplicate, erasure, event, failure, imports, lane, lead, lead_key, ledger, manufacturer,
    measure, offer, partner, period, plan_trial, plugin, seal,
};
use super::Accepted;
use crate::domain::ids::ManufacturerId;

pub(super) async fn write(
    connection: &mut AnyConnection,
    manufacturer: &ManufacturerId,
    accepted: &[Accepted<'_>],
    models: &mut Models,
) -> Result<(), Error> {
    for command in accepted {
        if let Some(renamed) = &command.changes.manufacturer {
            manufacturer::rename(connection, renamed).await?;
        }
    }
    let packed = packed(manufacturer, accepted, models)?;
    for rows in in_order(manufacturer, accepted).into_iter().chain(packed) {
        if !rows.rows.is_empty() {
            rows.write(connection).await?;
        }
    }
    let changed: BTreeSet<&str> = accepted
        .iter()
        .flat_map(|command| &command.changes.partners_changed)
        .map(|contract| contract.as_str())
        .collect();
    for contract in changed {
        let times = accepted
            .iter()
            .flat_map(|command| &command.changes.partners_changed)
            .filter(|changed| changed.as_str() == contract)
            .count();
        sqlx::query(
            "UPDATE contract SET partners_version = partners_version + $1 \
             WHERE manufacturer = $2 AND id = $3",
        )
        .bind(times as i64)
        .bind(manufacturer.as_str())
        .bind(contract)
        .execute(&mut *connection)
        .await?;
    }
    erasure::forget(connection, manufacturer, accepted).await?;
    access::write_memberships(connection, accepted.iter().map(|command| command.changes)).await?;
    write_deadlines(connection, manufacturer, accepted).await
}

/// The tables' rows; parents come before what refers to them.
fn in_order(manufacturer: &ManufacturerId, accepted: &[Accepted<'_>]) -> Vec<Rows> {
    let all = |rows: &dyn Fn(&Accepted<'_>) -> Vec<Vec<Bind>>| -> Vec<Vec<Bind>> {
        accepted.iter().flat_map(rows).collect()
    };
    let owner = manufacturer.as_str();
    vec![
        plugin::rows(all(&|command| {
            command.changes.plugins.iter().map(plugin::values).collect()
        })),
        contract::rows(all(&|command| {
            let versions = &command.versions.contracts;
            let contracts = command.changes.contracts.iter();
            contracts
                .map(|row| contract::values(row, versions.get(&row.id).copied().unwrap_or(1)))
                .collect()
        })),
        contract::terms_rows(all(&|command| {
            let terms = command.changes.terms.iter();
            terms.map(contract::terms_values).collect()
        })),
        binding::rows(all(&|command| {
            let bindings = command.changes.bindings.iter();
            bindings.map(binding::values).collect()
        })),
        binding::step_rows(all(&|command| {
            let steps = command.changes.steps.iter();
            steps.map(binding::step_values).collect()
        })),
        candidate::rows(all(&|command| {
            let answers = command.changes.candidate_answers.iter();
            answers.map(candidate::values).collect()
        })),
        candidate::left_out_rows(all(&|command| {
            let left_out = command.changes.left_out.iter();
            left_out.map(candidate::left_out_values).collect()
        })),
        candidate::ledger_rows(all(&|command| {
            let ledgers = command.changes.candidate_ledgers.iter();
            ledgers.map(candidate::ledger_values).collect()
        })),
        partner::rows(all(&|command| {
            command
                .changes
                .partners
                .iter()
                .map(partner::values)
                .collect()
        })),
        partner::participant_rows(all(&|command| {
            let versions = &command.versions.participants;
            let participants = command.changes.participants.iter();
            participants
                .map(|row| {
                    let key = (row.contract.clone(), row.partner.clone());
                    partner::participant_values(row, versions.get(&key).copied().unwrap_or(1))
                })
                .collect()
        })),
        measure::place_rows(all(&|command| {
            let places = command.changes.places.iter();
            places
                .map(|place| measure::place_values(owner, place))
                .collect()
        })),
        measure::rows(all(&|command| {
            command
                .changes
                .measures
                .iter()
                .map(measure::values)
                .collect()
        })),
        lead::rows(all(&|command| {
            let versions = &command.versions.leads;
            let leads = command.changes.leads.iter();
            leads
                .map(|row| lead::values(row, versions.get(&row.id).copied().unwrap_or(1)))
                .collect()
        })),
        lead::contact_rows(all(&|command| {
            let contacts = command.changes.contacts.iter();
            contacts
                .map(|(id, contact)| lead::contact_values(owner, id, contact))
                .collect()
        })),
        lead::activity_rows(all(&|command| {
            let activities = command.changes.activities.iter();
            activities
                .map(|(id, activity)| lead::activity_values(owner, id, activity))
                .collect()
        })),
        duplicate::rows(all(&|command| {
            let keys = command.changes.duplicate_keys.iter();
            keys.map(|key| duplicate::values(owner, key)).collect()
        })),
        lead_key::rows(all(&|command| {
            let keys = command.changes.lead_keys.iter();
            keys.map(lead_key::values).collect()
        })),
        offer::rows(all(&|command| {
            command.changes.offers.iter().map(offer::values).collect()
        })),
        offer::claim_rows(all(&|command| {
            command
                .changes
                .claims
                .iter()
                .map(offer::claim_values)
                .collect()
        })),
        deal::rows(all(&|command| {
            let versions = &command.versions.deals;
            let deals = command.changes.deals.iter();
            deals
                .map(|row| deal::values(row, versions.get(&row.id).copied().unwrap_or(1)))
                .collect()
        })),
        failure::rows(all(&|command| {
            let decisions = command.changes.decisions.iter();
            decisions.filter_map(failure::values).collect()
        })),
        ledger::rows(all(&|command| {
            command
                .changes
                .postings
                .iter()
                .map(ledger::values)
                .collect()
        })),
        period::rows(all(&|command| {
            let periods = command.changes.periods.iter();
            periods.map(period::values).collect()
        })),
        dispute::rows(all(&|command| {
            let disputes = command.changes.disputes.iter();
            disputes.map(dispute::values).collect()
        })),
        dispute::answer_rows(all(&|command| {
            let answers = command.changes.dispute_answers.iter();
            answers.map(dispute::answer_values).collect()
        })),
        plan_trial::rows(all(&|command| {
            let trials = command.changes.plan_trials.iter();
            trials.map(plan_trial::values).collect()
        })),
        lane::rows(all(&|command| {
            command.changes.lanes.iter().map(lane::values).collect()
        })),
        seal::rows(all(&|command| {
            command.changes.seals.iter().map(seal::values).collect()
        })),
        seal::sealing_rows(all(&|command| {
            let seals = command.changes.seals.iter();
            seals.map(seal::sealing_values).collect()
        })),
        imports::rows(all(&|command| {
            let progress = command.changes.import_progress.iter();
            progress.map(|row| imports::values(owner, row)).collect()
        })),
        access::user_rows(all(&|command| {
            command
                .changes
                .users
                .iter()
                .map(access::user_values)
                .collect()
        })),
        access::acquaintance_rows(all(&|command| {
            let users = command.changes.users.iter();
            users
                .map(|user| access::acquaintance_values(owner, user))
                .collect()
        })),
        access::token_rows(all(&|command| {
            command
                .changes
                .tokens
                .iter()
                .map(access::token_values)
                .collect()
        })),
        erasure::rows(all(&|command| {
            let forgotten = command.changes.forgotten.iter();
            forgotten.map(|one| erasure::values(owner, one)).collect()
        })),
        audit::rows(all(&|command| {
            command.changes.audit.iter().map(audit::values).collect()
        })),
        Rows {
            table: "kept_answer",
            columns: "manufacturer, actor, answer_key, request_digest, status, body, answered_at",
            key_columns: 3,
            on_conflict: OnConflict::Fail,
            rows: all(&|command| {
                let answer = command.changes.answer.iter();
                answer
                    .map(|answer| {
                        vec![
                            owner.into(),
                            answer.actor.as_str().into(),
                            answer.key.as_str().into(),
                            answer.request_digest.as_str().into(),
                            i64::from(answer.status).into(),
                            answer.body.clone().into(),
                            answer.at.0.into(),
                        ]
                    })
                    .collect()
            }),
        },
    ]
}

/// The rows of events and decisions, with the models that they are packed by.
fn packed(
    manufacturer: &ManufacturerId,
    accepted: &[Accepted<'_>],
    models: &mut Models,
) -> Result<[Rows; 3], Error> {
    let (mut events, mut decisions) = (Vec::new(), Vec::new());
    for command in accepted {
        for (position, event) in (command.position + 1..).zip(&command.changes.events) {
            events.push(event::values(event, position, models)?);
        }
        for (number, decision) in (command.numbered + 1..).zip(&command.changes.decisions) {
            decisions.push(decision::values(decision, number, models)?);
        }
    }
    let models = models.rows(manufacturer);
    Ok([models, event::rows(events), decision::rows(decisions)])
}

/// What a group leaves of each deadline: the last word on a key counts.
async fn write_deadlines(
    connection: &mut AnyConnection,
    manufacturer: &ManufacturerId,
    accepted: &[Accepted<'_>],
) -> Result<(), Error> {
    let mut done = Vec::new();
    let mut emptied = BTreeSet::new();
    let mut dropped: BTreeSet<deadline::Key> = BTreeSet::new();
    let mut set = BTreeMap::new();
    let changes = accepted
        .iter()
        .flat_map(|command| &command.changes.deadlines);
    for change in changes {
        match change {
            DeadlineChange::Set(deadline) => {
                set.insert(deadline::key(deadline), deadline);
            }
            DeadlineChange::Drop {
                subject,
                contract,
                key,
            } => {
                let key = deadline::key_of(subject, contract, key);
                set.remove(&key);
                dropped.insert(key);
            }
            DeadlineChange::DropAll { lead } => {
                set.retain(|key, _| !key.is_dropped_with(lead));
                emptied.insert(lead.as_str().to_owned());
            }
            DeadlineChange::Done(id) => done.push(id.as_str().to_owned()),
        }
    }
    let owner = manufacturer.as_str();
    delete(
        connection,
        "DELETE FROM deadline WHERE manufacturer = $1 AND id IN ({})",
        owner,
        done,
    )
    .await?;
    delete(
        connection,
        "DELETE FROM deadline WHERE manufacturer = $1 AND kind IN ('escalation', 'wake') \
         AND lead IN ({})",
        owner,
        emptied.into_iter().collect(),
    )
    .await?;
    for key in dropped {
        sqlx::query(
            "DELETE FROM deadline WHERE manufacturer = $1 AND kind = $2 AND subject = $3 \
             AND component = $4 AND deadline_key = $5",
        )
        .bind(owner)
        .bind(key.kind)
        .bind(key.subject)
        .bind(key.component)
        .bind(key.key)
        .execute(&mut *connection)
        .await?;
    }
    let rows = deadline::rows(set.into_values().map(deadline::values).collect());
    if !rows.rows.is_empty() {
        rows.write(connection).await?;
    }
    Ok(())
}

async fn delete(
    connection: &mut AnyConnection,
    text: &str,
    manufacturer: &str,
    ids: Vec<String>,
) -> Result<(), Error> {
    for chunk in ids.chunks(IDS_AT_ONCE) {
        let ids = padded(chunk);
        let mut statement = statement(text.replace("{}", &numbered(2, ids.len())));
        statement = statement.bind(manufacturer.to_owned());
        for id in ids {
            statement = bind(statement, id.into());
        }
        statement.execute(&mut *connection).await?;
    }
    Ok(())
}
