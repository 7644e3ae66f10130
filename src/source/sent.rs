//! The fields of a mention as JSON holds them, before they are judged.
//!
//! Written by hand, since serde's `flatten` buffers every field first. Texts are
//! borrowed from the line where that holds no escapes: most mentions are wanted by
//! nobody, and what is not wanted should not be copied.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::domain::mention::Engagement;

/// The known fields, still as they came.
#[derive(Default)]
pub(super) struct Sent<'a> {
    pub(super) id: Loose<'a>,
    pub(super) platform: Loose<'a>,
    pub(super) author: Loose<'a>,
    pub(super) author_name: Loose<'a>,
    pub(super) followers: Loose<'a>,
    pub(super) text: Loose<'a>,
    pub(super) url: Loose<'a>,
    pub(super) lang: Loose<'a>,
    pub(super) published_at: Loose<'a>,
    pub(super) kind: Loose<'a>,
    pub(super) in_reply_to: Loose<'a>,
    pub(super) engagement: Reactions,
    pub(super) extra: Map<String, Value>,
}

/// A JSON value of which the common kinds cost nothing extra.
#[derive(Default)]
pub(super) enum Loose<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Whole(u64),
    /// Boxed, so that the fields of a mention are cleared quickly.
    Other(Box<Value>),
}

impl<'a> Loose<'a> {
    /// As a string; a number is one too. Anything else goes to `extra`.
    pub(super) fn text(self, name: &str, extra: &mut Map<String, Value>) -> Option<Cow<'a, str>> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(text),
            Self::Whole(number) => Some(number.to_string().into()),
            Self::Other(value) => keep(name, *value, extra),
        }
    }

    /// As a count; `"812"` is one too. Anything else goes to `extra`.
    pub(super) fn count(self, name: &str, extra: &mut Map<String, Value>) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Whole(number) => Some(number),
            Self::Text(text) => match text.trim().parse() {
                Ok(number) => Some(number),
                Err(_) => keep(name, Value::String(text.into_owned()), extra),
            },
            Self::Other(value) => match value.as_f64() {
                Some(number) if number >= 0.0 && number.fract() == 0.0 => Some(number as u64),
                _ => keep(name, *value, extra),
            },
        }
    }

    fn other(value: Value) -> Self {
        Self::Other(Box::new(value))
    }
}

fn keep<T>(name: &str, value: Value, extra: &mut Map<String, Value>) -> Option<T> {
    extra.insert(format!("sent_{name}"), value);
    None
}

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor(PhantomData))
    }
}

struct LooseVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for LooseVisitor<'a> {
    type Value = Loose<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Loose<'a>, E> {
        Ok(Loose::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose<'a>, E> {
        Ok(Loose::other(Value::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose<'a>, E> {
        Ok(Loose::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose<'a>, E> {
        Ok(Loose::other(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose<'a>, E> {
        Ok(Loose::other(Value::from(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Loose<'a>, E> {
        Ok(Loose::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose<'a>, E> {
        Ok(Loose::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose<'a>, E> {
        Ok(Loose::Text(Cow::Owned(value)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Loose<'a>, A::Error> {
        Value::deserialize(de::value::MapAccessDeserializer::new(map)).map(Loose::other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Loose<'a>, A::Error> {
        Value::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Loose::other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Sent<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SentVisitor(PhantomData))
    }
}

struct SentVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for SentVisitor<'a> {
    type Value = Sent<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sent<'a>, A::Error> {
        let mut sent = Sent::default();
        while let Some(key) = map.next_key::<Key>()? {
            let field = match key {
                Key::Known(field) => field,
                Key::Unknown(name) => {
                    let value: Value = map.next_value()?;
                    if !value.is_null() {
                        sent.extra.insert(name, value);
                    }
                    continue;
                }
            };
            let place = match field {
                Field::Id => &mut sent.id,
                Field::Platform => &mut sent.platform,
                Field::Author => &mut sent.author,
                Field::AuthorName => &mut sent.author_name,
                Field::Followers => &mut sent.followers,
                Field::Text => &mut sent.text,
                Field::Url => &mut sent.url,
                Field::Lang => &mut sent.lang,
                Field::PublishedAt => &mut sent.published_at,
                Field::Kind => &mut sent.kind,
                Field::InReplyTo => &mut sent.in_reply_to,
                Field::Engagement => {
                    sent.engagement = map.next_value()?;
                    continue;
                }
            };
            *place = map.next_value()?;
        }
        Ok(sent)
    }
}

/// The fields that mean something to us; what else is sent is kept beside them.
#[derive(Clone, Copy)]
pub(super) enum Field {
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
}

impl Field {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "platform" => Self::Platform,
            "author" => Self::Author,
            "author_name" => Self::AuthorName,
            "followers" => Self::Followers,
            "text" => Self::Text,
            "url" => Self::Url,
            "lang" => Self::Lang,
            "published_at" => Self::PublishedAt,
            "kind" => Self::Kind,
            "in_reply_to" => Self::InReplyTo,
            "engagement" => Self::Engagement,
            _ => return None,
        })
    }
}

enum Key {
    Known(Field),
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
        let known = Field::named(name).map(Key::Known);
        Ok(known.unwrap_or_else(|| Key::Unknown(name.to_owned())))
    }
}

/// `engagement`, the usual object or something else.
#[derive(Default)]
pub(super) struct Reactions {
    counts: Engagement,
    /// What was not a count we know.
    rest: Option<Value>,
}

impl Reactions {
    pub(super) fn into_engagement(self, extra: &mut Map<String, Value>) -> Engagement {
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
