//! Policies by file: a folder says which plugin, with which configuration, is to
//! be in force in the slots of contracts, and is watched while the server runs.
//!
//! Only what changes in the folder is applied, compared by content; when the
//! server starts, what differs. So a change that comes over the API stays until
//! the folder says something new. What is broken, half written, unreadable or
//! gone changes nothing that is in force.

mod apply;
mod document;
mod known;
mod quiet;
mod read;
mod tell;
mod watch;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use self::known::{Known, Subject};
use self::read::Look;
use self::watch::Watch;
use crate::host::Host;

/// However changes come about (a network's disk tells nothing of them, and a link
/// to the folder itself may be swapped), they are found within this time.
const UNASKED: Duration = Duration::from_secs(10);

/// A folder of policies, looked at once.
pub struct Folder {
    host: Host,
    watch: Watch,
    known: Known,
}

impl Folder {
    /// Looks at the folder for the first time: what differs from what is in force
    /// is applied before this is done.
    pub async fn open(host: &Host, path: PathBuf) -> Self {
        let mut folder = Self {
            host: host.clone(),
            watch: Watch::of(path),
            known: Known::default(),
        };
        folder.look().await;
        folder
    }

    /// Looks again whenever something has changed, until `stop` is done. What is
    /// being applied by then is applied to its end.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let unasked = Instant::now() + UNASKED;
            let again_at = self.known.again_at().map_or(unasked, |at| at.min(unasked));
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = self.watch.settled() => {}
                () = self.watch.settled_after(again_at) => {}
            }
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let begun = Instant::now();
        let (look, watching) = self.watch.look().await;
        match watching {
            Ok(()) => {
                self.known.settle(&Subject::Watch);
            }
            Err(error) => self.refused(Subject::Watch, &error, tell::unwatched),
        }
        match look {
            Ok(look) => {
                self.known.settle(&Subject::Folder);
                self.carry_out(look, begun).await;
            }
            Err(problem) => {
                let problem = format!("{}: {problem}", self.watch.path().display());
                self.refused(Subject::Folder, &problem, tell::unreadable);
            }
        }
    }

    async fn carry_out(&mut self, look: Look, begun: Instant) {
        for (file, said) in &look.files {
            let subject = Subject::File(file.clone());
            match said {
                Ok(_) => {
                    self.known.settle(&subject);
                }
                Err(problem) => self.refused(subject, problem, |text| tell::bad_file(file, text)),
            }
        }
        for place in self.known.gone(&look) {
            tell::gone(&place);
        }
        for (place, content) in look.contents {
            let subject = Subject::Place(place.clone());
            let content = match content {
                Ok(content) => content,
                Err(problem) => {
                    self.refused(subject, &problem, |text| tell::bad_part(&place, text));
                    continue;
                }
            };
            if self.known.is_applied(&place, &content.fingerprint) {
                if self.known.settle(&subject) {
                    tell::as_before(&place);
                }
                continue;
            }
            if !self
                .known
                .may_be_tried(&subject, &content.fingerprint, Instant::now())
            {
                continue;
            }
            match apply::apply(&self.host, &place, &content).await {
                Ok(applied) => {
                    tell::applied(&place, &applied, begun.elapsed());
                    self.known.settle(&subject);
                    self.known.apply(place, content.fingerprint);
                }
                Err(error) => self.refused(subject, &content.fingerprint, |_| {
                    tell::refused(&place, &error);
                }),
            }
        }
    }

    /// `of` says what was refused: its content, or in words what is wrong.
    fn refused(&mut self, subject: Subject, of: &str, tell: impl FnOnce(&str)) {
        if self.known.refuse(subject, of, Instant::now()) {
            tell(of);
        }
    }
}
