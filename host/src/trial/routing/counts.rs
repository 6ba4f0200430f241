//! A qualification's counts, made from how earlier leads have ended.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ending, courses, known};
use crate::apply::Document;
use crate::domain::attribute::AttributeValue;
use crate::domain::lead::Teaser;
use crate::domain::terms::{AttributeType, Of, Terms};
use crate::host::{Host, InForce};
use crate::trial::play::PlayError;
use crate::trial::setup::Setup;

/// The slot that is given counts.
pub const SLOT: &str = "qualification";
/// Where its configuration takes them.
const COUNTS: &str = "counts";
/// Fields of a lead that are no attributes.
const OWN_FIELDS: [&str; 3] = ["source", "product", "country"];

/// A plan's table `counts`: its qualification gets them from history.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Counting {
    /// The last day that is counted, by the contract's time zone: leads that had come in
    /// by then, and ended as it was known then. Later leads judge what comes of it.
    pub until: Date,
    /// The fields by which leads are told apart.
    pub fields: Vec<String>,
}

/// How leads ended, by the values of their fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    all: Ended,
    fields: BTreeMap<String, BTreeMap<String, Ended>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ended {
    won: u64,
    lost: u64,
}

impl Ended {
    fn add(&mut self, won: bool) {
        match won {
            true => self.won += 1,
            false => self.lost += 1,
        }
    }
}

impl Counts {
    fn of(fields: &[String]) -> Self {
        let none = fields.iter().map(|field| (field.clone(), BTreeMap::new()));
        Self {
            all: Ended::default(),
            fields: none.collect(),
        }
    }

    /// Counts a lead; one whose ending is not known says nothing.
    fn add(&mut self, teaser: &Teaser, ending: Ending) {
        let Some(won) = ending.won() else { return };
        self.all.add(won);
        for (field, by_value) in &mut self.fields {
            for value in values(teaser, field) {
                by_value.entry(value).or_default().add(won);
            }
        }
    }

    /// As the plugin `qualification-frequency` is configured.
    fn to_json(&self) -> Value {
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|(field, by_value)| {
                let values = by_value.iter().map(
                    |(value, ended)| json!({ "value": value, "won": ended.won, "lost": ended.lost }),
                );
                json!({ "field": field, "values": values.collect::<Vec<_>>() })
            })
            .collect();
        json!({ "won": self.all.won, "lost": self.all.lost, "fields": fields })
    }
}

/// Every value that a lead has in a field; of a set each.
fn values(teaser: &Teaser, field: &str) -> Vec<String> {
    let own = match field {
        "source" => &teaser.source,
        "product" => &teaser.product,
        "country" => &teaser.country,
        _ => &None,
    };
    if let Some(own) = own {
        return vec![own.clone()];
    }
    match teaser.attributes.get(field) {
        Some(AttributeValue::Text(text)) => vec![text.clone()],
        Some(AttributeValue::Texts(texts)) => texts.iter().cloned().collect(),
        Some(AttributeValue::Flag(flag)) => vec![flag.to_string()],
        _ => Vec::new(),
    }
}

/// The plan's document with the counts in the configuration of its qualification, made
/// from the history that its store holds.
///
/// # Errors
/// Where the plan's counts cannot be made, with what would help.
pub async fn filled_in(
    host: &Host,
    force: &InForce,
    setup: &Setup,
    document: &Document,
    counting: &Counting,
) -> Result<Document, PlayError> {
    let wrong = |message: String| PlayError::Counts(message);
    if counting.until >= setup.until {
        let until = setup.until;
        return Err(wrong(format!(
            "until: no day is left to judge by, for history ends with {until}; name an earlier day"
        )));
    }
    check(counting, &force.terms).map_err(wrong)?;
    let until = known::end_of(&force.calendar, counting.until).ok_or(PlayError::Until)?;
    let courses = courses(host, &force.contract).await?;
    let mut counts = Counts::of(&counting.fields);
    for lead in known::leads(host, &force.contract).await? {
        if lead.received_at <= until {
            let course = courses.get(&lead.id).cloned().unwrap_or_default();
            let stale_at = known::stale_at(&force.calendar, &lead, setup.lost_after_days);
            let ending = course.ending(until, stale_at);
            counts.add(&lead.teaser, ending);
        }
    }
    let Ended { won, lost } = counts.all;
    if won == 0 || lost == 0 {
        return Err(wrong(format!(
            "until: by {} {won} leads were won and {lost} lost, and both have to be known; \
             name a later day, or say in trial.toml with `lost-after-days` after how many days \
             an open lead counts as lost",
            counting.until
        )));
    }
    let mut document = document.clone();
    let binding = document
        .bindings
        .get_mut(SLOT)
        .ok_or_else(|| wrong(format!("nothing is bound to the slot {SLOT} to take them")))?;
    let configuration = binding.configuration.get_or_insert_with(|| json!({}));
    match configuration {
        Value::Object(settings) if !settings.contains_key(COUNTS) => {
            settings.insert(COUNTS.to_owned(), counts.to_json());
            Ok(document)
        }
        _ => Err(wrong(format!(
            "the configuration of {SLOT} has counts of its own; leave one of both out"
        ))),
    }
}

fn check(counting: &Counting, terms: &Terms) -> Result<(), String> {
    if counting.fields.is_empty() {
        return Err("fields: names none; name those by which leads are told apart".to_owned());
    }
    for (position, field) in counting.fields.iter().enumerate() {
        if counting.fields[..position].contains(field) {
            return Err(format!("fields: `{field}` stands there twice"));
        }
        let declared = terms.attribute(Of::Lead, field);
        let is_counted = declared.is_some_and(|declared| {
            matches!(
                declared.kind,
                AttributeType::Text | AttributeType::Texts | AttributeType::Flag
            )
        });
        if !is_counted && !OWN_FIELDS.contains(&field.as_str()) {
            return Err(format!(
                "fields: `{field}` is neither {} nor an attribute of leads that is a text, a set \
                 or a flag",
                OWN_FIELDS.join(", ")
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::Attributes;

    fn lead(source: Option<&str>, attributes: &[(&str, AttributeValue)]) -> Teaser {
        let attributes = attributes.iter().cloned();
        Teaser {
            source: source.map(str::to_owned),
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Attributes>(),
            ..Teaser::default()
        }
    }

    #[test]
    fn each_value_of_a_field_is_counted_by_how_its_leads_ended() {
        let fields = ["source", "owner", "interests"].map(str::to_owned);
        let mut counts = Counts::of(&fields);
        let interests = |of: &[&str]| {
            let texts = of.iter().map(|text| (*text).to_owned());
            AttributeValue::Texts(texts.collect())
        };
        let owner = AttributeValue::Flag(true);
        let leads = [
            (lead(Some("web"), &[("owner", owner)]), Ending::Won),
            (
                lead(
                    Some("web"),
                    &[("interests", interests(&["solar", "storage"]))],
                ),
                Ending::TakenAsLost,
            ),
            (
                lead(None, &[("interests", interests(&["solar"]))]),
                Ending::Won,
            ),
            (lead(Some("fair"), &[]), Ending::Unknown),
        ];
        for (teaser, ending) in &leads {
            counts.add(teaser, *ending);
        }
        let expected = json!({ "won": 2, "lost": 1, "fields": [
            { "field": "interests", "values": [
                { "value": "solar", "won": 1, "lost": 1 },
                { "value": "storage", "won": 0, "lost": 1 },
            ] },
            { "field": "owner", "values": [{ "value": "true", "won": 1, "lost": 0 }] },
            { "field": "source", "values": [{ "value": "web", "won": 1, "lost": 1 }] },
        ] });
        assert_eq!(counts.to_json(), expected);
    }
}
