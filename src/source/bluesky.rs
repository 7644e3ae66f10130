//! Follows all posts of Bluesky through a Jetstream server, over a web socket:
//! `wss://HOST/subscribe?wantedCollections=app.bsky.feed.post&cursor=…`.
//!
//! <https://github.com/bluesky-social/jetstream>. The cursor is a moment in
//! microseconds; coming back we ask from a little before the last one that is safe,
//! and what comes twice the receiver knows already.

use std::time::Duration;

use chrono::DateTime;
use futures_util::{SinkExt, StreamExt};
use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Client, StatusCode, Upgraded, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::fetching::{Failure, bounded, pause_after, root_cause, text_of};
use super::{Duty, Intake};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;
use crate::guard::{Guard, NoClient};

/// The collection of posts; likes and follows are not asked for.
const POSTS: &str = "app.bsky.feed.post";

/// So long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// After so long without a word we ask for one, and after as much again we give up.
const QUIET: Duration = Duration::from_secs(20);

/// Posts are delivered together, so many or those of so long.
const MOST_TOGETHER: usize = 500;
const TOGETHER_FOR: Duration = Duration::from_millis(500);

/// After a first failure; doubled with each further one.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How far before the last safe post we ask again, in microseconds: servers promise
/// no exact order.
const OVERLAP: i64 = 2_000_000;

/// The largest message that is read. A post is a few kilobytes, a record at most a
/// megabyte: nobody may end the stream with one that we must read to get past it.
const LARGEST: usize = 8 << 20;

/// Which stream.
#[derive(Debug, Clone)]
pub struct Config {
    /// `wss://…`
    pub jetstream: String,
}

/// Where to continue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    jetstream: String,
    cursor: Option<i64>,
}

impl Place {
    /// Servers count time alike, and still another one is asked from now on.
    fn read(position: Option<&str>, config: &Config) -> Self {
        let known = position.and_then(|position| serde_json::from_str(position).ok());
        known
            .filter(|known: &Self| known.jetstream == config.jetstream)
            .unwrap_or_else(|| Self {
                jetstream: config.jetstream.clone(),
                cursor: None,
            })
    }

    /// As the guard and the first request know it: `https` for `wss`.
    fn address(&self) -> Result<Url, String> {
        let mut url =
            Url::parse(&self.jetstream).map_err(|error| format!("not an address: {error}"))?;
        let scheme = if url.scheme() == "ws" {
            "http"
        } else {
            "https"
        };
        let changed = url.set_scheme(scheme);
        changed.map_err(|()| "not an address of a stream".to_owned())?;
        let kept = url.query_pairs().into_owned();
        let kept: Vec<(String, String)> = kept
            .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "wantedCollections"))
            .collect();
        let mut query = url.query_pairs_mut();
        query.clear().extend_pairs(kept);
        query.append_pair("wantedCollections", POSTS);
        if let Some(cursor) = self.cursor {
            query.append_pair("cursor", &(cursor - OVERLAP).to_string());
        }
        drop(query);
        Ok(url)
    }
}

/// Follows the stream until told to stop.
pub async fn follow(config: Config, guard: Guard, intake: &impl Intake, duty: &Duty) {
    let mut place = Place::read(duty.position.as_deref(), &config);
    // Without a time limit over all: a stream has no end.
    let client = match guard.builder().build() {
        Ok(client) => client,
        Err(error) => {
            duty.fail(&NoClient::from(error).to_string());
            return;
        }
    };
    loop {
        let ended = tokio::select! {
            () = duty.stop.cancelled() => return,
            ended = listen(&client, &guard, &mut place, intake, duty) => ended,
        };
        let Err(failure) = ended else {
            return;
        };
        let failures = duty.fail(&failure.reason);
        let wait = pause_after(failures, AGAIN_AFTER, failure.retry_after);
        if !duty.pause(wait).await {
            return;
        }
    }
}

/// Connects and delivers until the connection ends, which is a failure; without one
/// nobody takes mentions any more.
async fn listen(
    client: &Client,
    guard: &Guard,
    place: &mut Place,
    intake: &impl Intake,
    duty: &Duty,
) -> Result<(), Failure> {
    let mut stream = connect(client, guard, &place.address()?, (duty.now)()).await?;
    loop {
        let batch = gather(&mut stream).await;
        if let Some(cursor) = batch.cursor {
            place.cursor = place.cursor.max(Some(cursor));
            let position = serde_json::to_string(place).ok();
            let delivered = duty.deliver(intake, batch.posts, batch.n_unreadable, position);
            if delivered.await.is_err() {
                return Ok(());
            }
        }
        // Only who was heard works: a server may take us in and hang up each time.
        match batch.ended {
            Some(reason) => return Err(reason.into()),
            None => duty.succeed(),
        }
    }
}

type Stream = WebSocketStream<Upgraded>;

async fn connect(
    client: &Client,
    guard: &Guard,
    url: &Url,
    now: Timestamp,
) -> Result<Stream, Failure> {
    guard.check(url).map_err(|refused| refused.to_string())?;
    let key = generate_key();
    let request = client
        .get(url.clone())
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let answered = timeout(PATIENCE, request.send()).await;
    let answered = answered.map_err(|_| "the server does not answer in time".to_owned())?;
    let response = answered.map_err(|error| root_cause(&error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let headers = response.headers();
        return Err(Failure::answered(response.status(), headers, now));
    }
    let accepted = text_of(response.headers(), SEC_WEBSOCKET_ACCEPT);
    if accepted != Some(derive_accept_key(key.as_bytes())) {
        return Err("the server speaks no web socket".to_owned().into());
    }
    let line = response.upgrade().await;
    let line = line.map_err(|error| root_cause(&error))?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    Ok(WebSocketStream::from_raw_socket(line, Role::Client, Some(limits)).await)
}

/// What came in together.
#[derive(Debug, Default)]
struct Gathered {
    posts: Vec<Mention>,
    n_unreadable: usize,
    /// Of the last of it.
    cursor: Option<i64>,
    /// Why nothing more will come.
    ended: Option<String>,
}

/// Waits for a post, and takes those that come right after it; nothing when the server
/// only shows that it is there.
async fn gather(stream: &mut Stream) -> Gathered {
    let mut gathered = Gathered::default();
    let mut until: Option<Instant> = None;
    let mut has_asked = false;
    while gathered.ended.is_none() && gathered.posts.len() < MOST_TOGETHER {
        let waited = match until {
            Some(until) => timeout_at(until, stream.next()).await,
            None => timeout(QUIET, stream.next()).await,
        };
        let message = match waited {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => {
                gathered.ended = Some(format!("the stream broke off: {error}"));
                break;
            }
            Ok(None) => {
                gathered.ended = Some("the server ended the stream".to_owned());
                break;
            }
            Err(_) if until.is_some() => break,
            Err(_) if has_asked => {
                gathered.ended = Some("the server is silent, also when asked".to_owned());
                break;
            }
            Err(_) => {
                has_asked = true;
                // What cannot be sent shows when we read.
                let _ = stream.send(Message::Ping(Vec::new().into())).await;
                continue;
            }
        };
        has_asked = false;
        match message {
            Message::Text(text) => {
                gathered.take(text.as_str());
                until.get_or_insert_with(|| Instant::now() + TOGETHER_FOR);
            }
            Message::Close(_) => gathered.ended = Some("the server ended the stream".to_owned()),
            _ if until.is_none() => break,
            _ => {}
        }
    }
    gathered
}

impl Gathered {
    fn take(&mut self, text: &str) {
        let Ok(event) = serde_json::from_str::<Value>(text) else {
            self.n_unreadable += 1;
            return;
        };
        if let Some(at) = event["time_us"].as_i64() {
            self.cursor = self.cursor.max(Some(at));
        }
        let commit = &event["commit"];
        // A post that is changed or taken away stays what it was when it was said.
        if commit["operation"] != "create" || commit["collection"] != POSTS {
            return;
        }
        match mention(&event["did"], commit) {
            Some(post) => self.posts.push(post),
            None => self.n_unreadable += 1,
        }
    }
}

/// A post, as the lexicon `app.bsky.feed.post` has it; `None` when it is none.
fn mention(did: &Value, commit: &Value) -> Option<Mention> {
    let (did, key, record) = (did.as_str()?, commit["rkey"].as_str()?, &commit["record"]);
    let published_at = DateTime::parse_from_rfc3339(record["createdAt"].as_str()?).ok()?;
    let in_reply_to = record["reply"]["parent"]["uri"].as_str();
    Some(Mention {
        id: format!("at://{did}/{POSTS}/{key}"),
        platform: Platform::Bluesky,
        // The stream does not tell handles, which change; this lasts.
        author: Some(did.to_owned()),
        author_name: None,
        followers: None,
        text: bounded(record["text"].as_str()?),
        url: Some(format!("https://bsky.app/profile/{did}/post/{key}")),
        lang: record["langs"][0].as_str().map(str::to_owned),
        published_at: published_at.to_utc(),
        kind: Some(in_reply_to.map_or("post", |_| "reply").to_owned()),
        in_reply_to: in_reply_to.map(str::to_owned),
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_posts_from_a_little_before_the_last() {
        let place = |cursor| Place {
            jetstream: "wss://jetstream.example/subscribe?compress=false&cursor=1".to_owned(),
            cursor,
        };
        let asked = |cursor| place(cursor).address().map(String::from);
        let begin = "https://jetstream.example/subscribe?compress=false&wantedCollections=app.bsky.feed.post";
        assert_eq!(asked(None), Ok(begin.to_owned()));
        assert_eq!(
            asked(Some(5_000_000)),
            Ok(format!("{begin}&cursor=3000000"))
        );
    }
}
