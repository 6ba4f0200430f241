//! Who is settled by what, where a generation is tried with some partners.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Error;
use super::ask::slot;
use super::recompute::Computation;
use crate::domain::partner::{Participant, Partner};
use crate::host::InForce;

/// Partners whose period one generation of a component settles.
pub(super) struct Group<'a> {
    pub plan: Arc<InForce>,
    pub rows: Cow<'a, [(Participant, Partner)]>,
}

impl<'a> Computation<'a> {
    /// All partners, by the plan of the computation.
    pub fn all(&self) -> Group<'a> {
        Group {
            plan: self.plan.clone(),
            rows: Cow::Borrowed(&self.lane.parties.rows),
        }
    }

    /// Who is settled by what, by component: what is in force first, with all partners
    /// but those that another generation is tried with.
    pub async fn groups(&self) -> Result<BTreeMap<String, Vec<Group<'a>>>, Error> {
        let lane = self.lane;
        let mut groups: BTreeMap<String, Vec<Group<'a>>> = BTreeMap::new();
        for (component, _) in self.plan.components() {
            groups.insert(component.to_owned(), vec![self.all()]);
        }
        for partner in lane.plans.tried_with(self.period.begins) {
            let Some(row) = lane.parties.row_of(&partner) else {
                continue;
            };
            let plan = lane.plan_of(self.period, Some(&partner)).await?;
            for (component, of_partner) in plan.components() {
                let generation = |plan: &InForce| {
                    let slot = plan.slots.get(&slot(component));
                    slot.map(|slot| slot.generation)
                };
                if generation(&self.plan) == Some(of_partner.generation) {
                    continue;
                }
                let of_component = groups.entry(component.to_owned()).or_default();
                for group in of_component.iter_mut() {
                    if group.rows.iter().any(|row| row.1.id == partner) {
                        group.rows.to_mut().retain(|row| row.1.id != partner);
                    }
                }
                let same = of_component
                    .iter_mut()
                    .find(|group| generation(&group.plan) == Some(of_partner.generation));
                match same {
                    Some(group) => group.rows.to_mut().push(row.clone()),
                    None => of_component.push(Group {
                        plan: plan.clone(),
                        rows: Cow::Owned(vec![row.clone()]),
                    }),
                }
            }
        }
        Ok(groups)
    }
}
