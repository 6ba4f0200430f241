//! A manufacturer's partners, and who is below whom.

use std::collections::BTreeMap;

use crate::domain::ids::{ManufacturerId, PartnerId};
use crate::domain::partner::Partner;
use crate::host::Host;
use crate::store;

/// All partners of a manufacturer.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    by_id: BTreeMap<PartnerId, Partner>,
    codes: BTreeMap<String, PartnerId>,
}

impl Tree {
    pub async fn load(host: &Host, manufacturer: &ManufacturerId) -> Result<Self, store::Error> {
        let mut tree = Self::default();
        for partner in host.store.partners(manufacturer).await? {
            tree.put(partner);
        }
        Ok(tree)
    }

    pub fn by_id(&self, id: &PartnerId) -> Option<&Partner> {
        self.by_id.get(id)
    }

    pub fn by_code(&self, code: &str) -> Option<&Partner> {
        self.by_id.get(self.codes.get(code)?)
    }

    /// The partner that policies know by that key.
    pub fn by_key(&self, key: u64) -> Option<&Partner> {
        self.by_id.values().find(|partner| partner.key == key)
    }

    /// Puts the partner into the tree, in the place of what was known of it.
    pub(super) fn put(&mut self, partner: Partner) {
        self.codes.insert(partner.code.clone(), partner.id.clone());
        self.by_id.insert(partner.id.clone(), partner);
    }

    /// The highest key that a partner has; 0 where there is none.
    pub(super) fn last_key(&self) -> u64 {
        self.by_id
            .values()
            .map(|partner| partner.key)
            .max()
            .unwrap_or(0)
    }

    /// Those above the partner, the nearest first; none of them twice, so that
    /// a circle ends too.
    pub fn above(&self, id: &PartnerId) -> Vec<&Partner> {
        let mut way: Vec<&Partner> = Vec::new();
        let mut next = self
            .by_id
            .get(id)
            .and_then(|partner| partner.parent.as_ref());
        while let Some(above) = next.and_then(|id| self.by_id.get(id)) {
            if way.iter().any(|known| known.id == above.id) {
                break;
            }
            way.push(above);
            next = above.parent.as_ref();
        }
        way
    }

    /// The codes on the way up that leads back to the partner; none where it
    /// does not.
    pub(super) fn circle(&self, id: &PartnerId) -> Option<String> {
        let above = self.above(id);
        let back = above.iter().position(|partner| partner.id == *id)?;
        let start = self.by_id.get(id)?;
        let way: Vec<&str> = std::iter::once(start)
            .chain(above.into_iter().take(back + 1))
            .map(|partner| partner.code.as_str())
            .collect();
        Some(way.join(" -> "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(edges: &[(&str, Option<&str>)]) -> Tree {
        let mut tree = Tree::default();
        for (position, (code, parent)) in edges.iter().enumerate() {
            tree.put(Partner {
                manufacturer: "m".into(),
                id: PartnerId::from(*code),
                code: (*code).to_owned(),
                name: (*code).to_owned(),
                key: position as u64 + 1,
                parent: parent.map(PartnerId::from),
                country: None,
                postcode: None,
                position: None,
                version: 1,
            });
        }
        tree
    }

    fn circle(edges: &[(&str, Option<&str>)], code: &str) -> Option<String> {
        tree(edges).circle(&code.into())
    }

    #[test]
    fn a_circle_is_found_from_within_and_not_from_below() {
        let edges = [
            ("a", Some("b")),
            ("b", Some("c")),
            ("c", Some("a")),
            ("d", Some("a")),
        ];
        assert_eq!(circle(&edges, "a").as_deref(), Some("a -> b -> c -> a"));
        assert_eq!(circle(&edges, "d"), None);
        assert_eq!(circle(&[("a", Some("a"))], "a").as_deref(), Some("a -> a"));
        assert_eq!(circle(&[("a", Some("b")), ("b", None)], "a"), None);
    }

    #[test]
    fn those_above_are_named_from_near_to_far() {
        let tree = tree(&[("a", Some("b")), ("b", Some("c")), ("c", None)]);
        let above: Vec<&str> = tree
            .above(&"a".into())
            .iter()
            .map(|partner| partner.code.as_str())
            .collect();
        assert_eq!(above, ["b", "c"]);
        assert_eq!(tree.last_key(), 3);
    }
}
