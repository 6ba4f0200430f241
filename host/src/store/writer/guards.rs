//! What decisions rest on, compared under the manufacturer's lock: one
//! statement per kind of guard for a whole group.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::{AnyConnection, Row};

use super::super::Error;
use super::super::changes::{Changes, Command, Guard};
use super::super::sql::{Bind, IDS_AT_ONCE, bind, numbered, padded, statement};
use crate::domain::access::Membership;
use crate::domain::ids::{ContractId, DealId, LeadId, ManufacturerId, PartnerId};
use crate::domain::ledger::PeriodState;

/// What is stored of that which the group's guards name, kept up to date while
/// its commands are admitted one after the other.
#[derive(Default)]
pub(super) struct Known {
    /// Versions, counts and positions; what is not there has none.
    numbers: HashMap<Key, i64>,
    /// Leases of deadlines; states of periods.
    texts: HashMap<Key, String>,
}

/// What a guard is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Lead(String),
    Participant(String, String),
    Partners(String),
    Partner(String),
    LastPartner(String),
    Membership(String, String),
    Duplicate(String, String),
    ExternalId(String, String),
    Deal(String),
    Lease(String),
    Contract(String),
    Answer(String, String),
    Lane(String),
    Seals(String),
    Period(String, String),
}

/// The versions that an admitted command's rows get.
#[derive(Debug, Default)]
pub(super) struct Versions {
    pub leads: HashMap<LeadId, i64>,
    pub deals: HashMap<DealId, i64>,
    pub participants: HashMap<(ContractId, PartnerId), i64>,
    pub contracts: HashMap<ContractId, i64>,
}

fn key_of(guard: &Guard) -> Key {
    let text = |text: &str| text.to_owned();
    match guard {
        Guard::Lead(lead, _) => Key::Lead(text(lead.as_str())),
        Guard::Participant(contract, partner, _) => {
            Key::Participant(text(contract.as_str()), text(partner.as_str()))
        }
        Guard::NewParticipant(contract, partner) => {
            Key::Participant(text(contract.as_str()), text(partner.as_str()))
        }
        Guard::Partners(contract, _) => Key::Partners(text(contract.as_str())),
        Guard::Partner(partner, _) => Key::Partner(text(partner.as_str())),
        Guard::Membership(membership) => membership_key(membership),
        Guard::LastPartnerKey(manufacturer, _) => Key::LastPartner(text(manufacturer.as_str())),
        Guard::DuplicateKey {
            contract, digest, ..
        } => Key::Duplicate(text(contract.as_str()), digest.clone()),
        Guard::NewExternalId(contract, id) => Key::ExternalId(text(contract.as_str()), id.clone()),
        Guard::Deal(deal, _) => Key::Deal(text(deal.as_str())),
        Guard::Lease(deadline, _) => Key::Lease(text(deadline.as_str())),
        Guard::Contract(contract, _) => Key::Contract(text(contract.as_str())),
        Guard::NewAnswer { actor, key } => Key::Answer(actor.clone(), key.clone()),
        Guard::Lane(contract, _) => Key::Lane(text(contract.as_str())),
        Guard::Seals(manufacturer, _) => Key::Seals(text(manufacturer.as_str())),
        Guard::Period(contract, name, _) => Key::Period(text(contract.as_str()), name.clone()),
    }
}

fn membership_key(membership: &Membership) -> Key {
    let partner = membership.partner.as_ref().map_or("", |id| id.as_str());
    Key::Membership(
        membership.user.as_str().to_owned(),
        format!("{}/{partner}", membership.role.as_str()),
    )
}

impl Known {
    /// Reads what the guards of the commands name.
    pub(super) async fn read(
        connection: &mut AnyConnection,
        manufacturer: &ManufacturerId,
        commands: &[&Command],
    ) -> Result<Self, Error> {
        let mut keys: BTreeMap<&'static str, BTreeSet<Key>> = BTreeMap::new();
        for guard in commands.iter().flat_map(|command| &command.changes.guards) {
            let key = key_of(guard);
            keys.entry(query_of(&key).name).or_default().insert(key);
        }
        let mut known = Self::default();
        for keys in keys.into_values() {
            let keys: Vec<Key> = keys.into_iter().collect();
            for chunk in keys.chunks(IDS_AT_ONCE) {
                known.read_chunk(connection, manufacturer, chunk).await?;
            }
        }
        Ok(known)
    }

    async fn read_chunk(
        &mut self,
        connection: &mut AnyConnection,
        manufacturer: &ManufacturerId,
        keys: &[Key],
    ) -> Result<(), Error> {
        let Some(first) = keys.first() else {
            return Ok(());
        };
        let query = query_of(first);
        let keys = padded(keys);
        let text = text_of(&query, parts(first).len(), keys.len());
        let mut statement = statement(text);
        statement = statement.bind(manufacturer.as_str().to_owned());
        for part in keys.iter().flat_map(parts) {
            statement = bind(statement, Bind::from(part));
        }
        for row in statement.fetch_all(&mut *connection).await? {
            let a: String = row.try_get("a")?;
            let b: String = row.try_get("b")?;
            let key = (query.key)(a, b);
            if query.is_text {
                if let Some(text) = row.try_get::<Option<String>, _>("found")? {
                    self.texts.insert(key, text);
                }
            } else {
                self.numbers.insert(key, row.try_get("found")?);
            }
        }
        Ok(())
    }

    /// Whether every guard of the command holds. If so, what it is going to
    /// change counts for those after it.
    pub(super) fn admit(&mut self, changes: &Changes) -> Result<Versions, Guard> {
        for guard in &changes.guards {
            if !self.holds(guard) {
                return Err(guard.clone());
            }
        }
        let mut versions = Versions::default();
        for lead in &changes.leads {
            let version = self.count_up(Key::Lead(lead.id.as_str().to_owned()));
            versions.leads.insert(lead.id.clone(), version);
            if let Some(external_id) = &lead.external_id {
                let contract = lead.contract.as_str().to_owned();
                self.numbers
                    .insert(Key::ExternalId(contract, external_id.clone()), 1);
            }
        }
        for deal in &changes.deals {
            let version = self.count_up(Key::Deal(deal.id.as_str().to_owned()));
            versions.deals.insert(deal.id.clone(), version);
        }
        for participant in &changes.participants {
            let key = Key::Participant(
                participant.contract.as_str().to_owned(),
                participant.partner.as_str().to_owned(),
            );
            let version = self.count_up(key);
            versions.participants.insert(
                (participant.contract.clone(), participant.partner.clone()),
                version,
            );
        }
        for partner in &changes.partners {
            self.count_up(Key::Partner(partner.id.as_str().to_owned()));
            let last = Key::LastPartner(partner.manufacturer.as_str().to_owned());
            let last = self.numbers.entry(last).or_insert(0);
            *last = (*last).max(partner.key.cast_signed());
        }
        for (membership, _) in &changes.memberships_ended {
            self.numbers.remove(&membership_key(membership));
        }
        for membership in &changes.memberships {
            self.numbers.insert(membership_key(membership), 1);
        }
        for contract in &changes.contracts {
            let version = self.count_up(Key::Contract(contract.id.as_str().to_owned()));
            versions.contracts.insert(contract.id.clone(), version);
        }
        for contract in &changes.partners_changed {
            self.count_up(Key::Partners(contract.as_str().to_owned()));
        }
        for duplicate in &changes.duplicate_keys {
            self.count_up(Key::Duplicate(
                duplicate.contract.as_str().to_owned(),
                duplicate.digest.clone(),
            ));
        }
        for lane in &changes.lanes {
            self.numbers
                .insert(Key::Lane(lane.contract.as_str().to_owned()), lane.version);
        }
        for batch in &changes.seals {
            let seal = &batch.seal;
            self.numbers.insert(
                Key::Seals(seal.manufacturer.as_str().to_owned()),
                seal.number,
            );
        }
        for period in &changes.periods {
            self.texts.insert(
                Key::Period(period.contract.as_str().to_owned(), period.name.clone()),
                period.state.as_str().to_owned(),
            );
        }
        if let Some(answer) = &changes.answer {
            self.numbers
                .insert(Key::Answer(answer.actor.clone(), answer.key.clone()), 1);
        }
        Ok(versions)
    }

    fn count_up(&mut self, key: Key) -> i64 {
        let number = self.numbers.entry(key).or_insert(0);
        *number += 1;
        *number
    }

    fn holds(&self, guard: &Guard) -> bool {
        let key = key_of(guard);
        let number = self.numbers.get(&key).copied();
        match guard {
            Guard::Lead(_, version)
            | Guard::Deal(_, version)
            | Guard::Contract(_, version)
            | Guard::Partner(_, version) => number == *version,
            Guard::Participant(_, _, version) | Guard::Partners(_, version) => {
                number == Some(*version)
            }
            Guard::DuplicateKey { uses, .. } => number.unwrap_or(0) == *uses,
            Guard::Lane(_, version) => number == Some(*version),
            Guard::Seals(_, seals) => number.unwrap_or(0) == *seals,
            Guard::LastPartnerKey(_, key) => number.unwrap_or(0) == *key,
            Guard::Membership(_) => number.is_some(),
            Guard::NewExternalId(..) | Guard::NewAnswer { .. } | Guard::NewParticipant(..) => {
                number.is_none()
            }
            Guard::Lease(_, lease) => self.texts.get(&key) == Some(lease),
            Guard::Period(_, _, state) => {
                self.texts.get(&key).map(String::as_str) == state.map(PeriodState::as_str)
            }
        }
    }
}

/// How the keys of one kind are looked up: `a` and `b` are the key's parts.
struct Query {
    name: &'static str,
    text: &'static str,
    key: fn(String, String) -> Key,
    is_text: bool,
}

/// The statement for so many keys, each of `width` parts.
fn text_of(query: &Query, width: usize, keys: usize) -> String {
    let places = (0..keys)
        .map(|row| {
            let place = numbered(2 + row * width, width);
            if width == 1 {
                place
            } else {
                format!("({place})")
            }
        })
        .collect::<Vec<_>>()
        .join(", ");
    query.text.replace("{}", &places)
}

/// The statements for so many keys of two parts.
#[cfg(test)]
pub(in crate::store) fn texts_of_pairs(keys: usize) -> impl Iterator<Item = String> {
    let kinds: [fn(String, String) -> Key; 6] = [
        Key::Participant,
        Key::Duplicate,
        Key::ExternalId,
        Key::Membership,
        Key::Answer,
        Key::Period,
    ];
    kinds.into_iter().map(move |kind| {
        let query = query_of(&kind(String::new(), String::new()));
        text_of(&query, 2, keys)
    })
}

fn parts(key: &Key) -> Vec<&str> {
    match key {
        Key::Lead(a)
        | Key::Partners(a)
        | Key::Partner(a)
        | Key::LastPartner(a)
        | Key::Deal(a)
        | Key::Lease(a)
        | Key::Contract(a)
        | Key::Lane(a)
        | Key::Seals(a) => vec![a],
        Key::Participant(a, b)
        | Key::Duplicate(a, b)
        | Key::ExternalId(a, b)
        | Key::Membership(a, b)
        | Key::Answer(a, b)
        | Key::Period(a, b) => vec![a, b],
    }
}

/// Keys of two parts are joined with: SQLite looks for `(x, y) IN (VALUES …)` with
/// several rows in all rows of the manufacturer. A cross join it takes as it is
/// written, from what is wanted to what is there.
fn query_of(key: &Key) -> Query {
    let number = |name, text, key| Query {
        name,
        text,
        key,
        is_text: false,
    };
    match key {
        Key::Lead(_) => number(
            "lead",
            "SELECT id AS a, '' AS b, version AS found FROM lead \
             WHERE manufacturer = $1 AND id IN ({})",
            |a, _| Key::Lead(a),
        ),
        Key::Deal(_) => number(
            "deal",
            "SELECT id AS a, '' AS b, version AS found FROM deal \
             WHERE manufacturer = $1 AND id IN ({})",
            |a, _| Key::Deal(a),
        ),
        Key::Contract(_) => number(
            "contract",
            "SELECT id AS a, '' AS b, version AS found FROM contract \
             WHERE manufacturer = $1 AND id IN ({})",
            |a, _| Key::Contract(a),
        ),
        Key::Partners(_) => number(
            "partners",
            "SELECT id AS a, '' AS b, partners_version AS found FROM contract \
             WHERE manufacturer = $1 AND id IN ({})",
            |a, _| Key::Partners(a),
        ),
        Key::Partner(_) => number(
            "partner",
            "SELECT id AS a, '' AS b, version AS found FROM partner \
             WHERE manufacturer = $1 AND id IN ({})",
            |a, _| Key::Partner(a),
        ),
        Key::Membership(..) => number(
            "membership",
            "WITH wanted (a, b) AS (VALUES {}) \
             SELECT a, b, CAST(1 AS BIGINT) AS found FROM wanted CROSS JOIN membership \
             WHERE manufacturer = $1 AND user_account = a AND role || '/' || partner = b",
            Key::Membership,
        ),
        Key::LastPartner(_) => number(
            "partner-key",
            "SELECT manufacturer AS a, '' AS b, CAST(max(partner_key) AS BIGINT) AS found \
             FROM partner WHERE manufacturer = $1 AND manufacturer IN ({}) GROUP BY manufacturer",
            |a, _| Key::LastPartner(a),
        ),
        Key::Lane(_) => number(
            "lane",
            "SELECT contract AS a, '' AS b, version AS found FROM lane \
             WHERE manufacturer = $1 AND contract IN ({})",
            |a, _| Key::Lane(a),
        ),
        Key::Seals(_) => number(
            "seals",
            "SELECT manufacturer AS a, '' AS b, seals AS found FROM sealing \
             WHERE manufacturer = $1 AND manufacturer IN ({})",
            |a, _| Key::Seals(a),
        ),
        Key::Participant(..) => number(
            "participant",
            "WITH wanted (a, b) AS (VALUES {}) \
             SELECT a, b, version AS found FROM wanted CROSS JOIN participant \
             WHERE manufacturer = $1 AND contract = a AND partner = b",
            Key::Participant,
        ),
        Key::Duplicate(..) => number(
            "duplicate",
            "WITH wanted (a, b) AS (VALUES {}) \
             SELECT a, b, (SELECT count(*) FROM duplicate_key \
             WHERE manufacturer = $1 AND contract = a AND digest = b) AS found FROM wanted",
            Key::Duplicate,
        ),
        Key::ExternalId(..) => number(
            "external",
            "WITH wanted (a, b) AS (VALUES {}) \
             SELECT a, b, version AS found FROM wanted CROSS JOIN lead \
             WHERE manufacturer = $1 AND contract = a AND external_id = b",
            Key::ExternalId,
        ),
        Key::Answer(..) => number(
            "answer",
            "WITH wanted (a, b) AS (VALUES {}) \
             SELECT a, b, status AS found FROM wanted CROSS JOIN kept_answer \
             WHERE manufacturer = $1 AND actor = a AND answer_key = b",
            Key::Answer,
        ),
        Key::Lease(_) => Query {
            name: "lease",
            text: "SELECT id AS a, '' AS b, lease AS found FROM deadline \
                   WHERE manufacturer = $1 AND id IN ({})",
            key: |a, _| Key::Lease(a),
            is_text: true,
        },
        Key::Period(..) => Query {
            name: "period",
            text: "WITH wanted (a, b) AS (VALUES {}) \
                   SELECT a, b, state AS found FROM wanted CROSS JOIN period \
                   WHERE manufacturer = $1 AND contract = a AND name = b",
            key: Key::Period,
            is_text: true,
        },
    }
}
