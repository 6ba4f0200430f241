//! What five components pay, computed on its own: by the words of their READMEs, over
//! all that happened in the order in which it did, with whole numbers. It shares no
//! code with what it checks.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::history::{Deal, End, History, Lead, Months};
use super::plans::{Component, LIABLE_MONTHS, Plans};
use super::{ABOVE, CLOSED_MONTHS, Measured, PARTNERS};

/// By component and account, and the partner's number.
pub type Balances = BTreeMap<(String, usize), i64>;

#[derive(Clone, Debug)]
enum What {
    Won(i64),
    Cancelled,
    /// The end of a liability.
    Due,
    /// How warm the lead was, and how soon it was worked.
    Complete(&'static str, Option<i64>),
}

struct Happening {
    at: Timestamp,
    partner: usize,
    /// Of one deal or lead.
    subject: usize,
    what: What,
}

/// What a deal has earned, as far as it can be taken back.
#[derive(Default)]
struct Earned {
    split: Vec<(usize, i64)>,
    tiers: i64,
    /// The quarter in which its sales were counted.
    counted: Option<(Date, i64)>,
    base: i64,
    /// While it is liable: since when, the commission, and what of it is held.
    liable: Option<(Date, i64, i64)>,
}

pub struct Model<'a> {
    pub months: &'a Months,
    pub plans: &'a Plans,
    pub measured: &'a Measured,
}

/// What partners hold, as far as it has come.
struct Book<'a> {
    model: &'a Model<'a>,
    balances: Balances,
    /// Of quarters, by their first day.
    sales: BTreeMap<(Date, usize), i64>,
    deals: BTreeMap<usize, Earned>,
}

impl Model<'_> {
    /// What partners hold in the end; what is 0 is left out.
    pub fn balances(&self, history: &History) -> Balances {
        let mut book = Book {
            model: self,
            balances: Balances::new(),
            sales: BTreeMap::new(),
            deals: BTreeMap::new(),
        };
        let mut happenings = self.happenings(history).into_iter().peekable();
        for (begins, ends) in self.periods() {
            let until = self.months.midnight(ends);
            while let Some(happening) = happenings.next_if(|happening| happening.at < until) {
                book.enter(&happening);
            }
            for partner in 1..=PARTNERS {
                book.settle_quality(begins, partner);
                book.settle_points(begins, ends, partner);
                book.settle_draw(begins, ends, partner);
            }
        }
        for happening in happenings {
            book.enter(&happening);
        }
        book.balances.retain(|_, amount| *amount != 0);
        book.balances
    }

    /// Those that are closed: months, cut where a plan begins.
    fn periods(&self) -> Vec<(Date, Date)> {
        let months = (0..=CLOSED_MONTHS).map(|month| self.months.after(month));
        let mut days: Vec<Date> = months.chain(self.plans.cuts()).collect();
        days.sort_unstable();
        days.dedup();
        days.windows(2).map(|days| (days[0], days[1])).collect()
    }

    fn happenings(&self, history: &History) -> Vec<Happening> {
        let mut all = Vec::new();
        for (subject, deal) in (0..).zip(&history.deals) {
            let Deal { partner, end, .. } = deal;
            self.ends(*partner, subject, *end, &mut all);
        }
        for (subject, lead) in (history.deals.len()..).zip(&history.leads) {
            let Lead {
                partner,
                temperature,
                claimed,
                contacted,
                complete,
                end,
            } = lead;
            if let Some(at) = complete {
                let worked = contacted.map(|at| at.as_second() - claimed.as_second());
                all.push(Happening {
                    at: *at,
                    partner: *partner,
                    subject,
                    what: What::Complete(temperature, worked),
                });
            }
            self.ends(*partner, subject, Some(*end), &mut all);
        }
        all.sort_by_key(|happening| happening.at);
        all
    }

    fn ends(&self, partner: usize, subject: usize, end: Option<End>, all: &mut Vec<Happening>) {
        let mut add = |at, what| {
            all.push(Happening {
                at,
                partner,
                subject,
                what,
            });
        };
        let Some(End::Won(value, won_at, called_off)) = end else {
            return;
        };
        add(won_at, What::Won(value));
        let liable = won_at.to_zoned(self.months.zone.clone()) + LIABLE_MONTHS.months();
        add(liable.timestamp(), What::Due);
        if let Some(at) = called_off {
            add(at, What::Cancelled);
        }
    }
}

impl Book<'_> {
    fn add(&mut self, account: &str, partner: usize, amount: i64) {
        *self
            .balances
            .entry((account.to_owned(), partner))
            .or_insert(0) += amount;
    }

    fn held(&self, account: &str, partner: usize) -> i64 {
        let key = (account.to_owned(), partner);
        self.balances.get(&key).copied().unwrap_or(0)
    }

    fn enter(&mut self, happening: &Happening) {
        let Happening {
            at,
            partner,
            subject,
            ref what,
        } = *happening;
        let day = self.model.months.day_of(at);
        match what {
            What::Won(value) if *value > 0 => self.win(day, partner, subject, *value),
            What::Won(_) => {}
            What::Cancelled => self.cancel(day, partner, subject),
            What::Due => self.end_liability(partner, subject),
            What::Complete(temperature, worked) => {
                self.complete(day, partner, temperature, *worked);
            }
        }
    }

    fn win(&mut self, day: Date, partner: usize, subject: usize, value: i64) {
        let plans = self.model.plans;
        let numbers = |component| plans.numbers(component, day, partner);
        let mut earned = Earned::default();

        let [own, above, agency] = parts(millionths(value, numbers(Component::Split).split));
        // Nobody is above the one above, and there is no agency.
        for (who, amount) in [(partner, own), (ABOVE, above), (partner, agency)] {
            self.add("split/commission", who, amount);
            earned.split.push((who, amount));
        }

        let tiers = numbers(Component::Tiers).tiers;
        let quarter = quarter_of(day);
        let sales = self.sales.entry((quarter, partner)).or_insert(0);
        let before = *sales;
        *sales += value;
        earned.tiers = by_tiers(tiers, before + value) - by_tiers(tiers, before);
        earned.counted = Some((quarter, value));
        self.add("tiers/commission", partner, earned.tiers);
        self.add("tiers/quarter-sales", partner, value);

        earned.base = millionths(value, numbers(Component::Quality).base);
        self.add("quality/base", partner, earned.base);

        let commission = millionths(value, numbers(Component::Lifetime).lifetime);
        let reserve = millionths(commission, numbers(Component::Lifetime).reserve);
        if commission > 0 {
            self.add("lifetime/commission", partner, commission);
            self.add("lifetime/reserve", partner, -reserve);
            self.add("lifetime/earned", partner, commission - reserve);
            earned.liable = Some((day, commission, reserve));
        }
        self.deals.insert(subject, earned);
    }

    fn cancel(&mut self, day: Date, partner: usize, subject: usize) {
        let mut earned = self.deals.remove(&subject).unwrap_or_default();
        for (who, amount) in earned.split.drain(..) {
            self.add("split/commission", who, -amount);
        }
        self.add("tiers/commission", partner, -earned.tiers);
        if let Some((quarter, value)) = earned.counted
            && quarter == quarter_of(day)
        {
            *self.sales.entry((quarter, partner)).or_insert(0) -= value;
            self.add("tiers/quarter-sales", partner, -value);
        }
        self.add("quality/base", partner, -earned.base);
        let Some((since, commission, reserve)) = earned.liable else {
            return;
        };
        let over = whole_months(since, day);
        if over >= LIABLE_MONTHS {
            // What is held is released by and by.
            let liable = earned.liable;
            self.deals.insert(
                subject,
                Earned {
                    liable,
                    ..Earned::default()
                },
            );
            return;
        }
        let back = match over {
            0 => {
                self.add("lifetime/commission", partner, -commission);
                commission
            }
            _ => {
                let back = part(commission, LIABLE_MONTHS - over, LIABLE_MONTHS);
                self.add("lifetime/clawback", partner, -back);
                back
            }
        };
        self.add("lifetime/reserve", partner, reserve);
        self.add("lifetime/earned", partner, reserve - back);
    }

    fn end_liability(&mut self, partner: usize, subject: usize) {
        let deal = self.deals.get_mut(&subject);
        if let Some((_, _, reserve)) = deal.and_then(|earned| earned.liable.take()) {
            self.add("lifetime/reserve", partner, reserve);
            self.add("lifetime/earned", partner, reserve);
        }
    }

    fn complete(&mut self, day: Date, partner: usize, temperature: &str, worked: Option<i64>) {
        let points = self
            .model
            .plans
            .numbers(Component::Points, day, partner)
            .points;
        // Tenths, and halves.
        let warmth = match temperature {
            "cold" => 25,
            "warm" => 15,
            _ => 10,
        };
        let pace = match worked {
            Some(..=3_600) => 3,
            Some(..=86_400) => 2,
            _ => 1,
        };
        self.add("points/points", partner, (points * warmth * pace + 10) / 20);
    }

    fn settle_quality(&mut self, begins: Date, partner: usize) {
        let base = self.held("quality/base", partner);
        if base <= 0 {
            return;
        }
        let most = self
            .model
            .plans
            .numbers(Component::Quality, begins, partner)
            .most;
        let measured = self.model.measured.get(&(begins.first_of_month(), partner));
        let measured = measured.copied().unwrap_or_default();
        // Tenths, 7.5 to 8.5 is as agreed; and hundredths, 0.05 to 0.1 is.
        let satisfaction = match measured.satisfaction {
            Some(high @ 86..) => 10_000 * (high - 85).min(10),
            Some(low @ ..=74) => -5_000 * (75 - low).min(20),
            _ => 0,
        };
        let rework = match measured.rework {
            Some(little @ ..=4) => 30_000 * (5 - little),
            Some(much @ 11..) => -15_000 * (much - 10).min(10),
            _ => 0,
        };
        let share = match measured.rework {
            Some(30..) => -most,
            _ => (satisfaction + rework).clamp(-most, most),
        };
        let amount = millionths(base, share);
        let account = if amount < 0 {
            "quality/malus"
        } else {
            "quality/bonus"
        };
        self.add("quality/base", partner, -base);
        self.add(account, partner, amount);
    }

    fn settle_points(&mut self, begins: Date, ends: Date, partner: usize) {
        let numbers = self.model.plans.numbers(Component::Points, begins, partner);
        let points = self.held("points/points", partner);
        if points >= numbers.points_least {
            self.add("points/points", partner, -points);
            self.add("points/fund", partner, points * numbers.per_point);
        } else if (ends.month(), ends.day()) == (1, 1) {
            self.add("points/points", partner, -points);
        }
    }

    fn settle_draw(&mut self, begins: Date, ends: Date, partner: usize) {
        let recovery = self
            .model
            .plans
            .numbers(Component::Lifetime, begins, partner)
            .recovery;
        let earned = self.held("lifetime/earned", partner);
        let month = begins.first_of_month();
        let days = |from: Date, until: Date| i64::from((until - from).get_days());
        let target = super::draw(partner).map(|draw| {
            let whole = (month, month + 1.month());
            part(draw, days(begins, ends), days(whole.0, whole.1))
        });
        if target.is_none() && earned <= 0 {
            return;
        }
        let target = target.unwrap_or(0);
        self.add("lifetime/earned", partner, -earned);
        let owed = self.held("lifetime/draw", partner);
        let change = match target - earned {
            short @ 1.. => short,
            beyond => -millionths(-beyond, recovery).min(owed),
        };
        self.add("lifetime/draw", partner, change);
    }
}

/// amount * numerator / denominator, half away from zero.
fn part(amount: i64, numerator: i64, denominator: i64) -> i64 {
    let twice = 2 * amount * numerator;
    (twice + denominator * twice.signum()) / (2 * denominator)
}

fn millionths(amount: i64, rate: i64) -> i64 {
    part(amount, rate, 1_000_000)
}

/// Each slice at its own rate, rounded once.
fn by_tiers([(_, low), (from, high)]: [(i64, i64); 2], sales: i64) -> i64 {
    let beyond = (sales - from).max(0);
    part((sales - beyond) * low + beyond * high, 1, 1_000_000)
}

/// 80, 15 and 5 hundredths: the largest remainders get what rounding down leaves.
fn parts(amount: i64) -> [i64; 3] {
    let weights = [80, 15, 5];
    let mut parts = weights.map(|weight| amount * weight / 100);
    let mut order = [0, 1, 2];
    order.sort_by_key(|part| std::cmp::Reverse(amount * weights[*part] % 100));
    let left = amount - parts.iter().sum::<i64>();
    for part in order.into_iter().take(left as usize) {
        parts[part] += 1;
    }
    parts
}

fn quarter_of(day: Date) -> Date {
    let months = i64::from((day.month() - 1) % 3);
    day.first_of_month() - months.months()
}

fn whole_months(since: Date, until: Date) -> i64 {
    (0..)
        .take_while(|months| since + (months + 1).months() <= until)
        .count() as i64
}
