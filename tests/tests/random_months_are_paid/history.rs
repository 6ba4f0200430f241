//! What happens in four months: deals that are told of one by one, and leads that a
//! file tells of with their whole lives; in no order.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use stellwerk_tests::Chance;

use super::PARTNERS;

const DEALS: u64 = 8;
const LEADS: u64 = 5;
/// Minor units.
const VALUE_MAX: u64 = 2_000_000;

/// Four months in which things happen, two in which liabilities end, and the last one,
/// in which nothing is closed.
pub struct Months {
    /// The first day of the first one.
    pub first: Date,
    pub zone: TimeZone,
}

impl Months {
    pub fn until_now() -> Self {
        let zone = TimeZone::get("Europe/Berlin").expect("the contract's time zone");
        let today = Timestamp::now().to_zoned(zone.clone()).date();
        let first = today.first_of_month() - 7.months();
        Self { first, zone }
    }

    /// The first day of the month after so many.
    pub fn after(&self, months: i64) -> Date {
        self.first + months.months()
    }

    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    pub fn midnight(&self, day: Date) -> Timestamp {
        let midnight = day.to_zoned(self.zone.clone()).expect("midnight");
        midnight.timestamp()
    }

    /// A day of the four months, with some left for what comes of it.
    pub fn any_day(&self, chance: &mut Chance) -> Date {
        let (month, day) = (chance.below(4) as i64, chance.below(24) as i64);
        self.after(month) + day.days()
    }
}

/// How a deal or a lead ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// With that value, and maybe called off.
    Won(i64, Timestamp, Option<Timestamp>),
    Lost(Timestamp),
}

/// A deal that a partner registers; open where it has no end.
#[derive(Clone, Debug)]
pub struct Deal {
    pub partner: usize,
    pub registered: Timestamp,
    pub end: Option<End>,
}

/// A lead's life.
#[derive(Clone, Debug)]
pub struct Lead {
    pub partner: usize,
    pub temperature: &'static str,
    pub claimed: Timestamp,
    pub contacted: Option<Timestamp>,
    pub complete: Option<Timestamp>,
    pub end: End,
}

#[derive(Debug)]
pub struct History {
    pub deals: Vec<Deal>,
    pub leads: Vec<Lead>,
}

/// No two things happen at the same instant: their order would be nobody's wish.
struct Instants<'a> {
    months: &'a Months,
    chance: &'a mut Chance,
    second: i64,
}

impl Instants<'_> {
    /// On a day, around noon.
    fn on(&mut self, day: Date) -> Timestamp {
        self.second += 1;
        let hour = 9 + self.chance.below(5) as i64;
        let noon = day.at(0, 0, 0, 0) + hour.hours() + self.second.seconds();
        let noon = noon.to_zoned(self.months.zone.clone()).expect("about noon");
        noon.timestamp()
    }

    fn any(&mut self) -> Timestamp {
        let day = self.months.any_day(self.chance);
        self.on(day)
    }

    /// Some days after, and no later than the four months are over.
    fn after(&mut self, at: Timestamp, days_max: u64) -> Timestamp {
        let days = 1 + self.chance.below(days_max) as i64;
        let last = self.months.after(3) + 27.days();
        let day = (self.months.day_of(at) + days.days()).min(last);
        let mut later = self.on(day);
        while later <= at {
            later += 1.hour();
        }
        later
    }

    fn end(&mut self, after: Timestamp) -> End {
        let at = self.after(after, 20);
        match self.chance.below(6) {
            0 => End::Lost(at),
            // Nobody pays anything for nothing.
            1 => End::Won(self.chance.below(3) as i64, at, None),
            kind => {
                let called_off = match kind {
                    2 => Some(self.after(at, 20)),
                    3 => Some(self.after(at, 80)),
                    _ => None,
                };
                End::Won(self.chance.below(VALUE_MAX) as i64, at, called_off)
            }
        }
    }
}

impl History {
    pub fn of(chance: &mut Chance, months: &Months) -> Self {
        let mut at = Instants {
            months,
            chance,
            second: 0,
        };
        // With this one the first month begins to be reckoned.
        let registered = at.on(months.first);
        let mut deals = vec![Deal {
            partner: 1,
            registered,
            end: Some(End::Won(1_234_567, at.on(months.first + 1.day()), None)),
        }];
        for _ in 0..DEALS {
            let registered = at.any();
            let has_ended = at.chance.below(8) > 0;
            deals.push(Deal {
                partner: anybody(at.chance),
                registered,
                end: has_ended.then(|| at.end(registered)),
            });
        }
        let leads = (0..LEADS).map(|_| lead(&mut at)).collect();
        Self { deals, leads }
    }
}

fn anybody(chance: &mut Chance) -> usize {
    1 + chance.below(PARTNERS as u64) as usize
}

fn lead(at: &mut Instants<'_>) -> Lead {
    let claimed = at.any();
    let soon = |at: &mut Instants<'_>| {
        at.second += 1;
        let minutes = *at
            .chance
            .one_of(&[20, 59, 60, 200, 1_439, 1_440, 3_000])
            .expect("some");
        claimed + i64::from(minutes).minutes() + at.second.seconds()
    };
    let contacted = (at.chance.below(4) > 0).then(|| soon(at));
    let complete = (at.chance.below(4) > 0).then(|| {
        at.second += 1;
        contacted.unwrap_or(claimed) + 1.hour() + at.second.seconds()
    });
    let last = complete.or(contacted).unwrap_or(claimed);
    Lead {
        partner: anybody(at.chance),
        temperature: at.chance.one_of(&["hot", "warm", "cold"]).expect("some"),
        claimed,
        contacted,
        complete,
        end: at.end(last),
    }
}
