//! Makes a mail ready while it is not certain yet that it will be sent: the server is
//! told from whom and for whom it is, and not a word of what it says.

use tokio::time::{Instant, timeout};

use super::Failure;
use super::email::{Mailer, announce, give};
use super::envelope::{self, Outgoing, Sealed};
use super::pool::Line;
use super::verdict::{self, Fault, Stage};

/// A mail of which everything was said to the server but its content. Dropped, nothing
/// of it was sent: the server forgets it with the connection.
pub struct Ready {
    sealed: Sealed,
    /// Or how far it came, and what went wrong there; `None`: the server was silent.
    opened: Result<Line, (Option<Fault>, Stage)>,
    /// Whether it began on a line that had waited for a mail.
    was_idle: bool,
    since: Instant,
}

impl Mailer {
    /// Goes as far with a mail as the server's answer to its recipient, while it is
    /// not certain yet that it will be sent: no word of it is said. What goes wrong on
    /// the way is told when it is. `None` for a mail that cannot be.
    pub async fn make_ready(&self, mail: &Outgoing) -> Option<Ready> {
        let sealed = envelope::seal(mail).ok()?;
        let since = Instant::now();
        let idle = self.pool.take();
        let was_idle = idle.is_some();
        let mut stage = Stage::Connecting;
        let opened = timeout(self.limits.whole_mail, self.open(idle, &sealed, &mut stage));
        let opened = match opened.await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(fault)) => Err((Some(fault), stage)),
            Err(_) => Err((None, stage)),
        };
        Some(Ready {
            sealed,
            opened,
            was_idle,
            since,
        })
    }

    /// A line on which everything of a mail was said but its content.
    async fn open(
        &self,
        idle: Option<Line>,
        sealed: &Sealed,
        stage: &mut Stage,
    ) -> Result<Line, Fault> {
        let mut line = match idle {
            Some(line) => line,
            None => self.connect(stage).await?,
        };
        match announce(&mut line.connection, sealed, stage).await {
            Ok(()) => Ok(line),
            Err(fault) => {
                self.keep(line, Some(&fault), *stage).await;
                Err(fault)
            }
        }
    }

    /// Sends a mail that was made ready; as `send`, and not a second time where that
    /// went wrong.
    pub async fn send_ready(&self, ready: Ready) -> Result<(), Failure> {
        let left = self.limits.whole_mail.saturating_sub(ready.since.elapsed());
        let mut stage = Stage::Data;
        match timeout(left, self.finish(ready, &mut stage)).await {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(fault))) => Err(fault.judged(&self.server, stage)),
            Ok(None) | Err(_) => Err(verdict::silence(&self.server, stage)),
        }
    }

    /// `None`: the server was silent.
    async fn finish(&self, ready: Ready, stage: &mut Stage) -> Option<Result<(), Fault>> {
        let Ready {
            sealed,
            opened,
            was_idle,
            ..
        } = ready;
        // The server may hang up on a line that waits, ours or an idle one; nothing was
        // taken yet, so a fresh one starts over.
        let may_start_over = was_idle || opened.is_ok();
        let result = match opened {
            Ok(mut line) => {
                let result = give(&mut line.connection, &sealed, stage).await;
                self.keep(line, result.as_ref().err(), *stage).await;
                result
            }
            Err((fault, reached)) => {
                *stage = reached;
                Err(fault?)
            }
        };
        match result {
            Err(fault) if may_start_over && *stage < Stage::Content && fault.is_hang_up() => {
                *stage = Stage::Connecting;
                let line = match self.connect(stage).await {
                    Ok(line) => line,
                    Err(fault) => return Some(Err(fault)),
                };
                Some(self.hand_over(line, &sealed, stage).await)
            }
            result => Some(result),
        }
    }
}
