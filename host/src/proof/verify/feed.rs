//! The feed: an event at every position, and nothing that it names is gone.

use super::Check;
use crate::proof::Error;
use crate::proof::finding::Kind;

const EVENTS_AT_ONCE: u32 = 1_000;

impl Check<'_> {
    pub(super) async fn feed(&mut self) -> Result<(), Error> {
        let (store, of) = (self.store, &self.of.id);
        let last = store.last_position(of).await?;
        let mut next = 1;
        while next <= last {
            let page = store
                .placed_events(of, next - 1, last, EVENTS_AT_ONCE)
                .await?;
            // What is missing at the end is missing too.
            let found = page.iter().map(|event| event.position);
            let end = (page.len() < EVENTS_AT_ONCE as usize).then_some(last + 1);
            for position in found.chain(end) {
                if position > next {
                    let until = position - 1;
                    self.findings
                        .add(Kind::EventMissing, || match until == next {
                            true => format!("the event at position {next} is missing"),
                            false => {
                                format!("the events at positions {next} to {until} are missing")
                            }
                        });
                }
                next = position + 1;
            }
            for event in &page {
                self.counted.events += 1;
                let (id, position) = (&event.id, event.position);
                if let Some(decision) = &event.lost_decision {
                    self.findings.add(Kind::EventSubject, || {
                        format!("event {id} at position {position} follows from decision {decision}, which is missing")
                    });
                }
                if let Some(lead) = &event.lost_lead {
                    self.findings.add(Kind::EventSubject, || {
                        format!(
                            "event {id} at position {position} is of lead {lead}, which is missing"
                        )
                    });
                }
            }
            self.sign();
        }
        Ok(())
    }
}
