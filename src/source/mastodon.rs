//! Polls the public timeline of a hashtag on a Mastodon server, and on others that
//! speak its interface: `GET /api/v1/timelines/tag/:hashtag`.
//!
//! <https://docs.joinmastodon.org/methods/timelines/#tag>. Asks for what came after
//! the newest post that was delivered, page by page, so that a storm or a night
//! without us loses nothing.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::DATE;
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::feed::Sample;
use super::fetching::{Failure, bounded, pause_after, read_body, root_cause, text_of};
use super::plain::plain_text;
use super::{Duty, Intake};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;
use crate::guard::Guard;

/// How often it is asked: a server allows some 300 requests in five minutes, to all
/// who ask from here.
const EVERY: Duration = Duration::from_secs(30);

/// Between two pages of what came meanwhile.
const NEXT_PAGE: Duration = Duration::from_secs(2);

/// The most that a server gives at once.
const A_PAGE: usize = 40;

/// Which hashtag, and where.
#[derive(Debug, Clone)]
pub struct Config {
    pub server: String,
    /// With `#` or without.
    pub hashtag: String,
    pub every: Duration,
}

impl Config {
    pub fn new(server: &str, hashtag: &str) -> Self {
        Self {
            server: server.to_owned(),
            hashtag: hashtag.trim_start_matches(['#', '＃']).to_owned(),
            every: EVERY,
        }
    }

    /// What is asked for; after `newest` the oldest come first.
    fn address(&self, newest: Option<&str>) -> Result<Url, String> {
        let mut url =
            Url::parse(&self.server).map_err(|error| format!("not an address: {error}"))?;
        url.path_segments_mut()
            .map_err(|()| "not an address of a server".to_owned())?
            .pop_if_empty()
            .extend(["api", "v1", "timelines", "tag", &self.hashtag]);
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", &A_PAGE.to_string());
        if let Some(newest) = newest {
            query.append_pair("min_id", newest);
        }
        drop(query);
        Ok(url)
    }
}

/// The newest post that was delivered, as the server numbers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    server: String,
    hashtag: String,
    newest: Option<String>,
}

impl Place {
    /// On another server, and for another hashtag, we begin anew.
    fn read(position: Option<&str>, config: &Config) -> Self {
        let known = position.and_then(|position| serde_json::from_str(position).ok());
        known
            .filter(|known: &Self| known.server == config.server && known.hashtag == config.hashtag)
            .unwrap_or_else(|| Self {
                server: config.server.clone(),
                hashtag: config.hashtag.clone(),
                newest: None,
            })
    }
}

/// Polls the hashtag until told to stop.
pub async fn poll(config: Config, guard: Guard, intake: &impl Intake, duty: &Duty) {
    let client = match guard.client() {
        Ok(client) => client,
        Err(error) => {
            duty.fail(&error.to_string());
            return;
        }
    };
    let mut place = Place::read(duty.position.as_deref(), &config);
    loop {
        let newest = place.newest.as_deref();
        let fetched = tokio::select! {
            () = duty.stop.cancelled() => return,
            fetched = fetch(&client, &guard, &config, newest, (duty.now)()) => fetched,
        };
        let wait = match fetched {
            Ok(page) => {
                duty.succeed();
                // A server that gives the same again has nothing newer.
                let is_news = page.newest.is_some() && page.newest != place.newest;
                let is_full = page.n_posts >= A_PAGE && place.newest.is_some();
                if is_news {
                    place.newest = page.newest;
                    let position = serde_json::to_string(&place).ok();
                    let delivered =
                        duty.deliver(intake, page.mentions, page.n_unreadable, position);
                    if delivered.await.is_err() {
                        return;
                    }
                }
                match is_news && is_full {
                    true => NEXT_PAGE.min(config.every),
                    false => config.every,
                }
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

/// Asks once, as if for the first time, and delivers nothing.
pub async fn sample(config: &Config, guard: &Guard, now: Timestamp) -> Result<Sample, String> {
    let client = guard.client().map_err(|error| error.to_string())?;
    let asked = ask(&client, guard, config, None, now).await;
    let response = asked.map_err(|failure| failure.reason)?;
    let date = text_of(response.headers(), DATE);
    let page = read(response, config).await;
    let page = page.map_err(|failure| failure.reason)?;
    Ok(Sample::new(page.n_posts, None, date.as_deref()))
}

/// What one answer holds.
struct Page {
    mentions: Vec<Mention>,
    n_posts: usize,
    n_unreadable: usize,
    newest: Option<String>,
}

async fn fetch(
    client: &Client,
    guard: &Guard,
    config: &Config,
    newest: Option<&str>,
    now: Timestamp,
) -> Result<Page, Failure> {
    let response = ask(client, guard, config, newest, now).await?;
    read(response, config).await
}

async fn ask(
    client: &Client,
    guard: &Guard,
    config: &Config,
    newest: Option<&str>,
    now: Timestamp,
) -> Result<Response, Failure> {
    let url = config.address(newest)?;
    guard.check(&url).map_err(|refused| refused.to_string())?;
    let response = client.get(url).send().await;
    let response = response.map_err(|error| root_cause(&error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let mut failure = Failure::answered(status, response.headers(), now);
    // What servers answer that show timelines only to their own users.
    if matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY
    ) {
        failure.reason += ": it shows hashtags only to its own users; name another server";
    }
    Err(failure)
}

async fn read(response: Response, config: &Config) -> Result<Page, Failure> {
    let bytes = read_body(response, "the answer").await?;
    let posts: Vec<Value> = serde_json::from_slice(&bytes)
        .map_err(|_| "the answer is no list of posts: is this a Mastodon server?".to_owned())?;
    let host = Url::parse(&config.server).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or("");
    let n_posts = posts.len();
    // The newest stands first, whatever was asked for.
    let newest = posts.iter().find_map(|post| post["id"].as_str());
    let newest = newest.map(str::to_owned);
    let posts = posts.iter().rev();
    let mentions: Vec<Mention> = posts.filter_map(|post| mention(post, host)).collect();
    Ok(Page {
        n_unreadable: n_posts - mentions.len(),
        mentions,
        n_posts,
        newest,
    })
}

/// A post, as <https://docs.joinmastodon.org/entities/Status/> describes it; `None`
/// when it is none. Counts that a server hides are 0.
fn mention(post: &Value, host: &str) -> Option<Mention> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let count = |name: &str| post[name].as_u64().unwrap_or(0);
    let number = post["id"].as_str()?;
    let published_at = DateTime::parse_from_rfc3339(post["created_at"].as_str()?).ok()?;
    // A warning that stands before the text is part of what is said.
    let parts = [
        plain_text(post["spoiler_text"].as_str().unwrap_or("")),
        plain_text(post["content"].as_str()?),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let account = &post["account"];
    // Somebody of this server is named without it.
    let author = text(&account["acct"])?;
    let author = match author.contains('@') {
        true => author,
        false => format!("{author}@{host}"),
    };
    // As this server numbers it.
    let in_reply_to = post["in_reply_to_id"].as_str();
    Some(Mention {
        // The same on every server.
        id: text(&post["uri"]).unwrap_or_else(|| format!("{host}/{number}")),
        platform: Platform::Mastodon,
        author: Some(author),
        author_name: text(&account["display_name"]).filter(|name| !name.trim().is_empty()),
        followers: account["followers_count"].as_u64(),
        text: bounded(&parts.join("\n")),
        url: text(&post["url"]),
        lang: text(&post["language"]),
        published_at: published_at.to_utc(),
        kind: Some(in_reply_to.map_or("post", |_| "reply").to_owned()),
        in_reply_to: in_reply_to.map(|number| format!("{host}/{number}")),
        engagement: Engagement {
            likes: count("favourites_count"),
            reposts: count("reblogs_count"),
            replies: count("replies_count"),
        },
        extra: serde_json::Map::new(),
    })
}
