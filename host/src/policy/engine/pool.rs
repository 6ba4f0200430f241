//! The threads on which guests run, apart from those that serve requests.
//!
//! A call waits a bounded time in a bounded queue. A free thread takes the next
//! call of the manufacturer that has the fewest under way, and of several such
//! the one whose last turn is longest ago, so that one who floods the server
//! holds no more than an equal share of the slots while others wait, be it in
//! turns on a single one; and when the queue is full the longest of its parts
//! gives way. When all slots are taken, one more serves those who have nothing under
//! way, so that nobody waits until another's endless loop has used up its fuel.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How large the pool is and how long it lets wait.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Of its threads.
    pub name: &'static str,
    pub slots: usize,
    pub waiting_max: usize,
    pub wait_max: Duration,
}

/// What a call learns when its turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Run,
    /// It has waited too long, or the queue is full.
    Overloaded,
}

type Work = Box<dyn FnOnce(Turn) + Send>;

/// Runs calls on threads of its own.
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    settings: PoolSettings,
    state: Mutex<State>,
    changed: Condvar,
    /// For the thread that serves those who have nothing under way.
    spare: Condvar,
}

#[derive(Default)]
struct State {
    manufacturers: HashMap<Arc<str>, Share>,
    waiting: usize,
    running: usize,
    // Counts up, so that of two equal ones the one that waits longer comes first.
    arrivals: u64,
    /// Calls that have been given a slot.
    turns: u64,
    closed: bool,
}

/// What one manufacturer has in the pool. Invariant: it runs or waits for
/// something, else it is removed.
#[derive(Default)]
struct Share {
    waiting: VecDeque<Waiting>,
    running: usize,
    /// The turn that was its last one; at first the one when it came.
    last_turn: u64,
}

struct Waiting {
    work: Work,
    arrival: u64,
    since: Instant,
}

impl Pool {
    pub fn new(settings: PoolSettings) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            settings,
            state: Mutex::default(),
            changed: Condvar::new(),
            spare: Condvar::new(),
        });
        let pool = Self {
            shared: shared.clone(),
        };
        for number in 0..settings.slots.max(1) {
            let shared = shared.clone();
            std::thread::Builder::new()
                .name(format!("{}-{number}", settings.name))
                .spawn(move || shared.run(Thread::Slot))?;
        }
        let spare = shared.clone();
        std::thread::Builder::new()
            .name("guest-spare".into())
            .spawn(move || spare.run(Thread::Spare))?;
        std::thread::Builder::new()
            .name(format!("{}-queue", settings.name))
            .spawn(move || shared.expire())?;
        Ok(pool)
    }

    /// Queues a call. `work` is called exactly once, here when there is no room.
    pub fn submit(&self, manufacturer: &Arc<str>, work: Work) {
        if let Some(turned_away) = self.shared.enqueue(manufacturer, work) {
            turned_away(Turn::Overloaded);
        }
    }

    /// Calls that can run at once.
    pub fn slots(&self) -> usize {
        self.shared.settings.slots.max(1)
    }

    /// Calls that run.
    pub fn running(&self) -> usize {
        self.shared.lock().running
    }

    /// Whether a call that comes now would have to wait.
    pub fn is_wanted(&self) -> bool {
        let state = self.shared.lock();
        state.waiting > 0 || state.running >= self.shared.slots()
    }

    /// Calls that wait.
    pub fn waiting(&self) -> usize {
        self.shared.lock().waiting
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        self.shared.spare.notify_all();
    }
}

/// What a thread serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thread {
    /// Everybody.
    Slot,
    /// Who has nothing under way, when all slots are taken.
    Spare,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the call that had to give way, if any.
    fn enqueue(&self, manufacturer: &Arc<str>, work: Work) -> Option<Work> {
        let mut state = self.lock();
        let mut turned_away = None;
        if state.waiting >= self.settings.waiting_max {
            let own = state.waiting_of(manufacturer);
            match state.take_from_longest(own) {
                Some(other) => turned_away = Some(other.work),
                None => return Some(work),
            }
        }
        let (arrival, turn) = (state.arrivals, state.turns);
        state.arrivals += 1;
        state.waiting += 1;
        state
            .manufacturers
            .entry(manufacturer.clone())
            .or_insert_with(|| Share {
                last_turn: turn,
                ..Share::default()
            })
            .waiting
            .push_back(Waiting {
                work,
                arrival,
                since: Instant::now(),
            });
        let spare = state.is_for_spare(self.slots());
        drop(state);
        self.changed.notify_one();
        if spare {
            self.spare.notify_one();
        }
        turned_away
    }

    fn slots(&self) -> usize {
        self.settings.slots.max(1)
    }

    /// A thread's life.
    fn run(&self, thread: Thread) {
        let slots = self.slots();
        let mut state = self.lock();
        loop {
            let next = match thread {
                Thread::Slot => state.next(),
                Thread::Spare if state.is_for_spare(slots) => state.next(),
                Thread::Spare => None,
            };
            match next {
                Some((manufacturer, waiting)) => {
                    let spare = state.is_for_spare(slots);
                    drop(state);
                    if spare {
                        self.spare.notify_one();
                    }
                    let turn = match waiting.since.elapsed() <= self.settings.wait_max {
                        true => Turn::Run,
                        false => Turn::Overloaded,
                    };
                    // A panic in a call is the call's: its caller sees that no
                    // answer came. The thread and its place in the pool remain.
                    let work = std::panic::AssertUnwindSafe(move || (waiting.work)(turn));
                    let _ = std::panic::catch_unwind(work);
                    state = self.lock();
                    state.finish(&manufacturer);
                }
                None if state.closed => return,
                None => {
                    let told = match thread {
                        Thread::Slot => &self.changed,
                        Thread::Spare => &self.spare,
                    };
                    state = told.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Turns away, in time, what no thread has got to.
    fn expire(&self) {
        let pause = self.settings.wait_max / 8 + Duration::from_millis(1);
        loop {
            std::thread::sleep(pause);
            let mut state = self.lock();
            if state.closed {
                return;
            }
            let late = state.take_older_than(self.settings.wait_max);
            drop(state);
            for waiting in late {
                (waiting.work)(Turn::Overloaded);
            }
        }
    }
}

impl State {
    fn waiting_of(&self, manufacturer: &Arc<str>) -> usize {
        self.manufacturers
            .get(manufacturer)
            .map_or(0, |share| share.waiting.len())
    }

    /// The call whose turn it is.
    fn next(&mut self) -> Option<(Arc<str>, Waiting)> {
        let (manufacturer, share) = self
            .manufacturers
            .iter_mut()
            .filter(|(_, share)| !share.waiting.is_empty())
            .min_by_key(|(_, share)| {
                let arrival = share.waiting.front().map(|waiting| waiting.arrival);
                (share.running, share.last_turn, arrival)
            })?;
        let waiting = share.waiting.pop_front()?;
        self.turns += 1;
        share.last_turn = self.turns;
        share.running += 1;
        self.running += 1;
        self.waiting -= 1;
        Some((manufacturer.clone(), waiting))
    }

    /// Whether the slots are taken, and somebody waits who has nothing under way:
    /// [`Self::next`] is theirs then.
    fn is_for_spare(&self, slots: usize) -> bool {
        self.running == slots
            && self
                .manufacturers
                .values()
                .any(|share| share.running == 0 && !share.waiting.is_empty())
    }

    fn finish(&mut self, manufacturer: &Arc<str>) {
        self.running -= 1;
        if let Some(share) = self.manufacturers.get_mut(manufacturer) {
            share.running -= 1;
            if share.running == 0 && share.waiting.is_empty() {
                self.manufacturers.remove(manufacturer);
            }
        }
    }

    /// The youngest call of who has the most waiting, if that is more than `own`.
    fn take_from_longest(&mut self, own: usize) -> Option<Waiting> {
        let longest = self
            .manufacturers
            .values_mut()
            .max_by_key(|share| share.waiting.len())?;
        if longest.waiting.len() <= own + 1 {
            return None;
        }
        self.waiting -= 1;
        longest.waiting.pop_back()
    }

    fn take_older_than(&mut self, age: Duration) -> Vec<Waiting> {
        let mut old = Vec::new();
        for share in self.manufacturers.values_mut() {
            while let Some(waiting) = share
                .waiting
                .pop_front_if(|waiting| waiting.since.elapsed() > age)
            {
                old.push(waiting);
            }
        }
        self.waiting -= old.len();
        self.manufacturers
            .retain(|_, share| share.running > 0 || !share.waiting.is_empty());
        old
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn pool(slots: usize, waiting_max: usize, wait_max: Duration) -> Pool {
        Pool::new(PoolSettings {
            name: "guest",
            slots,
            waiting_max,
            wait_max,
        })
        .unwrap()
    }

    /// Keeps a slot busy until the sender is dropped.
    fn occupy(pool: &Pool, manufacturer: &Arc<str>) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        pool.submit(
            manufacturer,
            Box::new(move |turn| {
                assert_eq!(turn, Turn::Run);
                begun.send(()).unwrap();
                let _ = released.recv();
            }),
        );
        begins.recv().unwrap();
        release
    }

    fn note(notes: &mpsc::Sender<(&'static str, Turn)>, name: &'static str) -> Work {
        let notes = notes.clone();
        Box::new(move |turn| notes.send((name, turn)).unwrap())
    }

    #[test]
    fn while_others_wait_nobody_gets_more_than_an_equal_share() {
        let (flood, other): (Arc<str>, Arc<str>) = ("flood".into(), "other".into());
        let pool = pool(2, 1000, LONG);
        let held = [occupy(&pool, &flood), occupy(&pool, &flood)];
        let _spare = occupy(&pool, &"third".into());
        let (notes, noted) = mpsc::channel();
        for _ in 0..10 {
            pool.submit(&flood, note(&notes, "flood"));
        }
        pool.submit(&other, note(&notes, "other"));
        let [first, second] = held;
        // One slot is free: the flood still runs one, the other none.
        drop(first);
        assert_eq!(noted.recv().unwrap(), ("other", Turn::Run));
        drop(second);
        for _ in 0..10 {
            assert_eq!(noted.recv().unwrap(), ("flood", Turn::Run));
        }
    }

    #[test]
    fn on_a_single_slot_everybody_gets_a_turn() {
        let (flood, other): (Arc<str>, Arc<str>) = ("flood".into(), "other".into());
        let pool = pool(1, 1000, LONG);
        let held = occupy(&pool, &flood);
        let _spare = occupy(&pool, &"third".into());
        let (notes, noted) = mpsc::channel();
        for _ in 0..10 {
            pool.submit(&flood, note(&notes, "flood"));
        }
        for _ in 0..2 {
            pool.submit(&other, note(&notes, "other"));
        }
        drop(held);
        let order: Vec<&str> = (0..12).map(|_| noted.recv().unwrap().0).collect();
        assert_eq!(order[..4], ["flood", "other", "flood", "other"]);
        assert!(order[4..].iter().all(|name| *name == "flood"));
    }

    #[test]
    fn who_has_nothing_under_way_does_not_wait_for_another() {
        let (flood, other): (Arc<str>, Arc<str>) = ("flood".into(), "other".into());
        let pool = pool(2, 1000, LONG);
        let held = [occupy(&pool, &flood), occupy(&pool, &flood)];
        let (notes, noted) = mpsc::channel();
        pool.submit(&flood, note(&notes, "flood"));
        pool.submit(&other, note(&notes, "other"));
        pool.submit(&other, note(&notes, "other again"));
        for expected in ["other", "other again"] {
            let noted = noted.recv_timeout(LONG).unwrap();
            assert_eq!(noted, (expected, Turn::Run));
        }
        drop(held);
        assert_eq!(noted.recv_timeout(LONG).unwrap(), ("flood", Turn::Run));
    }

    #[test]
    fn a_full_queue_turns_away_who_has_the_most_in_it() {
        let (flood, other): (Arc<str>, Arc<str>) = ("flood".into(), "other".into());
        let pool = pool(1, 3, LONG);
        let busy = occupy(&pool, &flood);
        let _spare = occupy(&pool, &"third".into());
        let (notes, noted) = mpsc::channel();
        for _ in 0..3 {
            pool.submit(&flood, note(&notes, "flood"));
        }
        pool.submit(&flood, note(&notes, "one too many"));
        assert_eq!(noted.recv().unwrap(), ("one too many", Turn::Overloaded));
        pool.submit(&other, note(&notes, "other"));
        assert_eq!(noted.recv().unwrap(), ("flood", Turn::Overloaded));
        drop(busy);
        for _ in 0..3 {
            assert_eq!(noted.recv().unwrap().1, Turn::Run);
        }
    }

    #[test]
    fn nobody_waits_longer_than_the_limit() {
        let name: Arc<str> = "one".into();
        let pool = pool(1, 10, Duration::from_millis(20));
        let busy = occupy(&pool, &name);
        let (notes, noted) = mpsc::channel();
        pool.submit(&name, note(&notes, "late"));
        assert_eq!(
            noted.recv_timeout(LONG).unwrap(),
            ("late", Turn::Overloaded)
        );
        drop(busy);
    }

    #[test]
    fn a_panic_costs_no_slot() {
        let name: Arc<str> = "one".into();
        let pool = pool(1, 10, LONG);
        pool.submit(&name, Box::new(|_| panic!("as the test wants")));
        let (notes, noted) = mpsc::channel();
        pool.submit(&name, note(&notes, "next"));
        assert_eq!(noted.recv_timeout(LONG).unwrap().1, Turn::Run);
    }
}
