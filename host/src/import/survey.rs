//! What a file names and tells, without importing it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::error::ImportError;
use super::field::Kind;
use super::mapping::{Mapping, ReadValues};
use super::read::Rows;
use crate::domain::terms::Terms;

/// What the rows of a file say; those that cannot be read say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Numbers of leads, as far as they are asked for.
    pub leads: BTreeSet<String>,
    /// Those of them whose ending is told.
    pub ended: BTreeSet<String>,
    /// Codes of partners.
    pub partners: BTreeSet<String>,
    /// Leads that somebody had.
    pub held: u64,
    /// Of these, how many are told the field, by its name.
    pub told: BTreeMap<String, u64>,
}

impl Survey {
    /// Reads a file through. Numbers of leads are kept where `with_leads` asks for them: a
    /// file may have more than memory has room for.
    ///
    /// # Errors
    /// Where the file cannot be read, or the mapping does not fit it.
    pub fn of(
        kind: Kind,
        mapping: &Mapping,
        terms: &Terms,
        file: impl Read,
        with_leads: bool,
    ) -> Result<Self, ImportError> {
        let mut rows = Rows::open(file, &mapping.dialect)?;
        let bound = mapping.bind(kind, rows.columns(), terms)?;
        let mut survey = Self::default();
        while let Some(row) = rows.next()? {
            let Ok(row) = row else { continue };
            if bound.counts(&row)
                && let Ok(values) = bound.read(&row)
            {
                survey.add(kind, &values, with_leads);
            }
        }
        Ok(survey)
    }

    fn add(&mut self, kind: Kind, values: &ReadValues, with_leads: bool) {
        let (lead, partner) = match kind {
            Kind::Leads => ("external-id", "partner"),
            Kind::Outcomes => ("lead", "partner"),
            Kind::Partners => ("", "code"),
            Kind::Measures => ("", "partner"),
            Kind::Places => return,
        };
        if let Some(number) = values.text(lead).filter(|_| with_leads) {
            let has_ended = values.text("outcome").is_some();
            self.ended.extend(has_ended.then(|| number.clone()));
            self.leads.insert(number);
        }
        let is_held = !lead.is_empty() && values.text("partner").is_some();
        self.partners.extend(values.text(partner));
        if is_held {
            self.held += 1;
            for field in values.fields() {
                match self.told.get_mut(field) {
                    Some(count) => *count += 1,
                    None => {
                        self.told.insert(field.to_owned(), 1);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::terms;

    fn survey(kind: Kind, fields: &str, file: &str, with_leads: bool) -> Survey {
        let mapping = Mapping::parse(&format!("[fields]\n{fields}"), Some("csv")).unwrap();
        let terms = terms(json!({}));
        Survey::of(kind, &mapping, &terms, file.as_bytes(), with_leads).unwrap()
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn leads_name_their_partners_and_tell_what_happened() {
        let fields = "external-id = \"id\"\npartner = \"by\"\nclaimed-at = \"claimed\"\n\
            outcome = \"outcome\"\noutcome-at = \"on\"\n";
        let file = "id,by,claimed,outcome,on\nA,north,2026-01-05,won,2026-02-01\n\
            B,south,,,\nC,,,,\nD,south,no day,,\n";
        let found = survey(Kind::Leads, fields, file, true);
        // The last one cannot be read.
        assert_eq!(found.leads, set(&["A", "B", "C"]));
        assert_eq!(found.ended, set(&["A"]));
        assert_eq!(found.partners, set(&["north", "south"]));
        assert_eq!(found.held, 2);
        assert_eq!(found.told.get("claimed-at"), Some(&1));
        assert_eq!(found.told.get("contacted-at"), None);
        assert_eq!(survey(Kind::Leads, fields, file, false).leads, set(&[]));
    }

    #[test]
    fn measures_and_partners_name_partners() {
        let fields = "code = \"id\"\nname = \"id\"\nlevel = { constant = \"partner\" }\n";
        let found = survey(Kind::Partners, fields, "id\nnorth\n", true);
        assert_eq!((found.partners, found.held), (set(&["north"]), 0));
        let fields = "partner = \"p\"\nname = \"n\"\nvalue = \"v\"\nfrom = \"f\"\nuntil = \"u\"\n";
        let file = "p,n,v,f,u\nwest,satisfaction,8,2026-01-01,2026-02-01\n";
        assert_eq!(
            survey(Kind::Measures, fields, file, true).partners,
            set(&["west"])
        );
    }
}
