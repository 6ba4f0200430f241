//! What is wrong with a plan, each with its smallest example in words.

use super::Page;
use crate::domain::event::EventCode;
use crate::domain::lint::{Case, Change, Finding, Flaw, Reported, Scenario, Unanswered};
use crate::policy::reason::Language;
use crate::statement::escaped;
use crate::trial::behaviour::Behaved;

impl Page<'_> {
    /// What the search for flaws has found in each plan.
    pub(super) fn flaws(&mut self) {
        let Some(simulated) = self.report.behaviour else {
            return;
        };
        self.section(self.words.flaws);
        self.paragraph(self.words.flaws_mean);
        for plan in &simulated.plans {
            let found = plan.lint.findings.iter();
            let said: Vec<String> = found.map(|finding| self.finding(finding)).collect();
            self.text
                .push_str(&format!("<h3>{}</h3>\n", escaped(&plan.name)));
            let asked = plan.lint.asked;
            let summary = match (self.report.language, said.len()) {
                (Language::German, 0) => {
                    format!("Nichts gefunden; gefragt wurde nach {asked} Zeiträumen.")
                }
                (Language::German, 1) => {
                    format!("Ein Fund; gefragt wurde nach {asked} Zeiträumen.")
                }
                (Language::German, count) => {
                    format!("{count} Funde; gefragt wurde nach {asked} Zeiträumen.")
                }
                (Language::English, 0) => {
                    format!("Nothing was found; it was asked about {asked} periods.")
                }
                (Language::English, 1) => {
                    format!("One finding; it was asked about {asked} periods.")
                }
                (Language::English, count) => {
                    format!("{count} findings; it was asked about {asked} periods.")
                }
            };
            self.paragraph(&summary);
            if let Some(said) = self.not_judged(plan) {
                self.paragraph(&said);
            }
            if said.is_empty() {
                continue;
            }
            self.text.push_str("<ul>\n");
            for one in said {
                self.text.push_str(&format!("<li>{}</li>\n", escaped(&one)));
            }
            self.text.push_str("</ul>\n");
        }
    }

    /// What was left out, for the plan has no answer there; none where it always has.
    fn not_judged(&self, plan: &Behaved) -> Option<String> {
        let Unanswered { periods, smallest } = &plan.lint.unanswered;
        let smallest = self.scenario(smallest.as_ref()?);
        let failed = plan.lint_failures.iter();
        let failed: Vec<String> = failed
            .map(|(component, code)| format!("{component}: {code}"))
            .collect();
        let failed = failed.join(", ");
        Some(match self.report.language {
            Language::German => format!(
                "In {periods} dieser Zeiträume blieb eine Frage ohne Antwort ({failed}); sie sind \
                 ausgelassen, und nichts ist aus ihnen geschlossen. Der kleinste: {smallest}."
            ),
            Language::English => format!(
                "In {periods} of these periods a question had no answer ({failed}); they are left \
                 out, and nothing is concluded from them. The smallest: {smallest}."
            ),
        })
    }

    fn finding(&self, finding: &Finding) -> String {
        let flaw = match (self.report.language, finding.flaw) {
            (Language::German, Flaw::PayFalls) => "Mehr Leistung zahlt weniger",
            (Language::German, Flaw::Cliff) => "Eine Klippe: ein kleiner Schritt ändert viel",
            (Language::German, Flaw::BookedThrough) => {
                "Der Abzug ist billiger als die Arbeit, die er erzwingen soll"
            }
            (Language::German, Flaw::SplittingPays) => "Ein Geschäft zu teilen zahlt sich aus",
            (Language::German, Flaw::MergingPays) => "Geschäfte zusammenzulegen zahlt sich aus",
            (Language::German, Flaw::Unbounded) => "Die Zahlung wächst ohne Grenze",
            (Language::German, Flaw::Unpaid) => "Der Vertrag verlangt es, und niemand zahlt dafür",
            (Language::English, Flaw::PayFalls) => "Better work pays less",
            (Language::English, Flaw::Cliff) => "A cliff: a small step changes much",
            (Language::English, Flaw::BookedThrough) => {
                "The malus is cheaper than the work that it is to bring about"
            }
            (Language::English, Flaw::SplittingPays) => "It pays to split a deal",
            (Language::English, Flaw::MergingPays) => "It pays to merge deals",
            (Language::English, Flaw::Unbounded) => "Pay grows without bounds",
            (Language::English, Flaw::Unpaid) => "The contract asks for it, and nobody pays for it",
        };
        let before = self.scenario(&finding.before);
        let change = self.change(&finding.change);
        let (from, to) = (
            self.figures.money(finding.paid_before),
            self.figures.money(finding.paid_after),
        );
        let mut said = match self.report.language {
            Language::German => format!("{flaw}. {before}: {from}. {change}: {to}."),
            Language::English => format!("{flaw}. {before}: {from}. {change}: {to}."),
        };
        if let Some(cost) = finding.cost {
            let cost = self.figures.money(cost);
            said.push_str(&match self.report.language {
                Language::German => format!(" Die Arbeit kostet {cost}."),
                Language::English => format!(" The work costs {cost}."),
            });
        }
        if let Some(declared) = &finding.declared {
            said.push_str(&match self.report.language {
                Language::German => {
                    format!(" Der Plan sagt das selbst ({declared}); das ist kein Fehler.")
                }
                Language::English => {
                    format!(" The plan says so itself ({declared}); that is no mistake.")
                }
            });
        }
        said
    }

    /// A small period in words.
    fn scenario(&self, scenario: &Scenario) -> String {
        let mut said: Vec<String> = Vec::new();
        let mut cases: Vec<(String, usize)> = Vec::new();
        for case in &scenario.leads {
            let told = self.case(case);
            match cases.iter_mut().find(|(known, _)| *known == told) {
                Some((_, count)) => *count += 1,
                None => cases.push((told, 1)),
            }
        }
        for (told, count) in cases {
            said.push(match (self.report.language, count) {
                (Language::German, 1) => format!("ein Lead, {told}"),
                (Language::German, _) => format!("{count} Leads, je {told}"),
                (Language::English, 1) => format!("one lead, {told}"),
                (Language::English, _) => format!("{count} leads, each {told}"),
            });
        }
        let measures = scenario.measures.iter();
        said.extend(
            measures.map(|(name, value)| format!("{name} {}", self.figures.millionths(*value))),
        );
        match (said.is_empty(), self.report.language) {
            (true, Language::German) => "Nichts".to_owned(),
            (true, Language::English) => "Nothing".to_owned(),
            (false, _) => capitalised(&said.join("; ")),
        }
    }

    fn case(&self, case: &Case) -> String {
        let deeds: Vec<String> = case
            .deeds
            .iter()
            .map(|deed| match deed.value {
                Some(value) => format!("{} {}", self.event(deed.code), self.figures.money(value)),
                None => self.event(deed.code).to_owned(),
            })
            .collect();
        let told = match (deeds.is_empty(), self.report.language) {
            (true, Language::German) => "genommen, sonst nichts".to_owned(),
            (true, Language::English) => "claimed and nothing else".to_owned(),
            (false, _) => deeds.join(", "),
        };
        match (case.in_time || deeds.is_empty(), self.report.language) {
            (true, _) => told,
            (false, Language::German) => format!("{told}, zu spät"),
            (false, Language::English) => format!("{told}, too late"),
        }
    }

    fn change(&self, change: &Change) -> String {
        let german = self.report.language == Language::German;
        let event = |Reported(code): &Reported| self.event(*code);
        match change {
            Change::WorthMore(more) => {
                let more = self.figures.money(*more);
                match german {
                    true => format!("Ist das Geschäft {more} mehr wert"),
                    false => format!("If the deal is worth {more} more"),
                }
            }
            Change::AnotherLead => match german {
                true => "Mit einem solchen Lead mehr".to_owned(),
                false => "With one more such lead".to_owned(),
            },
            Change::Reported(code) => match german {
                true => format!("Wird außerdem gemeldet: {}", event(code)),
                false => format!("If this is reported, too: {}", event(code)),
            },
            Change::WorkedInstead(code) => match german {
                true => format!("Statt liegen zu bleiben: {}", event(code)),
                false => format!("Instead of being left: {}", event(code)),
            },
            Change::OneMoreUnworked => match german {
                true => "Bleibt ein Lead mehr liegen".to_owned(),
                false => "If one more lead is left".to_owned(),
            },
            Change::InTime => match german {
                true => "Wird er rechtzeitig bearbeitet".to_owned(),
                false => "If it is worked in time".to_owned(),
            },
            Change::Measured { name, to } => match german {
                true => format!("Mit {name} {}", self.figures.millionths(*to)),
                false => format!("With {name} {}", self.figures.millionths(*to)),
            },
            Change::Split(parts) => match german {
                true => format!("In {parts} Teilen"),
                false => format!("In {parts} parts"),
            },
            Change::Merged => match german {
                true => "Als ein Geschäft".to_owned(),
                false => "As one deal".to_owned(),
            },
            Change::Repeated(code, times) => match german {
                true => format!("{} {times}-mal gemeldet", capitalised(event(code))),
                false => format!("{} reported {times} times", capitalised(event(code))),
            },
        }
    }

    pub(super) fn event(&self, code: EventCode) -> &'static str {
        match (self.report.language, code) {
            (Language::German, EventCode::Claimed) => "genommen",
            (Language::German, EventCode::Contacted) => "gesprochen",
            (Language::German, EventCode::NotReached) => "nicht erreicht",
            (Language::German, EventCode::Appointment) => "Termin vereinbart",
            (Language::German, EventCode::Quoted) => "Angebot gemacht",
            (Language::German, EventCode::CareContact) => "Kunde betreut",
            (Language::German, EventCode::DataComplete) => "Daten vollständig",
            (Language::German, EventCode::Won) => "gewonnen",
            (Language::German, EventCode::Lost) => "verloren",
            (Language::German, EventCode::Cancelled) => "storniert",
            (Language::German, EventCode::Unworked) => "liegen geblieben",
            (Language::English, EventCode::Contacted) => "spoken with",
            (Language::English, EventCode::NotReached) => "not reached",
            (Language::English, EventCode::Appointment) => "appointment made",
            (Language::English, EventCode::Quoted) => "offer made",
            (Language::English, EventCode::CareContact) => "customer cared for",
            (Language::English, EventCode::DataComplete) => "data complete",
            (Language::English, EventCode::Unworked) => "left unworked",
            (_, other) => other.as_str(),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}
