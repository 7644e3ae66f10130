//! The heartbeat: a request to somebody else at regular times, for as long as
//! all is well. When it stays away, they raise the alarm that we cannot.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::metrics::Metrics;
use crate::config::Secret;
use crate::engine::board::Board;

/// The longest one request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the heartbeat goes, and how often. The address is a secret: who knows
/// it can keep the alarm silent.
pub struct Heartbeat {
    url: Url,
    every: Duration,
    client: Client,
}

impl Heartbeat {
    /// `every` in real time. The client must be one that cannot reach what it
    /// may not. The error never shows the address.
    pub fn new(address: &Secret, every: Duration, client: Client) -> Result<Self, String> {
        let url = read(address)?;
        Ok(Self { url, every, client })
    }

    /// For checks before the first request.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it goes to this machine.
    pub fn is_local(&self) -> bool {
        matches!(
            self.url.host_str(),
            Some("127.0.0.1" | "[::1]" | "localhost")
        )
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

fn read(address: &Secret) -> Result<Url, String> {
    let url = Url::parse(address.reveal())
        .map_err(|_| "the heartbeat's address is not a web address".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the heartbeat's address must begin with https:// or http://".to_owned());
    }
    Ok(url)
}

/// Sends it until told to stop. A request that hangs delays nothing but the
/// next heartbeat.
pub async fn run(
    heartbeat: Heartbeat,
    board: Board,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) {
    let mut times = tokio::time::interval(heartbeat.every);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_sent = true;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = times.tick() => {}
        }
        let health = board.health();
        if !health.is_good() {
            metrics.count_heartbeat("withheld");
            continue;
        }
        let sent = tokio::select! {
            () = stop.cancelled() => return,
            sent = send(&heartbeat) => sent,
        };
        match &sent {
            Ok(()) => metrics.count_heartbeat("sent"),
            Err(because) => {
                metrics.count_heartbeat("failed");
                // Once per outage of theirs: every minute would fill the log.
                if was_sent {
                    let host = heartbeat.host();
                    tracing::warn!(host, because, "the heartbeat was not taken");
                }
            }
        }
        was_sent = sent.is_ok();
    }
}

async fn send(heartbeat: &Heartbeat) -> Result<(), String> {
    let request = heartbeat.client.get(heartbeat.url.clone());
    let answer = request.timeout(PATIENCE).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("it was answered with {}", answer.status())),
        Err(error) if error.is_timeout() => Err("there was no answer in time".to_owned()),
        Err(error) if error.is_connect() => Err("the host could not be reached".to_owned()),
        Err(_) => Err("the request failed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_refused_without_showing_it() {
        for address in ["nonsense-s3cret", "ftp://s3cret.example/", "file:///s3cret"] {
            let address = Secret::new(address.to_owned());
            let why = read(&address).unwrap_err();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}
