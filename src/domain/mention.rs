//! One normalised mention: a public post, article, reply or review.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use super::time::Timestamp;

/// The medium of a mention.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    X,
    Facebook,
    Instagram,
    Linkedin,
    Youtube,
    Tiktok,
    Mastodon,
    Bluesky,
    Reddit,
    Forum,
    News,
    Blog,
    Review,
    #[default]
    Other,
}

impl Platform {
    /// All platforms, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::X,
        Self::Facebook,
        Self::Instagram,
        Self::Linkedin,
        Self::Youtube,
        Self::Tiktok,
        Self::Mastodon,
        Self::Bluesky,
        Self::Reddit,
        Self::Forum,
        Self::News,
        Self::Blog,
        Self::Review,
        Self::Other,
    ];

    /// The name used in YAML and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Linkedin => "linkedin",
            Self::Youtube => "youtube",
            Self::Tiktok => "tiktok",
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::Reddit => "reddit",
            Self::Forum => "forum",
            Self::News => "news",
            Self::Blog => "blog",
            Self::Review => "review",
            Self::Other => "other",
        }
    }

    /// The platform with this name, case-insensitively; `None` for others.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::spelt(name).or_else(|| {
            let name = name.trim();
            let mut all = Self::ALL.into_iter();
            all.find(|platform| platform.name().eq_ignore_ascii_case(name))
        })
    }

    /// As [`Platform::name`] spells it, and no other way.
    fn spelt(name: &str) -> Option<Self> {
        Some(match name {
            "x" => Self::X,
            "facebook" => Self::Facebook,
            "instagram" => Self::Instagram,
            "linkedin" => Self::Linkedin,
            "youtube" => Self::Youtube,
            "tiktok" => Self::Tiktok,
            "mastodon" => Self::Mastodon,
            "bluesky" => Self::Bluesky,
            "reddit" => Self::Reddit,
            "forum" => Self::Forum,
            "news" => Self::News,
            "blog" => Self::Blog,
            "review" => Self::Review,
            "other" => Self::Other,
            _ => return None,
        })
    }
}

/// How people reacted to a mention, as far as the source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Engagement {
    pub likes: u64,
    pub reposts: u64,
    pub replies: u64,
}

/// One mention, with its wire names. Build it with [`Mention::complete`] so
/// that it always has an id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Unique within its platform.
    pub id: String,
    pub platform: Platform,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    pub published_at: Timestamp,
    /// `post`, `repost`, `reply`, `article`, `review`, or what the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    #[serde(default)]
    pub engagement: Engagement,
    /// Fields we do not know, kept as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Field of a mention of which only the day is known: it is `true` then, and
/// `published_at` is where that day begins.
pub const DAY_ONLY: &str = "time_unknown";

impl Mention {
    /// Whether only the day is known on which it was published.
    pub fn is_day_only(&self) -> bool {
        self.extra.get(DAY_ONLY) == Some(&Value::Bool(true))
    }

    /// Fills in a missing id from platform, author, time and text, so that the
    /// same mention sent twice without an id is still one mention.
    pub fn complete(mut self) -> Self {
        self.ensure_id();
        self
    }

    /// The same in place.
    pub fn ensure_id(&mut self) {
        if self.id.is_empty() {
            let author = self.author.as_deref().unwrap_or("");
            let seed = format!(
                "{}\n{author}\n{}\n{}",
                self.platform.name(),
                self.published_at.timestamp(),
                self.text
            );
            self.id = format!("d{:016x}", xxh3_64(seed.as_bytes()));
        }
    }

    /// What makes two deliveries the same mention.
    pub fn key(&self) -> i64 {
        Self::key_of(self.platform, &self.id)
    }

    /// The key of the mention with this id on a platform.
    pub fn key_of(platform: Platform, id: &str) -> i64 {
        hash(platform.name(), id).cast_signed()
    }

    /// Tells another content under the same key: it is kept beside the first.
    pub fn content_hash(&self) -> i64 {
        let author = self.author.as_deref().unwrap_or("");
        hash(author, &self.text).cast_signed()
    }

    /// A number for the author, so that distinct ones can be counted without
    /// keeping names; `None` when the source does not say who wrote it.
    pub fn author_hash(&self) -> Option<u64> {
        Self::author_hash_of(self.platform, self.author.as_deref()?)
    }

    /// The same for an author by name.
    pub fn author_hash_of(platform: Platform, author: &str) -> Option<u64> {
        let bare = author.trim().trim_start_matches('@').to_lowercase();
        (!bare.is_empty()).then(|| hash(platform.name(), &bare))
    }
}

fn hash(one: &str, other: &str) -> u64 {
    let mut both = String::with_capacity(one.len() + 1 + other.len());
    both.push_str(one);
    both.push('\n');
    both.push_str(other);
    xxh3_64(both.as_bytes())
}
