//! The thread that keeps house for the database, so that no mail waits for it:
//! moves committed pages to their place, and empties the log of what was
//! forgotten.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::live::Live;
use crate::store::Checkpointer;

/// When somebody reads from a log that is to be emptied, it is tried again after
/// so long.
const AGAIN_AFTER: Duration = Duration::from_millis(200);

enum Chore {
    Checkpoint,
    EmptyLog,
}

/// Asks the thread; it ends when this is gone.
pub(super) struct Tidier(Sender<Chore>);

impl Tidier {
    /// Soon moves what was committed to its place.
    pub(super) fn checkpoint(&self) {
        // Without the thread the writer itself does it, when the log is long.
        let _ = self.0.send(Chore::Checkpoint);
    }

    /// Soon nothing is in the log any more, however often that must be tried.
    pub(super) fn empty_log(&self) {
        let _ = self.0.send(Chore::EmptyLog);
    }
}

pub(super) fn start(live: &Live) -> std::io::Result<Tidier> {
    let checkpointer = live.store().checkpointer().map_err(std::io::Error::other)?;
    let (tidier, chores) = channel();
    std::thread::Builder::new()
        .name("checkpoint".into())
        .spawn(move || tidy(&checkpointer, &chores))?;
    Ok(Tidier(tidier))
}

fn tidy(checkpointer: &Checkpointer, chores: &Receiver<Chore>) {
    let mut owes_empty_log = false;
    loop {
        let asked = if owes_empty_log {
            chores.recv_timeout(AGAIN_AFTER)
        } else {
            chores.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        let waiting: Vec<Chore> = match asked {
            Ok(chore) => std::iter::once(chore).chain(chores.try_iter()).collect(),
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            // The last to close the database empties its log.
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut waiting = waiting.iter();
        owes_empty_log |= waiting.any(|chore| matches!(chore, Chore::EmptyLog));
        let done = if owes_empty_log {
            checkpointer.empty_log()
        } else {
            checkpointer.checkpoint().map(|()| false)
        };
        match done {
            Ok(is_empty) => owes_empty_log &= !is_empty,
            Err(error) => {
                tracing::warn!(%error, "the log was not moved into the database; tried again later");
            }
        }
    }
}
