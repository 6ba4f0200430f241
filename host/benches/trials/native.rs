//! The policies as they are, without a sandbox: what any program would need that asks them
//! about what is stored.

use std::time::{Duration, Instant};

use compensation_care_first::CareFirst;
use compensation_flat_split::FlatSplit;
use stellwerk::domain::ids::EventId;
use stellwerk::domain::time::Micros;
use stellwerk::policy::canonical;
use stellwerk::policy::question::{AwardInput, Question};
use stellwerk_plugin_sdk::compensation::Compensation;
use stellwerk_plugin_sdk::{Context, compensation, testing};
use stellwerk_tests::Database;

use crate::recorded;

/// Events read at once.
const EVENTS_AT_ONCE: u32 = 500;

/// What a loop over stored events takes.
#[derive(Default)]
pub struct Loop {
    pub decisions: u64,
    /// To read events and what was asked about them.
    pub reading: Duration,
    /// To ask.
    pub asking: Duration,
}

impl Loop {
    pub fn per_second(&self) -> f64 {
        self.decisions as f64 / (self.reading + self.asking).as_secs_f64()
    }
}

/// Goes over everything that components were asked about, page by page, and asks the same
/// policies natively.
pub fn over(database: &Database) -> Loop {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(over_events(database))
}

async fn over_events(database: &Database) -> Loop {
    let (flat_split, care_first) = (
        testing::default::<FlatSplit>(),
        testing::default::<CareFirst>(),
    );
    let (host, maker, force) = recorded::opened(database).await;
    let contract = &force.contract.id;
    let mut done = Loop::default();
    let mut after = (Micros(i64::MIN), String::new());
    loop {
        let begun = Instant::now();
        let page = host.store.events_occurred(
            &maker,
            contract,
            (after.0, &after.1),
            Micros(i64::MAX),
            EVENTS_AT_ONCE,
        );
        let page = page.await.expect("the database");
        let Some(last) = page.last() else { break };
        after = (last.event.occurred_at, last.event.id.as_str().to_owned());
        let ids: Vec<EventId> = page.iter().map(|found| found.event.id.clone()).collect();
        let asked = host.store.awards_of_events(&maker, &ids).await;
        let asked: Vec<(String, Question<AwardInput>)> = asked
            .expect("the database")
            .into_iter()
            .map(|decision| {
                let question = canonical::from_cbor(&decision.input).expect("a question");
                (decision.slot, question)
            })
            .collect();
        done.reading += begun.elapsed();
        for (slot, question) in &asked {
            let policy: &dyn Asked = match slot.as_str() {
                "compensation/commission" => &flat_split,
                _ => &care_first,
            };
            done.asking += policy.asked(question);
            done.decisions += 1;
        }
    }
    host.store.close().await;
    done
}

/// A policy that is asked in its own types.
trait Asked {
    /// How long the question takes it; to put it into the policy's types is not counted.
    fn asked(&self, question: &Question<AwardInput>) -> Duration;
}

impl<P: Compensation> Asked for P {
    fn asked(&self, question: &Question<AwardInput>) -> Duration {
        let told = canonical::to_json(question).expect("a document");
        let context: Context = from(&told["context"]);
        let input: compensation::AwardInput = from(&told["input"]);
        let begun = Instant::now();
        let earnings = self.award(&context, &input);
        let span = begun.elapsed();
        std::hint::black_box(earnings.expect("an answer"));
        span
    }
}

fn from<T: serde::de::DeserializeOwned>(told: &serde_json::Value) -> T {
    testing::input(&told.to_string())
}
