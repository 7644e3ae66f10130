//! Accounts: passwords of the team, who is in, and the log of who got in and out.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::NotDone;
use super::access::{Entered, hash, new_session};
use super::request::{Counter, stored};
use super::view::time;
use crate::domain::access::{Origin, rights_of};
use crate::domain::organisation::Person;
use crate::domain::password::{self, Password, Weak};
use crate::store::{AccessChange, salt};

/// Passwords that are worked on at once: each takes 19 MiB and a processor.
static WORKING: Semaphore = Semaphore::const_new(2);

/// How long a password waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why somebody keeps the password they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// What they typed as their password of now is not it.
    Wrong,
    Weak(Weak),
}

impl Counter {
    /// Shows a password; `None` when it opens nothing, whoever was meant. That takes
    /// as long for who is not there as for who is.
    pub async fn enter_by_password(
        &self,
        typed: &str,
        password: Password,
        origin: Origin,
    ) -> Result<Option<Entered>, NotDone> {
        let person = self.named(typed).map(|one| one.key.clone());
        let known = match &person {
            Some(person) => self.read(|store| store?.password(person).map_err(stored))?,
            None => None,
        };
        let is_right = is(password, known.unwrap_or_else(password::nobodys)).await?;
        let may = |one: &String| !rights_of(&self.organisation, one).is_empty();
        let Some(person) = person.filter(may).filter(|_| is_right) else {
            return Ok(None);
        };
        let (mut entered, session) = new_session(origin)?;
        entered.person.clone_from(&person);
        let change = AccessChange::EnteredByPassword { person, session };
        self.change_access(change).await?;
        Ok(Some(entered))
    }

    /// Notes that somebody was refused; not whom they said to be.
    pub async fn note_refused(&self, origin: Origin) -> Result<(), NotDone> {
        let change = AccessChange::Refused { origin };
        self.change_access(change).await.map(|_| ())
    }

    /// Somebody who is in changes their own password; their other browsers are out.
    pub async fn change_own_password(
        &self,
        person: &str,
        cookie: &str,
        old: Password,
        new: Password,
    ) -> Result<Result<(), Unchanged>, NotDone> {
        let known = self.read(|store| store?.password(person).map_err(stored))?;
        // Who got in by a link and has none yet chooses one.
        if let Some(known) = known
            && !is(old, known).await?
        {
            return Ok(Err(Unchanged::Wrong));
        }
        if let Err(weak) = password::check(&new, self.of_team(person)?) {
            return Ok(Err(Unchanged::Weak(weak)));
        }
        let keeps = Some(hash(cookie));
        self.store_password(person, new, person, keeps).await?;
        Ok(Ok(()))
    }

    /// All browsers of somebody are out.
    pub async fn put_out(&self, person: &str, by: &str) -> Result<Value, NotDone> {
        let name = self.of_team(person)?.name.clone();
        let n_before = self.n_sessions(person)?;
        let change = AccessChange::PutOut {
            person: person.to_owned(),
            by: by.to_owned(),
        };
        self.change_access(change).await?;
        Ok(json!({ "person": person, "name": name, "sessions": n_before }))
    }

    /// What somebody sees of their own account. `cookie`: of the browser they look in.
    pub fn own_account(&self, person: &str, cookie: &str) -> Result<Value, NotDone> {
        let known = self.of_team(person)?;
        let has_password = self.read(|store| store?.password(person).map_err(stored))?;
        let this = hash(cookie);
        let sessions = self.who_is_in()?.into_iter();
        let sessions = sessions.filter(|row| row.person == person).map(|row| {
            json!({
                "began_at": time(self, Some(row.began_at)),
                "seen_at": time(self, Some(row.seen_at)),
                "ends_at": time(self, Some(row.ends_at)),
                "is_this": row.hash == this,
            })
        });
        Ok(json!({
            "person": person,
            "name": known.name,
            "email": known.email,
            "roles": self.roles_of(person),
            "rights": rights_of(&self.organisation, person).names(),
            "password": has_password.is_some(),
            "sessions": sessions.collect::<Vec<_>>(),
        }))
    }

    /// Everybody who may get in, or has a password, and who is in.
    pub(super) fn accounts(&self) -> Result<Value, NotDone> {
        let rows = self.read(|store| store?.accounts().map_err(stored))?;
        let sessions = self.who_is_in()?;
        let of_person = |one: &Person| {
            let row = rows.iter().find(|row| row.person == one.key);
            let theirs = sessions.iter().filter(|row| row.person == one.key);
            json!({
                "person": one.key,
                "name": one.name,
                "rights": rights_of(&self.organisation, &one.key).names(),
                "password": row.is_some(),
                "password_set_at": time(self, row.map(|row| row.set_at)),
                "password_set_by": row.map(|row| &row.set_by),
                "sessions": theirs.clone().count(),
                "seen_at": time(self, theirs.map(|row| row.seen_at).max()),
            })
        };
        Ok(self.organisation.team.iter().map(of_person).collect())
    }

    /// Somebody gets a password. `is_new`: refused when they have one.
    pub(super) async fn set_password(
        &self,
        person: &str,
        password: Password,
        is_new: bool,
        by: &str,
    ) -> Result<Value, NotDone> {
        let known = self.of_team(person)?;
        let refuse = |why: String| Err(NotDone::Refused(why));
        let has_one = self.read(|store| store?.password(person).map_err(stored))?;
        match (has_one, is_new) {
            (Some(_), true) => {
                return refuse(format!(
                    "{person} has an account; `draaiboek account password {person}` gives another password"
                ));
            }
            (None, false) => {
                return refuse(format!(
                    "{person} has no account; `draaiboek account add {person}` makes one"
                ));
            }
            (Some(_), false) | (None, true) => {}
        }
        if rights_of(&self.organisation, person).is_empty() {
            return refuse(format!(
                "{} may do nothing on the pages: give them a role, or name them under `web.access`",
                known.name
            ));
        }
        if let Err(weak) = password::check(&password, known) {
            return refuse(weak.to_string());
        }
        self.store_password(person, password, by, None).await?;
        Ok(json!({
            "person": person,
            "name": known.name,
            "rights": rights_of(&self.organisation, person).names(),
        }))
    }

    /// Takes somebody's password away, and puts them out.
    pub(super) async fn remove_account(&self, person: &str, by: &str) -> Result<Value, NotDone> {
        let name = self.of_team(person)?.name.clone();
        let sessions = self.n_sessions(person)?;
        let change = AccessChange::Removed {
            person: person.to_owned(),
            by: by.to_owned(),
        };
        if !self.change_access(change).await? {
            return Err(NotDone::Refused(format!("{person} has no account")));
        }
        Ok(json!({ "person": person, "name": name, "sessions": sessions }))
    }

    /// Who got in and out, the latest first.
    pub(super) fn entry_log(&self, limit: usize) -> Result<Value, NotDone> {
        let rows = self.read(|store| store?.entries(limit).map_err(stored))?;
        let shown = rows.into_iter().map(|row| {
            json!({
                "at": time(self, Some(row.at)),
                "person": row.person,
                "what": row.what,
                "by": row.by,
                "from": row.origin,
            })
        });
        Ok(shown.collect())
    }

    async fn store_password(
        &self,
        person: &str,
        password: Password,
        by: &str,
        keeps: Option<String>,
    ) -> Result<(), NotDone> {
        let salt = salt().map_err(|error| {
            NotDone::Refused(format!("the system gives no random numbers: {error}"))
        })?;
        let hash = work_on(move || password::hash(&password, &salt)).await?;
        let hash = hash.ok_or_else(|| {
            NotDone::Refused("there is no memory to work on a password".to_owned())
        })?;
        let change = AccessChange::PasswordSet {
            person: person.to_owned(),
            hash,
            by: by.to_owned(),
            keeps,
        };
        self.change_access(change).await.map(|_| ())
    }

    fn n_sessions(&self, person: &str) -> Result<usize, NotDone> {
        let rows = self.who_is_in()?;
        Ok(rows.iter().filter(|row| row.person == person).count())
    }

    /// Titles of the roles somebody has, as holder, deputy or by a swap.
    fn roles_of(&self, person: &str) -> Vec<String> {
        let organisation = &self.organisation;
        let roles = organisation.roles.iter().filter(|role| {
            let swapped = role.swaps.iter().map(|swap| &swap.who);
            role.people.iter().chain(swapped).any(|one| one == person)
        });
        let own = organisation.language;
        roles
            .map(|role| role.title.get(self.language.tag(), own).to_owned())
            .collect()
    }
}

async fn is(password: Password, stored: String) -> Result<bool, NotDone> {
    work_on(move || password::is(&password, &stored)).await
}

/// Off the threads that serve pages, and no more than a few at once.
async fn work_on<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotDone> {
    let busy = || NotDone::Refused("too many people log in at once; try again".to_owned());
    let turn = tokio::time::timeout(PATIENCE, WORKING.acquire()).await;
    let _turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| NotDone::NotStored(error.to_string()))
}
