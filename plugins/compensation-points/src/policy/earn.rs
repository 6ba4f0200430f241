//! What a lead with complete feedback is worth.

use stellwerk_plugin_sdk::prelude::*;

use super::Points;

/// Of two factors in parts per million.
const BOTH: i128 = 1_000_000_000_000;

impl Points {
    /// Once in a cycle of the lead, whoever reports it.
    pub(super) fn earn(&self, input: &AwardInput) -> Earnings {
        let words = &self.words;
        let mut earnings = Earnings::none();
        let (true, Some(lead)) = (input.event.code == words.data_complete, &input.lead) else {
            return earnings;
        };
        let Some(claimer) = input.payee(words.claimer) else {
            earnings.reasons.push(Reason::of("nobody"));
            return earnings;
        };
        let cycle = i64::from(lead.cycle);
        let completed = input.balance(words.completed, Holder::Lead);
        if completed >= cycle {
            earnings.reasons.push(Reason::of("complete-before"));
            return earnings;
        }
        let attributes = &input.event.attributes;
        let temperature = attributes.text(words.temperature);
        let worked_after = attributes.integer(words.worked_after);
        let points = self.worth(temperature, worked_after);
        let reason = match worked_after {
            Some(seconds) => Reason::of("points")
                .with(temperature.unwrap_or(words.hot))
                .with(seconds / 60),
            None => Reason::of("points-late").with(temperature.unwrap_or(words.hot)),
        };
        earnings.post(words.points, claimer, points, reason.weighing(points));
        let reason = Reason::of("completed-cycle").with(cycle);
        earnings.post(words.completed, Holder::Lead, cycle - completed, reason);
        earnings
    }

    /// points * temperature * contact, rounded once. Who has reported without any work
    /// on the lead before counts as late.
    fn worth(&self, temperature: Option<Word>, worked_after: Option<i64>) -> i64 {
        let config = &self.config;
        let factors = config.temperatures;
        let by_temperature = match temperature {
            Some(warm) if warm == self.words.warm => factors.warm,
            Some(cold) if cold == self.words.cold => factors.cold,
            _ => factors.hot,
        };
        let in_time = |contact: &&super::Contact| {
            worked_after.is_some_and(|seconds| seconds <= i64::from(contact.within_seconds))
        };
        let contact = config.contacts.iter().find(in_time);
        let by_contact = contact.map_or(config.later, |contact| contact.factor);
        let product =
            i128::from(config.points) * i128::from(by_temperature) * i128::from(by_contact);
        // Points and factors are bounded by the schema.
        ((product + BOTH / 2) / BOTH) as i64
    }
}
