//! Reads one mention as it comes over the wire, and says what is wrong with it
//! in words for whoever sent it.
//!
//! Only `text` and `published_at` are required. What is optional and odd (a
//! follower count in words, a platform nobody knows) never costs us the
//! mention: it is kept in `extra` as `sent_NAME`. Not under its own name,
//! because then the mention would be written with the same key twice.
//! Written by hand, since serde's `flatten` buffers every field first.

use std::fmt;

use chrono::{DateTime, TimeDelta};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::{Timestamp, rfc3339};

/// Something that was sent and not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reject {
    /// Counted from 1 within what was sent.
    pub line: usize,
    /// For whoever sent it; holds little of what was sent.
    pub reason: String,
}

/// How far ahead of us a sender's clock may be without a word.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Reads one JSON object.
pub fn read_mention(line: &[u8]) -> Result<Mention, String> {
    let text = std::str::from_utf8(line).map_err(|error| {
        let column = error.valid_up_to() + 1;
        format!("invalid UTF-8 at column {column}; send UTF-8, not Latin-1")
    })?;
    let sent: Sent = serde_json::from_str(text).map_err(|error| broken(&error))?;
    sent.into_mention()
}

/// Takes a mention at `now`: one from the future is moved to now and marked,
/// one from before `oldest` is refused.
pub fn admit(mut mention: Mention, now: Timestamp, oldest: Timestamp) -> Result<Mention, String> {
    if mention.published_at < oldest {
        return Err(format!(
            "published_at {} is before {}, the oldest that is taken",
            rfc3339(mention.published_at),
            rfc3339(oldest)
        ));
    }
    if mention.published_at.signed_duration_since(now) > AHEAD {
        let original = Value::String(rfc3339(mention.published_at));
        mention.extra.insert("clamped_from".to_owned(), original);
        mention.published_at = now;
    }
    Ok(mention)
}

/// A value as it may stand in a reason: short, and nothing that could move a
/// cursor or fake a line in a log.
pub(super) fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::new();
    for letter in value.chars().take(LONGEST) {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Only the parser's own words: for wrong types serde would quote the value.
fn broken(error: &serde_json::Error) -> String {
    let place = match error.line() {
        0 | 1 => format!("column {}", error.column()),
        line => format!("line {line} column {}", error.column()),
    };
    match error.classify() {
        Category::Data => "a mention is a JSON object, written in { }".to_owned(),
        Category::Eof => format!("the JSON breaks off at {place}"),
        Category::Syntax | Category::Io => {
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or("");
            format!("broken JSON at {place}: {words}")
        }
    }
}

/// The known fields, still as they came.
#[derive(Default)]
struct Sent {
    id: Loose,
    platform: Loose,
    author: Loose,
    author_name: Loose,
    followers: Loose,
    text: Loose,
    url: Loose,
    lang: Loose,
    published_at: Loose,
    kind: Loose,
    in_reply_to: Loose,
    engagement: Reactions,
    extra: Map<String, Value>,
}

impl Sent {
    fn into_mention(self) -> Result<Mention, String> {
        let mut extra = self.extra;
        let text = match self.text {
            Loose::Text(text) => text,
            Loose::Nothing => return Err("the field `text` is missing".to_owned()),
            Loose::Whole(_) | Loose::Other(_) => return Err("`text` must be a string".to_owned()),
        };
        let id = match self.id {
            Loose::Other(_) => {
                return Err(
                    "`id` must be a string, or a whole number of at most 64 bits".to_owned(),
                );
            }
            id => id.text("id", &mut extra).unwrap_or_default(),
        };
        let mention = Mention {
            id,
            platform: platform(self.platform, &mut extra),
            author: self.author.text("author", &mut extra),
            author_name: self.author_name.text("author_name", &mut extra),
            followers: self.followers.count("followers", &mut extra),
            text,
            url: self.url.text("url", &mut extra),
            lang: self.lang.text("lang", &mut extra),
            published_at: instant(self.published_at)?,
            kind: self.kind.text("kind", &mut extra),
            in_reply_to: self.in_reply_to.text("in_reply_to", &mut extra),
            engagement: self.engagement.into_engagement(&mut extra),
            extra,
        };
        Ok(mention.complete())
    }
}

fn platform(sent: Loose, extra: &mut Map<String, Value>) -> Platform {
    let Some(name) = sent.text("platform", extra) else {
        return Platform::Other;
    };
    if let Some(platform) = known_platform(&name) {
        return platform;
    }
    extra.insert("sent_platform".to_owned(), Value::String(name));
    Platform::Other
}

/// By our name, or by the one it had before.
pub(super) fn known_platform(name: &str) -> Option<Platform> {
    Platform::from_name(name).or_else(|| {
        name.trim()
            .eq_ignore_ascii_case("twitter")
            .then_some(Platform::X)
    })
}

fn instant(sent: Loose) -> Result<Timestamp, String> {
    let written = match sent {
        Loose::Text(written) => written,
        Loose::Nothing => return Err("the field `published_at` is missing".to_owned()),
        Loose::Whole(_) | Loose::Other(_) => {
            return Err(
                "`published_at` must be a string, such as 2026-03-02T08:14:09+01:00".to_owned(),
            );
        }
    };
    DateTime::parse_from_rfc3339(written.trim())
        .map(|instant| instant.to_utc())
        .map_err(|_| {
            format!(
                "published_at `{}` is not a date and time with an offset, \
                 such as 2026-03-02T08:14:09+01:00",
                shown(&written)
            )
        })
}

/// A JSON value of which the common kinds cost nothing extra.
#[derive(Default)]
enum Loose {
    #[default]
    Nothing,
    Text(String),
    Whole(u64),
    Other(Value),
}

impl Loose {
    /// As a string; a number is one too. Anything else goes to `extra`.
    fn text(self, name: &str, extra: &mut Map<String, Value>) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(text),
            Self::Whole(number) => Some(number.to_string()),
            Self::Other(value) => keep(name, value, extra),
        }
    }

    /// As a count; `"812"` is one too. Anything else goes to `extra`.
    fn count(self, name: &str, extra: &mut Map<String, Value>) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Whole(number) => Some(number),
            Self::Text(text) => match text.trim().parse() {
                Ok(number) => Some(number),
                Err(_) => keep(name, Value::String(text), extra),
            },
            Self::Other(value) => match value.as_f64() {
                Some(number) if number >= 0.0 && number.fract() == 0.0 => Some(number as u64),
                _ => keep(name, value, extra),
            },
        }
    }
}

fn keep<T>(name: &str, value: Value, extra: &mut Map<String, Value>) -> Option<T> {
    extra.insert(format!("sent_{name}"), value);
    None
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Other(Value::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Other(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Other(Value::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose, E> {
        Ok(Loose::Text(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Loose, A::Error> {
        Value::deserialize(de::value::MapAccessDeserializer::new(map)).map(Loose::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Loose, A::Error> {
        Value::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Loose::Other)
    }
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SentVisitor)
    }
}

struct SentVisitor;

impl<'de> Visitor<'de> for SentVisitor {
    type Value = Sent;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sent, A::Error> {
        let mut sent = Sent::default();
        while let Some(key) = map.next_key::<Key>()? {
            let place = match key {
                Key::Id => &mut sent.id,
                Key::Platform => &mut sent.platform,
                Key::Author => &mut sent.author,
                Key::AuthorName => &mut sent.author_name,
                Key::Followers => &mut sent.followers,
                Key::Text => &mut sent.text,
                Key::Url => &mut sent.url,
                Key::Lang => &mut sent.lang,
                Key::PublishedAt => &mut sent.published_at,
                Key::Kind => &mut sent.kind,
                Key::InReplyTo => &mut sent.in_reply_to,
                Key::Engagement => {
                    sent.engagement = map.next_value()?;
                    continue;
                }
                Key::Unknown(name) => {
                    let value: Value = map.next_value()?;
                    if !value.is_null() {
                        sent.extra.insert(name, value);
                    }
                    continue;
                }
            };
            *place = map.next_value()?;
        }
        Ok(sent)
    }
}

enum Key {
    Id,
    Platform,
    Author,
    AuthorName,
    Followers,
    Text,
    Url,
    Lang,
    PublishedAt,
    Kind,
    InReplyTo,
    Engagement,
    Unknown(String),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(match name {
            "id" => Key::Id,
            "platform" => Key::Platform,
            "author" => Key::Author,
            "author_name" => Key::AuthorName,
            "followers" => Key::Followers,
            "text" => Key::Text,
            "url" => Key::Url,
            "lang" => Key::Lang,
            "published_at" => Key::PublishedAt,
            "kind" => Key::Kind,
            "in_reply_to" => Key::InReplyTo,
            "engagement" => Key::Engagement,
            _ => Key::Unknown(name.to_owned()),
        })
    }
}

/// `engagement`, the usual object or something else.
#[derive(Default)]
struct Reactions {
    counts: Engagement,
    /// What was not a count we know.
    rest: Option<Value>,
}

impl Reactions {
    fn into_engagement(self, extra: &mut Map<String, Value>) -> Engagement {
        if let Some(rest) = self.rest {
            extra.insert("sent_engagement".to_owned(), rest);
        }
        self.counts
    }
}

impl<'de> Deserialize<'de> for Reactions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReactionsVisitor)
    }
}

struct ReactionsVisitor;

impl<'de> Visitor<'de> for ReactionsVisitor {
    type Value = Reactions;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reactions, A::Error> {
        let mut counts = Engagement::default();
        let mut rest = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let place = match name.as_str() {
                "likes" => &mut counts.likes,
                "reposts" => &mut counts.reposts,
                "replies" => &mut counts.replies,
                _ => {
                    rest.insert(name, map.next_value()?);
                    continue;
                }
            };
            let value: Loose = map.next_value()?;
            *place = value.count(&name, &mut rest).unwrap_or(0);
        }
        let rest = (!rest.is_empty()).then_some(Value::Object(rest));
        Ok(Reactions { counts, rest })
    }

    fn visit_unit<E>(self) -> Result<Reactions, E> {
        Ok(Reactions::default())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Reactions, E> {
        Ok(odd(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Reactions, E> {
        Ok(odd(Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Reactions, E> {
        Ok(odd(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Reactions, E> {
        Ok(odd(Value::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Reactions, E> {
        Ok(odd(Value::from(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Reactions, A::Error> {
        Value::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(odd)
    }
}

fn odd(value: Value) -> Reactions {
    Reactions {
        counts: Engagement::default(),
        rest: Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let read = read_mention(line.as_bytes()).map_or_else(
            |reason| format!("refused: {reason}"),
            |mention| serde_json::to_string(&mention).unwrap(),
        );
        assert_eq!(read, expected, "{line}");
    }

    #[test]
    fn keeps_everything_that_is_sent() {
        let line = r##"{"id":"115","platform":"x","author":"anna_v","author_name":"Anna V","followers":812,"text":"Al drie uur \u0000 #delinde","url":"https://x.example/115","lang":"nl","published_at":"2026-03-02T07:14:09Z","kind":"post","engagement":{"likes":3,"reposts":1,"replies":0},"mood":{"a":[1,null]}}"##;
        check(line, line);
    }

    #[test]
    fn is_tolerant_where_that_is_safe() {
        check(
            r#"{"id":115,"platform":"Hyves","followers":"many","author":null,"text":"","published_at":"2026-03-02T08:14:09+01:00","engagement":{"likes":"3","views":9,"replies":null},"x":null}"#,
            r#"{"id":"115","platform":"other","text":"","published_at":"2026-03-02T07:14:09Z","engagement":{"likes":3,"reposts":0,"replies":0},"sent_platform":"Hyves","sent_followers":"many","sent_engagement":{"views":9}}"#,
        );
        check(
            r#"{"text":"a","published_at":"2026-03-02T07:14:09Z","platform":"twitter","engagement":7}"#,
            r#"{"id":"d4a16f2192994700e","platform":"x","text":"a","published_at":"2026-03-02T07:14:09Z","engagement":{"likes":0,"reposts":0,"replies":0},"sent_engagement":7}"#,
        );
    }

    #[test]
    fn says_why_it_refuses() {
        for (line, reason) in [
            (
                r#"{"published_at":"2026-03-02T07:14:09Z"}"#,
                "the field `text` is missing",
            ),
            (r#"{"text":"a"}"#, "the field `published_at` is missing"),
            (
                r#"{"text":"a","published_at":null}"#,
                "the field `published_at` is missing",
            ),
            (
                r#"{"text":7,"published_at":"2026-03-02T07:14:09Z"}"#,
                "`text` must be a string",
            ),
            (
                r#"{"text":"a","published_at":"2026-03-02 07:14\n"}"#,
                "published_at `2026-03-02 07:14\\n` is not",
            ),
            (r#"{"text":"a" "b"}"#, "broken JSON at column 13: expected"),
            (r#"{"text":"a"#, "the JSON breaks off at column 10"),
            (
                r#""Jan woont in de Kerkstraat""#,
                "a mention is a JSON object",
            ),
            (r#"{"id":1.5,"text":"a"}"#, "`id` must be a string"),
        ] {
            let refused = read_mention(line.as_bytes()).expect_err(line);
            assert!(refused.starts_with(reason), "{line}: {refused}");
        }
        let latin = read_mention(b"{\"text\":\"pati\xebnt\"}").unwrap_err();
        assert!(latin.starts_with("invalid UTF-8 at column 14"), "{latin}");
    }

    #[test]
    fn echoes_little() {
        let long = "x".repeat(5_000);
        let line = format!(r#"{{"text":"a","published_at":"{long}"}}"#);
        assert!(read_mention(line.as_bytes()).unwrap_err().len() < 250);
    }

    #[test]
    fn moves_the_future_to_now_and_refuses_the_distant_past() {
        let at = |written: &str| DateTime::parse_from_rfc3339(written).unwrap().to_utc();
        let sent = |written: &str| {
            let line = format!(r#"{{"text":"a","published_at":"{written}"}}"#);
            read_mention(line.as_bytes()).unwrap()
        };
        let (now, oldest) = (at("2026-03-02T08:00:00Z"), at("2026-02-02T08:00:00Z"));
        let soon = admit(sent("2026-03-02T08:05:00Z"), now, oldest).unwrap();
        assert_eq!(soon.published_at, at("2026-03-02T08:05:00Z"));
        let later = admit(sent("2026-03-02T09:05:00Z"), now, oldest).unwrap();
        assert_eq!(later.published_at, now);
        assert_eq!(later.extra["clamped_from"], "2026-03-02T09:05:00Z");
        let refused = admit(sent("1970-01-01T00:00:00Z"), now, oldest).unwrap_err();
        assert!(refused.contains("1970"), "{refused}");
    }
}
