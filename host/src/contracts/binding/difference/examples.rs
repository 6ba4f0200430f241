//! The golden examples of both plugins, asked of both generations.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;

use super::{Version, Versions, read};
use crate::domain::terms::Terms;
use crate::host::Host;
use crate::policy::differ::{Difference, Names, Said, differences};
use crate::policy::manifest::Golden;
use crate::policy::{Bound, CallOptions, Manifest, Place, PolicyError, golden, view};

/// How long examples are asked, of which a manifest has a hundred at most; what is left
/// then is left out.
const ASKING_TIME_MAX: Duration = Duration::from_secs(10);
/// Characters that say why an example cannot be asked.
const TEXT_MAX: usize = 300;

/// What both generations answer to the golden examples of their plugins. An example is
/// asked under its own configuration where it gives one, and as each generation is
/// configured where it gives none; always under its own terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Examples {
    /// Examples that were put to both.
    pub asked: u32,
    /// Those that end otherwise, or cannot be asked.
    pub differing: Vec<Example>,
    /// Examples for which there was no time: a hundred of each at most are asked, for 10 s.
    pub left_out: u32,
}

/// An example on which the two are not at one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Example {
    pub name: String,
    pub of: Of,
    pub function: String,
    pub differences: Vec<Difference>,
    /// The same in words, or why neither can be asked.
    pub words: String,
}

/// Whose example it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    From,
    To,
    Both,
}

impl Of {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::From => "the first",
            Self::To => "the second",
            Self::Both => "both",
        }
    }
}

/// Asks both, in no slot, and compares what they would do.
pub(super) async fn ask(host: &Host, versions: &Versions) -> Examples {
    let Versions { from, to, .. } = versions;
    let examples = of_both(from.bound.plugin().manifest(), to.bound.plugin().manifest());
    let mut found = Examples {
        left_out: u32::try_from(examples.len()).unwrap_or(u32::MAX),
        ..Examples::default()
    };
    let (mut before, mut after) = (Asker::new(host, from), Asker::new(host, to));
    let begun = Instant::now();
    for (of, golden) in examples {
        // Without this the plugin would not have been taken in.
        let Ok(case) = Case::read(of, golden) else {
            continue;
        };
        let left = ASKING_TIME_MAX.saturating_sub(begun.elapsed());
        let asked = async { (before.ask(&case).await, after.ask(&case).await) };
        let Ok((before, after)) = timeout(left, asked).await else {
            break;
        };
        found.asked += 1;
        found.left_out -= 1;
        found
            .differing
            .extend(case.compare(versions, &before, &after));
    }
    found
}

/// Each example once, in the order of the manifests.
fn of_both<'a>(from: &'a Manifest, to: &'a Manifest) -> Vec<(Of, &'a Golden)> {
    let (from, to) = (&from.golden, &to.golden);
    let of_from = from.iter().map(|golden| match to.contains(golden) {
        true => (Of::Both, golden),
        false => (Of::From, golden),
    });
    let only_to = to.iter().filter(|golden| !from.contains(golden));
    of_from
        .chain(only_to.map(|golden| (Of::To, golden)))
        .collect()
}

/// How a question ended, or why it cannot be asked.
type Ended = Result<(String, Vec<u8>), String>;

/// Asks one of the generations.
struct Asker<'a> {
    host: &'a Host,
    version: &'a Version,
    options: CallOptions,
    /// By configuration and terms.
    bounds: HashMap<(String, String), Result<Arc<Bound>, PolicyError>>,
}

impl<'a> Asker<'a> {
    fn new(host: &'a Host, version: &'a Version) -> Self {
        Self {
            host,
            version,
            options: CallOptions {
                place: Place::Beside,
                ..CallOptions::new(version.binding.manufacturer.as_str())
            },
            bounds: HashMap::new(),
        }
    }

    async fn ask(&mut self, case: &Case<'_>) -> Ended {
        let shortened = |why: String| why.chars().take(TEXT_MAX).collect::<String>();
        let bound = self.bound(case).await;
        let bound = bound.map_err(|error| shortened(error.to_string()))?;
        let function = case.golden.function;
        let receipt = view::ask(&bound, &self.options, function, &case.question).await;
        let receipt = receipt.map_err(|error| shortened(error.to_string()))?;
        Ok((receipt.outcome.as_str().to_owned(), receipt.output))
    }

    async fn bound(&mut self, case: &Case<'_>) -> Result<Arc<Bound>, PolicyError> {
        let own = case.golden.configuration.as_ref().map(Value::to_string);
        let configuration = own.unwrap_or_else(|| self.version.binding.configuration.clone());
        match self.bounds.entry((configuration, case.terms.clone())) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let (configuration, terms) = unknown.key();
                let (plugin, configuration) = (self.version.bound.plugin(), read(configuration));
                let engine = &self.host.engine;
                let bound = engine.bind_uncompiled(plugin, &configuration, terms).await;
                unknown.insert(bound).clone()
            }
        }
    }
}

/// An example as it is put to both.
struct Case<'a> {
    of: Of,
    golden: &'a Golden,
    terms: String,
    question: Vec<u8>,
}

impl<'a> Case<'a> {
    fn read(of: Of, golden: &'a Golden) -> Result<Self, PolicyError> {
        Ok(Self {
            of,
            golden,
            terms: golden::terms(golden.terms.as_ref())?,
            question: view::question_cbor(golden.function, golden.input.clone())?,
        })
    }

    /// What is told of it; none where both would do the same.
    fn compare(&self, versions: &Versions, before: &Ended, after: &Ended) -> Option<Example> {
        if let (Err(before), Err(after)) = (before, after) {
            let words = format!("neither can be asked: {before}");
            return Some(match before == after {
                true => self.told(Vec::new(), words),
                false => self.told(Vec::new(), format!("{words}; {after}")),
            });
        }
        let terms = Terms::kept(&self.terms).ok();
        let names = Names {
            // Of partners that the example has made up.
            partner: &|key| format!("partner {key}"),
            manifest: versions.to.bound.plugin().manifest(),
            currency: terms.as_ref().map_or("", |terms| &terms.currency),
        };
        let function = self.golden.function;
        let (before, after) = (said(before), said(after));
        match differences(names, function, &self.question, before, after) {
            Ok(found) if found.is_empty() => None,
            Ok(found) => {
                let words: Vec<String> = found.iter().map(Difference::to_string).collect();
                Some(self.told(found, words.join("; ")))
            }
            Err(error) => Some(self.told(Vec::new(), format!("cannot be compared: {error}"))),
        }
    }

    fn told(&self, differences: Vec<Difference>, words: String) -> Example {
        Example {
            name: self.golden.name.clone(),
            of: self.of,
            function: self.golden.function.as_str().to_owned(),
            differences,
            words,
        }
    }
}

fn said(ended: &Ended) -> Said<'_> {
    match ended {
        Ok((outcome, output)) => Said::of(outcome, output),
        Err(why) => Said::Unasked(why),
    }
}
