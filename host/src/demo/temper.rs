//! How partners behave. Every number of the play that is about people stands
//! here; none of it knows what the policies pay.

use crate::domain::temperature::Temperature;

/// The ways of a partner. Times are medians, in minutes of the contract's
/// working time.
#[derive(Debug)]
pub struct Temper {
    pub name: &'static str,
    /// From an offer to looking at it.
    pub looks_after: u32,
    /// How many of a hundred offers it takes: hot, warm, cold.
    pub takes: [u32; 3],
    /// Projects below that value it leaves alone; minor units.
    pub value_min: i64,
    /// How many of a hundred offers that it does not take it declines; it lets
    /// the others lapse.
    pub declines: u32,
    /// From the claim to the first attempt to reach the contact.
    pub contacts_after: u32,
    /// How many of a hundred claims it works, and reports on.
    pub reports: u32,
    /// How many of a hundred of the others it reports complete data of all the
    /// same, without ever calling.
    pub pretends: u32,
    /// How many of a hundred contacts it completes the data of.
    pub completes: u32,
    /// How many of a hundred appointments and offers to customers it reports.
    pub tells: u32,
    /// How many of a hundred contacts it looks after while they make up their mind.
    pub cares: u32,
    /// How much more, or less, than others it wins: per cent.
    pub wins: u32,
}

const FAST: Temper = Temper {
    name: "fast",
    looks_after: 8,
    takes: [95, 90, 75],
    value_min: 0,
    declines: 60,
    contacts_after: 25,
    reports: 98,
    pretends: 0,
    completes: 75,
    tells: 60,
    cares: 30,
    wins: 120,
};

const STEADY: Temper = Temper {
    name: "steady",
    looks_after: 25,
    takes: [80, 80, 65],
    value_min: 0,
    declines: 50,
    contacts_after: 80,
    reports: 97,
    pretends: 20,
    completes: 70,
    tells: 50,
    cares: 30,
    wins: 100,
};

const SLOW: Temper = Temper {
    name: "slow",
    looks_after: 200,
    takes: [70, 70, 60],
    value_min: 0,
    declines: 10,
    contacts_after: 500,
    reports: 80,
    pretends: 40,
    completes: 40,
    tells: 25,
    cares: 10,
    wins: 80,
};

const CHERRY_PICKER: Temper = Temper {
    name: "cherry-picker",
    looks_after: 15,
    takes: [90, 45, 5],
    value_min: 2_200_000,
    declines: 25,
    contacts_after: 50,
    reports: 90,
    pretends: 60,
    completes: 35,
    tells: 35,
    cares: 5,
    wins: 125,
};

const SILENT: Temper = Temper {
    name: "never reports",
    looks_after: 20,
    takes: [85, 80, 70],
    value_min: 0,
    declines: 0,
    contacts_after: 120,
    reports: 0,
    pretends: 0,
    completes: 0,
    tells: 0,
    cares: 0,
    wins: 100,
};

const HOARDER: Temper = Temper {
    name: "hoarder",
    looks_after: 15,
    takes: [95, 95, 95],
    value_min: 0,
    declines: 0,
    contacts_after: 60,
    reports: 60,
    pretends: 75,
    completes: 30,
    tells: 30,
    cares: 5,
    wins: 85,
};

const CARER: Temper = Temper {
    name: "caring",
    looks_after: 40,
    takes: [80, 85, 85],
    value_min: 0,
    declines: 70,
    contacts_after: 90,
    reports: 98,
    pretends: 0,
    completes: 95,
    tells: 80,
    cares: 90,
    wins: 95,
};

/// Who behaves how; distributors and agencies are offered nothing.
const PARTNERS: [(&str, &Temper); 17] = [
    ("hansen", &FAST),
    ("petersen", &STEADY),
    ("weser-waerme", &CHERRY_PICKER),
    ("leine-klima", &SLOW),
    ("mueller", &STEADY),
    ("kowalski", &FAST),
    ("elbe-therm", &SILENT),
    ("saale-heizung", &CARER),
    ("ruhr-energie", &FAST),
    ("dom-klima", &STEADY),
    ("duessel-haus", &CHERRY_PICKER),
    ("eifel-technik", &SLOW),
    ("main-therm", &STEADY),
    ("neckar-waerme", &HOARDER),
    ("isar-klima", &CHERRY_PICKER),
    ("franken-bad", &CARER),
    ("schwarzwald-sole", &STEADY),
];

/// The temper of a partner, by its code.
pub fn of(partner: &str) -> Option<&'static Temper> {
    PARTNERS
        .iter()
        .find(|(code, _)| *code == partner)
        .map(|(_, temper)| *temper)
}

impl Temper {
    /// How many of a hundred offers of that warmth it takes.
    pub fn takes_of(&self, temperature: Temperature) -> u32 {
        self.takes[warmest_first(temperature)]
    }
}

/// How many of a hundred contacts become customers, by how warm they are.
pub fn won_of(temperature: Temperature) -> u32 {
    [38, 22, 10][warmest_first(temperature)]
}

fn warmest_first(temperature: Temperature) -> usize {
    match temperature {
        Temperature::Hot => 0,
        Temperature::Warm => 1,
        Temperature::Cold => 2,
    }
}

/// How many of a hundred attempts reach the contact.
pub const REACHED: u32 = 65;
/// Attempts after which a contact that was never reached is given up.
pub const ATTEMPTS_MAX: u32 = 3;
/// How many of a hundred chances are left to whoever takes the first steps later
/// than a day after the claim.
pub const LEFT_AFTER_A_DAY: u32 = 60;
/// How many of a hundred won deals are called off.
pub const CALLED_OFF: u32 = 8;
/// How many of a hundred people answer the questions that they are asked back.
pub const ANSWERED: u32 = 75;
