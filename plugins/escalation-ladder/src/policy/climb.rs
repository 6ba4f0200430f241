//! What follows when something has happened, or nothing has.

use stellwerk_plugin_sdk::prelude::*;

use super::Ladder;

impl Escalation for Ladder {
    fn escalate(
        &self,
        _context: &Context,
        input: &EscalateInput,
    ) -> Result<EscalationAnswer, PolicyError> {
        let words = &self.words;
        let code = input.event.code;
        let mut answer = EscalationAnswer {
            step: input.step,
            ..EscalationAnswer::default()
        };
        if code == words.offered {
            self.offered(input, &mut answer);
        } else if code == words.claimed {
            self.claimed(input, &mut answer);
        } else if code == words.unmatched {
            answer.reasons.push(Reason::of("nobody-there"));
            self.next(input, &mut answer);
        } else if code == words.due {
            self.due(input, &mut answer);
        } else if code == words.declined || code == words.won || code == words.lost {
            answer.reasons.push(Reason::of("nothing-to-do"));
        } else {
            self.reported(&mut answer);
        }
        Ok(answer)
    }

    fn admit(&self, context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError> {
        Ok(self.gate(context, input))
    }
}

impl Ladder {
    /// The wave stands for the promised time; half-way a reminder goes out.
    fn offered(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        let temperature = input.assessed.temperature;
        let time = &self.service_level(temperature).claim;
        self.promise(self.words.claim, self.words.claim_reminder, time, answer);
        let name = match temperature {
            Some(Temperature::Hot) => "hot",
            Some(Temperature::Warm) => "warm",
            Some(Temperature::Cold) | None => "cold",
        };
        answer
            .reasons
            .push(Reason::of("promised").with(name).with(time.clone()));
    }

    /// From now on the holder owes a first contact, and feedback.
    fn claimed(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        let words = &self.words;
        let time = &self.service_level(input.assessed.temperature).contact;
        for key in [words.claim, words.claim_reminder, words.ladder] {
            answer.deadlines.push(WakeUp::drop(key));
        }
        self.promise(words.contact, words.contact_reminder, time, answer);
        answer
            .deadlines
            .push(WakeUp::after(words.feedback, self.feedback_every.clone()));
        answer.step = 0;
        answer
            .reasons
            .push(Reason::of("contact-promised").with(time.clone()));
    }

    /// Feedback fulfils what was promised, and the next is due in its turn.
    fn reported(&self, answer: &mut EscalationAnswer) {
        let words = &self.words;
        for key in [words.contact, words.contact_reminder] {
            answer.deadlines.push(WakeUp::drop(key));
        }
        answer
            .deadlines
            .push(WakeUp::after(words.feedback, self.feedback_every.clone()));
        answer.reasons.push(Reason::of("nothing-to-do"));
    }

    fn due(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        let words = &self.words;
        let key = input.event.attributes.text(words.key).unwrap_or_default();
        if key == words.claim_reminder || key == words.contact_reminder {
            answer.actions.push(Action::Remind);
            answer.reasons.push(Reason::of("half-time"));
        } else if key == words.claim && input.holder.is_none() {
            answer.reasons.push(Reason::of("nobody-claimed"));
            self.next(input, answer);
        } else if key == words.ladder && input.holder.is_none() {
            self.climb(input, answer);
        } else if key == words.contact && input.holder.is_some() {
            self.recall(input, answer);
        } else if key == words.feedback && input.holder.is_some() {
            // The gate is shut until the holder reports.
            answer.actions.push(Action::Remind);
            answer.reasons.push(Reason::of("feedback-due"));
        } else {
            answer.reasons.push(Reason::of("nothing-to-do"));
        }
    }

    /// The next wave, while there is one; then the ladder.
    fn next(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        if input.wave < self.config.waves_max {
            answer.actions.push(Action::NextWave);
        } else {
            self.climb(input, answer);
        }
    }

    fn climb(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        let rungs = &self.config.rungs;
        let step = input.step as usize;
        if let Some(role) = rungs.get(step) {
            answer.actions.push(Action::Tell { role: *role });
            answer.reasons.push(Reason::of("rung").with(*role));
            answer.step = input.step + 1;
        }
        if step + 1 >= rungs.len() {
            answer.actions.push(Action::TellCustomer);
            answer.actions.push(Action::Fallback);
            answer.deadlines.push(WakeUp::drop(self.words.ladder));
        } else {
            answer.deadlines.push(WakeUp::after(
                self.words.ladder,
                self.config.rung_time.clone(),
            ));
        }
    }

    /// The claim is taken back, and others are asked; whoever does that often
    /// gets no offers for a while.
    fn recall(&self, input: &EscalateInput, answer: &mut EscalationAnswer) {
        let words = &self.words;
        answer.reasons.push(Reason::of("not-contacted"));
        for key in [words.contact_reminder, words.feedback] {
            answer.deadlines.push(WakeUp::drop(key));
        }
        answer.actions.push(Action::Recall);
        let recalls = input
            .holder
            .as_ref()
            .and_then(|holder| holder.attributes.integer(words.recalled))
            .unwrap_or(0)
            + 1;
        if recalls >= self.config.gate.recalls_max {
            answer.actions.push(Action::Block {
                span: self.config.gate.blocked_for.clone(),
            });
            answer
                .reasons
                .push(Reason::of("too-many-recalls").with(recalls));
        }
        answer.actions.push(Action::NextWave);
    }

    /// A promised time, with its reminder.
    fn promise(&self, key: Word, reminder: Word, time: &Span, answer: &mut EscalationAnswer) {
        answer.deadlines.push(WakeUp::after(key, time.clone()));
        let share = self.config.remind_at_per_cent;
        if share > 0 {
            answer
                .deadlines
                .push(WakeUp::after(reminder, time.per_cent(share)));
        }
    }
}
