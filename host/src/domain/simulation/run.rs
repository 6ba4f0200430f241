//! Plays a world: week by week, what each provider does and what it is paid.

use super::behaviour::{self, Behaviour, Task};
use super::choice::Choice;
use super::outcome::Outcome;
use super::parameters::{Action, Kind, Parameters, Provider};
use super::plan::{Award, Booked, Event, Plan, Settle, Told};
use super::tally::Tally;
use super::world::{Lead, World};
use crate::domain::event::EventCode;
use crate::domain::generation::WHOLE;
use crate::domain::temperature::Temperature;

const WEEK_SECONDS: u32 = 7 * 86_400;

/// Plays a world under a plan. Answers what came of it, by provider.
///
/// # Errors
/// Where the plan cannot be asked.
pub fn run<P: Plan>(
    parameters: &Parameters,
    world: &World,
    behaviour: Behaviour,
    plan: &mut P,
) -> Result<Vec<Outcome>, P::Error> {
    let mut leads: Vec<Vec<&Lead>> = parameters.each_provider().map(|_| Vec::new()).collect();
    for lead in &world.leads {
        leads[lead.provider as usize].push(lead);
    }
    let large = behaviour::large(world);
    let mut outcomes = Vec::with_capacity(leads.len());
    for ((number, provider), mut leads) in (0..).zip(parameters.each_provider()).zip(leads) {
        leads.sort_by_key(|lead| (lead.week, lead.number));
        let mut desk = Desk {
            parameters,
            world,
            provider,
            number,
            large,
            week: 0,
            accounts: plan.open(number)?,
            tally: Tally::default(),
            cases: Vec::new(),
            outcome: Outcome::default(),
        };
        let mut coming = leads.into_iter().peekable();
        for week in 0..parameters.weeks {
            desk.week = week;
            while let Some(lead) = coming.next_if(|lead| lead.week == week) {
                desk.claim(lead, plan)?;
            }
            desk.fill(behaviour, plan)?;
            desk.close_cases(plan)?;
            if (week + 1) % parameters.period_weeks == 0 || week + 1 == parameters.weeks {
                desk.close_period(plan)?;
            }
        }
        outcomes.push(desk.outcome.with_cost_per_hour(provider.cost_per_hour));
    }
    Ok(outcomes)
}

/// A provider at work.
pub(super) struct Desk<'a, A> {
    parameters: &'a Parameters,
    world: &'a World,
    provider: &'a Provider,
    number: u32,
    /// From which value on a lead is a large one.
    pub large: i64,
    week: u32,
    pub accounts: A,
    pub tally: Tally,
    cases: Vec<Case<'a>>,
    outcome: Outcome,
}

/// A lead that may still be worked.
struct Case<'a> {
    lead: &'a Lead,
    kind: &'a Kind,
    done: [bool; 3],
    /// None before any work.
    worked_after_seconds: Option<u32>,
    /// Working it would have paid in some week in which hours were lacking.
    lacked_hours: bool,
}

impl<'a, A> Desk<'a, A> {
    /// All that can be done now.
    pub fn tasks(&self) -> Vec<Task> {
        let of_case = |(position, case): (usize, &Case<'_>)| {
            let done = case.done;
            Action::ALL
                .into_iter()
                .filter(move |action| !done[*action as usize])
                .map(move |action| (position, action))
        };
        self.cases.iter().enumerate().flat_map(of_case).collect()
    }

    pub fn lead(&self, case: usize) -> &'a Lead {
        self.cases[case].lead
    }

    pub fn kind(&self, case: usize) -> &'a Kind {
        self.cases[case].kind
    }

    pub fn temperature(&self, case: usize) -> Temperature {
        self.cases[case].kind.temperature
    }

    pub fn effort(&self, (case, action): Task) -> i64 {
        self.cases[case].kind.work(action).effort
    }

    pub fn cost_per_hour(&self) -> i64 {
        self.provider.cost_per_hour
    }

    pub fn is_worked(&self, case: usize) -> bool {
        self.cases[case].worked_after_seconds.is_some()
    }

    /// What is reported and counted where an action on a lead comes to this.
    pub fn told(
        &self,
        case: usize,
        action: Action,
        code: Option<EventCode>,
    ) -> (Option<Event<'a>>, Tally) {
        let case = &self.cases[case];
        let now = case.seconds_until(self.week);
        let worked_after_seconds = case.worked_after_at(now, action);
        let promised = self.parameters.promised.of(case.kind.temperature);
        let within_sla = worked_after_seconds.unwrap_or(now) <= promised;
        let mut tally = self.tally;
        if action.is_work() && case.worked_after_seconds.is_none() {
            tally.count_work(within_sla);
        }
        let event = code.map(|code| Event {
            within_sla,
            worked_after_seconds,
            ..self.event(case, code)
        });
        if let Some(event) = &event {
            tally.count(event.code, event.value);
        }
        (event, tally)
    }

    /// What is reported and counted where a lead is left until its time is over.
    pub fn unworked(&self, case: usize) -> (Option<Event<'a>>, Tally) {
        let event = self.event(&self.cases[case], EventCode::Unworked);
        let mut tally = self.tally;
        tally.count(EventCode::Unworked, None);
        (Some(event), tally)
    }

    /// The end of the period as it would be after such a count.
    pub fn settle(&self, tally: Tally) -> Settle<'_, A> {
        Settle {
            accounts: &self.accounts,
            provider: self.number,
            period: self.period(),
            tally,
            told: Told {
                measures: &self.parameters.measures,
                targets: &self.parameters.targets,
            },
        }
    }

    fn period(&self) -> u32 {
        self.week / self.parameters.period_weeks
    }

    fn event(&self, case: &Case<'a>, code: EventCode) -> Event<'a> {
        let is_won = code == EventCode::Won;
        Event {
            code,
            provider: self.number,
            lead: case.lead.number,
            deal: is_won.then_some(case.lead.number),
            value: is_won.then_some(case.lead.value),
            week: self.week,
            period: self.period(),
            source: &case.kind.source,
            temperature: case.kind.temperature,
            product: case.kind.product.as_deref(),
            within_sla: false,
            worked_after_seconds: case.worked_after_seconds,
        }
    }

    fn claim<P: Plan<Accounts = A>>(
        &mut self,
        lead: &'a Lead,
        plan: &mut P,
    ) -> Result<(), P::Error> {
        let case = Case {
            lead,
            kind: self.parameters.kind_of(lead),
            done: [false; 3],
            worked_after_seconds: None,
            lacked_hours: false,
        };
        let event = self.event(&case, EventCode::Claimed);
        self.cases.push(case);
        self.outcome.leads += 1;
        self.tally.count(EventCode::Claimed, None);
        self.book(Some(event), plan)
    }

    /// Fills the week. An action for which only a part of the hours is left is begun as
    /// often as that part says, so that over many weeks the budget is just kept: a
    /// provider that never began it would work no project longer than a week, and one
    /// that always did would work more than it can.
    fn fill<P: Plan<Accounts = A>>(
        &mut self,
        behaviour: Behaviour,
        plan: &mut P,
    ) -> Result<(), P::Error> {
        if self.cases.is_empty() {
            return Ok(());
        }
        let mut choice = match behaviour {
            Behaviour::ByPay => Some(Choice::of(self, plan)?),
            _ => None,
        };
        let mut habit = behaviour::by_habit(behaviour, self).into_iter();
        let mut hours = self.provider.budget;
        loop {
            let next = match &mut choice {
                Some(choice) => choice.next(self, plan)?,
                None => habit.next(),
            };
            let Some(task) = next else {
                return Ok(());
            };
            let effort = self.effort(task);
            let fits = effort <= hours;
            if fits || self.begins(task, hours) {
                self.carry_out(task, plan)?;
                hours -= effort;
            } else {
                self.lacks_hours(task);
            }
            if !fits {
                break;
            }
        }
        let left_over: Vec<Task> = match &choice {
            Some(choice) => choice.left_over(self.cost_per_hour()).collect(),
            None => habit.collect(),
        };
        left_over
            .into_iter()
            .for_each(|task| self.lacks_hours(task));
        Ok(())
    }

    fn begins(&self, task: Task, hours: i64) -> bool {
        let draw = self.world.begins(self.lead(task.0), task.1, self.week);
        i128::from(draw) * i128::from(self.effort(task)) < i128::from(hours) * i128::from(WHOLE)
    }

    fn lacks_hours(&mut self, (case, action): Task) {
        self.cases[case].lacked_hours |= action.is_work();
    }

    fn carry_out<P: Plan<Accounts = A>>(
        &mut self,
        task: Task,
        plan: &mut P,
    ) -> Result<(), P::Error> {
        let (position, action) = task;
        let (lead, kind) = (self.lead(position), self.kind(position));
        let code = lead.outcome(kind, action).or(action.in_vain());
        let (event, tally) = self.told(position, action, code);
        self.outcome.hours += self.effort(task);
        self.outcome.count(lead, kind, code);
        self.tally = tally;
        let week = self.week;
        let case = &mut self.cases[position];
        let now = case.seconds_until(week);
        case.worked_after_seconds = case.worked_after_at(now, action);
        case.done[action as usize] = true;
        self.book(event, plan)
    }

    /// The leads whose time is over.
    fn close_cases<P: Plan<Accounts = A>>(&mut self, plan: &mut P) -> Result<(), P::Error> {
        let last = |case: &Case<'_>| case.lead.week + self.parameters.open_weeks - 1;
        let closing = self.cases.iter().take_while(|case| last(case) <= self.week);
        for position in 0..closing.count() {
            if !self.is_worked(position) {
                let (event, tally) = self.unworked(position);
                self.tally = tally;
                self.book(event, plan)?;
            }
            self.outcome.close(&self.cases[position]);
        }
        let week = self.week;
        let open_weeks = self.parameters.open_weeks;
        self.cases
            .retain(|case| case.lead.week + open_weeks - 1 > week);
        Ok(())
    }

    fn close_period<P: Plan<Accounts = A>>(&mut self, plan: &mut P) -> Result<(), P::Error> {
        let settled = plan.settle(&[self.settle(self.tally)])?;
        self.take(settled);
        self.tally = Tally::default();
        Ok(())
    }

    fn book<P: Plan<Accounts = A>>(
        &mut self,
        event: Option<Event<'a>>,
        plan: &mut P,
    ) -> Result<(), P::Error> {
        if let Some(event) = event {
            let accounts = &self.accounts;
            let booked = plan.award(&[Award { accounts, event }])?;
            self.take(booked);
        }
        Ok(())
    }

    fn take(&mut self, booked: Vec<Booked<A>>) {
        for one in booked {
            self.outcome.payout += one.paid;
            self.accounts = one.accounts;
        }
    }
}

impl Case<'_> {
    /// From the claim to work in that week.
    fn seconds_until(&self, week: u32) -> u32 {
        let waited = (week - self.lead.week).saturating_mul(WEEK_SECONDS);
        self.lead.response_seconds.saturating_add(waited)
    }

    fn worked_after_at(&self, now: u32, action: Action) -> Option<u32> {
        self.worked_after_seconds
            .or(action.is_work().then_some(now))
    }
}

impl Outcome {
    fn close(&mut self, case: &Case<'_>) {
        if case.worked_after_seconds.is_none() {
            self.unworked += 1;
            self.unworked_with_hours += i64::from(!case.lacked_hours);
        }
        let stays = Action::ALL
            .into_iter()
            .filter(|action| case.done[*action as usize])
            .map(|action| case.kind.work(action).stays)
            .fold(case.kind.stays_if_ignored, i64::max);
        if case.lead.loyalty < stays {
            self.customers_stayed += 1;
            self.customer_value += case.kind.customer_value;
        }
    }
}
