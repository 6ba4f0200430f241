//! What other rules of routing would have decided: which leads go out, to whom, and what
//! follows when nobody acts.

mod words;

use std::collections::BTreeSet;

use self::words::{Words, words};
use super::chart::{self, Bar};
use super::{Cell, Page};
use crate::policy::reason::Language;
use crate::trial::ledger::Outcome;
use crate::trial::routing::judged::{Decile, Judged, judged};
use crate::trial::routing::ladder::Ladder;
use crate::trial::routing::offers::{Offers, by_level, offers};

impl Page<'_> {
    /// Nothing where no plan has other rules of routing.
    pub(super) fn routing(&mut self) {
        let outcomes = self.report.outcomes;
        if outcomes
            .iter()
            .all(|outcome| outcome.routing.leads.is_empty())
        {
            return;
        }
        let words = words(self.report.language);
        self.qualification(words);
        self.matching(words);
        self.escalation(words);
    }

    fn qualification(&mut self, words: &Words) {
        let outcomes = self.report.outcomes;
        let all: Vec<(&Outcome, Judged)> = outcomes
            .iter()
            .map(|outcome| (outcome, judged(&outcome.routing)))
            .collect();
        self.section(words.qualification);
        if let Some(judged_by) = self.judged_by() {
            self.paragraph(&judged_by);
        }
        for (outcome, judged) in &all {
            let said = self.said_of_leads(&outcome.name, judged);
            self.paragraph(&said);
        }
        let counts = |judged: &Judged| {
            let counts = [
                judged.leads,
                judged.qualified,
                judged.qualified_won,
                judged.held_back_won,
                judged.qualified_lost,
                judged.held_back_lost,
                judged.unknown,
                judged.undecided,
            ];
            counts.map(|of| self.count(of)).to_vec()
        };
        let columns: Vec<Vec<Cell>> = all.iter().map(|(_, judged)| counts(judged)).collect();
        self.side_by_side("", &words.confusion, &columns);
        self.paragraph(words.unknown);
        self.lift(words, &all);
    }

    /// By which leads plans are judged, where it is not all.
    fn judged_by(&self) -> Option<String> {
        let report = self.report;
        let counted = report.counted_until.map(|day| self.figures.date(day));
        let counted = counted.map(|day| match report.language {
            Language::German => format!(
                "Beurteilt wird nach den Leads, die nach dem {day} eingingen: aus den früheren \
                 stammen die Zählungen eines Plans."
            ),
            Language::English => format!(
                "Judged by the leads that came in after {day}: the counts of a plan are made of \
                 the earlier ones."
            ),
        });
        let lost = report.lost_after_days.map(|days| match report.language {
            Language::German => {
                format!("Was {days} Tage nach dem Eingang noch offen war, gilt als verloren.")
            }
            Language::English => {
                format!("What was still open {days} days after it came in is taken as lost.")
            }
        });
        let said: Vec<String> = counted.into_iter().chain(lost).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    fn said_of_leads(&self, name: &str, judged: &Judged) -> String {
        let qualified = self.figures.percent(judged.qualified, judged.leads);
        let (won, lost) = (
            judged.qualified_won + judged.held_back_won,
            judged.qualified_lost + judged.held_back_lost,
        );
        let of_won = self.figures.percent(judged.qualified_won, won);
        let of_lost = self.figures.percent(judged.held_back_lost, lost);
        let leads = self.figures.whole(judged.leads);
        let best = judged
            .deciles
            .first()
            .map(|best| self.figures.hundredths(best.lift));
        match self.report.language {
            Language::German => {
                let best = best.map(|lift| {
                    format!(" Im besten Zehntel nach Punkten wurden {lift}-mal so viele gewonnen wie im Schnitt.")
                });
                format!(
                    "„{name}“ hätte von {leads} Leads {qualified} hinausgegeben: {of_won} derer, \
                     die gewonnen wurden; von den verlorenen hätte es {of_lost} zurückgehalten.{}",
                    best.unwrap_or_default()
                )
            }
            Language::English => {
                let best = best.map(|lift| {
                    format!(
                        " In the best tenth by score {lift} times as many were won as on average."
                    )
                });
                format!(
                    "“{name}” would have sent out {qualified} of {leads} leads: {of_won} of those \
                     that were won; of those that were lost it would have held back {of_lost}.{}",
                    best.unwrap_or_default()
                )
            }
        }
    }

    fn lift(&mut self, words: &Words, all: &[(&Outcome, Judged)]) {
        let scored: Vec<&(&Outcome, Judged)> = all
            .iter()
            .filter(|(_, judged)| !judged.deciles.is_empty())
            .collect();
        if scored.is_empty() {
            return;
        }
        for (outcome, judged) in &scored {
            let bars: Vec<Bar> = judged
                .deciles
                .iter()
                .map(|decile| Bar {
                    name: format!("{} {}", words.tenth, decile.decile),
                    value: thousandths(decile.lift),
                    label: self.figures.hundredths(decile.lift),
                })
                .collect();
            let caption = format!("{}: {}", outcome.name, words.lift);
            self.figure(chart::bars(&bars), &caption);
        }
        let tenths: Vec<String> = (1..=10).map(|tenth| tenth.to_string()).collect();
        let tenths: Vec<&str> = tenths.iter().map(String::as_str).collect();
        let columns: Vec<Vec<Cell>> = all
            .iter()
            .map(|(_, judged)| {
                let deciles = judged.deciles.iter();
                let cells = deciles.map(|decile| {
                    let Decile { lift, won, .. } = decile;
                    let text = format!(
                        "{} ({} / {})",
                        self.figures.hundredths(*lift),
                        self.figures.tenths(*won),
                        decile.leads
                    );
                    (text, Some(thousandths(*lift)))
                });
                cells.collect()
            })
            .collect();
        self.side_by_side(words.tenth, &tenths, &columns);
        self.paragraph(words.in_tenths);
    }

    fn matching(&mut self, words: &Words) {
        let outcomes = self.report.outcomes;
        if outcomes
            .iter()
            .all(|outcome| outcome.routing.partners.is_empty())
        {
            return;
        }
        let in_force = &outcomes[0].routing;
        let all: Vec<(&Outcome, Offers)> = outcomes
            .iter()
            .map(|outcome| (outcome, offers(&outcome.routing, in_force)))
            .collect();
        self.section(words.matching);
        for (outcome, offers) in &all {
            let said = self.said_of_offers(&outcome.name, offers);
            self.paragraph(&said);
        }
        self.paragraph(words.bounds);
        let columns: Vec<Vec<Cell>> = all
            .iter()
            .map(|(_, offers)| self.of_offers(offers))
            .collect();
        self.side_by_side("", &words.offers, &columns);
        self.paragraph(words.fairness);
        self.levels(words);
        self.shares(words);
        self.other_offers(words, &all);
    }

    fn said_of_offers(&self, name: &str, offers: &Offers) -> String {
        let (offered, qualified) = (offers.offered, offers.qualified);
        let (otherwise, least, most) = (offers.otherwise, offers.won_least, offers.won_most);
        let (won, known) = (offers.won, offers.known);
        match self.report.language {
            Language::German => format!(
                "„{name}“ hätte {offered} von {qualified} Leads jemandem angeboten, {otherwise} \
                 davon anderen als heute. Von {known} Leads, deren Ausgang bekannt ist, wurden \
                 {won} gewonnen; so wären es zwischen {least} und {most} gewesen."
            ),
            Language::English => format!(
                "“{name}” would have offered {offered} of {qualified} leads to somebody, and \
                 {otherwise} leads to others than today. Of {known} leads whose ending is known \
                 {won} were won; by this it would have been between {least} and {most}."
            ),
        }
    }

    /// Nothing where there is one level alone.
    fn levels(&mut self, words: &Words) {
        for outcome in self.report.outcomes {
            let levels = by_level(&outcome.routing);
            let all: u64 = levels.values().sum();
            let bars: Vec<Bar> = levels
                .into_iter()
                .map(|(level, offered)| Bar {
                    name: level.to_owned(),
                    value: i64::try_from(offered).unwrap_or(i64::MAX),
                    label: format!("{offered} ({})", self.figures.percent(offered, all)),
                })
                .collect();
            if bars.len() > 1 {
                let caption = format!("{}: {}", outcome.name, words.levels);
                self.figure(chart::bars(&bars), &caption);
            }
        }
    }

    /// One row a partner, two columns a plan: how many offers, and how many beyond its
    /// fair part.
    fn shares(&mut self, words: &Words) {
        let outcomes = self.report.outcomes;
        let partners: BTreeSet<(&str, &str)> = outcomes
            .iter()
            .flat_map(|outcome| &outcome.routing.partners)
            .map(|share| (share.partner.as_str(), share.level.as_str()))
            .collect();
        let rows: Vec<Vec<Cell>> = partners
            .into_iter()
            .map(|(partner, level)| {
                let mut row = vec![(partner.to_owned(), None), (level.to_owned(), None)];
                for outcome in outcomes {
                    let mut shares = outcome.routing.partners.iter();
                    let share = shares.find(|share| share.partner == partner);
                    let error = share.map_or(0.0, |share| share.error());
                    row.push(self.count(share.map_or(0, |share| share.offered)));
                    row.push((self.figures.signed_tenths(error), Some(thousandths(error))));
                }
                row
            })
            .collect();
        let mut columns = vec![words.partner.to_owned(), words.level.to_owned()];
        for outcome in outcomes {
            columns.push(format!("{}: {}", outcome.name, words.offered));
            columns.push(format!("{}: {}", outcome.name, words.error));
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        self.table(&columns, &rows);
    }

    fn other_offers(&mut self, words: &Words, all: &[(&Outcome, Offers)]) {
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .flat_map(|(outcome, offers)| {
                offers.flips.iter().map(|flip| {
                    let (today, plan) = (flip.in_force.join(", "), flip.plan.join(", "));
                    [outcome.name.clone(), flip.lead.clone(), today, plan]
                        .map(|text| (text, None))
                        .to_vec()
                })
            })
            .collect();
        if !rows.is_empty() {
            self.paragraph(words.others);
            self.table(&words.flips, &rows);
        }
    }

    fn escalation(&mut self, words: &Words) {
        let outcomes = self.report.outcomes;
        let is_timed = |outcome: &Outcome| {
            let ladder = &outcome.routing.ladder;
            ladder.offered + ladder.claimed > 0
        };
        self.section(words.escalation);
        if !outcomes.iter().any(is_timed) {
            self.paragraph(words.untimed);
            return;
        }
        self.paragraph(words.timed);
        let bars: Vec<Bar> = outcomes
            .iter()
            .map(|outcome| {
                let ladder = &outcome.routing.ladder;
                Bar {
                    name: outcome.name.clone(),
                    value: i64::try_from(ladder.waves).unwrap_or(i64::MAX),
                    label: ladder.waves.to_string(),
                }
            })
            .collect();
        self.figure(chart::bars(&bars), words.waves);
        let counts = |ladder: &Ladder| {
            let counts = [
                ladder.offered,
                ladder.claims_late,
                ladder.waves,
                ladder.told,
                ladder.handed_over,
                ladder.claimed,
                ladder.contacts_late,
                ladder.recalled,
                ladder.reminded,
            ];
            counts.map(|of| self.count(of)).to_vec()
        };
        let ladders = outcomes.iter().map(|outcome| &outcome.routing.ladder);
        let columns: Vec<Vec<Cell>> = ladders.map(counts).collect();
        self.side_by_side("", &words.ladder, &columns);
    }

    /// What matching comes to, in the order of the words.
    fn of_offers(&self, offers: &Offers) -> Vec<Cell> {
        let counts = [
            offers.qualified,
            offers.offered,
            offers.otherwise,
            offers.had_again,
            offers.won_least,
            offers.won_most,
            offers.starved,
            offers.longest_wait,
        ];
        let cell = |value: Option<f64>, text: &dyn Fn(f64) -> String| {
            let cell = value.map(|value| (text(value), Some(thousandths(value))));
            cell.unwrap_or_default()
        };
        let (tenths, hundredths) = (
            |value| self.figures.tenths(value),
            |value| self.figures.hundredths(value),
        );
        let mut cells = counts.map(|of| self.count(of)).to_vec();
        cells.push(cell(Some(offers.share_error), &tenths));
        cells.push(cell(offers.gini, &hundredths));
        cells.push(cell(offers.kilometres, &tenths));
        cells
    }

    /// One row a figure, one column a plan: few enough for a phone.
    fn side_by_side(&mut self, title: &str, figures: &[&str], columns: &[Vec<Cell>]) {
        let rows: Vec<Vec<Cell>> = figures
            .iter()
            .enumerate()
            .map(|(row, figure)| {
                let cells = columns.iter().map(|column| column.get(row).cloned());
                let cells = cells.map(|cell| cell.unwrap_or_default());
                std::iter::once(((*figure).to_owned(), None))
                    .chain(cells)
                    .collect()
            })
            .collect();
        let plans = self.report.outcomes.iter();
        let plans = plans.map(|outcome| outcome.name.as_str());
        let titles: Vec<&str> = std::iter::once(title).chain(plans).collect();
        self.table(&titles, &rows);
    }
}

/// By which a cell is sorted.
fn thousandths(value: f64) -> i64 {
    (value * 1_000.0).round() as i64
}
