//! Reads one mention as it comes over the wire, and says what is wrong with it
//! in words for whoever sent it.
//!
//! Only `text` and `published_at` are required. What is optional and odd (a
//! follower count in words, a platform nobody knows) never costs us the
//! mention: it is kept in `extra` as `sent_NAME`. Not under its own name,
//! because then the mention would be written with the same key twice.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, TimeDelta};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::body::without_mark;
use super::quick;
use super::sent::{Loose, Sent};
use crate::domain::mention::{Mention, Platform};
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

/// Reads one JSON object; a byte order mark before it, as some programs write
/// at the beginning of a file, does not count.
pub fn read_mention(line: &[u8]) -> Result<Mention, String> {
    let mut mention = Mention::default();
    read_into(line, &mut mention)?;
    Ok(mention)
}

/// Reads one object after the other into the same room: most mentions are wanted
/// by nobody, and making and freeing their texts costs as much as reading them.
#[derive(Debug, Default)]
pub struct Reader {
    mention: Mention,
}

impl Reader {
    /// Like [`read_mention`]; what it gives is there until the next is read.
    pub fn read(&mut self, line: &[u8]) -> Result<&mut Mention, String> {
        read_into(line, &mut self.mention)?;
        Ok(&mut self.mention)
    }
}

/// Every field is written anew; after an error they mean nothing.
fn read_into(line: &[u8], mention: &mut Mention) -> Result<(), String> {
    let line = without_mark(line);
    // Twice as fast as that of the standard library, which says where the fault is.
    let text = simdutf8::basic::from_utf8(line).or_else(|_| {
        std::str::from_utf8(line).map_err(|error| {
            let column = error.valid_up_to() + 1;
            format!("invalid UTF-8 at column {column}; send UTF-8, not Latin-1")
        })
    })?;
    if quick::read(text, mention) {
        return Ok(());
    }
    read_slowly(text, mention)
}

/// Whatever may come, with what is wrong with it.
pub(super) fn read_slowly(line: &str, mention: &mut Mention) -> Result<(), String> {
    let sent: Sent<'_> = serde_json::from_str(line).map_err(|error| broken(&error))?;
    fill(mention, sent)
}

/// Takes a mention at `now`: one from the future is moved to now and marked,
/// one from before `oldest` is refused.
pub fn admit(mention: &mut Mention, now: Timestamp, oldest: Timestamp) -> Result<(), String> {
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
    Ok(())
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

fn fill(mention: &mut Mention, sent: Sent<'_>) -> Result<(), String> {
    let mut extra = sent.extra;
    let text = match sent.text {
        Loose::Text(text) => text,
        Loose::Nothing => return Err("the field `text` is missing".to_owned()),
        Loose::Whole(_) | Loose::Other(_) => return Err("`text` must be a string".to_owned()),
    };
    let id = match sent.id {
        Loose::Other(_) => {
            return Err("`id` must be a string, or a whole number of at most 64 bits".to_owned());
        }
        id => id.text("id", &mut extra).unwrap_or_default(),
    };
    put(&mut mention.id, id);
    put(&mut mention.text, text);
    mention.platform = platform(sent.platform, &mut extra);
    put_any(&mut mention.author, sent.author.text("author", &mut extra));
    let name = sent.author_name.text("author_name", &mut extra);
    put_any(&mut mention.author_name, name);
    mention.followers = sent.followers.count("followers", &mut extra);
    put_any(&mut mention.url, sent.url.text("url", &mut extra));
    put_any(&mut mention.lang, sent.lang.text("lang", &mut extra));
    mention.published_at = published_at(sent.published_at)?;
    put_any(&mut mention.kind, sent.kind.text("kind", &mut extra));
    let original = sent.in_reply_to.text("in_reply_to", &mut extra);
    put_any(&mut mention.in_reply_to, original);
    mention.engagement = sent.engagement.into_engagement(&mut extra);
    mention.extra = extra;
    mention.ensure_id();
    Ok(())
}

fn put(place: &mut String, text: Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => {
            place.clear();
            place.push_str(text);
        }
        Cow::Owned(text) => *place = text,
    }
}

fn put_any(place: &mut Option<String>, text: Option<Cow<'_, str>>) {
    match text {
        Some(text) => put(place.get_or_insert_default(), text),
        None => *place = None,
    }
}

fn platform(sent: Loose<'_>, extra: &mut Map<String, Value>) -> Platform {
    let Some(name) = sent.text("platform", extra) else {
        return Platform::Other;
    };
    if let Some(platform) = known_platform(&name) {
        return platform;
    }
    let name = Value::String(name.into_owned());
    extra.insert("sent_platform".to_owned(), name);
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

fn published_at(sent: Loose<'_>) -> Result<Timestamp, String> {
    let written = match sent {
        Loose::Text(written) => written,
        Loose::Nothing => return Err("the field `published_at` is missing".to_owned()),
        Loose::Whole(_) | Loose::Other(_) => {
            return Err(
                "`published_at` must be a string, such as 2026-03-02T08:14:09+01:00".to_owned(),
            );
        }
    };
    instant(&written)
}

/// The instant that is written as RFC 3339 has it; else why it is none.
pub(super) fn instant(written: &str) -> Result<Timestamp, String> {
    if let Some(instant) = whole_second(written.as_bytes()) {
        return Ok(instant);
    }
    DateTime::parse_from_rfc3339(written.trim())
        .map(|instant| instant.to_utc())
        .map_err(|_| {
            format!(
                "published_at `{}` is not a date and time with an offset, \
                 such as 2026-03-02T08:14:09+01:00",
                shown(written)
            )
        })
}

/// As most write it: `2026-03-02T08:14:09Z`.
fn whole_second(written: &[u8]) -> Option<Timestamp> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b'Z',
    ] = *written
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u32::from(digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&[o1, o2])?, number(&[d1, d2])?)?;
    let time = day.and_hms_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)?;
    Some(time.and_utc())
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
        let admitted = |written: &str| {
            let mut mention = sent(written);
            admit(&mut mention, now, oldest).map(|()| mention)
        };
        let soon = admitted("2026-03-02T08:05:00Z").unwrap();
        assert_eq!(soon.published_at, at("2026-03-02T08:05:00Z"));
        let later = admitted("2026-03-02T09:05:00Z").unwrap();
        assert_eq!(later.published_at, now);
        assert_eq!(later.extra["clamped_from"], "2026-03-02T09:05:00Z");
        let refused = admitted("1970-01-01T00:00:00Z").unwrap_err();
        assert!(refused.contains("1970"), "{refused}");
    }
}
