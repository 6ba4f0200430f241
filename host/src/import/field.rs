//! What a file of each kind can tell.

use crate::domain::terms::{AttributeType, Of, Terms};

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Leads,
    Partners,
    Outcomes,
    Measures,
    Places,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Leads,
        Self::Partners,
        Self::Outcomes,
        Self::Measures,
        Self::Places,
    ];

    /// As commands and paths name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Partners => "partners",
            Self::Outcomes => "outcomes",
            Self::Measures => "measures",
            Self::Places => "places",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The fields that a mapping may feed.
    pub fn fields(self, terms: &Terms) -> Vec<Field> {
        let mut fields = match self {
            Self::Leads => leads(terms),
            Self::Partners => partners(),
            Self::Outcomes => outcomes(),
            Self::Measures => measures(),
            Self::Places => places(),
        };
        for (of, personal, group) in self.attributes() {
            let declared = terms.attributes.iter();
            let declared =
                declared.filter(|declared| declared.of == of && declared.personal == personal);
            fields.extend(declared.map(|declared| Field {
                name: format!("{group}{}", declared.name),
                reads: Reads::of(declared.kind),
                needed: false,
            }));
        }
        fields
    }

    /// Whose attributes the kind takes, and what their names begin with.
    fn attributes(self) -> Vec<(Of, bool, &'static str)> {
        match self {
            Self::Leads => vec![
                (Of::Lead, false, ATTRIBUTES),
                (Of::Lead, true, CONTACT_ATTRIBUTES),
            ],
            Self::Partners => vec![(Of::Partner, false, ATTRIBUTES)],
            Self::Outcomes => vec![(Of::Event, false, ATTRIBUTES)],
            Self::Measures | Self::Places => Vec::new(),
        }
    }
}

pub const ATTRIBUTES: &str = "attributes.";
pub const CONTACT_ATTRIBUTES: &str = "contact.attributes.";

/// One thing that a row can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub reads: Reads,
    /// Whether a row without it is a reject.
    pub needed: bool,
}

/// How the text of a field is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    Text,
    Texts,
    Integer,
    Number,
    Money,
    Flag,
    Date,
    Instant,
    OneOf(&'static [&'static str]),
}

impl Reads {
    fn of(kind: AttributeType) -> Self {
        match kind {
            AttributeType::Text => Self::Text,
            AttributeType::Texts => Self::Texts,
            AttributeType::Integer => Self::Integer,
            AttributeType::Number => Self::Number,
            AttributeType::Money => Self::Money,
            AttributeType::Flag => Self::Flag,
            AttributeType::Date => Self::Date,
        }
    }
}

fn needed(name: &str, reads: Reads) -> Field {
    Field {
        name: name.to_owned(),
        reads,
        needed: true,
    }
}

fn maybe(name: &str, reads: Reads) -> Field {
    Field {
        name: name.to_owned(),
        reads,
        needed: false,
    }
}

fn leads(terms: &Terms) -> Vec<Field> {
    let mut fields = vec![
        needed("external-id", Reads::Text),
        maybe("value", Reads::Money),
        maybe("received-at", Reads::Instant),
    ];
    for name in [
        "product",
        "source",
        "country",
        "postcode",
        "provenance",
        "customer",
        "contact.name",
        "contact.email",
        "contact.phone",
        "contact.company",
        "contact.street",
        "contact.city",
        "contact.note",
    ] {
        fields.push(maybe(name, Reads::Text));
    }
    // What has become of it.
    fields.extend([
        maybe("temperature", Reads::OneOf(&["hot", "warm", "cold"])),
        maybe("qualified-at", Reads::Instant),
        maybe("offered-at", Reads::Instant),
        maybe("outcome", Reads::OneOf(&["won", "lost", "rejected"])),
    ]);
    for code in terms.feedback_codes() {
        fields.push(maybe(&format!("{code}-at"), Reads::Instant));
    }
    fields.push(maybe("unworked-at", Reads::Instant));
    fields.extend(ending());
    fields
}

fn outcomes() -> Vec<Field> {
    let mut fields = vec![
        needed("lead", Reads::Text),
        needed("outcome", Reads::OneOf(&["won", "lost", "cancelled"])),
    ];
    fields.extend(ending());
    fields
}

/// Who held a lead, and how that ended.
fn ending() -> [Field; 7] {
    [
        maybe("partner", Reads::Text),
        maybe("claimed-at", Reads::Instant),
        maybe("outcome-at", Reads::Instant),
        maybe("cancelled-at", Reads::Instant),
        maybe("deal-id", Reads::Text),
        maybe("won-value", Reads::Money),
        maybe("won-product", Reads::Text),
    ]
}

fn partners() -> Vec<Field> {
    let mut fields = vec![
        needed("code", Reads::Text),
        needed("name", Reads::Text),
        needed("level", Reads::Text),
        maybe("latitude", Reads::Number),
        maybe("longitude", Reads::Number),
        maybe("capacity", Reads::Integer),
        maybe("certificates", Reads::Texts),
    ];
    fields.extend(["parent", "country", "postcode"].map(|name| maybe(name, Reads::Text)));
    fields
}

fn measures() -> Vec<Field> {
    vec![
        needed("partner", Reads::Text),
        needed("name", Reads::Text),
        needed("value", Reads::Number),
        needed("from", Reads::Instant),
        needed("until", Reads::Instant),
        maybe("kind", Reads::OneOf(&["measure", "target"])),
    ]
}

fn places() -> Vec<Field> {
    vec![
        needed("country", Reads::Text),
        needed("postcode", Reads::Text),
        needed("latitude", Reads::Number),
        needed("longitude", Reads::Number),
    ]
}
