//! Keeps SMTP connections that are done with a mail for the next one.
//!
//! A crisis team is mailed in one burst; a connection (with TLS and login) a
//! mail would cost most of the time.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::Instant;

/// A team's worth of senders; what comes on top is closed.
const MOST_IDLE: usize = 32;
/// How long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection that has been greeted, encrypted and logged in.
pub(super) struct Line {
    pub connection: AsyncSmtpConnection,
    /// A second handle on the same socket, to look without reading; `None`
    /// when the socket is not ours.
    pub socket: Option<TcpStream>,
}

impl Line {
    /// Whether the other side left or said something unasked (421: goodbye).
    /// Costs one system call instead of a NOOP's round trip.
    fn is_dead(&self) -> bool {
        let Some(socket) = &self.socket else {
            return false;
        };
        match socket.peek(&mut [0]) {
            Ok(_) => true,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }
}

struct Idle {
    line: Line,
    // How long a socket has lain idle is not a time people see, so the rule
    // that time is a value does not reach here.
    since: Instant,
}

/// Lines waiting for a mail.
#[derive(Clone)]
pub(super) struct Pool {
    idle: Arc<Mutex<Vec<Idle>>>,
    is_swept: Arc<AtomicBool>,
    keep_for: Duration,
}

impl Pool {
    pub(super) fn new(keep_for: Duration) -> Self {
        Self {
            idle: Arc::default(),
            is_swept: Arc::default(),
            keep_for,
        }
    }

    /// The line that was used last and still lives.
    pub(super) fn take(&self) -> Option<Line> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(candidate) = idle.pop() {
            if candidate.since.elapsed() < self.keep_for && !candidate.line.is_dead() {
                return Some(candidate.line);
            }
        }
        None
    }

    pub(super) fn put(&self, line: Line) {
        if line.connection.has_broken() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(Idle {
                line,
                since: Instant::now(),
            });
        }
        drop(idle);
        if !self.is_swept.swap(true, Ordering::AcqRel) {
            tokio::spawn(self.clone().sweep());
        }
    }

    /// Says goodbye to lines nobody used, until there are none.
    async fn sweep(self) {
        loop {
            tokio::time::sleep(self.keep_for).await;
            let (old, is_empty) = self.take_old();
            for mut idle in old {
                // A server that does not answer is left without ceremony.
                let _ = tokio::time::timeout(GOODBYE, idle.line.connection.quit()).await;
            }
            if is_empty {
                return;
            }
        }
    }

    fn take_old(&self) -> (Vec<Idle>, bool) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let (old, young): (Vec<_>, Vec<_>) = std::mem::take(&mut *idle)
            .into_iter()
            .partition(|idle| idle.since.elapsed() >= self.keep_for);
        *idle = young;
        // Under the lock, so that a line put back now starts its own sweep.
        if idle.is_empty() {
            self.is_swept.store(false, Ordering::Release);
        }
        (old, idle.is_empty())
    }
}
