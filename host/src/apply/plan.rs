//! From what is stored to what the file says: checked whole before anything is
//! written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::change::Change;
use super::document::{BindingTable, Document, DocumentProblem, PartnerTable};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::contract::{Binding, Contract, Manufacturer, TermsVersion};
use crate::domain::digest::sha256;
use crate::domain::ids::PartnerId;
use crate::domain::partner::{Participant, Partner, Place, Position};
use crate::domain::plugin::PluginRecord;
use crate::domain::terms::{AttributeType, Of, Terms};
use crate::domain::text;
use crate::host::Host;
use crate::policy::{Kind, Plugin, PolicyError, shipped};
use crate::store;
use crate::store::changes::{Changes, Command, Guard};

/// Why a file cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("{}", problems_text(.0))]
    Invalid(Vec<DocumentProblem>),
    #[error("bindings.{slot}: {error}")]
    Policy { slot: String, error: PolicyError },
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn problems_text(problems: &[DocumentProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What applying the file would do.
pub struct Plan {
    pub changes: Vec<Change>,
    manufacturer: Manufacturer,
    /// Whether the manufacturer is there already.
    is_known: bool,
    command: Command,
}

impl Plan {
    /// Makes it so.
    pub async fn carry_out(self, host: &Host) -> Result<(), ApplyError> {
        if self.changes.is_empty() {
            return Ok(());
        }
        if self.is_known {
            host.store
                .rename_manufacturer(&self.manufacturer.id, &self.manufacturer.name)
                .await?;
        } else {
            host.store.add_manufacturer(&self.manufacturer).await?;
        }
        host.store.commit(self.command).await?;
        Ok(())
    }
}

/// Compares the file with what is stored. `folder` is where the file lies.
pub async fn plan(host: &Host, document: &Document, folder: &Path) -> Result<Plan, ApplyError> {
    let problems = problems(document);
    if !problems.is_empty() {
        return Err(ApplyError::Invalid(problems));
    }
    let now = host.clock.now();
    let known = host
        .store
        .manufacturer_by_code(&document.manufacturer.code)
        .await?;
    let is_known = known.is_some();
    let wanted = &document.manufacturer;
    let mut changes = Vec::new();
    let manufacturer = match known {
        Some(known) => {
            if known.name != wanted.name {
                changes.push(Change::Alter {
                    what: format!("manufacturer {} name", wanted.code),
                    from: known.name.clone(),
                    to: wanted.name.clone(),
                });
            }
            Manufacturer {
                name: wanted.name.clone(),
                ..known
            }
        }
        None => {
            changes.push(Change::Create {
                what: format!("manufacturer {}", wanted.code),
            });
            Manufacturer {
                id: host.ids.next(now),
                code: wanted.code.clone(),
                name: wanted.name.clone(),
                created_at: now,
            }
        }
    };
    let mut applying = Applying {
        host,
        document,
        folder,
        manufacturer,
        changes,
        rows: Changes::default(),
    };
    let contract = applying.contract().await?;
    applying.places().await?;
    applying.partners(&contract).await?;
    applying.bindings(&contract).await?;
    if !applying.rows.partners.is_empty() || !applying.rows.participants.is_empty() {
        applying.rows.partners_changed.push(contract.id.clone());
    }
    // Whatever has changed, hosts look at the contract's row to see it.
    if !applying.changes.is_empty() {
        applying.rows.contracts.push(contract);
    }
    Ok(Plan {
        changes: applying.changes,
        command: Command {
            manufacturer: applying.manufacturer.id.clone(),
            changes: applying.rows,
        },
        manufacturer: applying.manufacturer,
        is_known,
    })
}

struct Applying<'a> {
    host: &'a Host,
    document: &'a Document,
    folder: &'a Path,
    manufacturer: Manufacturer,
    changes: Vec<Change>,
    rows: Changes,
}

impl Applying<'_> {
    fn created(&mut self, what: String) {
        self.changes.push(Change::Create { what });
    }

    fn altered(&mut self, what: String, from: &str, to: &str) {
        if from != to {
            self.changes.push(Change::Alter {
                what,
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }

    async fn contract(&mut self) -> Result<Contract, ApplyError> {
        let wanted = &self.document.contract;
        let now = self.host.clock.now();
        let document = self.document.terms.canonical_json();
        let known = self
            .host
            .store
            .contract_by_code(&self.manufacturer.id, &wanted.code)
            .await?;
        let mut contract = match known {
            Some(known) => {
                self.rows
                    .guards
                    .push(Guard::Contract(known.id.clone(), Some(known.version)));
                let what = format!("contract {}", wanted.code);
                self.altered(format!("{what} name"), &known.name, &wanted.name);
                let flag = |test: bool| if test { "test" } else { "live" };
                self.altered(format!("{what} kind"), flag(known.test), flag(wanted.test));
                Contract {
                    name: wanted.name.clone(),
                    test: wanted.test,
                    ..known
                }
            }
            None => {
                self.created(format!("contract {}", wanted.code));
                let id: crate::domain::ids::ContractId = self.host.ids.next(now);
                self.rows.guards.push(Guard::Contract(id.clone(), None));
                Contract {
                    manufacturer: self.manufacturer.id.clone(),
                    id,
                    code: wanted.code.clone(),
                    name: wanted.name.clone(),
                    test: wanted.test,
                    terms_version: 0,
                    partners_version: 0,
                    created_at: now,
                    version: 0,
                }
            }
        };
        let current = self
            .host
            .store
            .terms(&self.manufacturer.id, &contract.id, contract.terms_version)
            .await?;
        if current.is_none_or(|current| current.document != document) {
            contract.terms_version += 1;
            self.created(format!(
                "terms of {}, version {}",
                wanted.code, contract.terms_version
            ));
            self.rows.terms.push(TermsVersion {
                manufacturer: self.manufacturer.id.clone(),
                contract: contract.id.clone(),
                version: contract.terms_version,
                document,
                created_at: now,
            });
        }
        Ok(contract)
    }

    async fn places(&mut self) -> Result<(), ApplyError> {
        for place in &self.document.places {
            let position = Position {
                latitude: place.latitude,
                longitude: place.longitude,
            };
            let known = self
                .host
                .store
                .place(&self.manufacturer.id, &place.country, &place.postcode)
                .await?;
            if known == Some(position) {
                continue;
            }
            self.created(format!("place {} {}", place.country, place.postcode));
            self.rows.places.push(Place {
                country: place.country.clone(),
                postcode: place.postcode.clone(),
                position,
            });
        }
        Ok(())
    }

    async fn partners(&mut self, contract: &Contract) -> Result<(), ApplyError> {
        let stored = self.host.store.partners(&self.manufacturer.id).await?;
        let footing: BTreeMap<PartnerId, Participant> = self
            .host
            .store
            .participants(&self.manufacturer.id, &contract.id)
            .await?
            .into_iter()
            .map(|(participant, partner)| (partner.id, participant))
            .collect();
        let now = self.host.clock.now();
        let mut ids: BTreeMap<&str, PartnerId> = stored
            .iter()
            .map(|partner| (partner.code.as_str(), partner.id.clone()))
            .collect();
        let mut next_key = stored.iter().map(|partner| partner.key).max().unwrap_or(0) + 1;
        for wanted in &self.document.partners {
            ids.entry(&wanted.code)
                .or_insert_with(|| self.host.ids.next(now));
        }
        for wanted in &self.document.partners {
            let id = ids[wanted.code.as_str()].clone();
            let known = stored.iter().find(|partner| partner.id == id);
            let partner = Partner {
                manufacturer: self.manufacturer.id.clone(),
                id: id.clone(),
                code: wanted.code.clone(),
                name: wanted.name.clone(),
                key: known.map_or_else(
                    || {
                        next_key += 1;
                        next_key - 1
                    },
                    |known| known.key,
                ),
                parent: wanted
                    .parent
                    .as_ref()
                    .and_then(|code| ids.get(code.as_str()).cloned()),
                country: wanted.country.clone(),
                postcode: wanted.postcode.clone(),
                position: self.position(wanted),
                version: known.map_or(0, |known| known.version),
            };
            match known {
                None => self.created(format!("partner {}", wanted.code)),
                Some(known) if *known != partner => {
                    self.altered(
                        format!("partner {}", wanted.code),
                        &described(known),
                        &described(&partner),
                    );
                }
                Some(_) => {}
            }
            if known != Some(&partner) {
                self.rows.partners.push(partner);
            }
            self.participant(contract, wanted, id.clone(), footing.get(&id))?;
        }
        Ok(())
    }

    fn position(&self, wanted: &PartnerTable) -> Option<Position> {
        if let (Some(latitude), Some(longitude)) = (wanted.latitude, wanted.longitude) {
            return Some(Position {
                latitude,
                longitude,
            });
        }
        self.document
            .places
            .iter()
            .find(|place| {
                Some(&place.country) == wanted.country.as_ref()
                    && Some(&place.postcode) == wanted.postcode.as_ref()
            })
            .map(|place| Position {
                latitude: place.latitude,
                longitude: place.longitude,
            })
    }

    fn participant(
        &mut self,
        contract: &Contract,
        wanted: &PartnerTable,
        partner: PartnerId,
        known: Option<&Participant>,
    ) -> Result<(), ApplyError> {
        let attributes = partner_attributes(&self.document.terms, wanted)
            .map_err(|problem| ApplyError::Invalid(vec![problem]))?;
        let participant = Participant {
            manufacturer: self.manufacturer.id.clone(),
            contract: contract.id.clone(),
            partner,
            level: wanted.level.clone(),
            capacity: wanted.capacity.map(i64::from),
            attributes,
            certificates: wanted.certificates.iter().cloned().collect(),
            leave: known.and_then(|known| known.leave),
            blocked_until: known.and_then(|known| known.blocked_until),
            counter: known.map_or(0, |known| known.counter),
            complaints_open: known.map_or(0, |known| known.complaints_open),
            joined_at: known.map_or_else(|| self.host.clock.now(), |known| known.joined_at),
            active: true,
            version: known.map_or(0, |known| known.version),
        };
        match known {
            None => self.created(format!(
                "partner {} in {}: {}",
                wanted.code,
                contract.code,
                footing(&participant)
            )),
            Some(known) => {
                if *known == participant {
                    return Ok(());
                }
                self.altered(
                    format!("partner {} in {}", wanted.code, contract.code),
                    &footing(known),
                    &footing(&participant),
                );
                self.rows.guards.push(Guard::Participant(
                    contract.id.clone(),
                    known.partner.clone(),
                    known.version,
                ));
            }
        }
        self.rows.participants.push(participant);
        Ok(())
    }

    async fn bindings(&mut self, contract: &Contract) -> Result<(), ApplyError> {
        let stored = self
            .host
            .store
            .bindings(&self.manufacturer.id, &contract.id)
            .await?;
        let terms = self.document.terms.canonical_json();
        for (slot, wanted) in &self.document.bindings {
            let (plugin, component) = self.plugin(slot, wanted).await?;
            let configuration = match &wanted.configuration {
                Some(table) => serde_json::to_value(table).map_err(|error| {
                    invalid(&format!("bindings.{slot}.configuration"), error.to_string())
                })?,
                None => plugin.manifest().configuration.default.clone(),
            };
            let bound = self
                .host
                .engine
                .bind(&plugin, &configuration, &terms)
                .await
                .map_err(|error| ApplyError::Policy {
                    slot: slot.clone(),
                    error,
                })?;
            let known = stored.iter().find(|binding| binding.slot == *slot);
            let same = known.is_some_and(|known| {
                known.plugin_digest == plugin.digest()
                    && known.configuration_digest == bound.configuration_digest()
            });
            if same {
                continue;
            }
            let active_from = self
                .host
                .begins(contract, &self.document.terms, slot, wanted.from)
                .await?
                .map_err(|bad| {
                    ApplyError::Invalid(vec![DocumentProblem {
                        place: format!("bindings.{slot}.from"),
                        message: bad.to_string(),
                    }])
                })?;
            let generation = known.map_or(1, |known| known.generation + 1);
            self.created(format!(
                "{slot} of {}, generation {generation}: {}",
                contract.code,
                plugin.title()
            ));
            self.rows.plugins.push(PluginRecord {
                manufacturer: self.manufacturer.id.clone(),
                digest: plugin.digest().to_owned(),
                name: plugin.manifest().name.clone(),
                version: plugin.manifest().version.clone(),
                kind: plugin.kind().as_str().to_owned(),
                manifest: plugin.described().to_owned(),
                component: component.to_vec(),
                uploaded_at: self.host.clock.now(),
            });
            self.rows.bindings.push(Binding {
                manufacturer: self.manufacturer.id.clone(),
                contract: contract.id.clone(),
                slot: slot.clone(),
                generation,
                plugin_digest: plugin.digest().to_owned(),
                configuration: bound.configuration().to_owned(),
                configuration_digest: bound.configuration_digest().to_owned(),
                active_from,
                comment: "applied from a file".to_owned(),
            });
        }
        Ok(())
    }

    async fn plugin(
        &self,
        slot: &str,
        wanted: &BindingTable,
    ) -> Result<(Arc<Plugin>, Arc<[u8]>), ApplyError> {
        let component: Arc<[u8]> = match self.shipped(&wanted.plugin)? {
            Some(component) => component,
            None => {
                let path = self.folder.join(&wanted.plugin);
                std::fs::read(&path)
                    .map_err(|error| ApplyError::File {
                        path: format!(
                            "bindings.{slot}.plugin: `{}` is no plugin that ships with Stellwerk, \
                             and {}",
                            wanted.plugin,
                            path.display()
                        ),
                        error,
                    })?
                    .into()
            }
        };
        let plugin = self
            .host
            .engine
            .load(component.clone())
            .await
            .map_err(|error| ApplyError::Policy {
                slot: slot.to_owned(),
                error,
            })?;
        if Kind::of_slot(slot) != Some(plugin.kind()) {
            return Err(invalid(
                &format!("bindings.{slot}"),
                format!(
                    "{} is a {} plugin; the slot takes another kind",
                    plugin.title(),
                    plugin.kind()
                ),
            ));
        }
        Ok((plugin, component))
    }

    fn shipped(&self, name: &str) -> Result<Option<Arc<[u8]>>, ApplyError> {
        let folder = std::env::var_os(shipped::FOLDER_VARIABLE);
        let all =
            shipped::all(folder.as_deref().map(Path::new)).map_err(|error| ApplyError::File {
                path: shipped::FOLDER_VARIABLE.to_owned(),
                error,
            })?;
        Ok(all
            .into_iter()
            .find(|shipped| shipped.name == name)
            .map(|shipped| Arc::from(shipped.component.as_ref())))
    }
}

/// What the file contradicts itself in.
fn problems(document: &Document) -> Vec<DocumentProblem> {
    let mut problems = Vec::new();
    let mut add = |place: String, message: String| {
        problems.push(DocumentProblem { place, message });
    };
    for (place, code) in [
        ("manufacturer.code", &document.manufacturer.code),
        ("contract.code", &document.contract.code),
    ] {
        if !text::is_code(code) {
            add(
                place.to_owned(),
                format!("`{code}` is no code: up to 64 letters, digits, hyphens and dots"),
            );
        }
    }
    for problem in document.terms.problems() {
        add(
            format!("terms{}", problem.pointer.replace('/', ".")),
            problem.message,
        );
    }
    for slot in document.bindings.keys() {
        if Kind::of_slot(slot).is_none() {
            add(
                format!("bindings.{slot}"),
                "is no slot: qualification, matching, escalation, or compensation/NAME".to_owned(),
            );
        }
    }
    let mut codes = BTreeSet::new();
    for (position, partner) in document.partners.iter().enumerate() {
        let place = format!("partners[{position}]");
        if !text::is_code(&partner.code) {
            add(
                format!("{place}.code"),
                format!("`{}` is no code", partner.code),
            );
        }
        if !codes.insert(&partner.code) {
            add(
                format!("{place}.code"),
                format!("`{}` stands there twice", partner.code),
            );
        }
        if !document.terms.levels.contains(&partner.level) {
            add(
                format!("{place}.level"),
                format!(
                    "`{}` is no level; the terms have {}",
                    partner.level,
                    document.terms.levels.join(", ")
                ),
            );
        }
        if let Err(problem) = partner_attributes(&document.terms, partner) {
            add(problem.place, problem.message);
        }
        if let Some(cycle) = cycle_above(document, partner) {
            add(format!("{place}.parent"), cycle);
        }
    }
    problems
}

/// Why the partner's way up the tree has no end.
fn cycle_above(document: &Document, partner: &PartnerTable) -> Option<String> {
    let mut way = vec![partner.code.as_str()];
    let mut above = partner.parent.as_deref();
    while let Some(code) = above {
        if way.contains(&code) {
            way.push(code);
            return Some(format!("leads in a circle: {}", way.join(" -> ")));
        }
        way.push(code);
        match document.partners.iter().find(|known| known.code == code) {
            Some(known) => above = known.parent.as_deref(),
            None => return Some(format!("`{code}` is no partner of this file")),
        }
    }
    None
}

/// A partner's attributes as the terms declare them.
fn partner_attributes(
    terms: &Terms,
    partner: &PartnerTable,
) -> Result<Attributes, DocumentProblem> {
    let mut attributes = Attributes::new();
    for (name, value) in &partner.attributes {
        let problem = |message: String| DocumentProblem {
            place: format!("partner {}, attributes.{name}", partner.code),
            message,
        };
        let Some(declared) = terms.attribute(Of::Partner, name) else {
            return Err(problem(
                "is not declared in the terms as an attribute of partners".to_owned(),
            ));
        };
        let Some(value) = typed(value, declared.kind) else {
            return Err(problem(format!("is no {:?}", declared.kind).to_lowercase()));
        };
        attributes.insert(name.clone(), value);
    }
    Ok(attributes)
}

fn typed(value: &toml::Value, kind: AttributeType) -> Option<AttributeValue> {
    Some(match kind {
        AttributeType::Text => AttributeValue::Text(value.as_str()?.to_owned()),
        AttributeType::Texts => AttributeValue::Texts(
            value
                .as_array()?
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        ),
        AttributeType::Integer => AttributeValue::Integer(value.as_integer()?),
        AttributeType::Money => AttributeValue::Money(value.as_integer()?),
        AttributeType::Number => AttributeValue::Number(
            value
                .as_float()
                .or_else(|| value.as_integer().map(|integer| integer as f64))?,
        ),
        AttributeType::Flag => AttributeValue::Flag(value.as_bool()?),
        AttributeType::Date => AttributeValue::Date(crate::domain::calendar::days_of(
            value.as_str()?.parse().ok()?,
        )),
    })
}

fn invalid(place: &str, message: String) -> ApplyError {
    ApplyError::Invalid(vec![DocumentProblem {
        place: place.to_owned(),
        message,
    }])
}

fn described(partner: &Partner) -> String {
    format!(
        "{}, {} {}{}",
        partner.name,
        partner.country.as_deref().unwrap_or("-"),
        partner.postcode.as_deref().unwrap_or("-"),
        if partner.parent.is_some() {
            ", below another"
        } else {
            ""
        }
    )
}

fn footing(participant: &Participant) -> String {
    let capacity = participant
        .capacity
        .map_or_else(|| "any number".to_owned(), |capacity| capacity.to_string());
    let digest = sha256(format!("{:?}", participant.attributes).as_bytes());
    format!(
        "{}, {capacity} leads, certificates [{}], attributes {}",
        participant.level,
        participant
            .certificates
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", "),
        &digest[..8]
    )
}
