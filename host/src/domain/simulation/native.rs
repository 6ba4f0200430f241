//! Plans written out from their formulas, for tests: pure commission (C1), commission
//! with bonus and malus (C4), and care first (C5), each with its usual numbers.

use std::collections::BTreeSet;
use std::convert::Infallible;

use super::plan::{Award, Booked, Event, Plan, Settle};
use crate::domain::event::EventCode;
use crate::domain::figure::Figure;
use crate::domain::generation::WHOLE;

/// A plan, and how often it was asked.
pub(crate) struct Native {
    award: fn(&mut Kept, &Event<'_>) -> i64,
    settle: fn(&mut Kept, &Settle<'_, Kept>) -> i64,
    pub calls: usize,
    pub asked: usize,
}

/// What its accounts hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    base: i64,
    project: i64,
    completed: BTreeSet<u32>,
}

impl Kept {
    /// Whether this is paid for the first time.
    pub fn first(&mut self, what: u32) -> bool {
        self.completed.insert(what)
    }
}

impl Plan for Native {
    type Accounts = Kept;
    type Error = Infallible;

    fn open(&mut self, _provider: u32) -> Result<Kept, Infallible> {
        Ok(Kept::default())
    }

    fn award(&mut self, asked: &[Award<'_, Kept>]) -> Result<Vec<Booked<Kept>>, Infallible> {
        self.calls += 1;
        self.asked += asked.len();
        let award = self.award;
        Ok(asked
            .iter()
            .map(|one| booked(one.accounts, |kept| award(kept, &one.event)))
            .collect())
    }

    fn settle(&mut self, asked: &[Settle<'_, Kept>]) -> Result<Vec<Booked<Kept>>, Infallible> {
        self.calls += 1;
        let settle = self.settle;
        Ok(asked
            .iter()
            .map(|one| booked(one.accounts, |kept| settle(kept, one)))
            .collect())
    }
}

fn booked(accounts: &Kept, pay: impl FnOnce(&mut Kept) -> i64) -> Booked<Kept> {
    let mut accounts = accounts.clone();
    let paid = pay(&mut accounts);
    Booked { paid, accounts }
}

pub(crate) fn plan(
    award: fn(&mut Kept, &Event<'_>) -> i64,
    settle: fn(&mut Kept, &Settle<'_, Kept>) -> i64,
) -> Native {
    Native {
        award,
        settle,
        calls: 0,
        asked: 0,
    }
}

/// C1: 3 % of what is won.
pub(crate) fn pure_commission() -> Native {
    plan(|_, event| commission(event), |_, _| 0)
}

/// C1 with C4: what was earned, more or less a fifth of it by satisfaction and rework.
pub(crate) fn bonus_malus() -> Native {
    plan(
        |kept, event| {
            let paid = commission(event);
            kept.base += paid;
            paid
        },
        |kept, settle| {
            let base = std::mem::take(&mut kept.base);
            times(base, quality(settle).clamp(-200_000, 200_000))
        },
    )
}

/// C5: for data, for care, and then for the project.
pub(crate) fn care_first() -> Native {
    plan(
        |kept, event| match event.code {
            EventCode::DataComplete if event.within_sla && kept.first(event.lead) => 800,
            EventCode::CareContact => 500,
            EventCode::Won if event.value > Some(0) => {
                let share = times(event.value.unwrap_or(0), 15_000);
                let paid = share.clamp(4_000, 90_000);
                kept.project += paid;
                paid
            }
            EventCode::Unworked => -1_500,
            _ => 0,
        },
        |kept, settle| {
            let project = std::mem::take(&mut kept.project);
            let of = |figure| settle.tally.figure(figure).unwrap_or(0);
            let too_many = of(Figure::Unworked) * WHOLE > of(Figure::Claimed) * 100_000;
            match too_many {
                true => times(project, 800_000) - project,
                false => 0,
            }
        },
    )
}

/// Half away from zero.
pub(crate) fn times(amount: i64, millionths: i64) -> i64 {
    let product = i128::from(amount) * i128::from(millionths);
    let half = i128::from(WHOLE) / 2 * product.signum();
    ((product + half) / i128::from(WHOLE)) as i64
}

fn commission(event: &Event<'_>) -> i64 {
    match event.code {
        EventCode::Won => times(event.value.unwrap_or(0), 30_000),
        _ => 0,
    }
}

/// The sum of weight * g, with the full malus from 30 % of rework on.
fn quality(settle: &Settle<'_, Kept>) -> i64 {
    let mut sum = 0;
    for (name, value) in settle.measures() {
        let value = value as f64 / WHOLE as f64;
        if name == "rework-share" && value >= 0.3 {
            return -200_000;
        }
        let (g, weight) = match name {
            "satisfaction" => (outside(value, [5.5, 7.5, 8.5, 9.5]), 100_000.0),
            "rework-share" => (outside(-value, [-0.2, -0.1, -0.05, 0.0]), 150_000.0),
            _ => continue,
        };
        sum += (g * weight).round() as i64;
    }
    sum
}

fn outside(value: f64, [worst, low, high, best]: [f64; 4]) -> f64 {
    if value > high {
        ((value - high) / (best - high)).min(1.0)
    } else if value < low {
        -((low - value) / (low - worst)).min(1.0)
    } else {
        0.0
    }
}
