//! Getting in to the pages: links that work once, and who a browser belongs to.
//! The store keeps hashes; what opens is only ever in a mail or in a browser.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::request::{Counter, did_you_mean, stored};
use super::view::time;
use super::work::{Answer, Work};
use super::{NotDone, clock, unexpected};
use crate::domain::hex::hex;
use crate::domain::time::Timestamp;
use crate::store::{AccessChange, NewSession, secret};

/// How long a link that lets somebody in works: long enough to find the mail.
const LINK_LASTS: TimeDelta = TimeDelta::minutes(15);

/// A browser that does nothing for so long is out: longer than a night's work.
const IDLE: TimeDelta = TimeDelta::hours(12);

/// However busy it is, it is out then.
const LASTS: TimeDelta = TimeDelta::days(7);

/// Seen is noted no more often than this.
const NOTE_SEEN: TimeDelta = TimeDelta::minutes(5);

/// A browser that just got in: what it is to keep, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    pub cookie: String,
    pub until: Timestamp,
}

/// Of a secret; what is looked for in the store.
fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

impl Counter {
    pub(super) async fn entry_link(&self, person: &str, by: &str) -> Result<Value, NotDone> {
        let Some(known) = self.organisation.person(person) else {
            let team = self.organisation.team.iter().map(|one| one.key.as_str());
            let hint = did_you_mean(person, team);
            return Err(NotDone::Refused(format!(
                "there is nobody `{person}` in the team{hint}"
            )));
        };
        let code = new_secret()?;
        let until = clock::now() + LINK_LASTS;
        let change = AccessChange::LinkMade {
            hash: hash(&code),
            person: person.to_owned(),
            by: by.to_owned(),
            until,
        };
        self.change_access(change).await?;
        Ok(json!({
            "person": person,
            "name": known.name,
            "url": format!("{}/enter/{code}", self.pages.trim_end_matches('/')),
            "until": time(self, Some(until)),
        }))
    }

    /// Uses a link; `None` when it does not work (any more).
    pub async fn enter_by_link(&self, code: &str) -> Result<Option<Entered>, NotDone> {
        let (entered, session) = new_session()?;
        let change = AccessChange::EnteredByLink {
            link: hash(code),
            session,
        };
        let is_in = self.change_access(change).await?;
        Ok(is_in.then_some(entered))
    }

    /// Whose browser this is; `None` when it is not in (any more).
    pub async fn whose(&self, cookie: &str) -> Result<Option<String>, NotDone> {
        let session = hash(cookie);
        let found = self.read(|store| store?.session(&session).map_err(stored))?;
        let now = clock::now();
        let Some(row) = found.filter(|row| row.ends_at > now && row.seen_at + IDLE > now) else {
            return Ok(None);
        };
        if row.seen_at + NOTE_SEEN <= now {
            self.change_access(AccessChange::Seen { session }).await?;
        }
        Ok(Some(row.person))
    }

    /// The browser is out.
    pub async fn leave(&self, cookie: &str) -> Result<(), NotDone> {
        let session = hash(cookie);
        self.change_access(AccessChange::Left { session }).await?;
        Ok(())
    }

    pub(super) async fn change_access(&self, change: AccessChange) -> Result<bool, NotDone> {
        match self.work(Work::Access(Box::new(change))).await? {
            Answer::Access(is_made) => Ok(is_made),
            other => Err(unexpected(&other)),
        }
    }
}

fn new_secret() -> Result<String, NotDone> {
    secret()
        .map_err(|error| NotDone::Refused(format!("the system gives no random numbers: {error}")))
}

fn new_session() -> Result<(Entered, NewSession), NotDone> {
    let cookie = new_secret()?;
    let until = clock::now() + LASTS;
    let session = NewSession {
        hash: hash(&cookie),
        until,
    };
    Ok((Entered { cookie, until }, session))
}
