//! What is decided, on plain data.

use stellwerk_plugin_sdk::prelude::*;

/// When the next partners are asked, and who may claim.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// After so many waves without a claim a person takes over.
    pub waves_max: u32,
    /// A partner that holds so many open leads may claim no more.
    pub open_max: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            waves_max: 3,
            open_max: 10,
        }
    }
}

/// Makes the next wave when nobody claims, and limits open leads.
pub struct Waves {
    config: Config,
    hot: Span,
    warm: Span,
    cold: Span,
    claim: Word,
    offered: Word,
    claimed: Word,
    unmatched: Word,
    due: Word,
    key: Word,
    open: Word,
}

impl Policy for Waves {
    type Config = Config;

    fn manifest() -> Manifest {
        Manifest::new(
            env!("CARGO_PKG_NAME"),
            // `stellwerk plugin dev` gives each build a version of its own.
            option_env!("STELLWERK_PLUGIN_VERSION").unwrap_or(env!("CARGO_PKG_VERSION")),
            "Makes the next wave when nobody claims, and limits open leads.",
        )
        .figure("open")
        .reason(
            "nobody-claimed",
            "Nobody has claimed it; the next partners are asked.",
            "Niemand hat zugegriffen; die nächsten Partner werden gefragt.",
        )
        .reason(
            "nobody-left",
            "Nobody is left to ask; a person takes over.",
            "Es ist niemand mehr zu fragen; ein Mensch übernimmt.",
        )
        .reason(
            "holds-enough",
            "Holds {0} open leads; at most {1} are allowed.",
            "Hat {0} offene Leads; erlaubt sind höchstens {1}.",
        )
        .golden(include_str!("../golden/example.json"))
    }

    fn configure(config: Config, terms: &Terms) -> Result<Self, Vec<Problem>> {
        if config.waves_max == 0 {
            return Err(vec![Problem::at(
                "/waves-max",
                "is 0: nobody would be asked",
            )]);
        }
        let claim = |temperature| terms.service_level(temperature).claim;
        Ok(Self {
            config,
            hot: claim(Temperature::Hot),
            warm: claim(Temperature::Warm),
            cold: claim(Temperature::Cold),
            // The host lets the wave's offers lapse when `claim` is due.
            claim: Word::of("claim"),
            offered: Word::of("offered"),
            claimed: Word::of("claimed"),
            unmatched: Word::of("unmatched"),
            due: Word::of("due"),
            key: Word::of("key"),
            open: Word::of("figure/open"),
        })
    }
}

impl Escalation for Waves {
    fn escalate(
        &self,
        _context: &Context,
        input: &EscalateInput,
    ) -> Result<EscalationAnswer, PolicyError> {
        let mut answer = EscalationAnswer {
            step: input.step,
            ..EscalationAnswer::default()
        };
        let event = &input.event;
        if event.code == self.offered {
            let time = match input.assessed.temperature {
                Some(Temperature::Hot) => &self.hot,
                Some(Temperature::Warm) | None => &self.warm,
                Some(Temperature::Cold) => &self.cold,
            };
            answer
                .deadlines
                .push(WakeUp::after(self.claim, time.clone()));
        } else if event.code == self.claimed {
            answer.deadlines.push(WakeUp::drop(self.claim));
        } else if event.code == self.due && event.attributes.text(self.key) == Some(self.claim) {
            if input.wave < self.config.waves_max {
                answer.actions.push(Action::NextWave);
                answer.reasons.push(Reason::of("nobody-claimed"));
            } else {
                answer.actions.push(Action::Fallback);
                answer.reasons.push(Reason::of("nobody-left"));
            }
        } else if event.code == self.unmatched {
            answer.actions.push(Action::Fallback);
            answer.reasons.push(Reason::of("nobody-left"));
        }
        Ok(answer)
    }

    fn admit(&self, _context: &Context, input: &AdmitInput) -> Result<Admission, PolicyError> {
        let open = input.partner.attributes.integer(self.open).unwrap_or(0);
        if open < self.config.open_max {
            return Ok(Admission::admitted());
        }
        Ok(Admission {
            refusals: vec![Refusal::Capacity],
            reasons: vec![
                Reason::of("holds-enough")
                    .with(open)
                    .with(self.config.open_max),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use stellwerk_plugin_sdk::testing;

    use super::*;

    fn due(wave: u32) -> Vec<Action> {
        let input = EscalateInput {
            event: PastEvent {
                code: Word::of("due"),
                attributes: Attributes::new().with("key", "claim"),
                ..PastEvent::default()
            },
            wave,
            ..EscalateInput::default()
        };
        testing::default::<Waves>()
            .escalate(&Context::default(), &input)
            .unwrap()
            .actions
    }

    #[test]
    fn the_golden_example_comes_out() {
        testing::golden_escalation::<Waves>();
    }

    #[test]
    fn a_person_takes_over_after_the_last_wave() {
        assert_eq!(due(2), [Action::NextWave]);
        assert_eq!(due(3), [Action::Fallback]);
    }

    #[test]
    fn who_holds_enough_may_not_claim() {
        let admitted = |open: i64| {
            let input = AdmitInput {
                partner: Partner {
                    attributes: Attributes::new().with("figure/open", open),
                    ..Partner::default()
                },
                ..AdmitInput::default()
            };
            testing::default::<Waves>()
                .admit(&Context::default(), &input)
                .unwrap()
                .is_admitted()
        };
        assert!(admitted(9));
        assert!(!admitted(10));
    }
}
