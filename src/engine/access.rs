//! Getting in to the pages: links that work once, and who a browser belongs to.
//! The store keeps hashes; what opens is only ever in a mail or in a browser.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::answering::Links;
use super::request::{Counter, did_you_mean, stored};
use super::view::time;
use super::work::{Answer, Work};
use super::{NotDone, clock, unexpected};
use crate::domain::access::{Origin, Right, rights_of};
use crate::domain::hex::hex;
use crate::domain::link::{self, Claims};
use crate::domain::organisation::{Organisation, Person};
use crate::domain::time::Timestamp;
use crate::store::{AccessChange, Batch, NewSession, SessionRow, StoreError, secret};

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
    pub person: String,
    pub cookie: String,
    pub until: Timestamp,
}

/// Of a secret, and of anything that is compared and not kept.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// What stands in the store for the link in a mail: which mail it is. No hash of a
/// secret looks like it.
pub(super) fn mailed_link(effect: &str) -> String {
    format!("mail {effect}")
}

impl Links {
    /// The link in a mail that lets its reader in: the same at every try.
    pub(super) fn entry(&self, effect: &str, person: &str, until: Timestamp) -> String {
        let claims = Claims {
            instance: self.entries(),
            effect: effect.to_owned(),
            person: person.to_owned(),
            expires: until.timestamp(),
        };
        let code = link::sign(&self.key, &claims);
        format!("{}/enter/{code}", self.url.trim_end_matches('/'))
    }

    /// Signed as if by another store, so that no link to answer with lets anybody in,
    /// and no link of these answers an alert.
    fn entries(&self) -> String {
        format!("{}/enter", self.instance)
    }

    fn is_entry(&self, code: &str, now: Timestamp) -> Option<Claims> {
        link::verify(&self.key, &self.entries(), now, code).ok()
    }
}

impl Counter {
    /// The person of this key; who is not in the team is refused with a suggestion.
    pub(super) fn of_team(&self, person: &str) -> Result<&Person, NotDone> {
        self.organisation.person(person).ok_or_else(|| {
            let team = self.organisation.team.iter().map(|one| one.key.as_str());
            let hint = did_you_mean(person, team);
            NotDone::Refused(format!("there is nobody `{person}` in the team{hint}"))
        })
    }

    /// Somebody of the team by what they type: their key or their address.
    pub(super) fn named(&self, typed: &str) -> Option<&Person> {
        let typed = typed.trim();
        let mut team = self.organisation.team.iter();
        team.find(|one| one.key == typed || one.email.eq_ignore_ascii_case(typed))
    }

    pub(super) async fn entry_link(&self, person: &str, by: &str) -> Result<Value, NotDone> {
        let name = self.of_team(person)?.name.clone();
        if rights_of(&self.organisation, person).is_empty() {
            return Err(NotDone::Refused(format!(
                "{name} may do nothing on the pages: give them a role, or name them under `web.access`"
            )));
        }
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
            "name": name,
            "url": format!("{}/enter/{code}", self.pages.trim_end_matches('/')),
            "until": time(self, Some(until)),
        }))
    }

    /// Whether people can have a link mailed to them: the mails carry links at all.
    pub fn mails_links(&self) -> bool {
        self.links.is_some()
    }

    /// Mails a link to whoever is meant, when they may get in. Says nothing to whoever
    /// asked: they may be anybody.
    pub async fn mail_entry(&self, typed: &str) -> Result<(), NotDone> {
        let may = |one: &&Person| !rights_of(&self.organisation, &one.key).is_empty();
        let Some(person) = self.named(typed).filter(may).filter(|_| self.mails_links()) else {
            return Ok(());
        };
        let work = Work::MailEntry {
            person: person.key.clone(),
            until: clock::now() + LINK_LASTS,
        };
        self.work(work).await.map(|_| ())
    }

    /// Uses a link; `None` when it does not work (any more).
    pub async fn enter_by_link(
        &self,
        code: &str,
        origin: Origin,
    ) -> Result<Option<Entered>, NotDone> {
        let mailed = self.links.as_ref();
        let mailed = mailed.and_then(|links| links.is_entry(code, clock::now()));
        let link = mailed.map_or_else(|| hash(code), |claims| mailed_link(&claims.effect));
        let (mut entered, session) = new_session(origin)?;
        let change = AccessChange::EnteredByLink {
            link,
            session: session.clone(),
        };
        if !self.change_access(change).await? {
            return Ok(None);
        }
        let row = self.read(|store| store?.session(&session.hash).map_err(stored))?;
        entered.person = row.map(|row| row.person).unwrap_or_default();
        Ok(Some(entered))
    }

    /// Whose browser this is; `None` when it is not in (any more).
    pub async fn whose(&self, cookie: &str) -> Result<Option<String>, NotDone> {
        let session = hash(cookie);
        let found = self.read(|store| store?.session(&session).map_err(stored))?;
        let now = clock::now();
        let Some(row) = found.filter(|row| is_in(row, now)) else {
            return Ok(None);
        };
        if row.seen_at + NOTE_SEEN <= now {
            // On a full disk people must still be able to look.
            if let Err(why) = self.change_access(AccessChange::Seen { session }).await {
                tracing::warn!(%why, "not noted that somebody was seen");
            }
        }
        Ok(Some(row.person))
    }

    /// Whether a browser is still this person's, and they may still look. To ask is no
    /// sign of life: a page that was left open keeps nobody in.
    pub fn is_still(&self, cookie: &str, person: &str) -> Result<bool, NotDone> {
        let session = hash(cookie);
        let found = self.read(|store| store?.session(&session).map_err(stored))?;
        let now = clock::now();
        let is_theirs = found.is_some_and(|row| row.person == person && is_in(&row, now));
        Ok(is_theirs && rights_of(&self.organisation, person).has(Right::Look))
    }

    /// The browser is out.
    pub async fn leave(&self, cookie: &str) -> Result<(), NotDone> {
        let session = hash(cookie);
        self.change_access(AccessChange::Left { session }).await?;
        Ok(())
    }

    /// Changes who can get in; false when that may not be.
    pub(super) async fn change_access(&self, change: AccessChange) -> Result<bool, NotDone> {
        match self.work(Work::Access(Box::new(change))).await? {
            Answer::Access(is_made) => Ok(is_made),
            other => Err(unexpected(&other)),
        }
    }

    /// Browsers that are in, the latest seen first.
    pub(super) fn who_is_in(&self) -> Result<Vec<SessionRow>, NotDone> {
        let now = clock::now();
        let rows = self.read(|store| store?.sessions().map_err(stored))?;
        let known = |row: &SessionRow| self.organisation.person(&row.person).is_some();
        let rows = rows.into_iter().filter(|row| is_in(row, now) && known(row));
        Ok(rows.collect())
    }
}

fn is_in(row: &SessionRow, now: Timestamp) -> bool {
    row.ends_at > now && row.seen_at + IDLE > now
}

/// Deletes what lets nobody in any more, and the log that was kept long enough.
pub(super) fn tidy(
    batch: &Batch,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let team = organisation.team.iter().map(|one| one.key.as_str());
    let team: Vec<&str> = team.collect();
    let log_before = super::before(now, organisation.reading.keep);
    batch.tidy_access(&team, now - IDLE, log_before, now)
}

pub(super) fn new_secret() -> Result<String, NotDone> {
    secret()
        .map_err(|error| NotDone::Refused(format!("the system gives no random numbers: {error}")))
}

pub(super) fn new_session(origin: Origin) -> Result<(Entered, NewSession), NotDone> {
    let cookie = new_secret()?;
    let until = clock::now() + LASTS;
    let session = NewSession {
        hash: hash(&cookie),
        until,
        origin,
    };
    let entered = Entered {
        person: String::new(),
        cookie,
        until,
    };
    Ok((entered, session))
}
