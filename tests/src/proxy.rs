//! What may lie between a server and its PostgreSQL: a way that delays, holds,
//! cuts and refuses.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

const HELD_MAX: Duration = Duration::from_secs(60);
/// The message of PostgreSQL's protocol that commits.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// A way from an address of its own to a PostgreSQL's socket. It ends with the
/// test.
pub struct Proxy {
    address: SocketAddr,
    way: Arc<Way>,
}

/// What is done to the next commit that comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCommit {
    /// The connection is cut before the database has seen it.
    CutBefore,
    /// The database does it, and the connection is cut before it can say so.
    CutAfter,
    /// The same, and no other connection can be made.
    LoseAfter,
    /// It waits until it is let go.
    Hold,
}

impl AtCommit {
    fn is_done(self) -> bool {
        matches!(self, Self::CutAfter | Self::LoseAfter)
    }
}

#[derive(Default)]
struct Way {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    mode: Mode,
    at_commit: Option<AtCommit>,
    /// Whether a commit has come along, and has met what was prepared for it.
    came: bool,
    met: bool,
    /// Both ends of every connection, to be cut.
    open: Vec<(TcpStream, UnixStream)>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Pass,
    /// Every message of the server waits that long.
    Delay(Duration),
    /// Nothing passes, in neither direction.
    Hold,
    /// Connections are ended as they come.
    Refuse,
    Ended,
}

impl Proxy {
    /// Begins to pass everything on.
    ///
    /// # Panics
    /// Where no address can be had.
    pub fn to(upstream: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let address = listener.local_addr().expect("the address");
        let way = Arc::new(Way::default());
        let (accepting, upstream) = (way.clone(), upstream.to_owned());
        std::thread::spawn(move || accepting.accept(&listener, &upstream));
        Self { address, way }
    }

    /// The URL of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://stellwerk@{}/{database}?sslmode=disable",
            self.address
        )
    }

    /// Everything passes.
    pub fn pass(&self) {
        self.way.set(Mode::Pass);
    }

    /// Every message to the database is late by that much.
    pub fn delay(&self, by: Duration) {
        self.way.set(Mode::Delay(by));
    }

    /// Nothing passes, and nobody is told.
    pub fn hold(&self) {
        self.way.set(Mode::Hold);
    }

    /// Cuts all connections.
    pub fn cut(&self) {
        self.way.lock().cut();
    }

    /// Cuts all connections and lets none be made.
    pub fn refuse(&self) {
        self.way.set(Mode::Refuse);
        self.cut();
    }

    /// Prepares what happens to the next commit; one that was held goes on.
    pub fn at_commit(&self, what: AtCommit) {
        let mut state = self.way.lock();
        state.at_commit = Some(what);
        state.came = false;
        state.met = false;
        drop(state);
        // One that was held before goes on.
        self.way.changed.notify_all();
    }

    /// Waits until a commit has met what was prepared for it.
    ///
    /// # Panics
    /// Where none comes along.
    pub fn await_commit(&self) {
        let state = self.way.lock();
        let (state, waited) = self
            .way
            .changed
            .wait_timeout_while(state, HELD_MAX, |state| !state.met)
            .expect("the state of the way");
        assert!(!waited.timed_out() && state.met, "no commit came along");
    }

    /// Whether one has.
    pub fn has_met(&self) -> bool {
        self.way.lock().met
    }

    /// Lets a commit go that was held.
    pub fn let_go(&self) {
        self.way.lock().at_commit = None;
        self.way.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.way.set(Mode::Ended);
        self.cut();
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn cut(&mut self) {
        for (client, database) in self.open.drain(..) {
            // Either may have been closed already.
            let _ = client.shutdown(Shutdown::Both);
            let _ = database.shutdown(Shutdown::Both);
        }
    }
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the state of the way")
    }

    fn set(&self, mode: Mode) {
        self.lock().mode = mode;
        self.changed.notify_all();
    }

    fn accept(self: Arc<Self>, listener: &TcpListener, upstream: &Path) {
        loop {
            let Ok((client, _)) = listener.accept() else {
                return;
            };
            match self.lock().mode {
                Mode::Ended => return,
                Mode::Refuse => continue,
                _ => {}
            }
            // Where the database is not there, the client is told by the end of
            // its connection.
            if let Ok(database) = UnixStream::connect(upstream) {
                self.clone().join(client, database);
            }
        }
    }

    fn join(self: Arc<Self>, client: TcpStream, database: UnixStream) {
        let _ = client.set_nodelay(true);
        let ends = client.try_clone().and_then(|client| {
            let database = database.try_clone()?;
            Ok((client, database))
        });
        let (Ok(ends), Ok(from_client), Ok(from_database)) =
            (ends, client.try_clone(), database.try_clone())
        else {
            return;
        };
        self.lock().open.push(ends);
        let out = self.clone();
        std::thread::spawn(move || out.pump(from_client, database, Self::may_go_out));
        std::thread::spawn(move || self.pump(from_database, client, Self::may_come_back));
    }

    /// Carries bytes until one side ends or the way is cut.
    fn pump(
        &self,
        mut from: impl Read + End,
        mut to: impl Write + End,
        may_pass: fn(&Self, &[u8]) -> Passage,
    ) {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            let passage = may_pass(self, &bytes[..read]);
            if passage == Passage::Cut {
                break;
            }
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
            if passage == Passage::LastThatGoesOut {
                // The other direction cuts, when the database has answered.
                return;
            }
        }
        from.end();
        to.end();
    }

    fn may_go_out(&self, bytes: &[u8]) -> Passage {
        let mut state = self.lock();
        if let Mode::Delay(by) = state.mode {
            drop(state);
            // A slow way is what is being simulated.
            std::thread::sleep(by);
            state = self.lock();
        }
        let commits = bytes.windows(COMMIT.len()).any(|part| part == COMMIT);
        match state.at_commit {
            Some(what) if commits && what.is_done() => {
                state.came = true;
                return Passage::LastThatGoesOut;
            }
            Some(AtCommit::CutBefore) if commits => {
                self.meet(&mut state);
                return Passage::Cut;
            }
            Some(AtCommit::Hold) if commits => {
                state.met = true;
                self.changed.notify_all();
                state = self.wait_while(state, |state| {
                    state.at_commit == Some(AtCommit::Hold) && state.mode != Mode::Ended
                });
            }
            _ => {}
        }
        let _open = self.wait_while(state, |state| state.mode == Mode::Hold);
        Passage::Free
    }

    fn may_come_back(&self, bytes: &[u8]) -> Passage {
        let mut state = self.lock();
        // The database says that it has committed.
        let committed = state.came && bytes.windows(6).any(|part| part == b"COMMIT");
        if let Some(what) = state.at_commit.filter(|what| committed && what.is_done()) {
            if what == AtCommit::LoseAfter {
                state.mode = Mode::Refuse;
                state.cut();
            }
            self.meet(&mut state);
            return Passage::Cut;
        }
        let _open = self.wait_while(state, |state| state.mode == Mode::Hold);
        Passage::Free
    }

    fn meet(&self, state: &mut State) {
        state.at_commit = None;
        state.met = true;
        self.changed.notify_all();
    }

    fn wait_while<'s>(
        &self,
        state: MutexGuard<'s, State>,
        is_held: impl FnMut(&mut State) -> bool,
    ) -> MutexGuard<'s, State> {
        let (state, _) = self
            .changed
            .wait_timeout_while(state, HELD_MAX, is_held)
            .expect("the state of the way");
        state
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Passage {
    Free,
    LastThatGoesOut,
    Cut,
}

/// The end of a connection.
trait End {
    fn end(&self);
}

impl End for TcpStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl End for UnixStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}
