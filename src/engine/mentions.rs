//! The mentions that a run is about: the loudest or the newest, chosen by where
//! they were said, whose words they are and what is in them. For readers only;
//! it is on disk that they read before they see anything.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::{NotDone, view};
use crate::domain::mention::{Mention, Platform};
use crate::domain::query::matcher::Matcher;
use crate::domain::query::{Vocabulary, parse};
use crate::domain::reading::{Reading, may_read, refusal};
use crate::domain::run::{Run, RunId};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::voices;
use crate::domain::words::Words;
use crate::store::{Choice, Store};

/// Mentions on one page.
const PAGE: usize = 50;

/// Pages that can be turned to.
const MOST_PAGES: usize = 200;

/// Of one watch, on one page.
const MOST_LATEST: usize = 200;

/// How far before its start a run's mentions begin: what led to it.
const BEFORE: TimeDelta = TimeDelta::hours(24);

/// Which mentions somebody wants to see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub order: Order,
    pub platform: Option<Platform>,
    pub kind: Whose,
    /// In the watch language; empty for all.
    pub words: String,
    /// From 0.
    pub page: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Most likes, reposts and replies first.
    #[default]
    Loudest,
    Newest,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    #[default]
    All,
    /// Somebody's own words.
    Own,
    /// What was passed on, copied or repeated.
    Copies,
}

impl Wanted {
    /// As it is recorded.
    fn written(&self, run: RunId) -> String {
        let order = match self.order {
            Order::Loudest => "loudest",
            Order::Newest => "newest",
        };
        let whose = match self.kind {
            Whose::All => "",
            Whose::Own => " own words",
            Whose::Copies => " copies",
        };
        let platform = self.platform.map(|one| format!(" on {}", one.name()));
        let words = match self.words.trim() {
            "" => String::new(),
            words => format!(": {words}"),
        };
        let page = self.page + 1;
        let platform = platform.unwrap_or_default();
        format!("run {run}, {order}{whose}{platform}, page {page}{words}")
    }
}

impl Counter {
    pub(super) async fn mentions(
        &self,
        run: RunId,
        wanted: &Wanted,
        by: &str,
    ) -> Result<Value, NotDone> {
        // Who may not read is told so before anything is looked up.
        let chosen = match may_read(&self.organisation, by) {
            true => Some(self.read(|store| self.choose(store?, run, wanted))?),
            false => None,
        };
        let n_shown = chosen.as_ref().map_or(0, |(_, shown)| shown.len() as u64);
        let reading = Reading::new("run mentions", &wanted.written(run), n_shown);
        self.reading(reading, by).await?;
        match chosen {
            Some((mut told, shown)) => {
                told["mentions"] = shown.into();
                Ok(told)
            }
            None => Err(NotDone::Refused(refusal(&self.organisation, by))),
        }
    }

    /// The newest of a watch, for who may read them; that is recorded.
    pub(super) async fn latest(&self, key: &str, limit: usize, by: &str) -> Result<Value, NotDone> {
        let watch = self.watch(key)?;
        let mut shown: Vec<Value> = Vec::new();
        if may_read(&self.organisation, by) {
            let newest = Choice {
                watch: key,
                since: Timestamp::UNIX_EPOCH,
                platform: None,
                own: None,
                loudest_first: false,
            };
            self.read(|store| {
                let looked = store?.look_through(newest, |counted| {
                    shown.push(self.told(&counted.mention, &counted.source, &counted.words));
                    shown.len() < limit.clamp(1, MOST_LATEST)
                });
                looked.map_err(stored)
            })?;
        }
        let reading = Reading::new(
            "watch mentions",
            &format!("watch {key}"),
            shown.len() as u64,
        );
        self.reading(reading, by).await?;
        Ok(json!({
            "watch": key,
            "title": view::show(self, &watch.title),
            "mentions": shown,
        }))
    }

    fn choose(
        &self,
        store: &Store,
        id: RunId,
        wanted: &Wanted,
    ) -> Result<(Value, Vec<Value>), NotDone> {
        let run = view::run_of(store, id)?;
        let since = run.started_at.unwrap_or_default() - BEFORE;
        let words = wanted.words.trim();
        let matcher = match words {
            "" => None,
            words => {
                let query = parse(words, &Vocabulary::of(&self.organisation));
                let query = query.map_err(|error| {
                    NotDone::Refused(format!("the query cannot be read: {}", error.message))
                })?;
                Some(Matcher::new(&[query]))
            }
        };
        let page = wanted.page.min(MOST_PAGES);
        let most = (page + 1) * PAGE + 1;
        let mut found: Vec<(u64, Timestamp, Value)> = Vec::new();
        let mut n_found = 0;
        for watch in watches(&run) {
            let choice = Choice {
                watch,
                since,
                platform: wanted.platform,
                own: match wanted.kind {
                    Whose::All => None,
                    Whose::Own => Some(true),
                    Whose::Copies => Some(false),
                },
                loudest_first: wanted.order == Order::Loudest,
            };
            n_found += store.n_chosen(choice).map_err(stored)?;
            let mut n_here = 0;
            let looked = store.look_through(choice, |counted| {
                let mention = &counted.mention;
                let is_meant = matcher
                    .as_ref()
                    .is_none_or(|one| !one.matching(mention, &counted.source).is_empty());
                if is_meant {
                    let told = self.told(mention, &counted.source, &counted.words);
                    found.push((loudness(mention), mention.published_at, told));
                    n_here += 1;
                }
                n_here < most
            });
            looked.map_err(stored)?;
        }
        // What two watches found is there once.
        match wanted.order {
            Order::Loudest => {
                found.sort_by_key(|(loud, at, _)| std::cmp::Reverse((*loud, *at)));
            }
            Order::Newest => found.sort_by_key(|(_, at, _)| std::cmp::Reverse(*at)),
        }
        found.dedup_by(|one, other| one.2 == other.2);
        let has_more = found.len() > (page + 1) * PAGE;
        let shown = found.into_iter().skip(page * PAGE).take(PAGE);
        let shown: Vec<Value> = shown.map(|(_, _, told)| told).collect();
        let say = Words::new(self.language, self.organisation.timezone.name());
        let platforms = Platform::ALL.into_iter();
        let platforms: Vec<Value> = platforms
            .map(|one| json!({ "platform": one.name(), "title": say.platform(one) }))
            .collect();
        let told = json!({
            "run": id,
            "open": run.is_open,
            "since": view::time(self, Some(since)),
            // With words only what they find can be counted, and that is not done.
            "found": matcher.is_none().then_some(n_found),
            "page": page,
            "more": has_more,
            "wanted": wanted,
            "platforms": platforms,
        });
        Ok((told, shown))
    }

    fn told(&self, mention: &Mention, source: &str, words: &str) -> Value {
        let say = Words::new(self.language, self.organisation.timezone.name());
        let is_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        let is_tag = |tag: &&String| {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            tag.len() <= 8
                && tag.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && tag.chars().all(is_letter)
        };
        let who = mention.author.as_ref().or(mention.author_name.as_ref());
        json!({
            "id": mention.id,
            "platform": mention.platform,
            "platform_title": say.platform(mention.platform),
            "author": who,
            "author_name": mention.author_name,
            "followers": mention.followers,
            "followers_says": mention.followers.map(|many| say.count(many, "followers")),
            "text": mention.text,
            "lang": mention.lang.as_ref().filter(is_tag),
            "url": mention.url.as_ref().filter(is_web),
            "at": view::time(self, Some(mention.published_at)),
            "source": source,
            "words": words,
            "words_says": words_said(words, self.language),
            "likes": mention.engagement.likes,
            "reposts": mention.engagement.reposts,
            "replies": mention.engagement.replies,
            "engagement_says": say.count(loudness(mention), "engagement"),
        })
    }
}

/// The watch of a run, and those of runs that were merged into it.
fn watches(run: &Run) -> impl Iterator<Item = &str> {
    let also = run.ending.also_watches.iter();
    let also = also.filter(|watch| **watch != run.watch);
    std::iter::once(&run.watch).chain(also).map(String::as_str)
}

fn loudness(mention: &Mention) -> u64 {
    let engagement = mention.engagement;
    let passed_on = engagement.reposts.saturating_add(engagement.replies);
    engagement.likes.saturating_add(passed_on)
}

/// Whose words they are, for who reads.
fn words_said(words: &str, language: Language) -> &'static str {
    use voices::Words as Kind;
    let (nl, en) = match Kind::from_name(words) {
        Some(Kind::Own) => ("eigen woorden", "own words"),
        Some(Kind::Repost) => ("doorgestuurd", "passed on"),
        Some(Kind::Copy) => ("overgenomen van een ander", "copied from another"),
        Some(Kind::Again) => ("zegt het nog eens", "says it again"),
        Some(Kind::Spam) => ("spam", "spam"),
        Some(Kind::Echo) => ("herhaalt ons bericht", "repeats our statement"),
        Some(Kind::NewsEcho) => ("nieuws van elders overgenomen", "news from elsewhere"),
        None => ("van onszelf", "our own"),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}
