//! A plugin proves itself on its own examples: each is asked twice and on both
//! ways to configure it, and has to answer what its manifest says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Inner;
use super::bind::{Bound, Way, check_configuration};
use super::compile::Lane;
use super::interface::Asked;
use super::plugin::Plugin;
use crate::policy::canonical;
use crate::policy::error::{Code, PolicyError};
use crate::policy::golden::{difference, terms};
use crate::policy::kind::Function;
use crate::policy::limits::Limits;
use crate::policy::manifest::{Golden, Manifest};
use crate::policy::question::{
    AdmitInput, Answer, AssessInput, AwardInput, EscalateInput, Question, RankInput, SettleInput,
};
use crate::policy::receipt::{Decision, Receipt};

/// Binds the plugin in both ways, by configuration and terms.
type Bindings = HashMap<(String, String), [Arc<Bound>; 2]>;

/// Different configurations and terms of one plugin's examples: a component is
/// compiled for each.
const BINDINGS_MAX: usize = 32;

/// Runs all golden examples. What somebody has just sent may take a bounded time for all
/// of them; what is in force elsewhere has proved itself there, and is not refused because
/// this host is slower.
pub fn check(engine: &Arc<Inner>, plugin: &Arc<Plugin>, lane: Lane) -> Result<(), PolicyError> {
    let begun = Instant::now();
    let in_time = |golden: &Golden| match lane {
        Lane::Upload if begun.elapsed() > engine.examples_time_max => {
            Err(too_costly(engine.examples_time_max, golden))
        }
        _ => Ok(()),
    };
    let mut bindings = Bindings::new();
    let mut bind = |configuration: &Value, terms: Option<&Value>| {
        bind_both(engine, plugin, lane, &mut bindings, configuration, terms)
    };
    // The default has to hold even where no example uses it.
    let defaults = &plugin.manifest().configuration.default;
    bind(defaults, None)?;
    for golden in &plugin.manifest().golden {
        in_time(golden)?;
        let configuration = golden.configuration.as_ref().unwrap_or(defaults);
        let both = bind(configuration, golden.terms.as_ref())
            .map_err(|error| in_example(golden, error))?;
        check_example(golden, &both)?;
    }
    Ok(())
}

fn bind_both(
    engine: &Arc<Inner>,
    plugin: &Arc<Plugin>,
    lane: Lane,
    bindings: &mut Bindings,
    configuration: &Value,
    given_terms: Option<&Value>,
) -> Result<[Arc<Bound>; 2], PolicyError> {
    let terms = terms(given_terms)?;
    let configuration = check_configuration(plugin, configuration)?;
    let key = (configuration, terms);
    if let Some(both) = bindings.get(&key) {
        return Ok(both.clone());
    }
    if bindings.len() >= BINDINGS_MAX {
        return Err(PolicyError::new(
            Code::PluginBadManifest,
            format!("has more than {BINDINGS_MAX} different configurations and terms"),
        ));
    }
    let bind = |way| {
        engine
            .bind_new(plugin, key.0.clone(), &key.1, way, lane)
            .map(Arc::new)
    };
    let both = [bind(Way::Best)?, bind(Way::Plain)?];
    if both[0].vocabulary().words() != both[1].vocabulary().words() {
        return Err(PolicyError::new(
            Code::PluginNondeterministic,
            "`configure` has answered two different vocabularies",
        ));
    }
    bindings.insert(key, both.clone());
    Ok(both)
}

fn check_example(golden: &Golden, both: &[Arc<Bound>; 2]) -> Result<(), PolicyError> {
    match golden.function {
        Function::Assess => check_as::<AssessInput>(golden, both),
        Function::Rank => check_as::<RankInput>(golden, both),
        Function::Escalate => check_as::<EscalateInput>(golden, both),
        Function::Admit => check_as::<AdmitInput>(golden, both),
        Function::Award => check_as::<AwardInput>(golden, both),
        Function::Settle => check_as::<SettleInput>(golden, both),
    }
}

fn check_as<I: Asked + DeserializeOwned>(
    golden: &Golden,
    [best, plain]: &[Arc<Bound>; 2],
) -> Result<(), PolicyError> {
    let question: Question<I> = canonical::from_json(golden.input.clone()).map_err(|error| {
        in_example(
            golden,
            PolicyError::new(Code::PluginBadManifest, format!("its input: {error}")),
        )
    })?;
    let ask = |bound: &Arc<Bound>| {
        bound.ask_blocking(&Limits::default(), question.context, question.input.clone())
    };
    let (first, second, other) = (ask(best), ask(best), ask(plain));
    if receipt(&first).output != receipt(&second).output
        || receipt(&first).fuel != receipt(&second).fuel
    {
        return Err(nondeterministic(
            golden,
            "asked twice it differs in its answer or in the fuel it takes",
        ));
    }
    if receipt(&first).output != receipt(&other).output {
        return Err(nondeterministic(
            golden,
            "it answers otherwise when its configuration is baked in",
        ));
    }
    compare(best.plugin().manifest(), golden, &first)
}

fn receipt<A>(decision: &Decision<A>) -> &Receipt {
    match decision {
        Ok(decided) => &decided.receipt,
        Err(failed) => &failed.receipt,
    }
}

fn compare<A: serde::Serialize>(
    manifest: &Manifest,
    golden: &Golden,
    decision: &Decision<A>,
) -> Result<(), PolicyError> {
    let internal =
        |error: canonical::CanonicalError| PolicyError::new(Code::HostInternal, error.to_string());
    let answered = match decision {
        Ok(decided) => match &decided.answer {
            Answer::Given(answer) => canonical::to_json(answer).map_err(internal)?,
            Answer::NotApplicable(_) => serde_json::json!({ "error": "not-applicable" }),
        },
        Err(failed) => match failed.error.code {
            Code::InputInvalid => serde_json::json!({ "error": "invalid-input" }),
            Code::PolicyError => serde_json::json!({ "error": "internal" }),
            _ => return Err(in_example(golden, failed.error.clone())),
        },
    };
    if let Some(problem) = difference(&golden.expect, &answered) {
        return Err(in_example(
            golden,
            PolicyError::at(Code::PluginGoldenFailed, vec![problem]),
        ));
    }
    match reason_codes(&answered).find(|code| manifest.reason(code).is_none()) {
        None => Ok(()),
        Some(code) => Err(in_example(
            golden,
            PolicyError::new(
                Code::PluginBadManifest,
                format!("it answers the reason code `{code}`, which has no texts"),
            ),
        )),
    }
}

/// Codes of an answer for which people need words: of its reasons, of what
/// excludes candidates, and of the parts of its scores.
fn reason_codes(answered: &Value) -> impl Iterator<Item = &str> {
    let list = |name: &str| answered[name].as_array().into_iter().flatten();
    let reasons = list("reasons").filter_map(|reason| reason["code"].as_str());
    let excluded = list("excluded").filter_map(Value::as_str);
    let terms = answered["terms"].as_object().into_iter();
    let terms = terms.flat_map(|terms| terms.keys().map(String::as_str));
    reasons
        .chain(excluded)
        .chain(terms)
        .filter(|code| !code.is_empty())
}

/// Checked before each example, so that the last one begun may take longer.
fn too_costly(time_max: Duration, golden: &Golden) -> PolicyError {
    let message = format!(
        "the golden examples take longer than {} s together; `{}` and those after it were not asked",
        time_max.as_secs(),
        golden.name
    );
    PolicyError::new(Code::PluginGoldenTooCostly, message)
}

fn nondeterministic(golden: &Golden, what: &str) -> PolicyError {
    in_example(golden, PolicyError::new(Code::PluginNondeterministic, what))
}

/// The same error, with the example that it comes from. What goes wrong while an
/// example runs is a failed example, whatever it is.
fn in_example(golden: &Golden, error: PolicyError) -> PolicyError {
    let code = match error.code {
        Code::PluginNondeterministic | Code::PluginBadManifest => error.code,
        code if !code.reproducible() => code,
        _ => Code::PluginGoldenFailed,
    };
    let cause = match error.code {
        same if same == code => String::new(),
        other => format!("{other}: "),
    };
    PolicyError {
        code,
        message: format!("golden example `{}`: {cause}{}", golden.name, error.message),
        problems: error.problems,
        plugin: error.plugin,
    }
}
