//! What a plugin can do wrong, and what the engine makes of it.

mod asking;
mod component;
mod loading;
mod odd;
mod shipped;

use std::sync::{Arc, LazyLock};

use serde_json::json;

use self::component::Matching;
use super::{Bound, CallOptions, Engine, EngineSettings};
use crate::policy::golden::terms;
use crate::policy::question::{Column, Context, Instant, Lead, RankInput, Ranking, Table};
use crate::policy::receipt::{Decided, Decision, Failed};

/// One for all tests: they share nothing but its threads.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(EngineSettings::default()).unwrap());

fn bind(matching: Matching) -> Arc<Bound> {
    let plugin = ENGINE.load_blocking(matching.component().into()).unwrap();
    ENGINE
        .bind_blocking(&plugin, &json!({"waves": 2}), &terms(None).unwrap())
        .unwrap()
}

fn context() -> Context {
    Context {
        now: Instant::default(),
        seed: 42,
    }
}

fn three_candidates() -> RankInput {
    RankInput {
        lead: Lead {
            reference: "L-1".into(),
            cycle: 1,
            ..Lead::default()
        },
        wave: 1,
        candidates: Table::new(vec![11, 12, 13])
            .with("level", Column::texts([Some("gold"), None, Some("gold")]))
            .with("distance-km", Column::numbers([Some(1.0), None, None])),
        ..RankInput::default()
    }
}

fn rank(bound: &Arc<Bound>) -> Decision<Ranking> {
    bound.rank_blocking(&CallOptions::new("maker"), context(), three_candidates())
}

fn decided(bound: &Arc<Bound>) -> Decided<Ranking> {
    rank(bound).unwrap()
}

fn failed(bound: &Arc<Bound>) -> Failed {
    *rank(bound).unwrap_err()
}
