//! Answers by a personal link: what its page may show, and what its buttons do.
//!
//! Looking reads the store and goes past the engine: mail scanners open every
//! link, and whatever they do must cost the alarm nothing. Only `say` reaches
//! the engine, and it has an answer after the commit.

use std::path::PathBuf;
use std::sync::Arc;

use super::request::stored;
use super::work::Command;
use super::{Handle, NotDone, clock};
use crate::domain::effect::{Content, Notice};
use crate::domain::link::{self, Claims, Key, Refused};
use crate::domain::organisation::Organisation;
use crate::domain::plane::{self, Plane};
use crate::domain::restraint::Ledger;
use crate::domain::roll_call::GRACE;
use crate::domain::run::alarm::Through;
use crate::domain::run::{Event, Run, RunId};
use crate::domain::sight::Dark;
use crate::domain::step::Plan;
use crate::domain::step::answers::{self, NoReply, Reply, Standing, Who};
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, after};
pub use crate::notify::glance::Glance;
use crate::notify::glance::harmless;
use crate::notify::letter::{AnswerLink, asks};
use crate::store::{Parcel, Store};

/// Notes of the person that the page shows again.
const MOST_NOTES: usize = 5;

/// Makes the links that stand in mails.
#[derive(Debug, Clone)]
pub struct Links {
    /// `web.url`.
    pub url: String,
    pub key: Key,
    /// Of the store.
    pub instance: String,
}

impl Links {
    /// The link in the mail of an effect: the same at every try. `None` for a
    /// mail that asks nothing.
    pub fn of(&self, parcel: &Parcel) -> Option<AnswerLink> {
        if !asks(&parcel.notice) {
            return None;
        }
        if let Content::Entry(entry) = &parcel.notice.content {
            let url = self.entry(&parcel.effect, &parcel.notice.person, entry.until);
            return Some(AnswerLink { url });
        }
        let claims = Claims {
            instance: self.instance.clone(),
            effect: parcel.effect.clone(),
            person: parcel.notice.person.clone(),
            expires: expires(parcel).timestamp(),
        };
        let token = link::sign(&self.key, &claims);
        let url = format!("{}/a/{token}", self.url.trim_end_matches('/'));
        Some(AnswerLink { url })
    }
}

/// A night and the morning after it; of a roll call, until a day after its deadline.
fn expires(parcel: &Parcel) -> Timestamp {
    match &parcel.notice.content {
        Content::RollCall(call) => after(call.deadline, GRACE),
        _ => parcel.created_at + link::LASTS,
    }
}

/// What the page of a link needs.
#[derive(Debug)]
pub struct Answering {
    pub dir: PathBuf,
    pub organisation: Arc<Organisation>,
    pub engine: Handle,
    pub key: Key,
    /// Of the store.
    pub instance: String,
}

/// A link that is ours, with how things stand behind it.
#[derive(Debug)]
pub struct Case {
    pub run: RunId,
    /// What the mail said; `None` when it is not there any more.
    pub glance: Option<Glance>,
    pub standing: Result<Standing, NoReply>,
    /// The roles in `standing`, as people call them.
    pub roles: Vec<String>,
    /// When the person answered, also when others had done so before.
    pub heard_at: Option<Timestamp>,
    /// When an answer of theirs is asked for again without a sign of life.
    pub stale_at: Option<Timestamp>,
    /// Name, role and moment of every answer that counts, not the person's.
    pub answered: Vec<(String, String, Timestamp)>,
    pub missing: Vec<String>,
    /// The person's own words, oldest first.
    pub notes: Vec<(Timestamp, String)>,
    pub closed_at: Option<Timestamp>,
    pub now: Timestamp,
}

impl Answering {
    /// Whose link it is, if it is one that works.
    pub fn open(&self, token: &str) -> Result<Claims, Refused> {
        link::verify(&self.key, &self.instance, clock::now(), token)
    }

    /// The language to speak to a person in; of anybody, the organisation's.
    pub fn language(&self, claims: Option<&Claims>) -> Language {
        let person = claims.and_then(|claims| self.organisation.person(&claims.person));
        person.map_or(self.organisation.language, |person| person.language)
    }

    pub fn plane(&self) -> Plane {
        self.organisation.plane()
    }

    /// `OEFENING: Storm op vrijdag`; `None` when it is real.
    pub fn drill(&self, language: &str) -> Option<String> {
        let exercise = self.organisation.exercise.as_ref()?;
        let language = Language::from_tag(language).unwrap_or_default();
        let title = exercise
            .title
            .get(language.tag(), self.organisation.language);
        Some(format!("{}: {title}", plane::mark(language)))
    }

    /// How things stand; changes nothing.
    pub fn look(&self, claims: &Claims) -> Result<Case, NotDone> {
        let store = Store::open_to_read(&self.dir, self.organisation.plane()).map_err(stored)?;
        let store = store.ok_or(NotDone::NoReply(NoReply::NoSuchAlert))?;
        let run = claims.run();
        let found = store.run(run).map_err(stored)?;
        let (run, pinned) = found.ok_or(NotDone::NoReply(NoReply::NoSuchAlert))?;
        let plan = Plan {
            playbook: &pinned.playbook,
            templates: &pinned.templates,
            organisation: &self.organisation,
            // How things stand does not depend on what others were told.
            ledger: &Ledger::default(),
            sight: &Dark,
            has_team: true,
        };
        let standing = answers::standing(&plan, &run, &who(claims));
        // Who has no say any more is shown nothing of it either.
        let is_theirs = matches!(standing, Ok(_) | Err(NoReply::Closed));
        let notice = if is_theirs {
            notice(&store, claims)?
        } else {
            None
        };
        let mut case = self.case(claims, &run, standing);
        case.glance = notice.as_ref().and_then(Glance::of);
        if is_theirs {
            case.notes = notes(&store, claims)?;
        }
        Ok(case)
    }

    fn case(&self, claims: &Claims, run: &Run, standing: Result<Standing, NoReply>) -> Case {
        let language = self.language(Some(claims));
        let title = |role: &String| {
            let found = self.organisation.role(role);
            let title =
                found.map(|role| role.title.get(language.tag(), self.organisation.language));
            title.unwrap_or(role).to_owned()
        };
        let name = |person: &str| {
            let found = self.organisation.person(person);
            found.map_or_else(|| person.to_owned(), |person| person.name.clone())
        };
        let roles = match &standing {
            Ok(Standing::Asked(roles) | Standing::Yours(_, roles)) => roles.clone(),
            _ => Vec::new(),
        };
        let alarm = run.alarm.as_ref();
        let covered = alarm.into_iter().flat_map(|alarm| &alarm.roles);
        let answers = covered.clone().filter_map(|(role, coverage)| {
            let answer = coverage.answer.as_ref()?;
            let is_other = answer.person != claims.person;
            is_other.then(|| (name(&answer.person), title(role), answer.at))
        });
        let stale_at = covered.filter(|(role, _)| roles.contains(role));
        let stale_at = stale_at.filter_map(|(_, coverage)| Some(coverage.next?.at));
        let missing = alarm.into_iter().flat_map(|alarm| alarm.missing());
        Case {
            run: run.id,
            glance: None,
            roles: roles.iter().map(title).collect(),
            heard_at: alarm.and_then(|alarm| alarm.heard.get(&claims.person).copied()),
            stale_at: stale_at.min(),
            answered: answers.collect(),
            missing: missing.map(title).collect(),
            notes: Vec::new(),
            closed_at: run.closed_at,
            now: clock::now(),
            standing,
        }
    }

    /// Carries out what somebody says. Returns after it is on disk.
    pub async fn say(&self, claims: &Claims, reply: Reply) -> Result<(), NotDone> {
        let reply = match reply {
            Reply::Note(typed) => Reply::Note(harmless(&typed)),
            other => other,
        };
        let command = Command::Reply {
            run: claims.run(),
            who: who(claims),
            reply,
        };
        self.engine.reply(command).await.map(|_| ())
    }
}

fn who(claims: &Claims) -> Who {
    Who {
        person: claims.person.clone(),
        effect: Some(claims.effect.clone()),
        through: Through::Link,
        by: claims.person.clone(),
    }
}

/// What the mail of the link said. A mail about an answer says less than the
/// alert the same person got before it, which is shown instead.
fn notice(store: &Store, claims: &Claims) -> Result<Option<Notice>, NotDone> {
    let Some(parcel) = store.parcel(&claims.effect).map_err(stored)? else {
        return Ok(None);
    };
    if matches!(parcel.notice.content, Content::Alert(_)) {
        return Ok(Some(parcel.notice));
    }
    let sent = store.parcels_of(claims.run()).map_err(stored)?;
    let is_alert = |notice: &Notice| {
        notice.person == claims.person && matches!(notice.content, Content::Alert(_))
    };
    let mut notices = sent.into_iter().rev().map(|parcel| parcel.notice);
    Ok(notices.find(is_alert).or(Some(parcel.notice)))
}

fn notes(store: &Store, claims: &Claims) -> Result<Vec<(Timestamp, String)>, NotDone> {
    let log = store.log(claims.run()).map_err(stored)?;
    let own = log.into_iter().filter_map(|logged| match logged.event {
        Event::Noted { by, text } if by == claims.person => Some((logged.at, text)),
        _ => None,
    });
    let mut notes: Vec<_> = own.collect();
    notes.drain(..notes.len().saturating_sub(MOST_NOTES));
    Ok(notes)
}
