//! What can be set.

use stellwerk_plugin_sdk::prelude::*;

/// How earlier leads ended, and what follows from a chance.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// How earlier leads ended. They stand here and not in figures, so that a lead is
    /// judged the same until somebody changes them.
    pub counts: Counts,
    /// The chance, in thousandths, from which a lead goes out.
    pub qualified_from: i64,
    /// The chance, in thousandths, from which it is warm.
    pub warm_from: i64,
    /// The chance, in thousandths, from which it is hot.
    pub hot_from: i64,
    /// How long a lead rests whose chance is less.
    pub rest: Span,
}

/// How earlier leads ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Counts {
    /// Of all of them, how many were won.
    pub won: u64,
    /// And how many were lost.
    pub lost: u64,
    /// The fields by which leads are told apart.
    pub fields: Vec<FieldCounts>,
}

/// How leads ended, by the value of one field.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldCounts {
    /// source, product, country, or an attribute of leads: a text, a set or a flag.
    pub field: Word,
    pub values: Vec<ValueCount>,
}

/// How leads with a value have ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueCount {
    /// Of a flag: true or false.
    pub value: Word,
    pub won: u64,
    pub lost: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            counts: Counts::default(),
            qualified_from: 100,
            warm_from: 200,
            hot_from: 400,
            rest: Span::of([stellwerk_plugin_sdk::Leg::CalendarDays(30)]),
        }
    }
}

impl Config {
    /// What a schema cannot say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let chances = [
            ("qualified-from", self.qualified_from),
            ("warm-from", self.warm_from),
            ("hot-from", self.hot_from),
        ];
        for (name, chance) in chances {
            if !(0..=1_000).contains(&chance) {
                problems.push(Problem::at(
                    format!("/{name}"),
                    "is a chance in thousandths, from 0 to 1000",
                ));
            }
        }
        if self.warm_from > self.hot_from {
            problems.push(Problem::at(
                "/warm-from",
                "is above `hot-from`: a hot lead has to be warm, too",
            ));
        }
        problems.extend(self.counts.problems());
        problems
    }
}

impl Counts {
    /// Nothing is known yet.
    pub(super) fn is_empty(&self) -> bool {
        self.won == 0 && self.lost == 0 && self.fields.is_empty()
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.is_empty() {
            return problems;
        }
        for (name, count) in [("won", self.won), ("lost", self.lost)] {
            if count == 0 {
                problems.push(Problem::at(
                    format!("/counts/{name}"),
                    "is 0: where none was won, or none lost, no chance can be reckoned",
                ));
            }
        }
        for (position, counts) in self.fields.iter().enumerate() {
            let at = format!("/counts/fields/{position}");
            let before = &self.fields[..position];
            if before.iter().any(|other| other.field == counts.field) {
                problems.push(Problem::at(
                    format!("{at}/field"),
                    format!("`{}` is counted already; leave one", counts.field),
                ));
            }
            problems.extend(self.value_problems(counts, &at));
        }
        problems
    }

    fn value_problems(&self, counts: &FieldCounts, at: &str) -> Vec<Problem> {
        let mut known = std::collections::BTreeSet::new();
        let mut problems = Vec::new();
        for (position, count) in counts.values.iter().enumerate() {
            let at = format!("{at}/values/{position}");
            if !known.insert(count.value) {
                problems.push(Problem::at(
                    format!("{at}/value"),
                    format!("`{}` is counted already; leave one", count.value),
                ));
            }
            for (name, count, all) in [
                ("won", count.won, self.won),
                ("lost", count.lost, self.lost),
            ] {
                if count > all {
                    problems.push(Problem::at(
                        format!("{at}/{name}"),
                        format!("is more than all that were {name}: {all}"),
                    ));
                }
            }
        }
        problems
    }
}
