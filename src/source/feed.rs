//! Polls an RSS, Atom or JSON feed.
//!
//! Asks only for what changed, reads no more than a feed can reasonably be,
//! and calls less often when the site has trouble. Delivers all entries of
//! every answer: the receiver knows which are new.

use std::time::Duration;

use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Feed};
use reqwest::header::{
    CONTENT_TYPE, DATE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::fetching::{Failure, bounded, pause_after, read_body, root_cause, text_of};
use super::plain::plain_text;
use super::{Duty, Intake};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;
use crate::guard::Guard;

/// Which feed, and how often.
#[derive(Debug, Clone)]
pub struct Config {
    pub url: String,
    pub every: Duration,
    pub platform: Platform,
}

/// Polls the feed until told to stop.
pub async fn poll(config: Config, guard: Guard, intake: &impl Intake, duty: &Duty) {
    let mut known = Known::read(duty.position.as_deref(), &config.url);
    let client = match guard.client() {
        Ok(client) => client,
        Err(error) => {
            duty.fail(&error.to_string());
            return;
        }
    };
    loop {
        let fetched = tokio::select! {
            () = duty.stop.cancelled() => return,
            fetched = fetch(&client, &guard, &config, &known, (duty.now)()) => fetched,
        };
        let wait = match fetched {
            Ok(fetched) => {
                duty.succeed();
                if let Some((mentions, next)) = fetched {
                    known = next;
                    let position = serde_json::to_string(&known).ok();
                    if duty.deliver(intake, mentions, 0, position).await.is_err() {
                        return;
                    }
                }
                config.every
            }
            Err(failure) => {
                let failures = duty.fail(&failure.reason);
                pause_after(failures, config.every, failure.retry_after)
            }
        };
        if !duty.pause(wait).await {
            return;
        }
    }
}

/// What the site told us about its last answer, to be sent back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Known {
    /// A feed that moved to another address is a feed we know nothing about.
    fn read(position: Option<&str>, url: &str) -> Self {
        position
            .and_then(|position| serde_json::from_str(position).ok())
            .filter(|known: &Self| known.url == url)
            .unwrap_or_else(|| Self {
                url: url.to_owned(),
                ..Self::default()
            })
    }

    fn of(headers: &HeaderMap, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            etag: text_of(headers, ETAG),
            last_modified: text_of(headers, LAST_MODIFIED),
        }
    }
}

/// What one look at a feed gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub n_entries: usize,
    /// Of the newest entry; `None` where it says nothing: a hashtag may rest for months.
    pub newest_at: Option<Timestamp>,
    /// What time it is at the site.
    pub date: Option<Timestamp>,
}

impl Sample {
    /// `date` is the header of this name.
    pub(super) fn new(n_entries: usize, newest_at: Option<Timestamp>, date: Option<&str>) -> Self {
        let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        Self {
            n_entries,
            newest_at,
            date: date.map(|date| date.to_utc()),
        }
    }
}

/// Reads a feed once, as if for the first time, and delivers nothing.
pub async fn sample(config: &Config, guard: &Guard, now: Timestamp) -> Result<Sample, String> {
    let client = guard.client().map_err(|error| error.to_string())?;
    let known = Known::default();
    let response = ask(&client, guard, config, &known, now).await;
    let Some(response) = response.map_err(|failure| failure.reason)? else {
        return Err("the site says that nothing changed since never".to_owned());
    };
    let date = text_of(response.headers(), DATE);
    let read = read(response, config, now).await;
    let (mentions, _) = read.map_err(|failure| failure.reason)?;
    let newest_at = mentions.iter().map(|mention| mention.published_at).max();
    Ok(Sample::new(mentions.len(), newest_at, date.as_deref()))
}

/// The entries with what to send next time; `None` when nothing changed.
async fn fetch(
    client: &Client,
    guard: &Guard,
    config: &Config,
    known: &Known,
    now: Timestamp,
) -> Result<Option<(Vec<Mention>, Known)>, Failure> {
    match ask(client, guard, config, known, now).await? {
        Some(response) => read(response, config, now).await.map(Some),
        None => Ok(None),
    }
}

/// `None` when nothing changed.
async fn ask(
    client: &Client,
    guard: &Guard,
    config: &Config,
    known: &Known,
    now: Timestamp,
) -> Result<Option<Response>, Failure> {
    let url = Url::parse(&config.url).map_err(|error| format!("not an address: {error}"))?;
    guard.check(&url).map_err(|refused| refused.to_string())?;
    let mut request = client.get(url);
    if let Some(etag) = &known.etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    if let Some(last_modified) = &known.last_modified {
        request = request.header(IF_MODIFIED_SINCE, last_modified);
    }
    let response = request.send().await.map_err(|error| root_cause(&error))?;
    if response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    if !response.status().is_success() {
        return Err(Failure::answered(
            response.status(),
            response.headers(),
            now,
        ));
    }
    Ok(Some(response))
}

async fn read(
    response: Response,
    config: &Config,
    now: Timestamp,
) -> Result<(Vec<Mention>, Known), Failure> {
    let next = Known::of(response.headers(), &config.url);
    let base = response.url().clone();
    let is_html = text_of(response.headers(), CONTENT_TYPE)
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
    let bytes = read_body(response, "the feed").await?;
    let platform = config.platform;
    // Large feeds take long to read, and a reader of strangers' XML may break;
    // neither may touch the other tasks.
    let read = tokio::task::spawn_blocking(move || mentions(&bytes, is_html, &base, platform, now));
    let mentions = read
        .await
        .map_err(|_| "reading the feed broke down".to_owned())??;
    Ok((mentions, next))
}

fn mentions(
    bytes: &[u8],
    is_html: bool,
    base: &Url,
    platform: Platform,
    now: Timestamp,
) -> Result<Vec<Mention>, Failure> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(base.as_str()))
        // Entries without an id get ours, see `id_of`.
        .id_generator(|_, _, _| String::new())
        .build();
    let feed = parser.parse(bytes).map_err(|error| {
        // Some feeds are sent as HTML; what is HTML is only asked of the rest.
        if is_html || looks_like_html(bytes) {
            "the address is a web page, not a feed".to_owned()
        } else {
            format!("the feed cannot be read: {error}")
        }
    })?;
    let Feed {
        entries, language, ..
    } = feed;
    let host = base.host_str().unwrap_or("");
    Ok(entries
        .into_iter()
        .map(|entry| mention(entry, language.as_deref(), host, platform, now))
        .collect())
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1_000)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    start.contains("<!doctype html") || start.contains("<html")
}

fn mention(
    entry: Entry,
    language: Option<&str>,
    host: &str,
    platform: Platform,
    now: Timestamp,
) -> Mention {
    let title = entry.title.as_ref().map(|title| plain_text(&title.content));
    let body = entry
        .summary
        .as_ref()
        .map(|summary| summary.content.as_str())
        .or_else(|| entry.content.as_ref()?.body.as_deref())
        .map(plain_text);
    let parts = [title, body];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let text = bounded(&parts.join("\n"));
    let link = entry
        .links
        .iter()
        .find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .or(entry.links.first())
        .map(|link| link.href.clone());
    let published_at: DateTime<Utc> = entry.published.or(entry.updated).unwrap_or(now);
    let author = entry.authors.first().and_then(|person| {
        let name = person.name.clone().filter(|name| !name.trim().is_empty());
        name.or_else(|| person.email.clone())
    });
    Mention {
        id: id_of(&entry.id, link.as_deref(), &text, host),
        platform,
        author: author.clone(),
        author_name: author,
        followers: None,
        text,
        url: link,
        lang: entry.language.or_else(|| language.map(str::to_owned)),
        published_at,
        kind: Some("article".to_owned()),
        in_reply_to: None,
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    }
}

/// The same at every fetch, also for entries without id or date, and different
/// from the `1` of another site.
fn id_of(id: &str, link: Option<&str>, text: &str, host: &str) -> String {
    match (id.trim(), link) {
        ("", Some(link)) => link.to_owned(),
        ("", None) => format!("{host}/{:016x}", xxh3_64(text.as_bytes())),
        (id, _) if id.contains(':') => id.to_owned(),
        (id, _) => format!("{host}/{id}"),
    }
}
