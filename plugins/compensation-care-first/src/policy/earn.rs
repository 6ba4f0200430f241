//! What an event earns, costs or takes back.

use stellwerk_plugin_sdk::prelude::*;

use super::CareFirst;

impl CareFirst {
    pub(super) fn earn(&self, input: &AwardInput) -> Result<Earnings, PolicyError> {
        let words = &self.words;
        let code = input.event.code;
        let mut earnings = Earnings::none();
        if code == words.cancelled {
            let reason = Reason::of("cancelled");
            earnings.take_back(input, words.project, &reason)?;
            return Ok(earnings);
        }
        let is_paid = [
            words.data_complete,
            words.care_contact,
            words.won,
            words.unworked,
        ]
        .contains(&code);
        if !is_paid {
            return Ok(earnings);
        }
        let Some(holder) = input.payee(words.claimer) else {
            earnings.reasons.push(Reason::of("nobody"));
            return Ok(earnings);
        };
        if code == words.data_complete {
            self.complete(input, holder, &mut earnings);
        } else if code == words.care_contact {
            let amount = self.config.care_contact.0;
            let reason = Reason::of("care").weighing(amount);
            earnings.post(words.care, holder, amount, reason);
        } else if code == words.won {
            self.project(input, holder, &mut earnings);
        } else {
            let amount = -self.config.unworked.malus.0;
            let reason = Reason::of("unworked").weighing(amount);
            earnings.post(words.malus, holder, amount, reason);
        }
        Ok(earnings)
    }

    /// Once in a cycle of the lead, whoever reports it.
    fn complete(&self, input: &AwardInput, holder: Holder, earnings: &mut Earnings) {
        let words = &self.words;
        let cycle = input.lead.as_ref().map_or(0, |lead| i64::from(lead.cycle));
        let completed = input.balance(words.completed, Holder::Lead);
        if completed >= cycle {
            earnings.reasons.push(Reason::of("complete-before"));
            return;
        }
        if input.event.attributes.flag(words.within_sla) != Some(true) {
            earnings.reasons.push(Reason::of("complete-late"));
            return;
        }
        let amount = self.config.complete.0;
        let reason = Reason::of("complete").weighing(amount);
        earnings.post(words.care, holder, amount, reason);
        let reason = Reason::of("completed-cycle").with(cycle);
        earnings.post(words.completed, Holder::Lead, cycle - completed, reason);
    }

    /// A share of the value, within its bounds.
    fn project(&self, input: &AwardInput, holder: Holder, earnings: &mut Earnings) {
        let terms = &self.config.project;
        let value = input.event.value();
        if value <= Money::ZERO {
            earnings.reasons.push(Reason::of("no-value"));
            return;
        }
        let share = value.times_millionths(terms.rate);
        let (amount, code) = if share < terms.least {
            (terms.least, "project-least")
        } else if share > terms.most {
            (terms.most, "project-most")
        } else {
            (share, "project")
        };
        let reason = Reason::of(code).with(value).weighing(amount.0);
        earnings.post(self.words.project, holder, amount.0, reason);
    }
}
