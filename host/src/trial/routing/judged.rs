//! How well a variant's qualification tells the leads that are won from those that are
//! lost: by what it decides, and by its score.

use serde::Serialize;

use super::{Answer, Routing};

const TENTHS: usize = 10;

/// A qualification against what really became of the leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judged {
    pub leads: u64,
    pub qualified: u64,
    /// The policy had nothing to say, or failed.
    pub undecided: u64,
    pub qualified_won: u64,
    pub qualified_lost: u64,
    pub held_back_won: u64,
    pub held_back_lost: u64,
    /// Decided, and nobody knows how they ended: they count in none of these.
    pub unknown: u64,
    /// By score, the best tenth first; none where no lead was won or there are too few.
    #[serde(skip)]
    pub deciles: Vec<Decile>,
}

/// A tenth of the leads whose ending is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decile {
    /// The best is 1.
    pub decile: usize,
    pub leads: u64,
    /// Leads of the same score share what was won of them, so that it need not be whole.
    pub won: f64,
    /// The part that was won, against that of all leads.
    pub lift: f64,
    pub score_most: i64,
    pub score_least: i64,
}

/// Judges what a variant has answered.
pub fn judged(routing: &Routing) -> Judged {
    let mut judged = Judged::default();
    let mut scored = Vec::new();
    for lead in &routing.leads {
        judged.leads += 1;
        judged.qualified += u64::from(lead.answer == Answer::Qualified);
        let count = match (lead.answer, lead.ending.won()) {
            (Answer::None, _) => &mut judged.undecided,
            (_, None) => &mut judged.unknown,
            (Answer::Qualified, Some(true)) => &mut judged.qualified_won,
            (Answer::Qualified, Some(false)) => &mut judged.qualified_lost,
            (Answer::HeldBack, Some(true)) => &mut judged.held_back_won,
            (Answer::HeldBack, Some(false)) => &mut judged.held_back_lost,
        };
        *count += 1;
        if let (Some(score), Some(won)) = (lead.score, lead.ending.won()) {
            scored.push((score, won));
        }
    }
    judged.deciles = deciles(scored);
    judged
}

/// Leads of one score.
struct Tied {
    score: i64,
    /// How many have a better one.
    from: usize,
    leads: usize,
    won: usize,
}

/// Cuts leads into tenths by their score.
fn deciles(mut scored: Vec<(i64, bool)>) -> Vec<Decile> {
    let all = scored.len();
    let won = scored.iter().filter(|(_, won)| *won).count();
    if all < TENTHS || won == 0 {
        return Vec::new();
    }
    scored.sort_unstable_by_key(|(score, _)| std::cmp::Reverse(*score));
    let mut tied: Vec<Tied> = Vec::new();
    for (rank, (score, won)) in scored.iter().enumerate() {
        match tied.last_mut() {
            Some(last) if last.score == *score => {
                last.leads += 1;
                last.won += usize::from(*won);
            }
            _ => tied.push(Tied {
                score: *score,
                from: rank,
                leads: 1,
                won: usize::from(*won),
            }),
        }
    }
    let average = won as f64 / all as f64;
    (0..TENTHS)
        .map(|tenth| {
            let (from, until) = (all * tenth / TENTHS, all * (tenth + 1) / TENTHS);
            let won: f64 = tied.iter().map(|tied| tied.won_between(from, until)).sum();
            Decile {
                decile: tenth + 1,
                leads: (until - from) as u64,
                won,
                lift: won / (until - from) as f64 / average,
                score_most: scored[from].0,
                score_least: scored[until - 1].0,
            }
        })
        .collect()
}

impl Tied {
    /// The part of those that were won which falls between two ranks.
    fn won_between(&self, from: usize, until: usize) -> f64 {
        let (begin, end) = (self.from.max(from), (self.from + self.leads).min(until));
        let part = end.saturating_sub(begin) as f64 / self.leads as f64;
        self.won as f64 * part
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Decided, Ending};
    use super::*;

    fn lead(answer: Answer, score: i64, ending: Ending) -> Decided {
        Decided {
            lead: String::new(),
            received: String::new(),
            ending,
            holder: None,
            answer,
            assessed: String::new(),
            score: (answer != Answer::None).then_some(score),
            temperature: None,
            offered: Vec::new(),
        }
    }

    #[test]
    fn what_is_not_known_is_counted_apart() {
        use Answer::{HeldBack, None, Qualified};
        use Ending::{Lost, TakenAsLost, Unknown, Won};
        let answers = [
            (Qualified, Won),
            (Qualified, Won),
            (Qualified, Lost),
            (HeldBack, Won),
            (HeldBack, TakenAsLost),
            (HeldBack, Unknown),
            (Qualified, Unknown),
            (None, Won),
        ];
        let leads = answers.map(|(answer, ending)| lead(answer, 0, ending));
        let judged = judged(&Routing {
            leads: leads.to_vec(),
            ..Routing::default()
        });
        assert_eq!((judged.leads, judged.qualified), (8, 4));
        assert_eq!((judged.undecided, judged.unknown), (1, 2));
        assert_eq!((judged.qualified_won, judged.qualified_lost), (2, 1));
        assert_eq!((judged.held_back_won, judged.held_back_lost), (1, 1));
        assert!(judged.deciles.is_empty());
    }

    #[test]
    fn a_score_that_tells_winners_lifts_the_best_tenth() {
        // Twenty leads, the two best of them won.
        let scored = (0..20).map(|rank| (1_000 - rank, rank < 2)).collect();
        let deciles = deciles(scored);
        let lifts: Vec<f64> = deciles.iter().map(|decile| decile.lift).collect();
        assert_eq!(lifts[0], 10.0);
        assert!(lifts[1..].iter().all(|lift| *lift == 0.0));
        assert_eq!(
            (deciles[0].score_most, deciles[0].score_least),
            (1_000, 999)
        );
    }

    #[test]
    fn one_score_for_all_lifts_no_tenth() {
        let scored = (0..25).map(|rank| (500, rank < 5)).collect();
        let deciles = deciles(scored);
        assert!(
            deciles
                .iter()
                .all(|decile| (decile.lift - 1.0).abs() < 1e-9)
        );
        assert_eq!(deciles.iter().map(|decile| decile.leads).sum::<u64>(), 25);
        let won: f64 = deciles.iter().map(|decile| decile.won).sum();
        assert!((won - 5.0).abs() < 1e-9);
    }
}
