//! What a provider does next: what pays most per hour, as the plan says.

use super::behaviour::Task;
use super::parameters::Action;
use super::plan::{Award, Event, Plan, Settle};
use super::run::Desk;
use super::tally::Tally;
use crate::domain::generation::WHOLE;

/// What the week has to choose from.
pub(super) struct Choice {
    offers: Vec<Offer>,
    /// How often something was done, so that an older answer is known as such.
    done: u32,
}

/// An action with what it pays.
#[derive(Clone, Copy, Debug)]
struct Offer {
    task: Task,
    effort: i64,
    /// Expected, in millionths of minor units.
    pay: i128,
    asked_at: u32,
}

impl Choice {
    /// Asks what each action pays on the leads at hand.
    pub fn of<P: Plan>(desk: &Desk<'_, P::Accounts>, plan: &mut P) -> Result<Self, P::Error> {
        let tasks = desk.tasks();
        let pays = pays(desk, &tasks, plan)?;
        let offers = tasks.iter().zip(pays).map(|(task, pay)| Offer {
            task: *task,
            effort: desk.effort(*task),
            pay,
            asked_at: 0,
        });
        Ok(Self {
            offers: offers.collect(),
            done: 0,
        })
    }

    /// Takes the one that pays most per hour; none where no other pays its hours. What
    /// was done since may have changed what it pays, so it is asked once more when it is
    /// its turn. One that pays more now than it did is seen next week.
    pub fn next<P: Plan>(
        &mut self,
        desk: &Desk<'_, P::Accounts>,
        plan: &mut P,
    ) -> Result<Option<Task>, P::Error> {
        loop {
            let best = (0..self.offers.len())
                .reduce(|best, other| self.better(best, other))
                .filter(|best| self.offers[*best].is_worth(desk.cost_per_hour()));
            let Some(best) = best else {
                return Ok(None);
            };
            let offer = &mut self.offers[best];
            if offer.asked_at == self.done {
                let task = offer.task;
                self.offers.remove(best);
                self.done += 1;
                return Ok(Some(task));
            }
            offer.pay = pays(desk, &[offer.task], plan)?[0];
            offer.asked_at = self.done;
        }
    }

    /// What would pay its hours if there were more of them.
    pub fn left_over(&self, cost_per_hour: i64) -> impl Iterator<Item = Task> {
        self.offers
            .iter()
            .filter(move |offer| offer.is_worth(cost_per_hour))
            .map(|offer| offer.task)
    }

    /// The earlier one where both pay the same per hour.
    fn better(&self, one: usize, other: usize) -> usize {
        let (a, b) = (&self.offers[one], &self.offers[other]);
        // What takes no time counts as what takes a thousandth of an hour.
        let is_better = b.pay * i128::from(a.effort.max(1)) > a.pay * i128::from(b.effort.max(1));
        if is_better { other } else { one }
    }
}

impl Offer {
    fn is_worth(&self, cost_per_hour: i64) -> bool {
        // Thousandths of hours times minor units, in millionths of minor units.
        self.pay >= i128::from(self.effort) * i128::from(cost_per_hour) * 1_000
    }
}

/// One way in which it may end, with or without the action.
struct Ending {
    /// Parts per million; less than 0 where it is what would be without the action.
    chance: i64,
    /// Position of what is asked about it; none where there is no event.
    event: Option<usize>,
    tally: Tally,
}

/// What each task pays: what is expected of events and of the period's end with it, less
/// what is expected without it. In millionths of minor units.
pub(super) fn pays<P: Plan>(
    desk: &Desk<'_, P::Accounts>,
    tasks: &[Task],
    plan: &mut P,
) -> Result<Vec<i128>, P::Error> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let endings: Vec<Vec<Ending>> = tasks
        .iter()
        .map(|task| endings(desk, *task, &mut events))
        .collect();
    let accounts = &desk.accounts;
    let awards: Vec<_> = events
        .into_iter()
        .map(|event| Award { accounts, event })
        .collect();
    let awarded = plan.award(&awards)?;
    let settles: Vec<_> = endings
        .iter()
        .flatten()
        .map(|ending| Settle {
            accounts: ending
                .event
                .map_or(accounts, |position| &awarded[position].accounts),
            ..desk.settle(ending.tally)
        })
        .collect();
    let settled = plan.settle(&settles)?;
    let mut settled = settled.into_iter().map(|booked| booked.paid);
    Ok(endings
        .iter()
        .map(|endings| {
            let paid = |ending: &Ending| {
                let of_event = ending.event.map_or(0, |position| awarded[position].paid);
                i128::from(of_event) + i128::from(settled.next().unwrap_or(0))
            };
            let paid: Vec<i128> = endings.iter().map(paid).collect();
            endings
                .iter()
                .zip(paid)
                .map(|(ending, paid)| i128::from(ending.chance) * paid)
                .sum()
        })
        .collect())
}

fn endings<'a, A>(
    desk: &Desk<'a, A>,
    (case, action): (usize, Action),
    events: &mut Vec<Event<'a>>,
) -> Vec<Ending> {
    let mut ending = |chance, (event, tally): (Option<Event<'a>>, Tally)| {
        let event = event.map(|event| {
            events.push(event);
            events.len() - 1
        });
        Ending {
            chance,
            event,
            tally,
        }
    };
    let outcomes = &desk.kind(case).work(action).outcomes;
    let in_vain = WHOLE - outcomes.iter().map(|one| one.probability).sum::<i64>();
    let mut endings = Vec::with_capacity(outcomes.len() + 2);
    for one in outcomes {
        let told = desk.told(case, action, Some(one.event));
        endings.push(ending(one.probability, told));
    }
    if in_vain > 0 {
        endings.push(ending(in_vain, desk.told(case, action, action.in_vain())));
    }
    let without = match desk.is_worked(case) || !action.is_work() {
        true => (None, desk.tally),
        false => desk.unworked(case),
    };
    endings.push(ending(-WHOLE, without));
    endings
}
