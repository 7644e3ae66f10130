//! Tells systemd how we are: ready, alive, stopping. Outside systemd nobody
//! listens, and nothing happens.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

use crate::engine::board::Board;

/// How often the state is told when systemd did not ask for a watchdog.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// The longest that starting and stopping wait for systemd to listen.
const PATIENCE: Duration = Duration::from_secs(1);

/// What there is to say.
enum Word {
    Ready,
    Reloading,
    Alive,
    Status(String),
    Stopping,
}

/// We serve from now on.
pub(super) async fn ready() {
    let _ = tokio::time::timeout(PATIENCE, tell(Word::Ready)).await;
}

/// We read our files again; `ready` says that we are done.
pub(super) async fn reloading() {
    let _ = tokio::time::timeout(PATIENCE, tell(Word::Reloading)).await;
}

/// We were asked to stop and are doing so.
pub(super) async fn stopping() {
    let _ = tokio::time::timeout(PATIENCE, tell(Word::Stopping)).await;
}

/// Tells how we are until told to stop. The watchdog is fed, at half the time
/// that it waits, only while engine and dispatcher move; this task itself shows
/// that the runtime does.
pub(super) async fn watch(board: Board, stop: CancellationToken) {
    let watchdog = sd_notify::watchdog_enabled();
    let every = watchdog.map_or(TELL_EVERY, |length| (length / 2).min(TELL_EVERY));
    let mut told = String::new();
    // An interval of nothing is refused.
    let mut times = tokio::time::interval(every.max(Duration::from_millis(1)));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = times.tick() => {}
        }
        let health = board.health();
        if health.is_alive && watchdog.is_some() {
            tell(Word::Alive).await;
        }
        let status = status(&board, health.reasons.first());
        if status != told {
            tell(Word::Status(status.clone())).await;
            told = status;
        }
    }
}

fn status(board: &Board, reason: Option<&String>) -> String {
    if let Some(reason) = reason {
        return format!("FAILING: {reason}");
    }
    let reading = board.reading();
    let audit = &reading.audit;
    format!(
        "{} runs open, {} roles unanswered, {} mails waiting",
        audit.n_open, audit.n_unanswered, audit.outbox.n_waiting
    )
}

/// Apart from everything else: a socket that nobody reads makes its writers
/// wait.
async fn tell(word: Word) {
    let told = tokio::task::spawn_blocking(move || {
        let said = match &word {
            Word::Ready => NotifyState::Ready,
            Word::Alive => NotifyState::Watchdog,
            Word::Status(status) => NotifyState::Status(status),
            Word::Stopping => NotifyState::Stopping,
            Word::Reloading => {
                // systemd takes no reload for one without the moment it began.
                let began = NotifyState::monotonic_usec_now()?;
                return sd_notify::notify(&[NotifyState::Reloading, began]);
            }
        };
        sd_notify::notify(&[said])
    });
    if let Ok(Err(error)) = told.await {
        tracing::debug!(%error, "systemd was not told");
    }
}
