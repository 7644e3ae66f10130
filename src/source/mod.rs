//! Where mentions come from. Sources read the world and deliver batches; what
//! happens to a mention after that is not theirs to know.
//!
//! A source runs until it is told to stop. With every batch it says where to
//! continue, and gets that back when it starts again, so that a restart loses
//! nothing; what it delivers twice, the receiver knows already.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;

pub mod wire;

mod quick;

mod sent;

pub mod lines;

pub mod body;

pub mod pushed;
pub mod vocabulary;

pub mod moments;

mod encoding;

pub mod table;

pub mod open;

pub mod file;

mod fetching;

pub mod feed;

pub mod mastodon;

pub mod bluesky;

mod plain;

/// Where a source delivers; the engine is one.
pub trait Intake: Send + Sync + 'static {
    /// Returns when the batch and its position are safe.
    fn deliver(&self, batch: Batch) -> impl Future<Output = Result<Receipt, IntakeClosed>> + Send;
}

/// Mentions of one source, in the order in which they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The key of the source.
    pub source: String,
    pub mentions: Vec<Mention>,
    /// Lines between them that were no mentions.
    pub n_rejected: u64,
    /// Saved together with the mentions: where to continue after a restart.
    pub position: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    pub new: u64,
    pub known: u64,
    pub matched: u64,
    pub rejected: Vec<wire::Reject>,
}

/// Nobody takes mentions any more: the daemon is stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("mentions are not taken any more")]
pub struct IntakeClosed;

/// How sources tell the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a source is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// When the world was last read without an error, with news or without.
    pub succeeded_at: Option<Timestamp>,
    /// When something was last delivered.
    pub delivered_at: Option<Timestamp>,
    pub last_error: Option<(Timestamp, String)>,
    /// Failures since the last success.
    pub failures: u32,
    /// What could not be read as a mention, since the start.
    pub n_rejected: u64,
}

/// What every source needs to do its work.
pub struct Duty {
    /// The key of the source.
    pub source: String,
    /// What the last batch that was saved said.
    pub position: Option<String>,
    pub now: Clock,
    pub health: watch::Sender<Health>,
    pub stop: CancellationToken,
}

impl Duty {
    fn succeed(&self) {
        let now = (self.now)();
        let failures = self.health.borrow().failures;
        if failures > 0 {
            tracing::info!(source = self.source, failures, "the source works again");
        }
        self.health.send_modify(|health| {
            health.succeeded_at = Some(now);
            health.failures = 0;
        });
    }

    /// Logged once until it works again; the health keeps the last reason.
    fn fail(&self, reason: &str) -> u32 {
        let now = (self.now)();
        self.health.send_modify(|health| {
            health.failures = health.failures.saturating_add(1);
            health.last_error = Some((now, reason.to_owned()));
        });
        let failures = self.health.borrow().failures;
        if failures == 1 {
            tracing::warn!(
                source = self.source,
                reason,
                "the source fails; trying again"
            );
        }
        failures
    }

    fn refuse(&self, rejects: &[wire::Reject]) {
        let Some(first) = rejects.first() else {
            return;
        };
        self.health
            .send_modify(|health| health.n_rejected += rejects.len() as u64);
        let (line, reason, n_rejected) = (first.line, &first.reason, rejects.len());
        tracing::warn!(
            source = self.source,
            n_rejected,
            line,
            reason,
            "not read as mentions; the first of them"
        );
    }

    async fn deliver(
        &self,
        intake: &impl Intake,
        mentions: Vec<Mention>,
        n_rejected: usize,
        position: Option<String>,
    ) -> Result<(), IntakeClosed> {
        let has_mentions = !mentions.is_empty();
        let receipt = intake
            .deliver(Batch {
                source: self.source.clone(),
                mentions,
                n_rejected: n_rejected as u64,
                position,
            })
            .await?;
        self.refuse(&receipt.rejected);
        if has_mentions {
            let now = (self.now)();
            self.health
                .send_modify(|health| health.delivered_at = Some(now));
        }
        Ok(())
    }

    /// Waits so long; false when it is time to stop.
    async fn pause(&self, length: std::time::Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(length) => true,
        }
    }
}
