//! What a variant's escalation comes to.

use serde::{Deserialize, Serialize};

/// What was done about leads while nobody acted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ladder {
    /// Leads of which history tells how long they were offered.
    pub offered: u64,
    /// Of these, those that nobody had claimed in the promised time.
    pub claims_late: u64,
    /// Waves after the first.
    pub waves: u64,
    /// How often somebody of the manufacturer was told.
    pub told: u64,
    /// Leads that came to the end of the ladder.
    pub handed_over: u64,
    /// Leads of which history tells how long after the claim they were worked.
    pub claimed: u64,
    /// Of these, those that were not contacted in the promised time.
    pub contacts_late: u64,
    /// Claims that were taken back.
    pub recalled: u64,
    pub reminded: u64,
}

impl Ladder {
    /// Adds what was done about a lead.
    pub fn add(&mut self, lead: &Self) {
        self.offered += lead.offered;
        self.claims_late += lead.claims_late;
        self.waves += lead.waves;
        self.told += lead.told;
        self.handed_over += lead.handed_over;
        self.claimed += lead.claimed;
        self.contacts_late += lead.contacts_late;
        self.recalled += lead.recalled;
        self.reminded += lead.reminded;
    }
}
