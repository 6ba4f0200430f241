//! Events that a server pays: when it has, and what the questions that it has recorded cost
//! when they are put to the same components again, without store and ledger.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use stellwerk::clock::{Clock, Ids};
use stellwerk::domain::ids::{DecisionId, ManufacturerId};
use stellwerk::host::{Host, InForce, Plans};
use stellwerk::policy::question::Question;
use stellwerk::policy::{Asked, Bound, CallOptions, Engine, EngineSettings, canonical};
use stellwerk::store::{Store, StoreSettings};
use stellwerk_tests::{Database, compiled};

/// Different questions that are put to the components.
const QUESTIONS: u32 = 2_000;
/// How long a lane may need for what was imported.
const LANE_MAX: Duration = Duration::from_secs(3_600);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The position that the only lane has come to.
pub fn paid_up_to(database: &Database) -> i64 {
    number(database, "coalesce(max(position), 0)", "lane")
}

/// Waits until everything is paid that has happened by now.
pub fn until_paid(database: &Database) {
    let last = number(database, "max(position)", "event");
    let begun = Instant::now();
    while paid_up_to(database) < last {
        assert!(begun.elapsed() < LANE_MAX, "the lane is too slow");
        std::thread::sleep(LOOK_EVERY);
    }
}

fn number(database: &Database, column: &str, table: &str) -> i64 {
    let [[number]] = database.rows([column], table).try_into().expect("a row");
    number
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// What bare calls take about so many cases: to each component that was asked, the last
/// questions of that kind, over and over.
pub fn bare<I>(database: &Database, cases: u64, components: usize) -> Duration
where
    I: Asked + Clone + DeserializeOwned,
{
    let function = I::FUNCTION.as_str();
    let last = format!("decision WHERE function = '{function}' ORDER BY id DESC LIMIT {QUESTIONS}");
    let ids = database.rows(["id"], &last).into_iter().flatten().flatten();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let asked = runtime.block_on(questions::<I>(database, ids.map(Into::into).collect()));
    assert!(
        !asked.is_empty(),
        "no question of the kind {function} was recorded"
    );
    let limits = CallOptions::new("benchmark").limits;
    asked
        .iter()
        .cycle()
        .take(cases as usize * components)
        .map(|(bound, question)| {
            let input = question.input.clone();
            let begun = Instant::now();
            let decided = bound.ask_blocking(&limits, question.context, input);
            let span = begun.elapsed();
            decided.expect("an answer");
            span
        })
        .sum()
}

/// The questions of decisions, each with the component that was asked.
async fn questions<I: Asked + DeserializeOwned>(
    database: &Database,
    decisions: Vec<DecisionId>,
) -> Vec<(Arc<Bound>, Question<I>)> {
    let (host, maker, force) = opened(database).await;
    let plans = Plans::load(&host, force.clone()).await.expect("its plans");
    let plan = plans
        .of_period(&host, host.clock.now(), None)
        .await
        .expect("the plan");
    let mut questions = Vec::new();
    for id in decisions {
        let decision = host.store.decision(&maker, &id).await;
        let decision = decision.expect("the database").expect("a decision");
        let slot = plan.slots.get(&decision.slot);
        let slot = slot.or(force.slots.get(&decision.slot)).expect("a slot");
        let bound = slot.bound.clone().expect("a component");
        let question = canonical::from_cbor(&decision.input).expect("a question");
        questions.push((bound, question));
    }
    host.store.close().await;
    questions
}

/// A host on what a server has left, with the contract of a benchmark.
pub async fn opened(database: &Database) -> (Host, ManufacturerId, Arc<InForce>) {
    let settings = match database {
        Database::Sqlite(folder) => StoreSettings::Sqlite {
            folder: folder.clone(),
        },
        Database::Postgres(url) => StoreSettings::Postgres { url: url.clone() },
    };
    let store = Store::open(&settings).await.expect("the database");
    let engine = Engine::new(EngineSettings {
        cache_folder: Some(compiled().to_owned()),
        ..EngineSettings::default()
    })
    .expect("an engine");
    let host = Host::new(store, engine, Clock::System, Ids::random());
    let maker = host.store.manufacturer_by_code("maker").await;
    let maker = maker.expect("the database").expect("a manufacturer").id;
    let contract = host.store.contract_by_code(&maker, "pumps").await;
    let contract = contract.expect("the database").expect("a contract");
    let force = host.contract(&maker, &contract.id).await;
    (host, maker, force.expect("the contract"))
}
