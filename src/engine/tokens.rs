//! Programs that get in to the JSON interface: somebody's own tokens, and requests
//! that come with a key so that they are done once. The store keeps hashes of
//! tokens; what opens is shown once, where it is made.

use std::io::{Read, Write};

use chrono::TimeDelta;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::access::{hash, new_secret};
use super::request::{Counter, stored};
use super::view::time;
use super::work::{Answer, Work};
use super::{NotDone, clock, unexpected};
use crate::store::{KeyedRow, TokenChange};

/// What every token begins with, so that people and scanners see what it is.
const MARK: &str = "draaiboek_";

/// The longest name of a token, in letters.
const LONGEST_NAME: usize = 40;

/// Used is noted no more often than this.
const NOTE_USED: TimeDelta = TimeDelta::minutes(5);

/// Whose program asks, and how much it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub person: String,
    /// As its maker called it.
    pub name: String,
    pub look_only: bool,
}

/// A request that is to be done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    pub person: String,
    /// The sender's.
    pub key: String,
    /// A hash of all that was asked.
    pub asked: String,
}

/// Whether a request with a key is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Do it, and say what came of it.
    Not,
    /// It was done: status and body of the answer.
    Answered(u16, String),
    /// It is being done, or broke off: nobody knows what came of it.
    Begun,
    /// The key came with another request.
    Other,
}

impl Counter {
    pub(super) async fn make_token(
        &self,
        person: &str,
        name: &str,
        look_only: bool,
        by: &str,
    ) -> Result<Value, NotDone> {
        let known = self.of_team(person)?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_plain) {
            return Err(NotDone::Refused(
                "the name of a token has 1 to 40 letters, digits, `-` and `_`".to_owned(),
            ));
        }
        let token = format!("{MARK}{}", new_secret()?);
        let change = TokenChange::Made {
            hash: hash(&token),
            person: person.to_owned(),
            name: name.to_owned(),
            look_only,
            by: by.to_owned(),
        };
        if !self.change_token(change).await? {
            return Err(NotDone::Refused(format!(
                "{person} has a token `{name}` already: revoke it first, or choose another name"
            )));
        }
        Ok(json!({
            "person": person,
            "person_name": known.name,
            "name": name,
            "look_only": look_only,
            "token": token,
        }))
    }

    pub(super) fn show_tokens(&self) -> Result<Value, NotDone> {
        let rows = self.read(|store| store?.tokens().map_err(stored))?;
        let show = |row: &crate::store::TokenRow| {
            json!({
                "person": row.person,
                "name": row.name,
                "look_only": row.look_only,
                "made_by": row.made_by,
                "made_at": time(self, Some(row.made_at)),
                "used_at": time(self, row.used_at),
                // Who left the team gets in no more.
                "works": self.organisation.person(&row.person).is_some(),
            })
        };
        Ok(rows.iter().map(show).collect::<Vec<_>>().into())
    }

    pub(super) async fn revoke_token(&self, person: &str, name: &str) -> Result<Value, NotDone> {
        let change = TokenChange::Revoked {
            person: person.to_owned(),
            name: name.to_owned(),
        };
        if !self.change_token(change).await? {
            return Err(NotDone::Refused(format!("{person} has no token `{name}`")));
        }
        Ok(json!({ "person": person, "name": name }))
    }

    /// Whose program has this token; `None` when it does not work (any more).
    pub async fn whose_token(&self, token: &str) -> Result<Option<Bearer>, NotDone> {
        if !token.starts_with(MARK) {
            return Ok(None);
        }
        let hash = hash(token);
        let found = self.read(|store| store?.token(&hash).map_err(stored))?;
        let Some(row) = found else { return Ok(None) };
        let now = clock::now();
        if row.used_at.is_none_or(|at| at + NOTE_USED <= now) {
            // On a full disk programs must still be able to look.
            if let Err(why) = self.change_token(TokenChange::Used { hash }).await {
                tracing::warn!(%why, "not noted that a token was used");
            }
        }
        Ok(Some(Bearer {
            person: row.person,
            name: row.name,
            look_only: row.look_only,
        }))
    }

    /// Whether this is to be done. When it is, it is noted before, so that it is not
    /// done twice, whatever happens meanwhile.
    pub async fn begin_once(&self, once: &Once) -> Result<Before, NotDone> {
        let Once { person, key, asked } = once;
        if let Some(row) = self.read(|store| store?.keyed(person, key).map_err(stored))? {
            return Ok(before(&row, asked));
        }
        let change = TokenChange::Begun {
            person: person.clone(),
            key: key.clone(),
            asked: asked.clone(),
        };
        match self.change_token(change).await? {
            true => Ok(Before::Not),
            // Somebody was quicker.
            false => Ok(Before::Begun),
        }
    }

    /// What came of it; `None` when nothing was done and it may be tried again.
    pub async fn end_once(&self, once: Once, answer: Option<(u16, &str)>) -> Result<(), NotDone> {
        let Once { person, key, .. } = once;
        let change = match answer {
            Some((status, body)) => TokenChange::Answered {
                person,
                key,
                status,
                body: pack(body),
            },
            None => TokenChange::Undone { person, key },
        };
        self.change_token(change).await.map(|_| ())
    }

    async fn change_token(&self, change: TokenChange) -> Result<bool, NotDone> {
        match self.work(Work::Token(Box::new(change))).await? {
            Answer::Access(is_made) => Ok(is_made),
            other => Err(unexpected(&other)),
        }
    }
}

fn before(row: &KeyedRow, asked: &str) -> Before {
    if row.asked != asked {
        return Before::Other;
    }
    match &row.answer {
        Some((status, body)) => match unpack(body) {
            Some(body) => Before::Answered(*status, body),
            None => Before::Begun,
        },
        None => Before::Begun,
    }
}

/// Answers hold a whole run: as small as they get.
fn pack(body: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = packed.write_all(body.as_bytes());
    packed.finish().unwrap_or_default()
}

fn unpack(packed: &[u8]) -> Option<String> {
    let mut body = String::new();
    GzDecoder::new(packed).read_to_string(&mut body).ok()?;
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let body = r#"{"run":1,"text":"“Wij betreuren dit”"}"#.repeat(500);
        assert_eq!(unpack(&pack(&body)), Some(body.clone()));
        assert!(pack(&body).len() < body.len() / 20);
        assert_eq!(unpack(b"what is damaged"), None);
    }

    #[test]
    fn a_key_is_of_one_request() {
        let row = |asked: &str, answer: Option<(u16, &str)>| KeyedRow {
            asked: asked.to_owned(),
            answer: answer.map(|(status, body)| (status, pack(body))),
        };
        assert_eq!(before(&row("a", None), "a"), Before::Begun);
        assert_eq!(before(&row("a", None), "b"), Before::Other);
        let done = row("a", Some((200, "{}")));
        assert_eq!(before(&done, "a"), Before::Answered(200, "{}".to_owned()));
        assert_eq!(before(&done, "b"), Before::Other);
    }
}
