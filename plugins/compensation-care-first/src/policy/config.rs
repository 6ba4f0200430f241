//! What can be set. Amounts are minor units of the contract's currency.

use stellwerk_plugin_sdk::prelude::*;

/// What is paid for data, care and projects, and what unworked leads cost.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// For a lead with complete data that was worked within the promised time;
    /// once in a cycle of the lead.
    pub complete: Money,
    /// For each documented care contact.
    pub care_contact: Money,
    /// For won projects.
    pub project: Project,
    /// What unworked leads cost.
    pub unworked: Unworked,
}

/// For won projects.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Project {
    /// The share of the project's value, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub rate: i64,
    /// What a project pays at least.
    pub least: Money,
    /// What it pays at most.
    pub most: Money,
}

/// What unworked leads cost.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Unworked {
    /// For each lead that its holder has left unworked.
    pub malus: Money,
    /// Up to which share of a period's claimed leads, in parts per million, the
    /// period's project part is paid in full.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub share_max: i64,
    /// Beyond it, what remains of the period's project part, in parts per million.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub project_kept: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            complete: Money(800),
            care_contact: Money(500),
            project: Project::default(),
            unworked: Unworked::default(),
        }
    }
}

impl Default for Project {
    fn default() -> Self {
        Self {
            rate: 15_000,
            least: Money(4_000),
            most: Money(90_000),
        }
    }
}

impl Default for Unworked {
    fn default() -> Self {
        Self {
            malus: Money(1_500),
            share_max: 100_000,
            project_kept: 800_000,
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self, terms: &Terms) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (pointer, amount) in [
            ("/complete", self.complete),
            ("/care-contact", self.care_contact),
            ("/project/least", self.project.least),
            ("/unworked/malus", self.unworked.malus),
        ] {
            if amount < Money::ZERO {
                problems.push(Problem::at(pointer, "has to be 0 or more"));
            }
        }
        if self.project.most < self.project.least {
            problems.push(Problem::at(
                "/project/most",
                "has to be no less than `least`",
            ));
        }
        if terms.periods.cadence != "month" {
            problems.push(Problem::at(
                "terms:/periods/cadence",
                format!(
                    "is {}; this plan settles by the month, because its accounts begin anew each month",
                    terms.periods.cadence
                ),
            ));
        }
        problems
    }
}
