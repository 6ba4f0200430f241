//! Watches the folders that a look depends on: folders and not files, because
//! editors and orchestrators put another file in a file's place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::quiet::{Happening, Quiet};
use super::read::{self, Look};

/// Binding files that name files of other folders make it look once more.
const ROUNDS_MAX: usize = 3;
/// Folders beyond that are looked at without being asked only.
const FOLDERS_MAX: usize = 256;
/// Whether the machine says that a file was closed by who has written it.
const TELLS_CLOSED: bool = cfg!(any(target_os = "linux", target_os = "android"));

pub struct Watch {
    path: PathBuf,
    /// Those of the last look.
    folders: BTreeSet<PathBuf>,
    events: Arc<Events>,
    /// Made anew for each look, before it reads: so it watches the folders that
    /// are there now, whatever became of those before.
    watcher: Option<RecommendedWatcher>,
}

#[derive(Default)]
struct Events {
    quiet: Mutex<Quiet>,
    /// Rung whenever something has happened.
    bell: Notify,
}

impl Watch {
    pub fn of(path: PathBuf) -> Self {
        Self {
            folders: BTreeSet::from([path.clone()]),
            path,
            events: Arc::default(),
            watcher: None,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Is done when something has happened and it is quiet again.
    pub async fn settled(&self) {
        loop {
            let settles_at = self.events.quiet().settles_at();
            match settles_at {
                None => self.events.bell.notified().await,
                Some(at) if at <= Instant::now() => return,
                Some(at) => {
                    tokio::select! {
                        () = self.events.bell.notified() => {}
                        () = tokio::time::sleep_until(at.into()) => {}
                    }
                }
            }
        }
    }

    /// Is done at that time, or later where something is happening then.
    pub async fn settled_after(&self, at: Instant) {
        tokio::time::sleep_until(at.into()).await;
        let is_astir = self.events.quiet().settles_at().is_some();
        if is_astir {
            self.settled().await;
        }
    }

    /// What the folder says, and whether changes to it will be heard of.
    pub async fn look(&mut self) -> (Result<Look, String>, Result<(), String>) {
        let (path, folders) = (self.path.clone(), self.folders.clone());
        let events = self.events.clone();
        let read = tokio::task::spawn_blocking(move || watch_and_read(&path, folders, &events));
        match read.await {
            Ok((look, watching)) => {
                if let Ok(look) = &look {
                    self.folders.clone_from(&look.folders);
                }
                let watching = watching.map(|watcher| self.watcher = Some(watcher));
                (look, watching)
            }
            Err(error) => (Err(error.to_string()), Ok(())),
        }
    }
}

impl Events {
    fn quiet(&self) -> MutexGuard<'_, Quiet> {
        self.quiet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Watching = Result<RecommendedWatcher, String>;

fn watch_and_read(
    path: &Path,
    mut folders: BTreeSet<PathBuf>,
    events: &Arc<Events>,
) -> (Result<Look, String>, Watching) {
    let mut round = 1;
    loop {
        events.quiet().begin();
        let watching = watch(&folders, events);
        let look = read::look(path);
        match &look {
            Ok(found) if found.folders != folders && round < ROUNDS_MAX => {
                folders.clone_from(&found.folders);
                round += 1;
            }
            _ => return (look, watching),
        }
    }
}

fn watch(folders: &BTreeSet<PathBuf>, events: &Arc<Events>) -> Watching {
    let events = events.clone();
    let hear = move |event: notify::Result<Event>| {
        let (what, paths) = match event {
            Ok(event) => match happening(event.kind) {
                Some(what) => (what, event.paths),
                None => return,
            },
            // Something was missed.
            Err(_) => (Happening::Changed, Vec::new()),
        };
        events.quiet().happened(what, paths, Instant::now());
        events.bell.notify_one();
    };
    let mut watcher = notify::recommended_watcher(hear).map_err(|error| error.to_string())?;
    for folder in folders.iter().take(FOLDERS_MAX) {
        match watcher.watch(folder, RecursiveMode::NonRecursive) {
            // What is missing is told when it is read.
            Err(error) if folder.exists() => return Err(error.to_string()),
            _ => {}
        }
    }
    Ok(watcher)
}

/// None for what changes nothing, as when somebody reads.
fn happening(kind: EventKind) -> Option<Happening> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Happening::Closed),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Data(_)) if TELLS_CLOSED => Some(Happening::Written),
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Remove(_) => Some(Happening::Closed),
        _ => Some(Happening::Changed),
    }
}
